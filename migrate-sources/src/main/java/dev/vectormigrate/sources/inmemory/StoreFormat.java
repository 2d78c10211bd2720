package dev.vectormigrate.sources.inmemory;

import dev.vectormigrate.sources.json.JsonVector.Precision;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the library that wrote a file has put the parts of a record. */
enum StoreFormat {
  /**
   * {@code {key: {"id", "text", "metadata", "embedding"}}}, written by Jackson from Java floats.
   * Milestones of 1.0.0 wrote {@code content} for {@code text}, or both.
   */
  SPRING_AI("springai", "Spring AI's SimpleVectorStore", Precision.SINGLE, "embedding") {
    @Override
    Content content(Map<String, @Nullable Object> members) {
      Object text = members.remove("text");
      if (text == null || text.equals(members.get("content"))) {
        text = members.remove("content");
      }
      return Content.of(text, members.remove("metadata"), members);
    }
  },

  /**
   * {@code {"entries": [{"id", "embedding": {"vector"}, "embedded": {"text", "metadata":
   * {"metadata"}}}]}}, written by Gson (0.36) or Jackson (1.x), from Java floats.
   */
  LANGCHAIN4J(
      "langchain4j", "LangChain4j's InMemoryEmbeddingStore", Precision.SINGLE, "embedding/vector") {
    @Override
    Content content(Map<String, @Nullable Object> members) {
      Map<String, @Nullable Object> embedded = object("embedded", members.remove("embedded"));
      Map<String, @Nullable Object> outer = object("metadata", embedded.remove("metadata"));
      Object metadata = outer.remove("metadata");
      Object text = embedded.remove("text");
      putAll(embedded, members);
      putAll(outer, members);
      return Content.of(text, metadata, members);
    }
  },

  /**
   * {@code {key: {"id", "vector", "text", "metadata"}}}, written by Python from floats of double
   * precision. In newer releases (1.x), an object of the metadata that could be taken for one of
   * LangChain's own, as it has a key {@code lc}, is wrapped in one with the only key {@code
   * __lc_escaped__}.
   */
  LANGCHAIN_MEMORY("langchain", "LangChain's InMemoryVectorStore", Precision.DOUBLE, "vector") {
    @Override
    Content content(Map<String, @Nullable Object> members) {
      return Content.of(members.remove("text"), unwrapped(members.remove("metadata")), members);
    }
  };

  private static final String WRAPPER = "__lc_escaped__";

  private final String code;
  private final String writer;
  private final Precision precision;
  private final String vectorPath;

  StoreFormat(String code, String writer, Precision precision, String vectorPath) {
    this.code = code;
    this.writer = writer;
    this.precision = precision;
    this.vectorPath = vectorPath;
  }

  /** What the codes of findings begin with. */
  String code() {
    return code;
  }

  /** What messages expect. */
  String expected() {
    return "a file of " + writer;
  }

  Precision precision() {
    return precision;
  }

  /** Keys that lead from a record to its vector. */
  List<String> vectorPath() {
    return List.of(vectorPath.split("/", -1));
  }

  /** Whether the records are members of the file's object, else elements of an array in it. */
  boolean keyed() {
    return this != LANGCHAIN4J;
  }

  /**
   * What the members of a record say, all but id and vector; takes them out of the map.
   *
   * @throws IllegalArgumentException if it cannot be migrated; the message holds no value
   */
  abstract Content content(Map<String, @Nullable Object> members);

  private static Map<String, @Nullable Object> object(String what, @Nullable Object value) {
    if (value == null) {
      return new LinkedHashMap<>();
    }
    if (!(value instanceof Map<?, ?>)) {
      throw new IllegalArgumentException(what + ": no object, expected one or null");
    }
    @SuppressWarnings("unchecked") // Objects of JSON have keys that are text.
    Map<String, @Nullable Object> object = (Map<String, @Nullable Object>) value;
    return object;
  }

  private static void putAll(
      Map<String, @Nullable Object> from, Map<String, @Nullable Object> into) {
    from.forEach(
        (key, value) -> {
          if (into.containsKey(key)) {
            throw new IllegalArgumentException(key + ": twice, expected once");
          }
          into.put(key, value);
        });
  }

  /** As LangChain itself reads it: what is inside a wrapper is taken as it is. */
  private static @Nullable Object unwrapped(@Nullable Object value) {
    if (value instanceof Map<?, ?> object) {
      if (object.size() == 1 && object.containsKey(WRAPPER)) {
        return object.get(WRAPPER);
      }
      Map<String, @Nullable Object> copy = new LinkedHashMap<>();
      object.forEach((key, member) -> copy.put((String) key, unwrapped(member)));
      return copy;
    }
    if (value instanceof List<?> array) {
      List<@Nullable Object> copy = new ArrayList<>();
      array.forEach(element -> copy.add(unwrapped(element)));
      return copy;
    }
    return value;
  }
}
