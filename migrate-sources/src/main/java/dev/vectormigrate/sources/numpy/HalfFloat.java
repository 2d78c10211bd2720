package dev.vectormigrate.sources.numpy;

/**
 * Widens IEEE 754 half precision floats. Every half is exactly a float, so nothing is rounded:
 * zeros keep their sign, subnormals become normal floats, and NaNs keep their payload.
 */
public final class HalfFloat {

  private static final int FRACTION_BITS = 10;
  private static final int LARGEST_EXPONENT = 0x1F;
  private static final int WIDER_BY = 23 - FRACTION_BITS;
  private static final int BIAS_DIFFERENCE = 127 - 15;
  private static final float SMALLEST_SUBNORMAL = 0x1p-24f;

  private HalfFloat() {}

  /** The float of the same value as the half with the given bits. */
  public static float toFloat(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = bits >>> FRACTION_BITS & LARGEST_EXPONENT;
    int fraction = bits & (1 << FRACTION_BITS) - 1;
    int magnitude =
        exponent == 0
            ? Float.floatToRawIntBits(fraction * SMALLEST_SUBNORMAL)
            : wideExponent(exponent) << 23 | fraction << WIDER_BY;
    return Float.intBitsToFloat(sign | magnitude);
  }

  private static int wideExponent(int exponent) {
    return exponent == LARGEST_EXPONENT ? 0xFF : exponent + BIAS_DIFFERENCE;
  }
}
