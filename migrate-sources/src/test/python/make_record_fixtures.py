"""Writes the fixtures of the package records with NumPy, pandas and SciPy.

    python make_record_fixtures.py RESOURCES

The versions are pinned in requirements-records.txt. What a reader must find is written beside the
fixtures, as expected.json: for each file its rows, of which vectors are the bits of single
precision floats. It is computed from the values themselves, and not by reading any file back.
"""

import gzip
import json
import pathlib
import shutil
import sys

import numpy as np
import pandas as pd
import scipy.sparse

COUNT = 7
DIMENSION = 4


def vectors():
    values = np.random.default_rng(11).standard_normal((COUNT, DIMENSION)).astype("<f4")
    values[0] = [-0.0, 1e-45, 3.4028235e38, 0.1]
    return values


def bits(values):
    return [row.astype("<f4").view("<u4").tolist() for row in values]


def texts():
    return ["one", "", "line\nbreak, \"quoted\"", "ünï ✓ 🦊", "a;b\tc", " blanks ", "last"]


def metadata():
    return [
        {"page": 1, "score": 0.5, "ok": True, "none": None},
        {"page": 10**30, "tags": ["x", {"y": 1.0}]},
        {},
        {"ключ": "значение"},
        {"page": -1},
        {"float": 1.0},
        {"nested": {"a": {"b": []}}},
    ]


def ids():
    return [f"chunk-{i}" for i in range(COUNT)]


def rows(ids_, texts_, metadata_, vectors_):
    return [
        {"id": i, "text": t, "metadata": m, "embedding": v}
        for i, t, m, v in zip(ids_, texts_, metadata_, vectors_)
    ]


def make_arrays(root, expected):
    values = vectors()
    flat = [{"chunk_id": i, "content": t, **m} for i, t, m in zip(ids(), texts(), metadata())]
    whole = rows(ids(), texts(), metadata(), bits(values))
    none = [None] * COUNT

    folder = root / "array_meta"  # <base>.npy with <base>.meta.json
    folder.mkdir()
    np.save(folder / "store.npy", values)
    (folder / "store.meta.json").write_text(json.dumps(flat, ensure_ascii=False), encoding="utf-8")
    expected["array_meta/store.npy"] = whole

    folder = root / "array_lines"  # vectors.npy with meta.jsonl; double precision, Fortran order
    folder.mkdir()
    np.save(folder / "vectors.npy", np.asfortranarray(values.astype("<f8")))
    (folder / "meta.jsonl").write_text("".join(json.dumps(r) + "\n" for r in flat), encoding="utf-8")
    expected["array_lines/vectors.npy"] = whole

    folder = root / "array_texts"  # embeddings.npy with chunks.json of plain texts; half precision
    folder.mkdir()
    half = np.clip(values, -6e4, 6e4).astype("<f2")
    np.save(folder / "embeddings.npy", half)
    (folder / "chunks.json").write_text(json.dumps(texts(), indent=2), encoding="utf-8")
    expected["array_texts/embeddings.npy"] = rows(
        [f"embeddings#{i}" for i in range(COUNT)], texts(), [{}] * COUNT, bits(half)
    )

    folder = root / "array_keyed"  # vectors.npz with metadata.json, an object by id
    folder.mkdir()
    np.savez_compressed(folder / "vectors.npz", embeddings=values)
    keyed = {i: {"text": t, "metadata": m} for i, t, m in zip(ids(), texts(), metadata())}
    (folder / "metadata.json").write_text(json.dumps(keyed), encoding="utf-8")
    expected["array_keyed/vectors.npz"] = whole

    folder = root / "array_columns"  # store.npz with metadata.json of parallel arrays
    folder.mkdir()
    np.savez(folder / "store.npz", values)
    columns = {"ids": ids(), "texts": texts(), "metadatas": metadata(), "model": "m", "dim": DIMENSION}
    (folder / "metadata.json").write_text(json.dumps(columns, indent=1), encoding="utf-8")
    expected["array_columns/store.npz"] = whole

    folder = root / "archive"  # everything in one archive
    folder.mkdir()
    np.savez(
        folder / "all.npz",
        vectors=values,
        ids=np.array(ids()),
        texts=np.array(texts()),
        page=np.arange(COUNT, dtype="<i8") - 3,
        mean=values.mean(axis=0),
    )
    # Padding cannot be told from U+0000 at the end; no text here ends so.
    expected["archive/all.npz"] = rows(
        ids(), texts(), [{"page": i - 3} for i in range(COUNT)], bits(values)
    )

    folder = root / "alone"
    folder.mkdir()
    np.save(folder / "alone.npy", values)
    expected["alone/alone.npy"] = rows([f"alone#{i}" for i in range(COUNT)], none, [{}] * COUNT, bits(values))

    folder = root / "refused"
    folder.mkdir()
    scipy.sparse.save_npz(folder / "sparse.npz", scipy.sparse.csr_matrix(values))
    np.save(folder / "objects.npy", np.array([[1.0, 2.0], "x"], dtype=object), allow_pickle=True)
    np.savez(folder / "two.npz", a=values, b=values)


def make_frames(root, expected):
    values = vectors()
    frame = pd.DataFrame({
        "id": ids(),
        "text": texts(),
        "page": range(COUNT),
        "embedding": [row.tolist() for row in values],
    })
    typed = rows(ids(), texts(), [{"page": i} for i in range(COUNT)], bits(values))
    as_text = rows(ids(), texts(), [{"page": str(i)} for i in range(COUNT)], bits(values))

    frame.to_json(root / "frame.json", orient="records", double_precision=15)
    # pandas writes a negative zero as 0.0.
    exact = [{**row, "embedding": v} for row, v in zip(typed, bits(values + np.float32(0)))]
    expected["frame.json"] = exact
    frame.to_json(root / "frame.jsonl", orient="records", lines=True, double_precision=15)
    expected["frame.jsonl"] = exact
    with gzip.GzipFile(root / "packed.jsonl.gz", "wb", mtime=0) as out:
        out.write("".join(json.dumps(r) + "\n" for r in frame.to_dict("records")).encode("utf-8"))
    expected["packed.jsonl.gz"] = typed

    frame.to_csv(root / "frame.csv", index=False)
    expected["frame.csv"] = as_text
    spaced = frame.assign(embedding=[" ".join(map(repr, row.tolist())) for row in values])
    spaced.to_csv(root / "spaced.tsv", index=False, sep="\t", encoding="utf-8-sig")
    expected["spaced.tsv"] = as_text
    printed = frame.assign(embedding=[row for row in values])
    printed.to_csv(root / "printed.csv", index=False)


def main():
    root = pathlib.Path(sys.argv[1]) / "records"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    expected = {}
    make_arrays(root, expected)
    make_frames(root, expected)
    (root / "expected.json").write_text(json.dumps(expected, indent=1) + "\n", encoding="utf-8")


main()
