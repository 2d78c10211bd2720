package dev.vectormigrate.sources.llamaindex;

import dev.vectormigrate.model.Json;
import dev.vectormigrate.sources.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the docstore says of a node. In early 2023 (0.6.0), a node had {@code doc_id} and {@code
 * extra_info}, and its relationships were plain ids; {@code id_}, {@code metadata} and
 * relationships that are objects came later in that year, as {@code legacy_json_to_doc} of
 * LlamaIndex tells. Documents of newer releases have their text in a {@code text_resource} too.
 *
 * @param text null where there is none
 * @param metadata null where there is none
 * @param source the document that it is a part of, null where there is none
 * @param relationships null where there are none
 * @param rest everything else
 */
record StoredNode(
    @Nullable String text,
    @Nullable Json metadata,
    @Nullable String source,
    @Nullable Json relationships,
    Json rest) {

  private static final String DATA = "__data__";
  private static final String TEXT = "text";
  private static final String SOURCE = "1";

  /**
   * Takes a node apart.
   *
   * @param id its key
   * @throws IllegalArgumentException if it cannot be migrated; the message holds no value
   */
  static StoredNode of(String id, JsonValue value) {
    if (value.problem() != null) {
      throw new IllegalArgumentException("node: " + value.problem());
    }
    Map<String, @Nullable Object> envelope = object("node", value.java());
    Map<String, @Nullable Object> data = object(DATA, envelope.remove(DATA));
    requireSame(id, data.remove("id_"));
    requireSame(id, data.remove("doc_id"));
    String text = text(data);
    Object metadata = data.remove(data.containsKey("metadata") ? "metadata" : "extra_info");
    Object relationships = data.remove("relationships");
    envelope.putAll(data);
    return new StoredNode(
        text,
        metadata == null ? null : json("metadata", object("metadata", metadata)),
        source(relationships),
        relationships == null ? null : json("relationships", relationships),
        json("node", envelope));
  }

  private static Map<String, @Nullable Object> object(String what, @Nullable Object value) {
    if (!(value instanceof Map<?, ?>)) {
      throw new IllegalArgumentException(what + ": no object, expected one");
    }
    return new LinkedHashMap<>(new JsonValue(value, null).members());
  }

  private static void requireSame(String id, @Nullable Object own) {
    if (own != null && !own.equals(id)) {
      throw new IllegalArgumentException("id: another than the key of its node, expected the same");
    }
  }

  private static @Nullable String text(Map<String, @Nullable Object> data) {
    Object text = data.remove(TEXT);
    if (data.get("text_resource") instanceof Map<?, ?> resource
        && resource.get(TEXT) instanceof String inner
        && (text == null || text.equals(inner))) {
      resource.remove(TEXT);
      text = inner;
    }
    if (text != null && !(text instanceof String)) {
      throw new IllegalArgumentException("text: no text, expected one or null");
    }
    return unicode(TEXT, (String) text);
  }

  /** Checks what the vector store or a node says. */
  static @Nullable String unicode(String what, @Nullable String text) {
    if (text != null && !JsonValue.isUnicode(text)) {
      throw new IllegalArgumentException(what + ": lone surrogate, which is not Unicode text");
    }
    return text;
  }

  private static @Nullable String source(@Nullable Object relationships) {
    Object source = relationships instanceof Map<?, ?> all ? all.get(SOURCE) : null;
    if (source instanceof Map<?, ?> node) {
      source = node.get("node_id");
    }
    return source instanceof String id ? unicode("relationships", id) : null;
  }

  static Json json(String what, Object value) {
    try {
      return Json.of(value);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(what + ": " + e.getMessage(), e);
    }
  }
}
