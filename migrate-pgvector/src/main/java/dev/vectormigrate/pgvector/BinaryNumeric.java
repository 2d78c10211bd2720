package dev.vectormigrate.pgvector;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.IntFunction;

/**
 * The binary form of {@code numeric}: count of digits, weight of the first, sign (0x4000 for
 * negative) and digits behind the point, then the digits of base 10,000; each an int16.
 */
final class BinaryNumeric {

  private static final BigInteger BASE = BigInteger.valueOf(10_000);
  private static final int DECIMALS_A_DIGIT = 4;
  private static final short NEGATIVE = 0x4000;

  private BinaryNumeric() {}

  /** Writes the length and the value; the scale must not be negative. */
  static void put(BigDecimal number, IntFunction<ByteBuffer> reserve) {
    int fraction = (number.scale() + DECIMALS_A_DIGIT - 1) / DECIMALS_A_DIGIT;
    BigInteger rest =
        number
            .abs()
            .setScale(fraction * DECIMALS_A_DIGIT, RoundingMode.UNNECESSARY)
            .unscaledValue();
    Deque<Short> digits = digits(rest);
    int weight = digits.size() - 1 - fraction;
    while (!digits.isEmpty() && digits.peekLast() == 0) {
      digits.removeLast();
    }
    int bytes = 8 + 2 * digits.size();
    ByteBuffer out = reserve.apply(4 + bytes).putInt(bytes).putShort((short) digits.size());
    out.putShort((short) (digits.isEmpty() ? 0 : weight));
    out.putShort(number.signum() < 0 ? NEGATIVE : 0).putShort((short) number.scale());
    digits.forEach(out::putShort);
  }

  private static Deque<Short> digits(BigInteger number) {
    Deque<Short> digits = new ArrayDeque<>();
    BigInteger rest = number;
    while (rest.signum() > 0) {
      BigInteger[] parts = rest.divideAndRemainder(BASE);
      digits.addFirst(parts[1].shortValueExact());
      rest = parts[0];
    }
    return digits;
  }

  /** Reads the value that stands at the buffer's position. */
  static BigDecimal get(ByteBuffer in) {
    int count = in.getShort();
    int weight = in.getShort();
    int sign = in.getShort();
    int scale = in.getShort();
    if (sign != 0 && sign != NEGATIVE) {
      throw new IllegalStateException("numeric: NaN or an infinity, expected a number");
    }
    BigInteger digits = BigInteger.ZERO;
    for (int i = 0; i < count; i++) {
      digits = digits.multiply(BASE).add(BigInteger.valueOf(in.getShort()));
    }
    int exponent = (count - 1 - weight) * DECIMALS_A_DIGIT;
    BigDecimal number = new BigDecimal(digits, exponent).setScale(scale, RoundingMode.UNNECESSARY);
    return sign == 0 ? number : number.negate();
  }
}
