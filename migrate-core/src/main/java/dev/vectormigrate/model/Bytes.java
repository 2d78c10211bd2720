package dev.vectormigrate.model;

import java.util.Arrays;

/** Binary data. Immutable; equal to the same bytes. */
public final class Bytes {

  private final byte[] bytes;

  private Bytes(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Makes a value that owns the given array: the caller must not change it any more. */
  public static Bytes wrap(byte[] bytes) {
    return new Bytes(bytes);
  }

  /** Makes a value of a copy of the given bytes. */
  public static Bytes of(byte... bytes) {
    return new Bytes(bytes.clone());
  }

  /** How many bytes there are. */
  public int length() {
    return bytes.length;
  }

  /** A copy of the bytes. */
  public byte[] toArray() {
    return bytes.clone();
  }

  /** The bytes themselves; a view that the caller must not change. */
  public byte[] view() {
    return bytes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Names the length alone, so that no content reaches a log. */
  @Override
  public String toString() {
    return "bytes(" + bytes.length + ")";
  }
}
