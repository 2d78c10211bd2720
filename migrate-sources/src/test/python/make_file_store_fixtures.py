"""Writes the fixtures of the packages numpy, simplevectorstore and faiss with the real libraries.

    python make_file_store_fixtures.py RESOURCES          # everything, with the newer libraries
    python make_file_store_fixtures.py RESOURCES --older  # only what the older libraries add
    python make_file_store_fixtures.py DIRECTORY --large  # a store of 1 GB, not to be committed

The versions are pinned in requirements-file-stores.txt and requirements-file-stores-older.txt. What
a reader must find is written beside the fixtures, as expected.json; it is computed here, from the
values themselves, and not by reading any file back.
"""

import base64
import datetime
import hashlib
import json
import pathlib
import pickle
import shutil
import sys

import numpy as np

MASTER_KEY = "correct horse"


def bits(vector):
    """The components as single precision floats, bit by bit."""
    if vector is None:
        return None
    with np.errstate(over="ignore"):
        return np.asarray(vector, dtype="<f8").astype("<f4").view("<u4").tolist()


def write_json(path, value, **options):
    path.write_text(json.dumps(value, **options), encoding="utf-8")


def vectors(count, dimension, seed):
    return np.random.default_rng(seed).standard_normal((count, dimension)).astype("<f4")


# ---- numpy -------------------------------------------------------------------------------------


def save(path, array, version=None):
    with open(path, "wb") as out:
        np.lib.format.write_array(out, array, version=version)


def make_arrays(root):
    root.mkdir(parents=True)
    expected = {}
    base = vectors(5, 3, 7)
    base[0] = [-0.0, 1e-45, 3.4028235e38]
    lossy = base.astype("<f8")
    lossy[2, 1] = 0.1
    arrays = {
        "f4": base,
        "f4_big_endian": base.astype(">f4"),
        "f4_fortran": np.asfortranarray(base),
        "f8_exact": base.astype("<f8"),
        "f8_lossy": lossy,
        "f8_big_endian_fortran": np.asfortranarray(lossy.astype(">f8")),
        "f2": vectors(4, 3, 8).astype("<f2"),
        "f2_big_endian": np.array([[5.9604645e-08, -0.0, 65504.0]], dtype=">f2"),
        "i1": np.array([[-128, 127, 0]], dtype="i1"),
        "u1": np.array([[255, 1, 0]], dtype="u1"),
        "i4": np.array([[16777217, -5, 0], [1, 2, 3]], dtype="<i4"),
        "i8_big_endian": np.array([[-9007199254740993, 4, 0]], dtype=">i8"),
        "one_dimension": base[1],
        "empty": np.zeros((0,), dtype="<f4"),
        "no_rows": np.zeros((0, 3), dtype="<f4"),
    }
    for name, array in arrays.items():
        save(root / f"{name}.npy", array)
        rows = [] if array.size == 0 else np.atleast_2d(array)
        rounded = sum(
            any(int(np.float32(c)) != int(c) if array.dtype.kind in "iu" else np.float32(c) != c for c in r)
            for r in rows
        )
        expected[name] = {"rows": [bits(row) for row in rows], "rounded": int(rounded)}
    for version in (2, 3):
        save(root / f"version_{version}.npy", base, (version, 0))
        expected[f"version_{version}"] = {"rows": [bits(row) for row in base], "rounded": 0}
    save(root / "texts.npy", np.array(["a", "", "z\u00e9ro", "\U0001f600"]))
    np.save(root / "objects.npy", np.array([[1.0], [1.0, 2.0]], dtype=object), allow_pickle=True)
    save(root / "structured.npy", np.zeros(2, dtype=[("a", "<f4"), ("b", "<f4")]))
    save(root / "cube.npy", np.zeros((2, 2, 2), dtype="<f4"))
    np.savez(root / "stored.npz", embeddings=base, ids=np.array(["a", "b", "c", "d", "e"]))
    np.savez_compressed(root / "deflated.npz", base)
    np.savez(root / "ambiguous.npz", one=base, two=base)
    np.savez_compressed(root / "bomb.npz", embeddings=np.zeros((4300, 1000), dtype="<f4"))
    import scipy.sparse

    scipy.sparse.save_npz(root / "sparse.npz", scipy.sparse.csr_matrix(base))
    return expected


