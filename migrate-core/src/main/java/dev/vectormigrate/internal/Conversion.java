package dev.vectormigrate.internal;

import dev.vectormigrate.model.Bytes;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Vector;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * Turns values into another type without losing anything of them. Takes the values of rows and
 * those of JSON documents. What can't be turned is an {@link IllegalArgumentException}, whose
 * message has no value. Immutable.
 *
 * @param type what comes out
 * @param zone of times that name no offset
 */
record Conversion(FieldType type, ZoneId zone) {

  /** A double is told from every other by so many digits. */
  private static final int MOST_DIGITS = 17;

  private static final int UUID_BYTES = 16;

  /** A decimal with a longer exponent would be written out with as many zeros. */
  private static final int MOST_SCALE = 20_000;

  /** The value in this type. */
  Object convert(Object value) {
    return switch (type.kind()) {
      case TEXT -> text(value);
      case INTEGER -> integer(value);
      case FLOAT -> floating(value);
      case DECIMAL -> decimal(value);
      case BOOLEAN -> flag(value);
      case UUID -> uuid(value);
      case TIMESTAMP -> Times.local(value, zone);
      case INSTANT -> Times.instant(value, zone);
      case BYTES -> bytes(value);
      case JSON -> json(value);
      case TEXTS -> texts(value);
      case VECTOR -> vector(value);
      case HALF_VECTOR -> halves(vector(value));
      case SPARSE_VECTOR -> same(value);
    };
  }

  private static Vector halves(Vector vector) {
    Vector rounded = vector.toHalfPrecision();
    if (vector.isFinite() && !rounded.isFinite()) {
      throw new IllegalArgumentException(
          "vector with a component beyond 65,504, which half precision can't hold");
    }
    return rounded;
  }

  private Object same(Object value) {
    if (type.kind().javaType().isInstance(value)) {
      return value;
    }
    throw refused(value, type.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '));
  }

  /** Names the class of the value, and never the value. */
  static IllegalArgumentException refused(Object value, String expected) {
    return new IllegalArgumentException(word(value) + ", expected " + expected);
  }

  private static String word(Object value) {
    if (value instanceof String) {
      return "a text";
    }
    if (value instanceof Number) {
      return "a number";
    }
    if (value instanceof Map<?, ?>) {
      return "a JSON object";
    }
    if (value instanceof Collection<?>) {
      return "a list";
    }
    return "a value of type " + value.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  /** JSON documents are looked at by what they hold. */
  private static Object opened(Object value) {
    if (value instanceof Json json) {
      Object content = json.toJava();
      if (content == null) {
        throw new IllegalArgumentException("JSON null, expected a value");
      }
      return content;
    }
    return value;
  }

  private static String text(Object value) {
    Object content = opened(value);
    if (content instanceof BigDecimal number) {
      return number.toPlainString();
    }
    boolean plain =
        content instanceof String
            || content instanceof Number
            || content instanceof Boolean
            || content instanceof UUID;
    if (plain) {
      return content.toString();
    }
    throw refused(content, "text");
  }

  private static Object integer(Object value) {
    Object content = opened(value);
    if (content instanceof Boolean flag) {
      return flag ? 1L : 0L;
    }
    try {
      return decimalOf(content, "a whole number of 64 bits").toBigIntegerExact().longValueExact();
    } catch (ArithmeticException e) {
      throw refused(content, "a whole number of 64 bits");
    }
  }

  private static Object floating(Object value) {
    Object content = opened(value);
    if (content instanceof Double) {
      return content;
    }
    BigDecimal number = decimalOf(content, "a number");
    double real = number.doubleValue();
    if (!isHeld(number, real)) {
      throw refused(content, "a number that a double holds");
    }
    return real;
  }

  /** Decimals of as many digits as a double has are taken for the double that they stand for. */
  private static boolean isHeld(BigDecimal number, double real) {
    if (!Double.isFinite(real) || (real == 0 && number.signum() != 0)) {
      return false;
    }
    BigDecimal digits = number.stripTrailingZeros();
    return (digits.scale() > 0 && digits.precision() <= MOST_DIGITS)
        || new BigDecimal(real).compareTo(number) == 0;
  }

  private static BigDecimal decimal(Object value) {
    BigDecimal number = decimalOf(opened(value), "a decimal number");
    if (Math.abs((long) number.scale()) > MOST_SCALE) {
      throw refused(number, "one of at most " + MOST_SCALE + " digits");
    }
    return number.scale() < 0 ? number.setScale(0) : number;
  }

  private static BigDecimal decimalOf(Object value, String expected) {
    if (value instanceof BigDecimal number) {
      return number;
    }
    if (value instanceof BigInteger number) {
      return new BigDecimal(number);
    }
    if (value instanceof Long number) {
      return BigDecimal.valueOf(number);
    }
    if (value instanceof Double number && Double.isFinite(number)) {
      return new BigDecimal(number.toString());
    }
    if (value instanceof String text && text.length() <= MOST_SCALE) {
      try {
        return new BigDecimal(text.strip());
      } catch (NumberFormatException e) {
        throw refused(value, expected);
      }
    }
    throw refused(value, expected);
  }

  private static Object flag(Object value) {
    Object content = opened(value);
    if (content instanceof Boolean) {
      return content;
    }
    if (content instanceof Long number && (number == 0 || number == 1)) {
      return number == 1;
    }
    if (content instanceof String text) {
      switch (text.strip().toLowerCase(Locale.ROOT)) {
        case "true", "t", "yes", "y", "on", "1" -> {
          return true;
        }
        case "false", "f", "no", "n", "off", "0" -> {
          return false;
        }
        default -> throw refused(content, "true or false");
      }
    }
    throw refused(content, "true or false");
  }

  private static Object uuid(Object value) {
    Object content = opened(value);
    if (content instanceof UUID) {
      return content;
    }
    if (content instanceof Bytes bytes && bytes.length() == UUID_BYTES) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes.view());
      return new UUID(buffer.getLong(), buffer.getLong());
    }
    UUID id = content instanceof String text ? NameUuid.parse(hyphenated(text.strip())) : null;
    if (id == null) {
      throw refused(content, "a UUID");
    }
    return id;
  }

