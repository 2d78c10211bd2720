package dev.vectormigrate.model;

import com.fasterxml.jackson.core.io.NumberOutput;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes Java values as the canonical JSON that {@link Json} defines. Not thread-safe. */
final class CanonicalJsonWriter {

  private static final byte[] NULL = ascii("null");
  private static final byte[] TRUE = ascii("true");
  private static final byte[] FALSE = ascii("false");
  private static final byte[] HEX = ascii("0123456789abcdef");

  /** What {@code jsonb} takes after the point; far more than any program means. */
  static final int MOST_DIGITS = 16_383;

  static final int MOST_NESTING = 500;

  private final ByteArrayBuilder out = new ByteArrayBuilder(256);
  private boolean holdsNul;
  private boolean hadNegativeZero;
  private int depth;

  byte[] toByteArray() {
    return out.toByteArray();
  }

  boolean holdsNul() {
    return holdsNul;
  }

  boolean hadNegativeZero() {
    return hadNegativeZero;
  }

  void write(@Nullable Object value) {
    if (value == null) {
      out.write(NULL);
    } else if (value instanceof String text) {
      writeString(utf8(text));
    } else if (value instanceof Boolean flag) {
      out.write(flag ? TRUE : FALSE);
    } else if (value instanceof Number number) {
      hadNegativeZero |= isNegativeZero(number);
      out.write(ascii(plain(number)));
    } else if (value instanceof Map<?, ?> object) {
      nest();
      writeObject(object);
      depth--;
    } else if (value instanceof Collection<?> array) {
      nest();
      writeArray(array);
      depth--;
    } else {
      throw new IllegalArgumentException(
          "JSON value: "
              + value.getClass().getSimpleName()
              + ", expected text, number or the like");
    }
  }

  private void nest() {
    depth++;
    if (depth > MOST_NESTING) {
      throw new IllegalArgumentException("nested deeper than " + MOST_NESTING + " levels");
    }
  }

  private void writeArray(Collection<?> array) {
    out.write('[');
    boolean first = true;
    for (Object element : array) {
      if (!first) {
        out.write(',');
      }
      first = false;
      write(element);
    }
    out.write(']');
  }

  private static final class Member {

    private final String name;
    private final byte[] key;
    private final @Nullable Object value;

    Member(Map.Entry<?, ?> entry) {
      if (!(entry.getKey() instanceof String text)) {
        throw new IllegalArgumentException("JSON key: not text");
      }
      name = text;
      key = utf8(text);
      value = entry.getValue();
    }

    static int compare(Member a, Member b) {
      int byLength = Integer.compare(a.key.length, b.key.length);
      return byLength != 0 ? byLength : Arrays.compareUnsigned(a.key, b.key);
    }
  }

  private void writeObject(Map<?, ?> object) {
    Member[] members = new Member[object.size()];
    int count = 0;
    for (Map.Entry<?, ?> entry : object.entrySet()) {
      members[count++] = new Member(entry);
    }
    Arrays.sort(members, Member::compare);
    out.write('{');
    for (int i = 0; i < members.length; i++) {
      if (i > 0) {
        out.write(',');
      }
      writeMember(members[i]);
    }
    out.write('}');
  }

  private void writeMember(Member member) {
    writeString(member.key);
    out.write(':');
    try {
      write(member.value);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("key '" + member.name + "': " + e.getMessage(), e);
    }
  }

  private void writeString(byte[] text) {
    out.write('"');
    int from = 0;
    for (int i = 0; i < text.length; i++) {
      if (needsEscape(text[i])) {
        out.write(text, from, i - from);
        writeEscaped(text[i]);
        from = i + 1;
      }
    }
    out.write(text, from, text.length - from);
    out.write('"');
  }

  private static boolean needsEscape(byte b) {
    return b == '"' || b == '\\' || (b >= 0 && b < 0x20);
  }

  private void writeEscaped(byte b) {
    out.write('\\');
    switch (b) {
      case '"', '\\' -> out.write(b);
      case '\b' -> out.write('b');
      case '\f' -> out.write('f');
      case '\n' -> out.write('n');
      case '\r' -> out.write('r');
      case '\t' -> out.write('t');
      default -> writeUnicodeEscape(b);
    }
  }

  private void writeUnicodeEscape(byte b) {
    holdsNul |= b == 0;
    out.write('u');
    out.write('0');
    out.write('0');
    out.write(HEX[b >> 4]);
    out.write(HEX[b & 15]);
  }

  private static boolean isNegativeZero(Number number) {
    boolean isFloat = number instanceof Double || number instanceof Float;
    return isFloat && number.doubleValue() == 0 && 1 / number.doubleValue() < 0;
  }

  private static String plain(Number number) {
    if (number instanceof Double || number instanceof Float) {
      return plainFloat(number);
    }
    if (number instanceof BigDecimal decimal) {
      return plainDecimal(decimal);
    }
    if (number instanceof Long || number instanceof Integer || number instanceof BigInteger) {
      return limited(number.toString());
    }
    throw new IllegalArgumentException("JSON number: " + number.getClass().getSimpleName());
  }

  private static String plainFloat(Number number) {
    if (!Double.isFinite(number.doubleValue())) {
      throw new IllegalArgumentException("NaN or infinite, which JSON has no number for");
    }
    // Not Double.toString: its digits depend on the Java version, and with them the digest would.
    String shortest =
        number instanceof Float
            ? NumberOutput.toString(number.floatValue(), true)
            : NumberOutput.toString(number.doubleValue(), true);
    boolean plain = shortest.indexOf('E') < 0 && !shortest.equals("-0.0");
    return plain ? shortest : plainDecimal(new BigDecimal(shortest));
  }

  private static String plainDecimal(BigDecimal decimal) {
    BigDecimal shortest = decimal.stripTrailingZeros();
    // Before it is spelled out: a text as short as 1e1000000000 has a billion digits.
    long whole = (long) shortest.precision() - shortest.scale();
    if (whole > MOST_DIGITS || shortest.scale() > MOST_DIGITS) {
      throw tooLong();
    }
    return (shortest.scale() < 1 ? shortest.setScale(1) : shortest).toPlainString();
  }

  private static String limited(String digits) {
    if (digits.length() > MOST_DIGITS) {
      throw tooLong();
    }
    return digits;
  }

  static IllegalArgumentException tooLong() {
    return new IllegalArgumentException("number of more than " + MOST_DIGITS + " digits");
  }

  /** The bytes of Unicode text; {@code String.getBytes} would turn a lone surrogate into "?". */
  static byte[] utf8(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        i = pairEnd(text, i);
      }
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static int pairEnd(String text, int high) {
    if (high + 1 < text.length()
        && Character.isSurrogatePair(text.charAt(high), text.charAt(high + 1))) {
      return high + 1;
    }
    throw new IllegalArgumentException("lone surrogate, which is not Unicode text");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
