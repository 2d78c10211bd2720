"""Opens LightRAG on its PostgreSQL storages or on its JSON files, and writes down what it finds.

    python ask_lightrag.py request.json answer.json

The request names the storages (postgres or files), the working directory, the dimension, the
embedding model's name or null, the vectors of texts, the texts to search for and those to answer,
and for each workspace the ids to read; it may ask to add a document and to delete the first of
those that were there. The connection is in LightRAG's own variables POSTGRES_HOST and so on. No
model and no network is used: embeddings are the request's, else computed from the text; responses
are made from the prompt.
"""

import asyncio
import dataclasses
import hashlib
import json
import logging
import sys
from pathlib import Path

import numpy as np
from lightrag import LightRAG, QueryParam
from lightrag.base import DocStatus
from lightrag.prompt import PROMPTS
from lightrag.utils import EmbeddingFunc, Tokenizer, logger

STORAGES = {
    "postgres": {
        "kv_storage": "PGKVStorage",
        "vector_storage": "PGVectorStorage",
        "doc_status_storage": "PGDocStatusStorage",
        "graph_storage": "PGTableGraphStorage",
    },
    "files": {},
}
KEY_VALUES = [
    "full_docs",
    "text_chunks",
    "full_entities",
    "full_relations",
    "entity_chunks",
    "relation_chunks",
    "llm_response_cache",
    "doc_status",
]
VECTORS = ["chunks_vdb", "entities_vdb", "relationships_vdb"]


class Characters:
    """A tokenizer that needs no download: a token is a character."""

    def encode(self, content, **_):
        return [ord(c) for c in content]

    def decode(self, tokens):
        return "".join(chr(t) for t in tokens)


class Messages(logging.Handler):
    """What LightRAG logs, in order."""

    def __init__(self):
        super().__init__()
        self.records = []

    def emit(self, record):
        self.records.append([record.levelname, record.getMessage()])


async def complete(prompt, system_prompt=None, history_messages=(), **_):
    """What a model would answer that extracts entities and relations."""
    if history_messages:
        return "<|COMPLETE|>"
    known = ["Ada Lovelace", "Zoë & <Co>", "Émile", "Charles Babbage", "Grace Hopper"]
    names = [n for n in known if n in f"{system_prompt or ''}{prompt}"]
    lines = [f"entity<|#|>{n}<|#|>person<|#|>About {n}." for n in names]
    for a, b in zip(names, names[1:]):
        lines.append(f"relation<|#|>{a}<|#|>{b}<|#|>friends,work<|#|>{a} knows {b}.")
    return "\n".join([*lines, "<|COMPLETE|>"])


def shorten_prompts():
    """Examples in the prompts would be taken for the text."""
    for name, template in PROMPTS.items():
        if name.startswith(("entity_", "entiti_")) and isinstance(template, str):
            PROMPTS[name] = "Text: {input_text}" if "{input_text}" in template else "More?"


def embedder(request):
    given = request["vectors"]
    dimension = request["dimension"]

    def embedding(text):
        if text in given:
            return np.array(given[text], np.float32)
        seed = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
        return np.random.default_rng(list(seed)).standard_normal(dimension).astype(np.float32)

    async def embed(texts, **_):
        return np.stack([embedding(t) for t in texts])

    return EmbeddingFunc(dimension, embed, max_token_size=8192, model_name=request["model"])


def open_rag(request, workspace):
    return LightRAG(
        working_dir=request["directory"],
        workspace=workspace,
        tokenizer=Tokenizer("characters", Characters()),
        chunk_token_size=120,
        chunk_overlap_token_size=10,
        embedding_func=embedder(request),
        llm_model_func=complete,
        **STORAGES[request["storages"]],
    )


async def read_key_values(rag, ids):
    return {
        name: {key: await getattr(rag, name).get_by_id(key) for key in ids.get(name, [])}
        for name in KEY_VALUES
    }


async def read_vectors(rag, ids):
    answer = {}
    for name in VECTORS:
        storage = getattr(rag, name)
        records = {key: await storage.get_by_id(key) for key in ids.get(name, [])}
        vectors = await storage.get_vectors_by_ids(ids.get(name, []))
        answer[name] = {key: {"record": records[key], "vector": vectors.get(key)} for key in records}
    return answer


