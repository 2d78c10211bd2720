package dev.vectormigrate.sources.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.vectormigrate.model.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value as Java values of the classes that {@link Json#of} takes. It is always read to its
 * end; what keeps it from being migrated is told afterwards, so that a reader can refuse this one
 * and go on with the next.
 *
 * @param java the value
 * @param problem why it cannot be migrated, naming the key but never the value; null where it can
 */
public record JsonValue(@Nullable Object java, @Nullable String problem) {

  private static final int MOST_DIGITS = 20_000;

  /** Reads the value that a parser stands at, which afterwards stands at its last token. */
  public static JsonValue read(JsonParser parser) throws IOException {
    Reading reading = new Reading(parser);
    Object value = reading.value();
    return new JsonValue(value, reading.problem);
  }

  /**
   * The value as a document.
   *
   * @throws IllegalArgumentException if it cannot be one; the message never contains any value
   */
  public Json toJson() {
    if (problem != null) {
      throw new IllegalArgumentException(problem);
    }
    return Json.of(java);
  }

  /** The members of a value that is known to be an object; the caller may change the map. */
  @SuppressWarnings("unchecked") // Objects are made here, with keys that are text.
  public Map<String, @Nullable Object> members() {
    if (java instanceof Map<?, ?>) {
      return (Map<String, @Nullable Object>) java;
    }
    throw new IllegalStateException("JSON value: expected an object");
  }

  /**
   * Whether a text is free of lone surrogates, which JSON can escape and Unicode text cannot hold.
   */
  public static boolean isUnicode(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (i + 1 == text.length()
            || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  /** A text that may hold lone surrogates, in which they are written as JSON would escape them. */
  public static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 5);
    text.codePoints()
        .forEach(
            c -> {
              if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                escaped.append("\\u%04x".formatted(c));
              } else {
                escaped.appendCodePoint(c);
              }
            });
    return escaped.toString();
  }

  private static final class Reading {

    private final JsonParser parser;
    private @Nullable String problem;

    Reading(JsonParser parser) {
      this.parser = parser;
    }

    @Nullable Object value() throws IOException {
      JsonToken token = parser.currentToken();
      return switch (token) {
        case START_OBJECT -> object();
        case START_ARRAY -> array();
        case VALUE_STRING -> parser.getText();
        case VALUE_NUMBER_INT -> integer();
        case VALUE_NUMBER_FLOAT -> decimal();
        case VALUE_TRUE -> true;
        case VALUE_FALSE -> false;
        case VALUE_NULL -> null;
        default -> throw new IllegalStateException(token + ": expected the begin of a value");
      };
    }

    private Map<String, @Nullable Object> object() throws IOException {
      Map<String, @Nullable Object> object = new LinkedHashMap<>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String key = parser.currentName();
        parser.nextToken();
        boolean twice = object.containsKey(key);
        object.put(key, member(key));
        if (twice) {
          note("key '" + key + "': twice, expected once");
        }
      }
      return object;
    }

    private @Nullable Object member(String key) throws IOException {
      String before = problem;
      Object value = value();
      if (before == null && problem != null) {
        problem = "key '" + key + "': " + problem;
      }
      return value;
    }

    private List<@Nullable Object> array() throws IOException {
      List<@Nullable Object> array = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        array.add(value());
      }
      return array;
    }

    private Object integer() throws IOException {
      return switch (parser.getNumberType()) {
        case INT, LONG -> parser.getLongValue();
        default -> parser.getBigIntegerValue();
      };
    }

    private Object decimal() throws IOException {
      if (parser.isNaN()) {
        note("NaN or infinite, which JSON has no number for");
        return 0L;
      }
      try {
        String text = parser.getText();
        BigDecimal decimal = new BigDecimal(text);
        if (decimal.signum() == 0 && text.startsWith("-")) {
          return -0.0; // a decimal would not tell that it had a sign
        }
        if (isPlain(decimal)) {
          return decimal;
        }
      } catch (NumberFormatException e) {
        // Only the exponent can be beyond what the class takes: the parser has checked the rest.
      }
      note("a number with too large an exponent, expected at most " + MOST_DIGITS + " digits");
      return 0L;
    }

    /** Documents are written without exponents: one of a few digits would fill the memory. */
    private static boolean isPlain(BigDecimal decimal) {
      return decimal.scale() <= MOST_DIGITS
          && (long) decimal.precision() - decimal.scale() <= MOST_DIGITS;
    }

    private void note(String reason) {
      if (problem == null) {
        problem = reason;
      }
    }
  }
}
