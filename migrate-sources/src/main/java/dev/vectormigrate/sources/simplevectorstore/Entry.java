package dev.vectormigrate.sources.simplevectorstore;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.vectormigrate.model.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the metadata.
 *
 * @param id as it is there, null where there is none
 * @param text null where there is none
 * @param metadata everything else
 */
record Entry(@Nullable String id, @Nullable String text, Json metadata) {

  private static final String ID = "id";
  private static final List<String> TEXT_KEYS = List.of("text", "page_content", "content");

  /**
   * Reads an entry.
   *
   * @throws IllegalArgumentException if it cannot be moved, with the reason and without any content
   */
  static Entry parse(byte[] json) {
    try (JsonParser parser = EntryIndex.JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("metadata: not an object, expected one");
      }
      return of(objectAt(parser));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("metadata: not JSON", e);
    } catch (IOException e) {
      throw new IllegalArgumentException("metadata: " + e.getMessage(), e);
    }
  }

  private static Entry of(Map<String, @Nullable Object> values) {
    String id = idOf(values.get(ID));
    if (values.get(ID) instanceof String) {
      values.remove(ID);
    }
    String text = null;
    for (String key : TEXT_KEYS) {
      if (text == null && values.get(key) instanceof String candidate) {
        text = candidate;
        values.remove(key);
      }
    }
    requireUnicode("id", id);
    requireUnicode("text", text);
    return new Entry(id, text, metadata(values));
  }

  private static Json metadata(Map<String, @Nullable Object> values) {
    try {
      return Json.of(values);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("metadata: " + e.getMessage(), e);
    }
  }

  private static void requireUnicode(String what, @Nullable String text) {
    try {
      Json.of(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(what + ": " + e.getMessage(), e);
    }
  }

  private static @Nullable String idOf(@Nullable Object value) {
    boolean usable = value instanceof String || value instanceof Number || value instanceof Boolean;
    return usable ? String.valueOf(value) : null;
  }

  /** The id that the parser stands on, as {@link #id()} would have it. */
  static @Nullable String idAt(JsonParser parser) throws IOException {
    return parser.currentToken().isScalarValue() ? idOf(valueAt(parser)) : null;
  }

  private static @Nullable Object valueAt(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> objectAt(parser);
      case START_ARRAY -> arrayAt(parser);
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> integerAt(parser);
      case VALUE_NUMBER_FLOAT ->
          parser.isNaN() ? parser.getDoubleValue() : parser.getDecimalValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }

  private static Object integerAt(JsonParser parser) throws IOException {
    return switch (parser.getNumberType()) {
      case INT, LONG -> parser.getLongValue();
      default -> parser.getBigIntegerValue();
    };
  }

  private static Map<String, @Nullable Object> objectAt(JsonParser parser) throws IOException {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      parser.nextToken();
      Object value = valueAt(parser);
      if (object.containsKey(key)) {
        throw new IllegalArgumentException("metadata: key '" + key + "': twice, expected once");
      }
      object.put(key, value);
    }
    return object;
  }

  private static List<@Nullable Object> arrayAt(JsonParser parser) throws IOException {
    List<@Nullable Object> array = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(valueAt(parser));
    }
    return array;
  }
}
