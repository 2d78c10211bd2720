package dev.vectormigrate.cli;

import dev.vectormigrate.model.VectorIndex;

/** The vector indexes that can be asked for. */
enum IndexKind {
  HNSW,
  IVFFLAT,
  NONE;

  VectorIndex index() {
    return switch (this) {
      case HNSW -> VectorIndex.hnsw();
      case IVFFLAT -> VectorIndex.ivfflat();
      case NONE -> VectorIndex.none();
    };
  }
}
