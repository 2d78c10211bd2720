package dev.vectormigrate.sources.chroma;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.vectormigrate.sources.chroma.WriteAheadLog.Operation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Applies entries of the write-ahead log to the metadata tables of a private copy, as Chroma does
 * when it starts after a crash between the two. Of one thread.
 *
 * <p>An add of an existing id is ignored, as are an update and a delete of an unknown one. Update
 * and upsert merge keys: null removes one, an array replaces a scalar and the other way round.
 */
final class LogReplay {

  /** Python writes NaN and Infinity, which JSON does not have. */
  private static final JsonFactory LENIENT =
      JsonFactory.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private static final long NO_ROW = Long.MIN_VALUE;

  private final ChromaDatabase copy;
  private final ChromaCollection collection;
  private final boolean hasArrays;

  private LogReplay(ChromaDatabase copy, ChromaCollection collection) throws IOException {
    this.copy = copy;
    this.collection = collection;
    this.hasArrays = copy.hasTable("embedding_metadata_array");
  }

  /** Applies what a collection lacks. */
  static void apply(ChromaDatabase copy, ChromaCollection collection) throws IOException {
    LogReplay replay = new LogReplay(copy, collection);
    new WriteAheadLog(copy, collection)
        .forEachAfter(
            collection.appliedSeq(),
            (seq, operation, id, hasVector) -> replay.entry(seq, operation));
  }

  private void entry(long seq, Operation operation) throws IOException {
    long row =
        copy.number(
            NO_ROW,
            """
            SELECT e.id FROM embeddings_queue q JOIN embeddings e ON e.embedding_id = q.id
            WHERE q.seq_id = ? AND e.segment_id = ?""",
            seq,
            collection.metadataSegment());
    boolean exists = row != NO_ROW;
    switch (operation) {
      case ADD -> insert(seq, !exists);
      case UPSERT -> mergeOrInsert(seq, row, exists);
      case UPDATE -> merge(seq, row, exists);
      case DELETE -> delete(row, exists);
      case OTHER -> {}
    }
  }

  private void mergeOrInsert(long seq, long row, boolean exists) throws IOException {
    merge(seq, row, exists);
    insert(seq, !exists);
  }

  private void insert(long seq, boolean effective) throws IOException {
    if (effective) {
      copy.execute(
          """
          INSERT INTO embeddings (segment_id, embedding_id, seq_id)
          SELECT ?, id, seq_id FROM embeddings_queue WHERE seq_id = ?""",
          collection.metadataSegment(),
          seq);
      merge(seq, copy.number(NO_ROW, "SELECT last_insert_rowid()"), true);
    }
  }

  private void delete(long row, boolean exists) throws IOException {
    if (exists) {
      copy.execute("DELETE FROM embedding_metadata WHERE id = ?", row);
      if (hasArrays) {
        copy.execute("DELETE FROM embedding_metadata_array WHERE id = ?", row);
      }
      copy.execute("DELETE FROM embeddings WHERE id = ?", row);
    }
  }

  private void merge(long seq, long row, boolean effective) throws IOException {
    String json = copy.text("SELECT metadata FROM embeddings_queue WHERE seq_id = ?", seq);
    if (!effective || json == null) {
      return;
    }
    try (JsonParser parser = LENIENT.createParser(json)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String key = parser.currentName();
          parser.nextToken();
          set(row, key, parser);
        }
      }
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IOException("queue entry " + seq + ": metadata that is not JSON", e);
    }
  }

  private void set(long row, String key, JsonParser parser) throws IOException {
    copy.execute("DELETE FROM embedding_metadata WHERE id = ? AND key = ?", row, key);
    if (hasArrays) {
      copy.execute("DELETE FROM embedding_metadata_array WHERE id = ? AND key = ?", row, key);
    }
    if (parser.currentToken() == JsonToken.START_ARRAY) {
      setArray(row, key, parser);
    } else {
      insert("embedding_metadata", row, key, scalar(parser, key));
    }
  }

  private void setArray(long row, String key, JsonParser parser) throws IOException {
    List<Object> elements = new ArrayList<>();
    boolean anyFloat = false;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      Object element = scalar(parser, key);
      anyFloat |= element instanceof Double;
      if (element != null) {
        elements.add(element);
      }
    }
    for (Object element : elements) {
      boolean widen = anyFloat && element instanceof Long;
      insert(
          "embedding_metadata_array",
          row,
          key,
          widen ? (Object) ((Long) element).doubleValue() : element);
    }
  }

  private static @Nullable Object scalar(JsonParser parser, String key) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default ->
          throw new IOException(
              "metadata '"
                  + key
                  + "' in the queue: "
                  + parser.currentToken()
                  + ", expected a value");
    };
  }

  private void insert(String table, long row, String key, @Nullable Object value)
      throws IOException {
    if (value != null) {
      copy.execute(
          "INSERT INTO %s (id, key, %s) VALUES (?, ?, ?)".formatted(table, column(value)),
          row,
          key,
          value instanceof Boolean flag ? (Object) (flag ? 1L : 0L) : value);
    }
  }

  private static String column(Object value) {
    if (value instanceof String) {
      return "string_value";
    }
    if (value instanceof Long) {
      return "int_value";
    }
    return value instanceof Double ? "float_value" : "bool_value";
  }
}
