package dev.vectormigrate.sources.inmemory;

import dev.vectormigrate.model.Json;
import dev.vectormigrate.sources.json.JsonValue;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a record holds beside its vector.
 *
 * @param text null where there is none
 * @param metadata null where there is none
 */
record Content(@Nullable String text, @Nullable Json metadata) {

  /**
   * Brings the parts of a record together.
   *
   * @param metadata an object, or null
   * @param others what the format has no place for; where it holds anything, it becomes a key of
   *     the metadata, so that it is not lost
   * @throws IllegalArgumentException if it cannot be migrated; the message holds no value
   */
  static Content of(
      @Nullable Object text, @Nullable Object metadata, Map<String, @Nullable Object> others) {
    return new Content(text(text), json(withOthers(object(metadata), others)));
  }

  private static @Nullable String text(@Nullable Object value) {
    if (value != null && !(value instanceof String)) {
      throw new IllegalArgumentException("text: no text, expected one or null");
    }
    String text = (String) value;
    if (text != null && !JsonValue.isUnicode(text)) {
      throw new IllegalArgumentException("text: lone surrogate, which is not Unicode text");
    }
    return text;
  }

  private static @Nullable Map<String, @Nullable Object> object(@Nullable Object value) {
    if (value == null) {
      return null;
    }
    if (!(value instanceof Map<?, ?>)) {
      throw new IllegalArgumentException("metadata: no object, expected one or null");
    }
    return new JsonValue(value, null).members();
  }

  private static @Nullable Map<String, @Nullable Object> withOthers(
      @Nullable Map<String, @Nullable Object> metadata, Map<String, @Nullable Object> others) {
    Map<String, @Nullable Object> all = metadata;
    for (Map.Entry<String, @Nullable Object> other : others.entrySet()) {
      if (!isEmpty(other.getValue())) {
        all = all == null ? new LinkedHashMap<>() : all;
        if (all.containsKey(other.getKey())) {
          throw new IllegalArgumentException(
              other.getKey() + ": in the record and in its metadata, expected it once");
        }
        all.put(other.getKey(), other.getValue());
      }
    }
    return all;
  }

  private static boolean isEmpty(@Nullable Object value) {
    return value == null
        || (value instanceof Collection<?> array && array.isEmpty())
        || (value instanceof Map<?, ?> object && object.isEmpty());
  }

  private static @Nullable Json json(@Nullable Map<String, @Nullable Object> metadata) {
    try {
      return metadata == null ? null : Json.of(metadata);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("metadata: " + e.getMessage(), e);
    }
  }
}
