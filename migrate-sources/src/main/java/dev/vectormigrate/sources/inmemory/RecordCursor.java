package dev.vectormigrate.sources.inmemory;

import com.fasterxml.jackson.core.JsonParser;
import dev.vectormigrate.sources.files.RecordOffsets;
import dev.vectormigrate.sources.json.JsonFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Goes from record to record, from some record on. Of one thread. */
final class RecordCursor implements Closeable {

  private final StoreFormat format;
  private final JsonParser parser;

  private RecordCursor(StoreFormat format, JsonParser parser) {
    this.format = format;
    this.parser = parser;
  }

  /** A cursor before a record, counted from 0, which is there. */
  static RecordCursor before(Path file, StoreFormat format, RecordOffsets records, long ordinal)
      throws IOException {
    long known = records.known(ordinal);
    JsonParser parser =
        JsonFile.at(file).parserAt(format.keyed() ? "{" : "[", records.offset(known));
    RecordCursor cursor = new RecordCursor(format, parser);
    try {
      parser.nextToken();
      for (long i = known; i < ordinal; i++) {
        cursor.next();
        parser.skipChildren();
      }
      return cursor;
    } catch (IOException | RuntimeException e) {
      parser.close();
      throw e;
    }
  }

  /**
   * Goes on to the begin of the next record's object, once the one before was read to its end.
   *
   * @return its key, null where records have none
   */
  @Nullable String next() throws IOException {
    parser.nextToken();
    if (!format.keyed()) {
      return null;
    }
    String key = parser.currentName();
    parser.nextToken();
    return key;
  }

  JsonParser parser() {
    return parser;
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
