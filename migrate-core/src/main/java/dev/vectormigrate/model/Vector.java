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

  /** Puts the components rounded to half precision, as {@link #putInto}: 2 bytes each. */
  public void putHalvesInto(ByteBuffer buffer) {
    for (float component : components) {
      buffer.putShort(HalfFloat.toBits(component));
    }
  }

  /** This vector with every component rounded to half precision; infinite where it is too large. */
  public Vector toHalfPrecision() {
    float[] rounded = new float[components.length];
    for (int i = 0; i < rounded.length; i++) {
      rounded[i] = HalfFloat.round(components[i]);
    }
    return new Vector(rounded);
  }

  /** The Euclidean length, computed in double precision. */
  public double norm() {
    return Math.sqrt(sumOfSquares());
  }

  private double sumOfSquares() {
    double squares = 0;
    int rest = components.length % 8;
    for (int i = 0; i < rest; i++) {
      squares += square(i);
    }
    return squares + squares(rest);
  }

  /** Eight sums that do not wait for each other: they are taken of every vector that moves. */
  private double squares(int from) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    double e = 0;
    double f = 0;
    double g = 0;
    double h = 0;
    for (int i = from; i + 7 < components.length; i += 8) {
      a += square(i);
      b += square(i + 1);
      c += square(i + 2);
      d += square(i + 3);
      e += square(i + 4);
      f += square(i + 5);
      g += square(i + 6);
      h += square(i + 7);
    }
    return a + b + c + d + e + f + g + h;
  }

  private double square(int index) {
    return (double) components[index] * components[index];
  }

  /** Whether no component is NaN or infinite. */
  public boolean isFinite() {
    // The squares of finite floats are far from what a double can't hold.
    return Double.isFinite(sumOfSquares());
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
