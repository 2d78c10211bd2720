"""Writes the fixtures of the package qdrant with the local mode of Qdrant's Python client.

    python make_qdrant_fixtures.py RESOURCES              # with pydantic 2
    python make_qdrant_fixtures.py RESOURCES --pydantic1  # the same collections with pydantic 1

The versions are pinned in requirements-qdrant.txt and requirements-qdrant-pydantic1.txt. What a
reader must find is written beside the fixtures, as *.expected.json; it is computed here, from the
values themselves, and not by reading any file back.
"""

import json
import pathlib
import shutil
import sys

import numpy as np
from qdrant_client import QdrantClient, models

DENSE = models.VectorParams


def single(number):
    return float(np.float32(number))


def expected_vector(vector):
    if isinstance(vector, models.SparseVector):
        return {"indices": vector.indices, "values": [single(v) for v in vector.values]}
    if isinstance(vector, dict):
        return {name: expected_vector(v) for name, v in vector.items()}
    if vector and isinstance(vector[0], list):
        return [expected_vector(v) for v in vector]
    return [single(v) for v in vector]


def point(id, vector, payload=None):
    return models.PointStruct(id=id, vector=vector, payload=payload)


COLLECTIONS = [
    (
        "plain",
        {"vectors_config": DENSE(size=3, distance=models.Distance.EUCLID)},
        [
            point(7, [0.1, -0.0, 1e-45], {"page_content": "Zürich 🙂", "metadata": {"page": 3}}),
            point(2**64 - 1, [3.4028235e38, 1.0, 2.0], {"i": -(2**63), "f": 1e300, "whole": 2.0}),
            point("550E8400E29B41D4A716446655440000", [1.0, 2.0, 3.0], {"": "", "nested": [[[]]]}),
            point("urn:uuid:F9168C5E-CEB2-4FAA-B6BF-329BF39FA1E4", [0.0, 0.0, 0.0]),
        ],
        [],
    ),
    (
        "cosine",
        {"vectors_config": DENSE(size=2, distance=models.Distance.COSINE)},
        [point(1, [3.0, 4.0]), point(2, [0.0, 0.0]), point(3, [0.6, 0.8])],
        [],
    ),
    (
        "named",
        {
            "vectors_config": {
                "id": DENSE(size=2, distance=models.Distance.MANHATTAN),
                "embedding": DENSE(
                    size=1, distance=models.Distance.DOT, datatype=models.Datatype.UINT8
                ),
                "many": DENSE(
                    size=2,
                    distance=models.Distance.DOT,
                    multivector_config=models.MultiVectorConfig(
                        comparator=models.MultiVectorComparator.MAX_SIM
                    ),
                ),
            },
            "sparse_vectors_config": {"words": models.SparseVectorParams()},
        },
        [
            point(
                1,
                {
                    "id": [0.1, 0.2],
                    "embedding": [7.0],
                    "many": [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]],
                    "words": models.SparseVector(indices=[9, 0, 999999999], values=[0.1, 2.0, -3.0]),
                },
                {"text": "all"},
            ),
            point(2, {"words": models.SparseVector(indices=[], values=[])}, {"text": "one"}),
            point(3, {}, {}),
        ],
        [],
    ),
    (
        "far",
        {
            "vectors_config": {},
            "sparse_vectors_config": {"bm25": models.SparseVectorParams()},
        },
        [
            point(
                1,
                {"bm25": models.SparseVector(indices=[4294967295, 5], values=[0.5, 0.1])},
            ),
            point(2, {"bm25": models.SparseVector(indices=[1], values=[1.0])}),
        ],
        [],
    ),
    ("empty", {"vectors_config": DENSE(size=4, distance=models.Distance.DOT)}, [], []),
    (
        "refused",
        {"vectors_config": DENSE(size=1, distance=models.Distance.DOT)},
        [point(1, [1.0], {"kept": True}), point(2, [2.0], {"a": {"b": {1, 2}}})],
        [2],
    ),
]


def make(folder):
    shutil.rmtree(folder, ignore_errors=True)
    client = QdrantClient(path=str(folder))
    expected = []
    for name, config, points, refused in COLLECTIONS:
        client.create_collection(name, **config)
        if points:
            client.upsert(name, points)
        kept = [p for p in points if p.id not in refused]
        expected.append(
            {
                "name": name,
                "count": len(points),
                "points": [
                    {
                        "id": p.id,
                        "vector": expected_vector(p.vector),
                        "payload": p.payload or {},
                    }
                    for p in kept
                ],
            }
        )
    client.update_collection_aliases(
        [
            models.CreateAliasOperation(
                create_alias=models.CreateAlias(collection_name="plain", alias_name="current")
            )
        ]
    )
    client.close()
    path = folder.with_name(folder.name + ".expected.json")
    path.write_text(json.dumps({"collections": expected}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    root = pathlib.Path(sys.argv[1]) / "qdrant"
    make(root / ("local-pydantic1" if "--pydantic1" in sys.argv else "local"))
