"""Makes a folder below src/test/resources/llamaindex with the real LlamaIndex.

    python -m venv new && new/bin/pip install -r requirements-llama-index.txt
    python3.10 -m venv older && older/bin/pip install -r requirements-llama-index-older.txt
    new/bin/python make_llama_index_fixtures.py ../resources/llamaindex
    older/bin/python make_llama_index_fixtures.py ../resources/llamaindex

Beside the folder is written what the library itself finds in it when it loads it: text, metadata
and source of each node through its own classes, and the bits of single precision of each vector.
Relationships and the rest of a node, which a reader keeps as they are, come from the file.
No model is used; the older release looks for word lists in the network, and does without them.
"""

import json
import random
import shutil
import struct
import sys
from importlib.metadata import version
from pathlib import Path

from llama_index.core.schema import (
    Document,
    ImageNode,
    IndexNode,
    NodeRelationship,
    RelatedNodeInfo,
    TextNode,
)
from llama_index.core.storage.docstore import SimpleDocumentStore
from llama_index.core.storage.storage_context import StorageContext
from llama_index.core.vector_stores import SimpleVectorStore

RELEASE = version("llama-index-core")


def vector(seed, dimension):
    values = random.Random(seed)
    if seed.startswith("double"):
        return [values.gauss(0, 1) for _ in range(dimension)]
    return [struct.unpack("<f", struct.pack("<f", values.gauss(0, 1)))[0] for _ in range(dimension)]


def text_nodes():
    for d in range(2):
        document = Document(
            text=f"Document {d}",
            id_=f"https://example.com/{d}?a=b#c",
            metadata={"file_name": f"{d}.md", "pages": d, "score": d / 4, "tags": ["a", None, 1.0]},
        )
        before = None
        for c in range(9):
            kind = "double" if c == 7 else "single"
            node = TextNode(
                text=f"Part {c} of {d}\nünïcode \U0001f600",
                id_=f"{kind}-{d}-{c}",
                metadata=dict(document.metadata, part=c),
                start_char_idx=c * 100,
                end_char_idx=c * 100 + 90,
                excluded_llm_metadata_keys=["part"],
            )
            node.relationships[NodeRelationship.SOURCE] = document.as_related_node_info()
            if before is not None:
                node.relationships[NodeRelationship.PREVIOUS] = before.as_related_node_info()
            before = node
            yield node
    yield TextNode(text="", id_="without document", metadata={})
    yield IndexNode(text="points elsewhere", id_="index-node", index_id="other")


def image_nodes():
    for i in range(3):
        node = ImageNode(text="", id_=f"image-{i}", image_path=f"{i}.png", metadata={"i": i})
        node.relationships[NodeRelationship.SOURCE] = RelatedNodeInfo(node_id="album")
        yield node


def bits(values):
    return [struct.unpack("<i", struct.pack("<f", x))[0] for x in values]


def main(resources):
    folder = Path(resources) / f"llama-index-core-{RELEASE}"
    shutil.rmtree(folder, ignore_errors=True)
    context = StorageContext.from_defaults()
    stores = {"default": list(text_nodes()), "image": list(image_nodes())}
    for namespace, nodes in stores.items():
        for node in nodes:
            node.embedding = vector(node.node_id, 6 if namespace == "default" else 4)
        context.vector_stores[namespace].add(nodes)
        for node in nodes:
            node.embedding = None
        context.docstore.add_documents(nodes)
    # As an ingestion pipeline leaves them: a whole document, and vectors whose nodes are elsewhere.
    context.docstore.add_documents(
        [Document(text="A whole document", id_="whole", metadata={"source": "pipeline"})]
    )
    lonely = TextNode(text="not kept", id_="lonely", metadata={"kept": True, "n": 1.0})
    lonely.embedding = vector("lonely", 6)
    context.vector_stores["default"].add([lonely])
    context.persist(str(folder))

    docstore = SimpleDocumentStore.from_persist_dir(str(folder))
    raw = json.loads((folder / "docstore.json").read_text())["docstore/data"]
    expected = {}
    for namespace in stores:
        loaded = SimpleVectorStore.from_persist_dir(str(folder), namespace=namespace)
        ids = list(loaded.data.embedding_dict)
        if namespace == "default":
            ids += [i for i in docstore.docs if not any(i in s.data.embedding_dict
                    for s in SimpleVectorStore.from_namespaced_persist_dir(str(folder)).values())]
        expected[namespace] = [row(i, loaded.data, docstore.docs.get(i), raw.get(i)) for i in ids]
    out = folder.with_name(folder.name + ".expected.json")
    out.write_text(json.dumps(expected, indent=None))
    for unused in ("index_store.json", "graph_store.json"):
        assert (folder / unused).exists()


def row(id_, data, node, raw):
    rest = None
    if raw is not None:
        rest = dict(raw)
        rest.update(rest.pop("__data__"))
        for key in ("id_", "metadata", "relationships"):
            rest.pop(key)
        if "text" in rest:
            assert rest.pop("text") == node.get_content(metadata_mode="none")
        resource = rest.get("text_resource")
        if resource and resource.get("text") == node.get_content(metadata_mode="none"):
            resource.pop("text")
    return {
        "id": id_,
        "text": None if node is None else node.get_content(metadata_mode="none"),
        "ref_doc_id": None if node is None else node.ref_doc_id,
        "metadata": data.metadata_dict[id_] if node is None else node.metadata,
        "relationships": None if raw is None else raw["__data__"]["relationships"],
        "node": rest,
        "bits": bits(data.embedding_dict[id_]) if id_ in data.embedding_dict else None,
    }


main(sys.argv[1])
