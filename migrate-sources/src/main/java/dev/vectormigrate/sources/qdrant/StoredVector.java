package dev.vectormigrate.sources.qdrant;

import java.util.List;

/** A vector of a point, as the store has it. The arrays are owned by it. */
sealed interface StoredVector {

  /** What kind it is, for messages. */
  VectorSpec.Form form();

  /** One number for every dimension. */
  record Dense(float[] components) implements StoredVector {

    @Override
    public VectorSpec.Form form() {
      return VectorSpec.Form.DENSE;
    }
  }

  /** Numbers at positions, which are unsigned numbers of 32 bits from 0. */
  record Sparse(int[] positions, float[] values) implements StoredVector {

    @Override
    public VectorSpec.Form form() {
      return VectorSpec.Form.SPARSE;
    }
  }

  /** Any number of dense vectors. */
  record Multi(List<float[]> vectors) implements StoredVector {

    @Override
    public VectorSpec.Form form() {
      return VectorSpec.Form.MULTI;
    }
  }
}
