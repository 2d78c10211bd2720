package dev.vectormigrate.model;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A dense vector of single precision floats. Equality is bit by bit: {@code -0.0} differs from
 * {@code 0.0}.
 */
public final class Vector {

  private final float[] components;

  private Vector(float[] components) {
    this.components = components;
  }

  /** Makes a vector that owns the given array: the caller must not change it any more. */
  public static Vector wrap(float[] components) {
    return new Vector(components);
  }

  /** Makes a vector of a copy of the given components. */
  public static Vector of(float... components) {
    return new Vector(components.clone());
  }

  /** How many components there are. */
  public int dimension() {
    return components.length;
  }

  /** The component at a position from 0. */
  public float get(int index) {
    return components[index];
  }

  /** A copy of the components. */
  public float[] toArray() {
    return components.clone();
  }

  /** Puts the components at the buffer's position in the buffer's byte order: 4 bytes each. */
  public void putInto(ByteBuffer buffer) {
    buffer.asFloatBuffer().put(components);
    buffer.position(buffer.position() + Float.BYTES * components.length);
  }

  /** The Euclidean length, computed in double precision. */
  public double norm() {
    double even = 0;
    double odd = 0;
    int i = 0;
    for (; i + 1 < components.length; i += 2) {
      even += (double) components[i] * components[i];
      odd += (double) components[i + 1] * components[i + 1];
    }
    double last = i < components.length ? components[i] : 0;
    return Math.sqrt(even + odd + last * last);
  }

  /** Whether no component is NaN or infinite. */
  public boolean isFinite() {
    float poison = 0;
    for (float component : components) {
      poison += component * 0;
    }
    return poison == 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Vector vector && bitsEqual(components, vector.components);
  }

  private static boolean bitsEqual(float[] a, float[] b) {
    if (a.length != b.length) {
      return false;
    }
    for (int i = 0; i < a.length; i++) {
      if (Float.floatToRawIntBits(a[i]) != Float.floatToRawIntBits(b[i])) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(components);
  }

  /** Names the dimension alone, so that no content reaches a log. */
  @Override
  public String toString() {
    return "vector(" + components.length + ")";
  }
}
