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

  /** A number that a double holds exactly has no more digits than this. */
  private static final long MOST_EXACT = 1L << 53;

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
      case SPARSE_VECTOR -> same(value);
    };
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
    if (content instanceof Long number && Math.abs(number) > MOST_EXACT) {
      throw refused(content, "a number that a double holds exactly");
    }
    return decimalOf(content, "a number").doubleValue();
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
    if (content instanceof String text) {
      UUID id = NameUuid.parse(text);
      if (id != null) {
        return id;
      }
    }
    throw refused(content, "a UUID");
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
    return value instanceof String text ? Json.parse(text) : Json.of(value);
  }

  private static List<String> texts(Object value) {
    Object content = opened(value);
    if (content instanceof Collection<?> items
        && items.stream().allMatch(String.class::isInstance)) {
      return items.stream().map(String.class::cast).toList();
    }
    throw refused(content, "a list of texts");
  }

  private static Vector vector(Object value) {
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
    }
    return Vector.wrap(components);
  }
}
