"""Makes ../resources/data.tar.gz: the local stores of a small application, as it would write them.

    python3 -m venv venv && venv/bin/pip install chromadb==1.0.20
    venv/bin/python make_data.py ../resources/data.tar.gz

Written with Python 3.11 and chromadb 1.0.20; the vectors are multiples of 1/64, so exact.
"""
import json
import sqlite3
import sys
import tarfile
import tempfile
import uuid
from pathlib import Path

import chromadb
from chromadb.config import Settings

SCHEMA = """
CREATE TABLE items (id TEXT PRIMARY KEY, filename TEXT NOT NULL, original_filename TEXT,
  file_path TEXT NOT NULL, file_size INTEGER, mime_type TEXT,
  created_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE TABLE analyses (id TEXT PRIMARY KEY, item_id TEXT NOT NULL, version INTEGER DEFAULT 1,
  category TEXT, summary TEXT, raw_response TEXT, provider_used TEXT, model_used TEXT,
  trace_id TEXT, created_at TEXT NOT NULL, FOREIGN KEY (item_id) REFERENCES items(id));
CREATE TABLE embeddings (id TEXT PRIMARY KEY, item_id TEXT NOT NULL, analysis_id TEXT,
  embedding_model TEXT, embedding_dimensions INTEGER, embedding_source TEXT,
  created_at TEXT NOT NULL, FOREIGN KEY (item_id) REFERENCES items(id));
CREATE VIRTUAL TABLE items_fts USING fts5(item_id, content);
"""


def vector(prefix, n):
    return [((n * 7 + i * (3 + len(prefix))) % 64 - 32) / 64 for i in range(8)]


def tables(file, prefix, count):
    db = sqlite3.connect(file)
    db.executescript(SCHEMA)
    for n in range(count):
        item, at = f"{prefix}-item-{n}", f"2025-11-{n % 28 + 1:02d}T08:30:00.{n:06d}"
        db.execute("INSERT INTO items VALUES (?,?,?,?,?,?,?,?)",
                   (item, f"{n}.jpg", None, f"images/{n}.jpg", 1000 + n, "image/jpeg", at, at))
        raw = json.dumps({"category": "Grüße", "confidence": 1.0, "n": n})
        db.execute("INSERT INTO analyses VALUES (?,?,?,?,?,?,?,?,?,?)",
                   (f"{prefix}-analysis-{n}", item, 1, "food", "soup", raw, "x", "y", None, at))
        db.execute("INSERT INTO embeddings VALUES (?,?,?,?,?,?,?)",
                   (f"{prefix}-embedding-{n}", item, f"{prefix}-analysis-{n}", "voyage-3.5-lite",
                    8, json.dumps({"fields": ["summary"]}), at + "Z"))
        db.execute("INSERT INTO items_fts VALUES (?,?)", (item, "soup"))
    db.commit()
    db.close()


def vectors(folder, prefix, count):
    client = chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))
    gone = client.create_collection("old", metadata={"hnsw:space": "cosine"},
                                    embedding_function=None)
    gone.add(ids=["x"], embeddings=[vector("", 1)], documents=["gone"])
    client.delete_collection("old")
    collection = client.create_collection(f"collections_vectors_{prefix}",
                                          metadata={"hnsw:space": "cosine"},
                                          embedding_function=None)
    for n in range(count):
        # The ids are not those of the items.
        collection.add(ids=[str(uuid.uuid5(uuid.NAMESPACE_URL, f"{prefix}{n}"))],
                       embeddings=[vector(prefix, n)], documents=[f"{prefix} document {n}"],
                       metadatas=[{"item_id": f"{prefix}-item-{n}", "category": "food", "n": n}])


with tempfile.TemporaryDirectory() as folder:
    root = Path(folder)
    for prefix, count in (("golden", 5), ("prod", 40)):
        tables(root / f"collections_{prefix}.db", prefix, count)
        vectors(root / f"chroma_{prefix}", prefix, count)
    with tarfile.open(sys.argv[1], "w:gz", format=tarfile.GNU_FORMAT) as archive:
        for path in sorted(root.rglob("*")):
            archive.add(path, str(path.relative_to(root)), recursive=False)
