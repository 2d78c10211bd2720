package dev.vectormigrate.sources.chroma;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.sources.chroma.RequestFailure.Kind;
import dev.vectormigrate.sources.json.JsonFile;
import dev.vectormigrate.sources.json.JsonScan;
import dev.vectormigrate.sources.json.JsonValue;
import dev.vectormigrate.spi.TransientException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the answers of a server, of which nothing is believed. */
final class ServerAnswer {

  /** Reads a value that a parser stands at. */
  interface Reading<T> {
    T read(JsonParser parser) throws IOException;
  }

  private ServerAnswer() {}

  /** Reads an answer to its end. */
  static <T> T read(String where, byte[] body, Reading<T> reading)
      throws IOException, TransientException {
    try (JsonParser parser = JsonFile.parser(new ByteArrayInputStream(body))) {
      parser.nextToken();
      T value = reading.read(parser);
      if (parser.nextToken() != null) {
        throw new IOException(where + ": more after the answer's value, expected its end");
      }
      return value;
    } catch (StreamConstraintsException e) {
      throw new RequestFailure(
          Kind.TOO_MUCH, where + ": an answer with deeper nesting or longer numbers than is taken");
    } catch (JsonProcessingException e) {
      long at = e.getLocation() == null ? -1 : e.getLocation().getByteOffset();
      // Without the cause, whose message quotes the answer.
      throw new TransientException(
          "%s: malformed near byte %d of %d, expected JSON. The answer may be cut off"
              .formatted(where, at, body.length),
          new IOException(where));
    }
  }

