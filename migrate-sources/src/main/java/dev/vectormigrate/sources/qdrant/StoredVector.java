package dev.vectormigrate.sources.qdrant;

import java.util.List;

/** A vector of a point, as the store has it. The arrays are owned by it. */
sealed interface StoredVector {

  /** What kind it is, for messages. */
  VectorSpec.Form form();

  /** One number for every dimension. */
  final class Dense implements StoredVector {

    private final float[] components;

    Dense(float[] components) {
      this.components = components;
    }

    float[] components() {
      return components;
    }

    @Override
    public VectorSpec.Form form() {
      return VectorSpec.Form.DENSE;
    }
  }

  /** Numbers at positions, which are unsigned numbers of 32 bits from 0. */
  final class Sparse implements StoredVector {

    private final int[] positions;
    private final float[] values;

    Sparse(int[] positions, float[] values) {
      this.positions = positions;
      this.values = values;
    }

    int[] positions() {
      return positions;
    }

    float[] values() {
      return values;
    }

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
