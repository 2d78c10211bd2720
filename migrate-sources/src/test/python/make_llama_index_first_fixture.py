"""Makes a folder below src/test/resources/llamaindex as LlamaIndex persisted it in early 2023.

    python3.10 -m venv first && first/bin/pip install -r requirements-llama-index-first.txt
    first/bin/pip install --no-deps llama-index==0.6.0
    first/bin/python make_llama_index_first_fixture.py ../resources/llamaindex

Beside the folder is written what the library itself finds in it when it loads it. No model and no
network is used.
"""

import json
import random
import shutil
import struct
import sys
from pathlib import Path

from llama_index.data_structs.node import DocumentRelationship, Node
from llama_index.readers.schema.base import Document
from llama_index.storage.docstore import SimpleDocumentStore
from llama_index.storage.storage_context import StorageContext
from llama_index.vector_stores import SimpleVectorStore
from llama_index.vector_stores.types import NodeEmbeddingResult


def vector(seed):
    values = random.Random(seed)
    return [struct.unpack("<f", struct.pack("<f", values.gauss(0, 1)))[0] for _ in range(6)]


def bits(values):
    return [struct.unpack("<i", struct.pack("<f", x))[0] for x in values]


def nodes():
    before = None
    for c in range(6):
        node = Node(
            text=f"Part {c}\nünïcode \U0001f600",
            doc_id=f"node-{c}",
            extra_info={"page": c, "score": c / 4} if c else None,
            node_info={"start": c * 10, "end": c * 10 + 9},
            relationships={DocumentRelationship.SOURCE: "document"},
        )
        if before is not None:
            node.relationships[DocumentRelationship.PREVIOUS] = before.get_doc_id()
        before = node
        yield node
    yield Node(text="alone", doc_id="alone")


def main(resources):
    folder = Path(resources) / "llama-index-0.6.0"
    shutil.rmtree(folder, ignore_errors=True)
    context = StorageContext.from_defaults()
    made = list(nodes())
    context.vector_store.add(
        [
            NodeEmbeddingResult(n.get_doc_id(), n, vector(n.get_doc_id()), n.ref_doc_id or "None")
            for n in made
        ]
    )
    context.docstore.add_documents(made + [Document("A whole document", doc_id="whole")])
    context.persist(str(folder))

    docs = SimpleDocumentStore.from_persist_dir(str(folder)).docs
    vectors = SimpleVectorStore.from_persist_dir(str(folder))._data
    raw = json.loads((folder / "docstore.json").read_text())["docstore/data"]
    expected = [row(i, docs[i], raw[i], vectors) for i in [*vectors.embedding_dict, "whole"]]
    assert [r["id"] for r in expected] == list(docs)
    folder.with_name(folder.name + ".expected.json").write_text(json.dumps({"default": expected}))


def row(id_, node, raw, vectors):
    data = raw["__data__"]
    rest = {"__type__": raw["__type__"], **data}
    for key in ("text", "doc_id", "extra_info", "relationships"):
        rest.pop(key, None)
    return {
        "id": id_,
        "text": node.text,
        "ref_doc_id": node.ref_doc_id if isinstance(node, Node) else None,
        "metadata": node.extra_info,
        "relationships": data.get("relationships"),
        "node": rest,
        "bits": bits(vectors.embedding_dict[id_]) if id_ in vectors.embedding_dict else None,
    }


main(sys.argv[1])