  /** Some stores keep the digits alone. */
  private static String hyphenated(String text) {
    return text.length() == 2 * UUID_BYTES && text.indexOf('-') < 0
        ? String.join(
            "-",
            text.substring(0, 8),
            text.substring(8, 12),
            text.substring(12, 16),
            text.substring(16, 20),
            text.substring(20))
        : text;
  }

  private static Object bytes(Object value) {
    if (value instanceof Bytes) {
      return value;
    }
    throw refused(value, "binary data");
  }

  private static Json json(Object value) {
    if (value instanceof Json json) {
      return json;
    }
    if (value instanceof Bytes bytes) {
      return Json.parse(bytes.view());
    }
    return value instanceof String text ? Json.parse(text) : Json.of(value);
  }

  private static List<String> texts(Object value) {
    Object content = opened(value instanceof String text ? Json.parse(text) : value);
    if (content instanceof Collection<?> items
        && items.stream().allMatch(String.class::isInstance)) {
      return items.stream().map(String.class::cast).toList();
    }
    throw refused(content, "a list of texts");
  }

  private Vector vector(Object value) {
    Vector vector = vectorOf(value);
    if (type.dimension() > 0 && vector.dimension() != type.dimension()) {
      throw new IllegalArgumentException(
          "a vector of %d components, expected %d".formatted(vector.dimension(), type.dimension()));
    }
    return vector;
  }

  private static Vector vectorOf(Object value) {
    if (value instanceof Vector vector) {
      return vector;
    }
    if (value instanceof Bytes bytes) {
      return vector(bytes);
    }
    Object content = opened(value instanceof String text ? Json.parse(text) : value);
    if (content instanceof Collection<?> numbers) {
      return vector(new ArrayList<>(numbers));
    }
    throw refused(content, "a vector: a JSON array of numbers, or its bytes as float32");
  }

  private static Vector vector(Bytes bytes) {
    if (bytes.length() % Float.BYTES != 0) {
      throw new IllegalArgumentException(
          "binary data of %d bytes, expected a vector of 4 bytes a component"
              .formatted(bytes.length()));
    }
    float[] components = new float[bytes.length() / Float.BYTES];
    ByteBuffer.wrap(bytes.view()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(components);
    return Vector.wrap(components);
  }

  private static Vector vector(List<?> numbers) {
    float[] components = new float[numbers.size()];
    for (int i = 0; i < components.length; i++) {
      if (!(numbers.get(i) instanceof Number number)) {
        throw refused(numbers, "only numbers in it");
      }
      components[i] = number.floatValue();
      if (Float.isInfinite(components[i])) {
        throw refused(numbers, "only numbers in it that a float holds");
      }
    }
    return Vector.wrap(components);
  }
}
