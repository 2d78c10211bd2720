package dev.vectormigrate.sources.lightrag;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The declarations of attributes in one GraphML file, by id. The ids are of that file alone, and
 * one attribute may have several, with different types.
 */
final class GraphKeys {

  private static final int MOST_KEYS = 10_000;
  private static final int MOST_DIGITS = 20_000;

  private final Map<String, Key> keys = new HashMap<>();

  /** Types of attributes, of the GraphML names as networkx reads them. */
  private enum Type {
    INTEGER,
    FLOAT,
    BOOLEAN,
    TEXT
  }

  private record Key(String name, Type type) {}

  /** Declares a key; false where it is of an unknown type or one of far too many. */
  boolean declare(String id, @Nullable String name, @Nullable String type) {
    Type known = type(type == null ? "string" : type);
    if (known == null || keys.size() >= MOST_KEYS) {
      return false;
    }
    keys.put(id, new Key(name == null ? id : name, known));
    return true;
  }

  private static @Nullable Type type(String type) {
    return switch (type.toLowerCase(Locale.ROOT)) {
      case "long", "int", "integer" -> Type.INTEGER;
      case "double", "float" -> Type.FLOAT;
      case "boolean" -> Type.BOOLEAN;
      case "string" -> Type.TEXT;
      default -> null;
    };
  }

  /** The name of a key; its id where it is not declared. */
  String name(String id) {
    Key key = keys.get(id);
    return key == null ? id : key.name();
  }

  /**
   * Reads a value of a key.
   *
   * @throws IllegalArgumentException if it is not of the declared type; the message has no value
   */
  Object value(String id, String text) {
    Key key = keys.get(id);
    if (key == null) {
      throw new IllegalArgumentException("not declared, expected a key of the file");
    }
    try {
      return switch (key.type()) {
        case INTEGER -> integer(text.strip());
        case FLOAT -> decimal(text.strip());
        case BOOLEAN -> flag(text.strip());
        case TEXT -> text;
      };
    } catch (NumberFormatException e) {
      // Its message quotes the text.
      throw new IllegalArgumentException("not a number, expected one", null);
    }
  }

  private static Object integer(String text) {
    if (text.length() > MOST_DIGITS) {
      throw new NumberFormatException();
    }
    BigInteger value = new BigInteger(text);
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  /** Python writes what Java does not read: {@code nan} and {@code inf}. */
  private static Object decimal(String text) {
    switch (text.toLowerCase(Locale.ROOT)) {
      case "nan", "inf", "-inf", "infinity", "-infinity" -> {
        return Double.NaN;
      }
      default -> {
        if (text.length() > MOST_DIGITS) {
          throw new NumberFormatException();
        }
        return new BigDecimal(text).doubleValue();
      }
    }
  }

  private static Object flag(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw new IllegalArgumentException("not a boolean, expected true or false");
    };
  }
}
