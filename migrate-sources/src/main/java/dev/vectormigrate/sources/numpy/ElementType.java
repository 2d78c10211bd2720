package dev.vectormigrate.sources.numpy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How one element of an array is stored: NumPy's kind, size and byte order, as in {@code <f4}.
 *
 * @param kind what it is
 * @param bytes how many it takes
 * @param order of its bytes
 */
public record ElementType(Kind kind, int bytes, ByteOrder order) {

  /** What an element is. */
  public enum Kind {
    /** IEEE 754 half, single or double precision. */
    FLOAT,
    /** Two's complement. */
    SIGNED,
    /** Without sign. */
    UNSIGNED,
    /** Text of a fixed number of code points, four bytes each, padded with U+0000. */
    TEXT
  }

  /** What most stores hold: single precision floats, least significant byte first. */
  public static final ElementType FLOAT32 =
      new ElementType(Kind.FLOAT, Float.BYTES, ByteOrder.LITTLE_ENDIAN);

  private static final Pattern DESCRIPTION = Pattern.compile("([<>|=])?([a-zA-Z])(\\d{0,9})");
  private static final int BYTES_PER_CODE_POINT = 4;

  /**
   * Reads NumPy's description of a type. Where the byte order is not said, as in a pickle, it is
   * little-endian, like that of the machines that NumPy runs on.
   *
   * @throws IOException if vectors or ids cannot be of this type
   */
  public static ElementType of(String description) throws IOException {
    Matcher matcher = DESCRIPTION.matcher(description);
    if (!matcher.matches()) {
      throw unsupported(description);
    }
    ByteOrder order = ">".equals(matcher.group(1)) ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    int size = matcher.group(3).isEmpty() ? 0 : Integer.parseInt(matcher.group(3));
    return of(description, matcher.group(2).charAt(0), size, order);
  }

  private static ElementType of(String description, char letter, int size, ByteOrder order)
      throws IOException {
    boolean known =
        switch (letter) {
          case 'f' -> size == 2 || size == 4 || size == 8;
          case 'i' -> size == 1 || size == 2 || size == 4 || size == 8;
          case 'u' -> size == 1 || size == 2 || size == 4;
          case 'U' -> size < Integer.MAX_VALUE / BYTES_PER_CODE_POINT;
          default -> false;
        };
    if (!known) {
      throw unsupported(description);
    }
    return switch (letter) {
      case 'f' -> new ElementType(Kind.FLOAT, size, order);
      case 'i' -> new ElementType(Kind.SIGNED, size, order);
      case 'u' -> new ElementType(Kind.UNSIGNED, size, order);
      default -> new ElementType(Kind.TEXT, size * BYTES_PER_CODE_POINT, order);
    };
  }

  private static IOException unsupported(String description) {
    if (description.matches("[<>|=]?O\\d{0,2}")) {
      return new IOException(
          "elements of type '|O': Python objects, expected numbers. Save the vectors as an array of"
              + " float32");
    }
    return new IOException(
        "elements of type '"
            + (description.length() > 20 ? description.substring(0, 20) + "..." : description)
            + "': expected floats of 2, 4 or 8 bytes, integers or text");
  }

  /** Whether elements are numbers. */
  public boolean isNumber() {
    return kind != Kind.TEXT;
  }

  /** Whether every element is exactly a single precision float. */
  public boolean alwaysFits() {
    return kind == Kind.FLOAT ? bytes <= Float.BYTES : bytes < Float.BYTES;
  }

  /**
   * Reads as many numbers as there are places, from the buffer's position on.
   *
   * @return whether every number was exactly a single precision float; else it is rounded to one
   */
  public boolean decode(ByteBuffer from, float[] into) {
    ByteBuffer ordered = from.slice().order(order);
    return switch (kind) {
      case FLOAT -> decodeFloats(ordered, into);
      case SIGNED -> decodeSigned(ordered, into);
      case UNSIGNED -> decodeUnsigned(ordered, into);
      case TEXT -> throw new IllegalStateException("text: expected numbers");
    };
  }

  private boolean decodeFloats(ByteBuffer from, float[] into) {
    if (bytes == Double.BYTES) {
      return decodeDoubles(from, into);
    }
    if (bytes == Float.BYTES) {
      from.asFloatBuffer().get(into);
      return true;
    }
    for (int i = 0; i < into.length; i++) {
      into[i] = HalfFloat.toFloat(from.getShort(Short.BYTES * i));
    }
    return true;
  }

  private static boolean decodeDoubles(ByteBuffer from, float[] into) {
    boolean exact = true;
    for (int i = 0; i < into.length; i++) {
      double value = from.getDouble(Double.BYTES * i);
      into[i] = (float) value;
      exact &= isFloat(value);
    }
    return exact;
  }

  /** Whether a number is exactly a single precision float; NaN is. */
  public static boolean isFloat(double value) {
    return (float) value == value || Double.isNaN(value);
  }

  /** Whether an integer is exactly a single precision float. */
  public static boolean isFloat(long value) {
    float rounded = value;
    return rounded < 0x1p63f && (long) rounded == value;
  }

  private boolean decodeSigned(ByteBuffer from, float[] into) {
    boolean exact = true;
    for (int i = 0; i < into.length; i++) {
      long value = signedAt(from, bytes * i);
      into[i] = value;
      exact &= isFloat(value);
    }
    return exact;
  }

  private long signedAt(ByteBuffer from, int at) {
    return switch (bytes) {
      case Byte.BYTES -> from.get(at);
      case Short.BYTES -> from.getShort(at);
      case Integer.BYTES -> from.getInt(at);
      default -> from.getLong(at);
    };
  }

  private boolean decodeUnsigned(ByteBuffer from, float[] into) {
    boolean exact = true;
    long mask = -1L >>> (Long.SIZE - 8 * bytes);
    for (int i = 0; i < into.length; i++) {
      long value = signedAt(from, bytes * i) & mask;
      into[i] = value;
      exact &= isFloat(value);
    }
    return exact;
  }

  /**
   * Reads one text, or one integer as a {@link Long}, from the buffer's position on.
   *
   * @throws CharacterCodingException if it is not Unicode
   */
  Object decodeValue(ByteBuffer from) throws CharacterCodingException {
    if (kind == Kind.TEXT) {
      String padded = charset().newDecoder().decode(from.slice().limit(bytes)).toString();
      return withoutPadding(padded);
    }
    long value = signedAt(from.slice().order(order), 0);
    return kind == Kind.SIGNED ? value : value & (-1L >>> (Long.SIZE - 8 * bytes));
  }

  private Charset charset() {
    return Charset.forName(order == ByteOrder.LITTLE_ENDIAN ? "UTF-32LE" : "UTF-32BE");
  }

  /** Reads a text from the buffer's position on; what is not Unicode becomes U+FFFD. */
  String decodeText(ByteBuffer from) {
    return withoutPadding(charset().decode(from.slice().limit(bytes)).toString());
  }

  private static String withoutPadding(String padded) {
    int end = padded.length();
    while (end > 0 && padded.charAt(end - 1) == 0) {
      end--;
    }
    return padded.substring(0, end);
  }
}