def make_pickles(root, prefix):
    root.mkdir(parents=True, exist_ok=True)
    expected = {}
    base = vectors(4, 3, 9)
    shared = [1.5, 2.5, 3.5]
    values = {
        "lists": [row.tolist() for row in base],
        "wide": vectors(2, 1100, 10).tolist(),
        "integers": [[1, 0.5, -7], [256, 70000, -1.0], [2**40, 2**24 + 1, 0]],
        "tuples": [tuple(row.tolist()) for row in base],
        "mixed": [base[0].tolist(), tuple(base[1].tolist()), base[2], base[3].tolist()] * 5,
        "shared": [shared, base[0].tolist(), shared],
        "nothing": [],
        "places": [base[0].tolist(), None, base[1].tolist()],
        "array": base,
        "array_big_endian": base.astype(">f8"),
        "arrays": list(base),
        "scalars": [list(row) for row in base],
        "scalars_f2": [list(row) for row in base.astype("<f2")],
        "dictionary": {
            "ids": ["a", "b", "c", "d"],
            "embeddings": [row.tolist() for row in base],
            "texts": ["one", "two", "three", "four"],
            "extra": [{"a": [1, 2]}, {"b": None}],
        },
        "dictionary_of_array": {"vectors": base, "n": 4},
    }
    for name, value in values.items():
        if prefix and "array" not in name and "scalars" not in name:
            continue
        rows = value
        if isinstance(value, dict):
            rows = value.get("embeddings", value.get("vectors"))
        protocols = (4,) if name == "wide" else (2, 3, 4, 5)
        for protocol in protocols:
            with open(root / f"{prefix}{name}_{protocol}.pkl", "wb") as out:
                pickle.dump(value, out, protocol=protocol)
        expected[prefix + name] = {"protocols": protocols, "rows": [bits(row) for row in rows]}
    return expected


# ---- simplevectorstore -------------------------------------------------------------------------


def derived_key(user):
    try:
        master = base64.urlsafe_b64decode(MASTER_KEY)
    except Exception:
        master = MASTER_KEY.encode("utf-8")
    return base64.urlsafe_b64encode(
        hashlib.pbkdf2_hmac("sha256", master, user.encode("utf-8"), 100_000, dklen=32)
    )


def encrypted(text, user):
    from cryptography.fernet import Fernet

    return Fernet(derived_key(user)).encrypt(text.encode("utf-8"))


def entries(count):
    """Metadata as the store writes it, with everything that it lets users do to it."""
    result = []
    for i in range(count):
        result.append(
            {
                "id": f"doc_{i}_1762751459.{i:06d}",
                "text": f"Text {i}, \u00e4\u00f6\u00fc \u4e2d\u6587 \U0001f600",
                "timestamp": f"2025-11-10T05:10:{i % 60:02d}.123456",
                "page": i,
                "score": i / 2,
                "tags": ["a", i, None, True],
            }
        )
    return result


def expected_row(entry, number, ids, vector):
    rest = dict(entry)
    own = entry.get("id")
    name = None
    if isinstance(own, bool):
        name = str(own).lower()
    elif isinstance(own, (str, int, float)):
        name = str(own)
    if isinstance(own, str):
        del rest["id"]
    text = None
    for key in ("text", "page_content", "content"):
        if text is None and isinstance(entry.get(key), str):
            text = rest.pop(key)
    if name is None:
        name = f"row#{number}"
    elif name in ids:
        name = f"{name}#{number}"
    else:
        ids.add(name)
    return {"id": name, "text": text, "metadata": rest, "vector": bits(vector)}


def expected_rows(metadata, rows):
    ids = set()
    return [
        expected_row(entry, i, ids, rows[i] if i < len(rows) else None)
        for i, entry in enumerate(metadata)
    ]


