"""Takes steps with LangChain's stores on PostgreSQL, and writes down what each of them gives.

    python ask_langchain.py steps.json answers.json

Each step names the store (PGVector or PGVectorStore), the collection or table, and what to do:
search for the nearest of a vector, maybe with a filter, add documents with their vectors, or delete
by ids. The connection is in the variables PGHOST and so on. No model and no network is used.
"""

import json
import sys
from pathlib import Path

from langchain_core.embeddings import Embeddings
from langchain_postgres import PGEngine, PGVector, PGVectorStore


class NoModel(Embeddings):
    """Everything here comes with its vector."""

    def embed_documents(self, texts):
        raise NotImplementedError

    def embed_query(self, text):
        raise NotImplementedError


ENGINE = PGEngine.from_connection_string("postgresql+asyncpg://")


def store(step):
    if step["store"] == "PGVector":
        return PGVector(
            embeddings=NoModel(),
            collection_name=step["collection"],
            connection="postgresql+psycopg://",
            create_extension=False,
        )
    return PGVectorStore.create_sync(ENGINE, NoModel(), table_name=step["collection"])


def search(step):
    found = store(step).similarity_search_with_score_by_vector(
        step["vector"], k=step["top"], filter=step.get("filter")
    )
    return [
        {"id": str(document.id), "text": document.page_content, "metadata": document.metadata}
        for document, _ in found
    ]


def add(step):
    return [
        str(id)
        for id in store(step).add_embeddings(
            texts=step["texts"],
            embeddings=step["vectors"],
            metadatas=step["metadatas"],
            ids=step["ids"],
        )
    ]


def delete(step):
    store(step).delete(ids=step["ids"])
    return None


STEPS = {"search": search, "add": add, "delete": delete}


def main(steps, answers):
    asked = json.loads(Path(steps).read_text())
    Path(answers).write_text(json.dumps([STEPS[step["do"]](step) for step in asked]))


main(*sys.argv[1:])
