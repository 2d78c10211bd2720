"""Makes the fixtures below src/test/resources/lightrag with the real libraries.

    python -m venv venv-new && venv-new/bin/pip install -r requirements-lightrag-new.txt
    python -m venv venv-old && venv-old/bin/pip install --no-deps lightrag-hku==1.1.7
    venv-old/bin/pip install -r requirements-lightrag-old.txt
    venv-new/bin/python make_lightrag_fixtures.py nano  ../resources/lightrag
    venv-new/bin/python make_lightrag_fixtures.py new   ../resources/lightrag
    venv-old/bin/python make_lightrag_fixtures.py old   ../resources/lightrag
    venv-new/bin/python make_lightrag_fixtures.py big   /some/where/vdb_chunks.json 100000

No model and no network is used: embeddings and model responses are computed from the text. What
is expected of a reader is written beside each fixture, as Python reads the files.
"""

import asyncio
import base64
import hashlib
import json
import os
import shutil
import sys
import zlib
from importlib.metadata import version
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

DIMENSION = 8


def embedding(text, dimension=DIMENSION):
    seed = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return np.random.default_rng(list(seed)).standard_normal(dimension).astype(np.float32)


async def embed(texts, **_):
    return np.stack([embedding(t) for t in texts])


class Characters:
    """A tokenizer that needs no download: a token is a character."""

    def encode(self, content, **_):
        return [ord(c) for c in content]

    def decode(self, tokens):
        return "".join(chr(t) for t in tokens)


def halves(packed):
    """The compressed copy that LightRAG keeps in a record; a field of that name may be another."""
    try:
        plain = zlib.decompress(base64.b64decode(packed, validate=True))
    except (TypeError, ValueError, zlib.error):
        return None
    return [float(x) for x in np.frombuffer(plain, np.float16).astype(np.float32)]


def vectors(path):
    """Every record of a nano-vectordb file with its row of the matrix."""
    content = json.loads(path.read_text("utf-8-sig"))
    matrix = np.frombuffer(base64.b64decode(content["matrix"]), np.dtype("<f4"))
    matrix = matrix.reshape(-1, content["embedding_dim"])
    assert len(matrix) == len(content["data"])
    rows = []
    for record, row in zip(content["data"], matrix):
        row_id = record.pop("__id__")
        half = halves(record.get("vector"))
        if half is not None:
            del record["vector"]
        finite = bool(np.isfinite(row).all())
        rows.append(
            {
                "id": row_id,
                "text": record.pop("content", None),
                "metadata": record,
                "embedding": [float(x) for x in row] if finite else None,
                "compressed": half,
            }
        )
    return {"dimension": content["embedding_dim"], "rows": rows}


def key_values(path):
    content = json.loads(path.read_text("utf-8-sig"))
    first = next(iter(content), "::")
    if path.name.endswith("_cache.json") and first.count(":") != 2:
        content = {
            f"{mode}:{entry.get('cache_type', 'extract')}:{key}": entry
            for mode, entries in content.items()
            for key, entry in entries.items()
        }
    return {"rows": [{"key": k, "value": v} for k, v in content.items()]}


def graph(path):
    import networkx as nx

    read = nx.read_graphml(path)
    empty = empty_texts(path)
    nodes = [{"id": n, "properties": p | empty.get(n, {})} for n, p in read.nodes(data=True)]
    edges = [
        {
            "source_id": min(s, t),
            "target_id": max(s, t),
            "properties": p | empty.get((min(s, t), max(s, t)), {}),
        }
        for s, t, p in read.edges(data=True)
    ]
    return {"graph_nodes": {"rows": nodes}, "graph_edges": {"rows": edges}}


