"""Makes a Chroma directory as an application keeps what its users saved: contents, each with the whole object as JSON
text in its metadata, of two users and of nobody, and the entities in them.

chromadb==1.0.20, Python 3.11: python make_content_memory_fixture.py ../resources/chroma/content-memory.tar.gz
"""
import json
import shutil
import sys
import tarfile
import tempfile
from pathlib import Path

import chromadb

CONTENTS = [
    # id, user, title
    ("c-1", "1", "Soup"),
    ("c-2", "1", "Bread, äöü 😀"),
    ("c-3", "2", "Cake"),
    ("c-4", None, "Nobody's"),
]


def metadata(content_id, user, title):
    full = {"id": content_id, "title": title, "topics": ["food"], "key_points": [1, 2.5, None]}
    values = {
        "title": title,
        "summary": "About " + title,
        "content_type": "recipe",
        "topics": json.dumps(["food"]),
        "tags": json.dumps([]),
        "created_at": "2024-05-01T10:00:00.5",
        "source_url": "https://example.org/" + content_id,
        "full_content": json.dumps(full, ensure_ascii=False),
    }
    if user is not None:
        values["user_id"] = user
    return values


def main(archive):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "content-memory"
        client = chromadb.PersistentClient(str(path))
        contents = client.create_collection("contents", metadata={"hnsw:space": "cosine"})
        contents.add(
            ids=[c[0] for c in CONTENTS],
            documents=["Text of " + c[2] for c in CONTENTS],
            metadatas=[metadata(*c) for c in CONTENTS],
            embeddings=[[1.0, i / 4, -0.5] for i in range(len(CONTENTS))],
        )
        entities = client.create_collection("entities", metadata={"hnsw:space": "cosine"})
        entities.add(
            ids=["e-1", "e-2"],
            documents=["salt", "flour"],
            metadatas=[
                {"user_id": "1", "content_id": "c-1", "entity_name": "salt", "entity_type": "ingredient"},
                {"user_id": "2", "content_id": "c-3", "entity_name": "flour", "entity_type": "ingredient"},
            ],
            embeddings=[[0.5, 0.25, 1.0], [0.25, 0.5, 2.0]],
        )
        del client
        copy = Path(folder) / "copy" / "content-memory"
        shutil.copytree(path, copy)
        with tarfile.open(archive, "w:gz") as tar:
            tar.add(copy, arcname="content-memory")


if __name__ == "__main__":
    main(sys.argv[1])