  /** The records of an answer to {@code get}. */
  static List<ServerRecord> records(JsonParser parser, boolean withVectors) throws IOException {
    Columns columns = new Columns();
    expect(parser, JsonToken.START_OBJECT, "an object");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      columns.read(name, parser);
    }
    return columns.records(withVectors);
  }

  static void expect(JsonParser parser, JsonToken token, String what) throws IOException {
    if (parser.currentToken() != token) {
      throw new IOException(
          "answer: %s, expected %s. Check that the address is that of a Chroma server"
              .formatted(JsonScan.nameOf(parser.currentToken()), what));
    }
  }

  /** The parallel arrays of an answer. A column that was not asked for is null there. */
  private static final class Columns {

    private @Nullable List<String> ids;
    private @Nullable List<Component<Vector>> vectors;
    private @Nullable List<Component<String>> documents;
    private @Nullable List<Component<String>> uris;
    private @Nullable List<Component<Json>> metadata;

    void read(String name, JsonParser parser) throws IOException {
      switch (name) {
        case "ids" -> ids = column(parser, Columns::id);
        case "embeddings" -> vectors = column(parser, Columns::vector);
        case "documents" -> documents = column(parser, p -> text(p, "document"));
        case "uris" -> uris = column(parser, p -> text(p, "uri"));
        case "metadatas" -> metadata = column(parser, Columns::metadata);
        default -> parser.skipChildren();
      }
    }

    private static <T> @Nullable List<T> column(JsonParser parser, Reading<T> element)
        throws IOException {
      if (parser.currentToken() == JsonToken.VALUE_NULL) {
        return null;
      }
      expect(parser, JsonToken.START_ARRAY, "an array");
      List<T> column = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        column.add(element.read(parser));
      }
      return column;
    }

    private static String id(JsonParser parser) throws IOException {
      expect(parser, JsonToken.VALUE_STRING, "an id");
      String id = parser.getText();
      if (!JsonValue.isUnicode(id)) {
        throw new IOException(
            "id '"
                + JsonValue.escaped(id)
                + "': not Unicode text, expected it. Read the directory");
      }
      return id;
    }

    private static Component<String> text(JsonParser parser, String what) throws IOException {
      if (parser.currentToken() == JsonToken.VALUE_NULL) {
        return Component.none();
      }
      if (parser.currentToken() != JsonToken.VALUE_STRING) {
        String actual = JsonScan.nameOf(parser.currentToken());
        parser.skipChildren();
        return Component.refused(what + ": " + actual + ", expected text");
      }
      String text = parser.getText();
      return JsonValue.isUnicode(text)
          ? Component.of(text)
          : Component.refused(what + ": not Unicode text");
    }

    private static Component<Json> metadata(JsonParser parser) throws IOException {
      if (parser.currentToken() == JsonToken.VALUE_NULL) {
        return Component.none();
      }
      String actual = JsonScan.nameOf(parser.currentToken());
      JsonValue value = JsonValue.read(parser);
      if (value.problem() != null) {
        return Component.refused("metadata: " + value.problem());
      }
      if (!(value.java() instanceof Map<?, ?>)) {
        return Component.refused("metadata: " + actual + ", expected an object");
      }
      Map<String, @Nullable Object> members = value.members();
      // Chroma has no null: a key with one has no value.
      members.values().removeIf(member -> member == null);
      try {
        return members.isEmpty() ? Component.none() : Component.of(Json.of(withDoubles(members)));
      } catch (IllegalArgumentException e) {
        return Component.refused("metadata: " + e.getMessage());
      }
    }

    /** Chroma's floats are doubles, whatever number of digits they are written with. */
    private static @Nullable Object withDoubles(@Nullable Object value) {
      if (value instanceof BigDecimal decimal) {
        return decimal.doubleValue();
      }
      if (value instanceof List<?> list) {
        List<@Nullable Object> converted = new ArrayList<>(list.size());
        list.forEach(element -> converted.add(withDoubles(element)));
        return converted;
      }
      if (value instanceof Map<?, ?> map) {
        Map<Object, @Nullable Object> converted = new LinkedHashMap<>();
        map.forEach((key, member) -> converted.put(key, withDoubles(member)));
        return converted;
      }
      return value;
    }

    private static Component<Vector> vector(JsonParser parser) throws IOException {
      if (parser.currentToken() == JsonToken.VALUE_NULL) {
        return Component.none();
      }
      expect(parser, JsonToken.START_ARRAY, "a vector");
      float[] vector = new float[16];
      int size = 0;
      String problem = null;
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (size == vector.length) {
          vector = Arrays.copyOf(vector, 2 * size);
        }
        if (parser.currentToken().isNumeric()) {
          vector[size++] = number(parser);
        } else {
          problem =
              "vector: %s, expected numbers".formatted(JsonScan.nameOf(parser.currentToken()));
          parser.skipChildren();
        }
      }
      return problem == null
          ? Component.of(Vector.wrap(Arrays.copyOf(vector, size)))
          : Component.refused(problem);
    }

    /** Rounded once, from the decimal text: by way of a double it would be rounded twice. */
    private static float number(JsonParser parser) throws IOException {
      return parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT && parser.isNaN()
          ? (float) parser.getDoubleValue()
          : Float.parseFloat(parser.getText());
    }

    List<ServerRecord> records(boolean withVectors) throws IOException {
      if (ids == null) {
        throw new IOException(
            "answer: no ids, expected some. Check that the address is that of a Chroma server");
      }
      int count = ids.size();
      checkLength("documents", documents, count);
      checkLength("uris", uris, count);
      checkLength("metadatas", metadata, count);
      if (withVectors && (vectors == null || vectors.size() != count)) {
        throw new RequestFailure(
            Kind.LOST_VECTOR,
            "answer: %d vectors, expected %d"
                .formatted(vectors == null ? 0 : vectors.size(), count));
      }
      List<ServerRecord> records = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        records.add(record(ids.get(i), i));
      }
      return records;
    }

    private static void checkLength(String name, @Nullable List<?> column, int count)
        throws IOException {
      if (column != null && column.size() != count) {
        throw new IOException(
            "answer: %d %s, expected %d. Check that the address is that of a Chroma server"
                .formatted(column.size(), name, count));
      }
    }

    private ServerRecord record(String id, int row) {
      Component<String> document = at(documents, row);
      Component<String> uri = at(uris, row);
      Component<Json> json = at(metadata, row);
      Component<Vector> vector = at(vectors, row);
      String problem = firstOf(document.problem(), uri.problem(), json.problem(), vector.problem());
      return new ServerRecord(
          id, document.value(), uri.value(), json.value(), vector.value(), problem);
    }

    private static <T> Component<T> at(@Nullable List<Component<T>> column, int row) {
      return column == null ? Component.none() : column.get(row);
    }

    private static @Nullable String firstOf(@Nullable String... problems) {
      for (String problem : problems) {
        if (problem != null) {
          return problem;
        }
      }
      return null;
    }
  }

  /** A value, or none, or the reason why it can't be moved. */
  private record Component<T>(@Nullable T value, @Nullable String problem) {

    static <T> Component<T> none() {
      return new Component<>(null, null);
    }

    static <T> Component<T> of(T value) {
      return new Component<>(value, null);
    }

    static <T> Component<T> refused(String problem) {
      return new Component<>(null, problem);
    }
  }
}