def empty_texts(path):
    """The empty texts, which are in the file and which networkx forgets when it reads it."""
    root = ElementTree.parse(path).getroot()
    space = "{http://graphml.graphdrawing.org/xmlns}"
    names = {k.get("id"): k.get("attr.name") for k in root.iter(space + "key")}
    found = {}
    for e in [*root.iter(space + "node"), *root.iter(space + "edge")]:
        key = e.get("id") or tuple(sorted([e.get("source"), e.get("target")]))
        found[key] = {names[d.get("key")]: "" for d in e.iter(space + "data") if d.text is None}
    return found


def expectation(directory, libraries):
    datasets = {}
    for path in sorted(directory.rglob("*")):
        if not path.is_file():
            continue
        workspace = path.parent.name if path.parent != directory else "default"
        name = path.stem.replace("kv_store_doc_status", "doc_status")
        if path.name.startswith("vdb_"):
            datasets[f"{workspace}/{name}"] = vectors(path)
        elif path.name.startswith("kv_store_"):
            datasets[f"{workspace}/{name}"] = key_values(path)
        elif path.suffix == ".graphml":
            for part, rows in graph(path).items():
                datasets[f"{workspace}/{part}"] = rows
    return {
        "versions": {name: version(name) for name in libraries},
        "python": sys.version.split()[0],
        "datasets": datasets,
    }


def write_expectation(directory, expected):
    text = json.dumps(expected, ensure_ascii=False, indent=1, allow_nan=False)
    Path(f"{directory}.expected.json").write_text(text + "\n", "utf-8")


def fresh(directory):
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    return directory


def make_nano(parent):
    from nano_vectordb import NanoVectorDB

    directory = fresh(parent / "nano-vectordb")
    path = directory / "vdb_mixed.json"
    database = NanoVectorDB(DIMENSION, storage_file=str(path))
    records = [
        {"__id__": f"r{i}", "__vector__": embedding(f"r{i}"), "number": i, "half": i / 2}
        for i in range(150)
    ]
    records[3]["content"] = "Zeile\nmit \"Anführung\" und \U0001F600"
    records[4].update(nested={"list": [1, 1.0, True, None, "x"], "big": 2**70})
    records[5]["vector"] = "mine, and no compressed copy"
    del records[6]["__id__"]
    records[7]["__vector__"] = np.zeros(DIMENSION, np.float32)
    database.upsert(records)
    database.delete(["r1", "r2"])
    database.store_additional_data(model="fake")
    database.save()
    empty = NanoVectorDB(DIMENSION, storage_file=str(directory / "vdb_empty.json"))
    empty.save()
    write_expectation(directory, expectation(directory, ["nano-vectordb", "numpy"]))


def response(delimiter, record, names, old):
    """What a model would answer that extracts entities and relations."""
    quote = '"' if old else ""
    lines = [
        delimiter.join([f"{quote}entity{quote}", f"{quote}{n}{quote}", "person", f"About {n}."])
        for n in names
    ]
    for a, b in zip(names, names[1:]):
        kind = "relationship" if old else "relation"
        fields = [f"{quote}{kind}{quote}", f"{quote}{a}{quote}", f"{quote}{b}{quote}"]
        about = f"{a} knows {b}."
        fields += [about, "friends, work", "7"] if old else ["friends,work", about]
        lines.append(delimiter.join(fields))
    if old:
        lines = [f"({line})" for line in lines]
    return record.join(lines) + (record if old else "\n") + "<|COMPLETE|>"


def model(old):
    delimiter, record = ("<|>", "##") if old else ("<|#|>", "\n")

    async def complete(prompt, system_prompt=None, history_messages=(), **_):
        if history_messages:
            return "<|COMPLETE|>"
        names = ["Ada Lovelace", "Zoë & <Co>", "Émile", "Charles Babbage"]
        text = f"{system_prompt or ''}{prompt}"
        found = [n for n in names if n in text] or names[:1]
        return response(delimiter, record, found, old)

    return complete