async def read_graph(rag):
    graph = rag.chunk_entity_relation_graph
    nodes = {name: await graph.get_node(name) for name in await graph.get_all_labels()}
    edges = {}
    for name in nodes:
        for a, b in await graph.get_node_edges(name) or []:
            a, b = sorted([a, b])
            edges[f"{a}|{b}"] = await graph.get_edge(b, a)
    degrees = {name: await graph.node_degree(name) for name in nodes}
    return {"nodes": nodes, "edges": edges, "degrees": degrees}


async def search(rag, queries, top):
    """The three vector searches, each for each query."""
    found = {}
    for name in VECTORS:
        storage = getattr(rag, name)
        found[name] = {query: await storage.query(query, top_k=top) for query in queries}
    return found


async def retrieve(rag, queries):
    """LightRAG's whole way from a query to what it hands to a model."""
    answers = {}
    for query in queries:
        for mode in ["naive", "local", "global", "mix"]:
            param = QueryParam(
                mode=mode, hl_keywords=[query], ll_keywords=[query], enable_rerank=False
            )
            answer = await rag.aquery_data(query, param=param)
            answers[f"{mode} {query}"] = answer.get("data") or answer
    return answers


async def read(rag, request, ids):
    processed = await rag.doc_status.get_docs_by_statuses([DocStatus.PROCESSED])
    return {
        **await read_key_values(rag, ids),
        **await read_vectors(rag, ids),
        "graph": await read_graph(rag),
        "processed": sorted(processed),
        "found": await search(rag, request["queries"], request["top"]),
        "retrieved": await retrieve(rag, request["answers"]),
    }


async def write(rag, document):
    """Adds a document in LightRAG's own way, reads what became of it, and deletes it again."""
    before = set(await rag.chunk_entity_relation_graph.get_all_labels())
    await rag.ainsert(document["text"], ids=document["id"], file_paths=document["file_path"])
    status = await rag.doc_status.get_by_id(document["id"])
    chunks = status["chunks_list"]
    answer = {
        "status": status,
        "document": await rag.full_docs.get_by_id(document["id"]),
        "chunks": await rag.text_chunks.get_by_ids(chunks),
        "vectors": await rag.chunks_vdb.get_by_ids(chunks),
        "found": await rag.chunks_vdb.query(document["text"], top_k=1),
        "entities": await rag.full_entities.get_by_id(document["id"]),
        "relations": await rag.full_relations.get_by_id(document["id"]),
        "graph": await read_graph(rag),
    }
    answer["entity_chunks"] = {
        name: await rag.entity_chunks.get_by_id(name) for name in answer["graph"]["nodes"]
    }
    result = await rag.adelete_by_doc_id(document["id"], delete_llm_cache=True)
    answer["deleted"] = {
        "status": result.status,
        "document": await rag.doc_status.get_by_id(document["id"]),
        "graph": await read_graph(rag),
        "labels_as_before": before == set(await rag.chunk_entity_relation_graph.get_all_labels()),
    }
    return answer


async def answer(request):
    messages = Messages()
    logger.addHandler(messages)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    workspaces = {}
    for workspace, ids in request["workspaces"].items():
        rag = open_rag(request, workspace)
        await rag.initialize_storages()
        await rag.check_and_migrate_data()
        started = len(messages.records)
        found = {"read": await read(rag, request, ids)}
        if request.get("document"):
            found["written"] = await write(rag, request["document"])
            found["read_again"] = await read(rag, request, ids)
        if request.get("delete"):
            result = await rag.adelete_by_doc_id(ids["full_docs"][0], delete_llm_cache=True)
            found["deleted"] = {"status": result.status, **await read(rag, request, ids)}
        await rag.finalize_storages()
        found["log"] = {"start": messages.records[:started], "work": messages.records[started:]}
        messages.records.clear()
        workspaces[workspace] = found
    return workspaces


def plain(value):
    if dataclasses.is_dataclass(value):
        return dataclasses.asdict(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(type(value).__name__)


def main():
    request = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    shorten_prompts()
    result = asyncio.run(answer(request))
    text = json.dumps(result, default=plain, ensure_ascii=False, indent=1, allow_nan=False)
    Path(sys.argv[2]).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