def make_stores(root):
    expected = {}

    def store(user, collection, metadata, rows, save_vectors, text=None):
        directory = root / user / f"vector_store_{collection}"
        directory.mkdir(parents=True)
        save_vectors(directory)
        if text is None:
            text = json.dumps(metadata, indent=2, ensure_ascii=False).encode("utf-8")
        (directory / "metadata.json").write_bytes(text)
        expected[f"{user}/{collection}"] = expected_rows(metadata, rows)

    def pickled(value, protocol):
        def save_vectors(directory):
            with open(directory / "vectors.pkl", "wb") as out:
                pickle.dump(value, out, protocol=protocol)

        return save_vectors

    plain = entries(12)
    for key in ("text",):
        del plain[3][key]
    plain[4]["page_content"] = plain[4].pop("text")
    plain[5]["content"] = plain[5].pop("text")
    plain[6]["text"] = None
    plain[6]["content"] = "second choice"
    plain[7]["text"] = 12
    plain[8]["id"] = plain[1]["id"]
    del plain[9]["id"]
    plain[10]["id"] = 17
    plain[11]["nested"] = {"one": 1, "one_point": 1.0, "deep": [{"x": [[]]}], "big": 2**70}
    rows = vectors(12, 4, 1)
    rows[2] = rows[1]
    store("alice", "personal_assistant", plain, rows, pickled([r.tolist() for r in rows], 4))

    secret = entries(40)
    rows = vectors(40, 4, 2)
    token = encrypted(json.dumps(secret, indent=2, ensure_ascii=False), "bob")
    store("bob", "secret", secret, rows, pickled([r.tolist() for r in rows], 2), token)
    tiny = entries(1)
    token = encrypted(json.dumps(tiny), "bob")
    store("bob", "a_vector_store_b", tiny, rows[:1], pickled(rows[:1], 5), token)
    store("bob", "plain", entries(3), rows[:3], pickled(rows[:3], 5),
          b"\xef\xbb\xbf" + json.dumps(entries(3)).encode("utf-8"))

    rows = vectors(5, 4, 3)
    lossy = rows.astype("<f8") + 1e-12
    store("carol", "npy", entries(5), lossy, lambda d: np.save(d / "vectors.npy", lossy))
    half = rows.astype("<f2")
    store("carol", "npz", entries(5), half,
          lambda d: np.savez_compressed(d / "vectors.npz", embeddings=half))
    store("carol", "json", entries(5), rows,
          lambda d: write_json(d / "vectors.json", [r.tolist() for r in rows]))
    store("carol", "json_object", entries(5), rows,
          lambda d: write_json(d / "vectors.json", {"n": 5, "vectors": [r.tolist() for r in rows]}))
    store("carol", "more_metadata", entries(5), rows[:3], pickled([r.tolist() for r in rows[:3]], 4))
    store("carol", "more_vectors", entries(3), rows, pickled([r.tolist() for r in rows], 4))
    store("carol", "empty", [], [], pickled([], 4))
    return expected


def master_keys():
    keys = ["correct horse", "", "!!!", "abc", "abcd", "YWJj", "YWJjZA==", "YW=Jj", "a-_b", "YQ", "YQ=", "YQ==",
            "YQ===", "YQ==YWJj", "\u00e4bcd", "A", "AAAAA", "====", "A===", "AB=C", "AB=CD=E=", "ab+/", "ab\ncd"]
    result = []
    for key in keys:
        try:
            password = base64.urlsafe_b64decode(key)
        except Exception:
            password = key.encode("utf-8")
        derived = hashlib.pbkdf2_hmac("sha256", password, "user".encode("utf-8"), 100_000, dklen=32)
        result.append({"key": key, "password": password.hex(), "derived": derived.hex()})
    return result


# ---- faiss -------------------------------------------------------------------------------------


def documents(count, document_class):
    result = []
    for i in range(count):
        metadata = {"source": "docs/a.md", "page": i, "score": i / 4, "none": None, "nested": {"list": [1, 1.0, "x"]}}
        if i == 3:
            metadata["on"] = datetime.date(2025, 11, 10)
            metadata["at"] = datetime.datetime(2025, 11, 10, 5, 10, 59, 120)
            metadata["exactly"] = datetime.datetime(2025, 11, 10, 5, 10, 59)
            metadata["pair"] = (1, "two")
        result.append(document_class(page_content=f"Text {i} \u00e4\U0001f600", metadata=metadata))
    return result


def plain_metadata(metadata):
    def plain(value):
        if isinstance(value, (datetime.date, datetime.datetime)):
            return value.isoformat()
        return list(value) if isinstance(value, tuple) else value

    return {key: plain(value) for key, value in metadata.items()}


