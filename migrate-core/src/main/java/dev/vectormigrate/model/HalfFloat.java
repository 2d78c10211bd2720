package dev.vectormigrate.model;

/**
 * Numbers of half precision (IEEE 754 binary16), as {@code halfvec} keeps them: 11 significant
 * bits, at most 65,504 in size, the smallest above zero 2^-24.
 */
public final class HalfFloat {

  private static final int INFINITY = 0x7c00;
  private static final int NOT_A_NUMBER = 0x7e00;
  private static final int SIGN = 0x8000;

  /** Of a single precision float: 65,520, from which on numbers round to infinity. */
  private static final int FIRST_INFINITE = 0x477ff000;

  /** Of a single precision float: 2^-14, the smallest normal number of half precision. */
  private static final int FIRST_NORMAL = 0x38800000;

  /** Of a single precision float: 2^-25, half of the smallest number above zero. */
  private static final int LAST_ZERO = 0x33000000;

  private HalfFloat() {}

  /** The bits of the nearest number of half precision; of two equally near ones, the even one. */
  public static short toBits(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & SIGN;
    int magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000) {
      return (short) (sign | NOT_A_NUMBER);
    }
    if (magnitude >= FIRST_INFINITE) {
      return (short) (sign | INFINITY);
    }
    return (short) (sign | (magnitude >= FIRST_NORMAL ? normal(magnitude) : subnormal(magnitude)));
  }

  private static int normal(int magnitude) {
    int rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
    return (rounded - (112 << 23)) >>> 13;
  }

  private static int subnormal(int magnitude) {
    if (magnitude <= LAST_ZERO) {
      return 0;
    }
    int mantissa = (magnitude & 0x7fffff) | 0x800000;
    int shift = 126 - (magnitude >>> 23);
    int half = mantissa >>> shift;
    int rest = mantissa & ((1 << shift) - 1);
    int middle = 1 << (shift - 1);
    boolean up = rest > middle || (rest == middle && (half & 1) == 1);
    return up ? half + 1 : half;
  }

  /** The number that these bits stand for. */
  public static float fromBits(short half) {
    int sign = (half & SIGN) << 16;
    int exponent = (half >>> 10) & 0x1f;
    int mantissa = half & 0x3ff;
    if (exponent == 0x1f) {
      return Float.intBitsToFloat(sign | 0x7f800000 | (mantissa << 13));
    }
    if (exponent == 0) {
      float size = mantissa * 0x1p-24f;
      return sign == 0 ? size : -size;
    }
    return Float.intBitsToFloat(sign | ((exponent + 112) << 23) | (mantissa << 13));
  }

  /** The nearest number of half precision; infinite where that is too large. */
  public static float round(float value) {
    return fromBits(toBits(value));
  }
}
