package dev.vectormigrate.sources.inmemory;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.sources.files.OrdinalReader;
import dev.vectormigrate.sources.json.JsonFile;
import dev.vectormigrate.sources.json.JsonValue;
import dev.vectormigrate.spi.RejectedRowException;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Turns records into rows, from some record on. Of one thread. */
final class StoreRecords implements OrdinalReader.Records {

  private final Path file;
  private final StoreFormat format;
  private final StoreScan scan;
  private final Schema schema;
  private @Nullable RecordCursor cursor;
  private long next;

  StoreRecords(Path file, StoreFormat format, StoreScan scan, Schema schema, long first) {
    this.file = file;
    this.format = format;
    this.scan = scan;
    this.schema = schema;
    this.next = first;
  }

  @Override
  public Row next() throws IOException, RejectedRowException {
    if (cursor == null) {
      cursor = RecordCursor.before(file, format, scan.records(), next);
    }
    long ordinal = next++;
    String key = cursor.next();
    if (scan.oversized().contains(ordinal)) {
      throw tooLarge(key, StoredRecord.outline(cursor.parser(), format).id(), ordinal);
    }
    StoredRecord stored = read(cursor, key, ordinal);
    return row(id(key, stored.id(), ordinal), stored);
  }

  private static RejectedRowException tooLarge(
      @Nullable String key, @Nullable String id, long ordinal) {
    String name = key == null ? id : key;
    return new RejectedRowException(
        name == null ? "#" + ordinal : JsonValue.escaped(name),
        "record: too large, expected at most %d bytes".formatted(JsonFile.MOST_RECORD_BYTES));
  }

  /** What the first look does not see, as it passes texts over: bytes that are no text. */
  private StoredRecord read(RecordCursor at, @Nullable String key, long ordinal)
      throws IOException, RejectedRowException {
    try {
      return StoredRecord.read(at.parser(), format);
    } catch (JsonProcessingException e) {
      close();
      throw new RejectedRowException(
          key == null ? "#" + ordinal : JsonValue.escaped(key),
          "record: not UTF-8, expected Unicode text");
    }
  }

  private String id(@Nullable String key, @Nullable String own, long ordinal)
      throws RejectedRowException {
    String id = key == null ? own : key;
    if (id == null) {
      throw new RejectedRowException("#" + ordinal, "id: missing, expected a text");
    }
    if (!JsonValue.isUnicode(id)) {
      throw new RejectedRowException(
          JsonValue.escaped(id), "id: lone surrogate, which is not Unicode text");
    }
    if (own != null && !own.equals(id)) {
      throw new RejectedRowException(
          id, "id: another than the key of its record, expected the same");
    }
    boolean toldApart = scan.repeated().contains(ordinal) && !scan.colliding().contains(ordinal);
    return toldApart ? Collisions.toldApart(id, ordinal) : id;
  }

  private Row row(String id, StoredRecord stored) throws RejectedRowException {
    if (stored.problem() != null) {
      throw new RejectedRowException(id, stored.problem());
    }
    String problem = stored.vector().problemBeside(scan.vectors().usualDimension());
    if (problem != null) {
      throw new RejectedRowException(id, "vector: " + problem);
    }
    try {
      Content content = format.content(stored.members());
      return Row.of(schema, id, content.text(), content.metadata(), stored.vector().vector());
    } catch (IllegalArgumentException e) {
      throw new RejectedRowException(id, String.valueOf(e.getMessage()));
    }
  }

  /** The next record, if there is one, opens the file again. */
  @Override
  public void close() throws IOException {
    if (cursor != null) {
      cursor.close();
      cursor = null;
    }
  }
}