def make_faiss(root, older):
    import faiss

    if older:
        from langchain.docstore.document import Document
        from langchain.docstore.in_memory import InMemoryDocstore
        from langchain.vectorstores import FAISS
    else:
        from langchain_community.docstore.in_memory import InMemoryDocstore
        from langchain_community.vectorstores import FAISS
        from langchain_core.documents import Document

    expected = {}
    dimension = 5

    def folder(name, index, rows, distance, index_name="index", edit=None, ids=None):
        directory = root / name
        directory.mkdir(parents=True)
        found = documents(len(rows), Document)
        names = [f"id-{i}" for i in range(len(rows))]
        labels = ids if ids is not None else list(range(len(rows)))
        store = FAISS(
            lambda text: [0.0] * dimension,
            index,
            InMemoryDocstore(dict(zip(names, found))),
            dict(zip(labels, names)),
        )
        order = list(range(len(rows)))
        if edit:
            order = edit(store, found, order)
        store.save_local(str(directory), index_name=index_name)
        expected[name] = {
            "index": index_name,
            "distance": distance,
            "rows": [
                {
                    "id": names[i],
                    "text": found[i].page_content,
                    "metadata": plain_metadata(found[i].metadata),
                    "vector": bits(rows[i]),
                }
                for i in order
            ],
        }

    rows = vectors(12, dimension, 4)

    def filled(index):
        index.train(rows)
        index.add(rows)
        return index

    prefix = "older_" if older else ""
    folder(prefix + "flat_l2", filled(faiss.IndexFlatL2(dimension)), rows, "L2")
    folder(prefix + "flat_ip", filled(faiss.IndexFlatIP(dimension)), rows, "INNER_PRODUCT", "other")
    folder(prefix + "hnsw", filled(faiss.IndexHNSWFlat(dimension, 4)), rows, "L2")
    folder(prefix + "ivf", filled(faiss.index_factory(dimension, "IVF3,Flat")), rows, "L2")
    if older:
        return expected
    ivf = faiss.index_factory(dimension, "IVF8,Flat")
    ivf.train(rows)
    ivf.add(rows[:2])
    folder("ivf_sparse", ivf, rows[:2], "L2")
    direct = faiss.index_factory(dimension, "IVF3,Flat")
    direct.train(rows)
    direct.add(rows)
    direct.make_direct_map()
    folder("ivf_direct_map", direct, rows, "L2")
    labels = [100 + 7 * i for i in range(12)]
    labels[-1] = 2**63 - 1
    for name, kind in (("id_map", faiss.IndexIDMap), ("id_map_2", faiss.IndexIDMap2)):
        mapped = kind(faiss.IndexFlatIP(dimension))
        mapped.add_with_ids(rows, np.array(labels, dtype="<i8"))
        folder(name, mapped, rows, "INNER_PRODUCT", ids=labels)
    manhattan = faiss.IndexFlat(dimension, faiss.METRIC_L1)
    folder("flat_l1", filled(manhattan), rows, None)

    def delete(store, found, order):
        store.delete(["id-0", "id-5"])
        return [i for i in order if i not in (0, 5)]

    folder("deleted", filled(faiss.IndexFlatL2(dimension)), rows, "L2", edit=delete)

    def odd(store, found, order):
        found[1].metadata["path"] = pathlib.PurePosixPath("a/b")
        found[2].metadata["set"] = {1, 2}
        found[4].metadata["not_a_number"] = float("nan")
        found[5].page_content = "lone \ud800"
        found[6].metadata[1] = "one"
        store.docstore.add({"unreachable": found[7]})
        del store.docstore._dict["id-8"]
        store.index_to_docstore_id[9] = "id-7"
        del store.index_to_docstore_id[10]
        store.index_to_docstore_id[12] = "id-9"
        return [0, 3, 7]

    folder("odd", filled(faiss.IndexFlatL2(dimension)), rows, "L2", edit=odd)
    for name, factory in (("sq8", "SQ8"), ("hnsw_sq8", "HNSW4,SQ8"), ("transformed", "L2norm,Flat")):
        folder(name, filled(faiss.index_factory(dimension, factory)), rows, "L2")
    return expected


# ---- large -------------------------------------------------------------------------------------


def make_large(root):
    rows, dimension = 78_000, 1536
    rng = np.random.default_rng(1)
    for user, write in (
        ("pickled", lambda d, v: pickle.dump(v.tolist(), open(d / "vectors.pkl", "wb"), protocol=4)),
        ("array", lambda d, v: np.save(d / "vectors.npy", np.tile(v, (2, 1)))),
    ):
        directory = root / user / "vector_store_large"
        directory.mkdir(parents=True)
        write(directory, rng.standard_normal((rows, dimension)).astype("<f4"))
        count = rows if user == "pickled" else 2 * rows
        with open(directory / "metadata.json", "w", encoding="utf-8") as out:
            out.write("[")
            for i in range(count):
                out.write("," if i else "")
                json.dump({"id": f"doc_{i}", "text": "x" * 500, "page": i}, out)
            out.write("]")


def main():
    root = pathlib.Path(sys.argv[1])
    if "--large" in sys.argv:
        make_large(root)
        return
    older = "--older" in sys.argv
    if not older:
        for name in ("numpy", "pickle", "simplevectorstore", "faiss"):
            shutil.rmtree(root / name, ignore_errors=True)
        write_json_to(root / "numpy", make_arrays(root / "numpy"))
        write_json_to(root / "simplevectorstore", make_stores(root / "simplevectorstore" / "user_data"))
        write_json(root / "simplevectorstore" / "master_keys.json", master_keys())
    name = "expected-older.json" if older else "expected.json"
    write_json_to(root / "pickle", make_pickles(root / "pickle", "older_" if older else ""), name)
    write_json_to(root / "faiss", make_faiss(root / "faiss", older), name)


def write_json_to(directory, value, name="expected.json"):
    write_json(directory / name, value)


if __name__ == "__main__":
    main()
