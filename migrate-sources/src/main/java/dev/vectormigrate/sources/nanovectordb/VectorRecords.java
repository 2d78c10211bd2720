package dev.vectormigrate.sources.nanovectordb;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.sources.files.OrdinalReader;
import dev.vectormigrate.sources.files.Ordinals;
import dev.vectormigrate.sources.json.JsonFile;
import dev.vectormigrate.sources.json.JsonValue;
import dev.vectormigrate.spi.RejectedRowException;
import java.io.IOException;
import java.util.Map;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/** Turns records into rows, from some record on. Of one thread. */
final class VectorRecords implements OrdinalReader.Records {

  private final VectorFile file;
  private final MatrixRows matrix;
  private final VectorLayout layout;
  private final Schema schema;
  private final Ordinals oversized;
  private @Nullable JsonParser parser;
  private long next;

  VectorRecords(
      VectorFile file,
      MatrixRows matrix,
      VectorLayout layout,
      Schema schema,
      Ordinals oversized,
      long first) {
    this.file = file;
    this.matrix = matrix;
    this.layout = layout;
    this.schema = schema;
    this.oversized = oversized;
    this.next = first;
  }

  @Override
  public Row next() throws IOException, RejectedRowException {
    if (parser == null) {
      parser = file.parserBefore(next);
    }
    long ordinal = next++;
    parser.nextToken();
    if (oversized.contains(ordinal)) {
      String id = RecordOutline.read(parser, false).id();
      throw new RejectedRowException(
          printable(id == null ? "#" + ordinal : id),
          "record: too large, expected at most %d bytes".formatted(JsonFile.MOST_RECORD_BYTES));
    }
    JsonValue record = value(parser, ordinal);
    return row(ordinal, record.members(), record.problem());
  }

  /** What the first look does not see, as it passes texts over: bytes that are no text. */
  private JsonValue value(JsonParser at, long ordinal) throws IOException, RejectedRowException {
    try {
      return JsonValue.read(at);
    } catch (JsonProcessingException e) {
      closeParser();
      throw new RejectedRowException("#" + ordinal, "record: not UTF-8, expected Unicode text");
    }
  }

  private Row row(long ordinal, Map<String, @Nullable Object> fields, @Nullable String problem)
      throws IOException, RejectedRowException {
    String id = id(fields.remove(RecordOutline.ID), ordinal);
    if (problem != null) {
      throw new RejectedRowException(id, "record: " + problem);
    }
    Object copy = fields.get(RecordOutline.COPY);
    boolean hasCopy = CompressedVector.looksLike(copy);
    if (hasCopy) {
      fields.remove(RecordOutline.COPY);
    }
    String text = text(id, fields);
    Json metadata = metadata(id, fields);
    Vector vector = vector(id, ordinal, hasCopy ? (String) copy : null);
    return Row.of(schema, id, text, metadata, vector);
  }

  private static String id(@Nullable Object id, long ordinal) throws RejectedRowException {
    if (id instanceof String || id instanceof Long) {
      String text = id.toString();
      requireUnicode(text, RecordOutline.ID, text);
      return text;
    }
    throw new RejectedRowException(
        "#" + ordinal,
        "%s: %s, expected a text"
            .formatted(RecordOutline.ID, id == null ? "missing" : "neither text nor integer"));
  }

  private static @Nullable String text(String id, Map<String, @Nullable Object> fields)
      throws RejectedRowException {
    for (String field : new String[] {"content", "text"}) {
      if (fields.get(field) instanceof String text) {
        requireUnicode(id, field, text);
        fields.remove(field);
        return text;
      }
    }
    return null;
  }

  private static void requireUnicode(String id, String field, String text)
      throws RejectedRowException {
    if (!JsonValue.isUnicode(text)) {
      throw new RejectedRowException(
          printable(id), field + ": lone surrogate, which is not Unicode text");
    }
  }

  private static String printable(String id) {
    return JsonValue.isUnicode(id) ? id : JsonValue.escaped(id);
  }

  private static Json metadata(String id, Map<String, @Nullable Object> fields)
      throws RejectedRowException {
    try {
      return Json.of(fields);
    } catch (IllegalArgumentException e) {
      throw new RejectedRowException(id, "record: " + e.getMessage());
    }
  }

  private @Nullable Vector vector(String id, long ordinal, @Nullable String copy)
      throws IOException, RejectedRowException {
    Vector vector;
    if (ordinal < layout.rows()) {
      vector = matrix.row(ordinal);
    } else if (copy != null) {
      vector = unpacked(id, copy);
    } else {
      return null;
    }
    if (!vector.isFinite()) {
      throw new RejectedRowException(
          id, "vector: NaN or infinite, expected finite numbers; a vector of zeros becomes NaN");
    }
    return vector;
  }

  private Vector unpacked(String id, String copy) throws RejectedRowException {
    Vector vector;
    try {
      vector = CompressedVector.decode(copy, layout.dimension());
    } catch (DataFormatException e) {
      throw new RejectedRowException(id, "vector: " + e.getMessage());
    }
    if (vector.dimension() != layout.dimension()) {
      throw new RejectedRowException(
          id,
          "vector: dimension %d, expected %d".formatted(vector.dimension(), layout.dimension()));
    }
    return vector;
  }

  /** The next record, if there is one, opens the file again. */
  private void closeParser() throws IOException {
    if (parser != null) {
      parser.close();
      parser = null;
    }
  }

  @Override
  public void close() throws IOException {
    closeParser();
    matrix.close();
  }
}