DOCUMENTS = [
    "Ada Lovelace met Charles Babbage. " * 6,
    "Zoë & <Co> wrote to Ada Lovelace about \U0001F600. " * 4,
    "Émile knew Zoë & <Co>; \"quoted\" text.\nAnd another line.",
]


def shorten_prompts():
    """The cache of responses holds the prompts; their wording is of no interest here."""
    from lightrag.prompt import PROMPTS

    for name, template in PROMPTS.items():
        if name.startswith(("entity_", "entiti_")) and isinstance(template, str):
            PROMPTS[name] = "Text: {input_text}" if "{input_text}" in template else "More?"


async def insert(rag, documents):
    await rag.initialize_storages()
    try:
        from lightrag.kg.shared_storage import initialize_pipeline_status

        await initialize_pipeline_status()
    except Exception:
        pass
    await rag.ainsert(documents)
    await rag.finalize_storages()


def make_new(parent):
    from lightrag import LightRAG
    from lightrag.utils import EmbeddingFunc, Tokenizer

    shorten_prompts()
    directory = fresh(parent / "lightrag-new")
    for workspace, documents in {"": DOCUMENTS, "tenant_2": DOCUMENTS[1:]}.items():
        rag = LightRAG(
            working_dir=str(directory),
            workspace=workspace,
            tokenizer=Tokenizer("characters", Characters()),
            chunk_token_size=120,
            chunk_overlap_token_size=10,
            embedding_func=EmbeddingFunc(DIMENSION, embed, max_token_size=8192),
            llm_model_func=model(False),
        )
        asyncio.run(insert(rag, documents))
    finish(directory, ["lightrag-hku", "nano-vectordb", "networkx", "numpy"])


def make_old(parent):
    import lightrag.utils

    lightrag.utils.ENCODER = Characters()
    from lightrag import LightRAG
    from lightrag.utils import EmbeddingFunc

    shorten_prompts()
    directory = fresh(parent / "lightrag-old")
    rag = LightRAG(
        working_dir=str(directory),
        log_dir=str(directory),
        chunk_token_size=120,
        chunk_overlap_token_size=10,
        embedding_func=EmbeddingFunc(DIMENSION, 8192, embed),
        llm_model_func=model(True),
    )
    asyncio.run(insert(rag, DOCUMENTS))
    finish(directory, ["lightrag-hku", "nano-vectordb", "networkx", "numpy"])


def finish(directory, libraries):
    for path in directory.rglob("*"):
        if path.is_file() and path.suffix not in (".json", ".graphml"):
            path.unlink()
    write_expectation(directory, expectation(directory, libraries))


def make_big(path, count, dimension=1536):
    """A vdb_chunks.json of about 10 KB a record, written as nano-vectordb does, in bounded memory."""
    generator = np.random.default_rng(1)
    with open(path, "w", encoding="utf-8") as out:
        out.write('{"embedding_dim": %d, "data": [' % dimension)
        for i in range(count):
            record = {
                "__id__": f"chunk-{hashlib.md5(str(i).encode()).hexdigest()}",
                "__created_at__": 1755000000 + i,
                "content": f"Paragraph {i}. " + "words and more words " * 30,
                "full_doc_id": f"doc-{i // 10}",
                "file_path": f"file{i // 10}.txt",
            }
            out.write((", " if i else "") + json.dumps(record))
        out.write('], "matrix": "')
        for i in range(0, count, 300):
            rows = generator.standard_normal((min(300, count - i), dimension), np.float32)
            rows /= np.linalg.norm(rows, axis=1, keepdims=True)
            out.write(base64.b64encode(rows.astype("<f4").tobytes()).decode("ascii"))
        out.write('"}')


if __name__ == "__main__":
    os.environ.setdefault("TZ", "UTC")
    mode, target = sys.argv[1], Path(sys.argv[2])
    if mode == "big":
        make_big(target, int(sys.argv[3]))
    else:
        {"nano": make_nano, "new": make_new, "old": make_old}[mode](target)
