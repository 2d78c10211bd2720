package dev.vectormigrate.model;

import java.util.Arrays;

/**
 * A vector of single precision floats of which only those that are not zero are held. Components
 * that are zero, of either sign, are left out: two vectors are equal if their other components are,
 * bit by bit.
 */
public final class SparseVector {

  private final int dimension;
  private final int[] indices;
  private final float[] values;

  private SparseVector(int dimension, int[] indices, float[] values) {
    this.dimension = dimension;
    this.indices = indices;
    this.values = values;
  }

  /**
   * Makes a vector of copies of the given arrays.
   *
   * @param dimension components with the zeros, at least 1
   * @param indices positions of the components from 0, in any order, each once
   * @param values the components at these positions
   * @throws IllegalArgumentException if the arrays differ in length, or a position is out of range
   *     or there twice; the message has no value
   */
  public static SparseVector of(int dimension, int[] indices, float[] values) {
    if (indices.length != values.length) {
      throw new IllegalArgumentException(
          "sparse vector: %d positions, expected %d as there are values"
              .formatted(indices.length, values.length));
    }
    long[] entries = new long[indices.length];
    int count = 0;
    for (int i = 0; i < indices.length; i++) {
      inRange(indices[i], dimension);
      if (values[i] != 0) {
        entries[count++] = ((long) indices[i] << 32) | (Float.floatToRawIntBits(values[i]) & BITS);
      }
    }
    return sorted(dimension, Arrays.copyOf(entries, count));
  }

  private static final long BITS = 0xFFFF_FFFFL;

  private static void inRange(int index, int dimension) {
    if (index < 0 || index >= dimension) {
      throw new IllegalArgumentException(
          "sparse vector: position %d, expected 0 to %d".formatted(index, dimension - 1));
    }
  }

  private static SparseVector sorted(int dimension, long[] entries) {
    Arrays.sort(entries);
    int[] indices = new int[entries.length];
    float[] values = new float[entries.length];
    for (int i = 0; i < entries.length; i++) {
      indices[i] = (int) (entries[i] >> 32);
      values[i] = Float.intBitsToFloat((int) entries[i]);
      if (i > 0 && indices[i] == indices[i - 1]) {
        throw new IllegalArgumentException(
            "sparse vector: position %d twice, expected once".formatted(indices[i]));
      }
    }
    return new SparseVector(dimension, indices, values);
  }

  /** Components with the zeros. */
  public int dimension() {
    return dimension;
  }

  /** How many components are held. */
  public int size() {
    return indices.length;
  }

  /** The position, from 0, of the held component number {@code i}; they ascend. */
  public int index(int i) {
    return indices[i];
  }

  /** The held component number {@code i}; never zero. */
  public float value(int i) {
    return values[i];
  }

  /** The Euclidean length, computed in double precision. */
  public double norm() {
    return Vector.wrap(values).norm();
  }

  /** Whether no component is NaN or infinite. */
  public boolean isFinite() {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SparseVector that
        && dimension == that.dimension
        && Arrays.equals(indices, that.indices)
        && Vector.wrap(values).equals(Vector.wrap(that.values));
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(indices) + Arrays.hashCode(values);
  }

  /** Names the dimension and the number of components alone, so that no content reaches a log. */
  @Override
  public String toString() {
    return "sparse vector(" + indices.length + " of " + dimension + ")";
  }
}
