"""Makes fixtures below src/test/resources/inmemory with LangChain's InMemoryVectorStore.

    python -m venv new && new/bin/pip install -r requirements-langchain-memory.txt
    python -m venv old && old/bin/pip install -r requirements-langchain-memory-older.txt
    new/bin/python make_langchain_memory_fixtures.py ../resources/inmemory
    old/bin/python make_langchain_memory_fixtures.py ../resources/inmemory

Beside each file is what a reader is expected to find: the metadata as it was given to the library,
or, where that holds objects that have no JSON of their own, the JSON that stands for them in the
file. Vectors are the bits of single precision that Python rounds their doubles to.
"""

import json
import random
import struct
import sys
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import InMemoryVectorStore

RELEASE = version("langchain-core")
ESCAPES = int(RELEASE.split(".")[0]) >= 1


class Computed(Embeddings):
    def embed_documents(self, texts):
        return [self.embed_query(t) for t in texts]

    def embed_query(self, text):
        values = random.Random(text)
        if "single" in text:
            return [struct.unpack("<f", struct.pack("<f", values.gauss(0, 1)))[0] for _ in range(8)]
        return [values.gauss(0, 1) for _ in range(7)] + [5e-324]


def bits(vector):
    return [struct.unpack("<i", struct.pack("<f", x))[0] for x in vector]


def documents():
    yield "plain", "single precision", {"page": 1, "score": 0.5, "whole": 2.0, "no": None}
    yield "ünïcode \U0001f600", "line\nbreak \u0001 \U0001f600", {"ключ": ["a", 1, {"b": False}]}
    yield "empty", "", {}
    yield "when", "single: a value without JSON", {"at": datetime(2026, 1, 2, 3, 4, 5)}
    yield "document", "a value of LangChain itself", {"inner": Document("inside", metadata={"k": 1})}
    if ESCAPES:
        # The id itself is not "lc": that would wrap the whole store.
        yield "lc-like", "single: looks like LangChain's own", {"lc": 1, "type": "secret", "id": ["HOME"]}
        yield "nested", "deeper", {"a": [{"lc": {"__lc_escaped__": {"x": 1}}}], "b": {"__lc_escaped__": 2}}
    for i in range(20):
        yield f"doc-{i}", f"single text {i}", {"i": i}


def main(folder):
    file = Path(folder) / f"langchain-core-{RELEASE}.json"
    store = InMemoryVectorStore(Computed())
    given = {}
    for id_, text, metadata in documents():
        given[id_] = metadata
        if hasattr(store, "add_documents") and ESCAPES:
            store.add_documents([Document(text, metadata=metadata, id=id_)])
        else:
            store.upsert([Document(page_content=text, metadata=metadata, id=id_)])
    store.dump(str(file))
    raw = json.loads(file.read_text(encoding="utf-8"))
    expected = []
    for id_, record in raw.items():
        own_kinds = id_ in ("when", "document")
        expected.append(
            {
                "id": id_,
                "text": record["text"],
                "metadata": record["metadata"] if own_kinds else given[id_],
                "bits": bits(record["vector"]),
            }
        )
    file.with_suffix(".expected.json").write_text(json.dumps(expected, indent=1), encoding="utf-8")


main(sys.argv[1])
