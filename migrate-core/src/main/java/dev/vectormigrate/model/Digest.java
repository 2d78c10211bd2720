package dev.vectormigrate.model;

import java.util.HexFormat;

/**
 * A 128-bit sum of row hashes, modulo 2<sup>128</sup>: the same for the same set of rows in any
 * order, and the digests of the parts of a set add up to the digest of the whole.
 */
public record Digest(long high, long low) {

  /** The digest of no rows. */
  public static final Digest NONE = new Digest(0, 0);

  /** The digest of both sets of rows together. */
  public Digest plus(Digest other) {
    long sum = low + other.low;
    long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
    return new Digest(high + other.high + carry, sum);
  }

  /** Reads what {@link #toString()} wrote. */
  public static Digest parse(String hex) {
    if (hex.length() != 32) {
      throw new IllegalArgumentException("digest: " + hex.length() + " digits, expected 32");
    }
    return new Digest(
        HexFormat.fromHexDigitsToLong(hex, 0, 16), HexFormat.fromHexDigitsToLong(hex, 16, 32));
  }

  /** 32 hexadecimal digits. */
  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
  }
}
