package dev.vectormigrate.sources.simplevectorstore;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.vectormigrate.sources.numpy.IdHash;
import dev.vectormigrate.sources.numpy.ScratchDatabase;
import dev.vectormigrate.sources.numpy.ScratchDatabase.Prepared;
import dev.vectormigrate.sources.numpy.ScratchFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where each entry of the metadata stands, and which ids occur more than once: one pass over the
 * text, kept in a scratch file.
 */
final class EntryIndex {

  /** As the project's own JSON, but not a number is too odd here to go on to the next entry. */
  static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNumberLength(20_000)
                  .maxStringLength(256 << 20)
                  .maxNameLength(1 << 20)
                  .maxNestingDepth(500)
                  .build())
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .build();

  private static final String ID = "id";
  private static final int BYTE_ORDER_MARK = 0xEF;
  private static final int BYTE_ORDER_MARK_BYTES = 3;

  private final Path file;
  private final long count;
  private final long missingIds;
  private final long repeatedIds;

  private EntryIndex(Path file, long count, long missingIds, long repeatedIds) {
    this.file = file;
    this.count = count;
    this.missingIds = missingIds;
    this.repeatedIds = repeatedIds;
  }

  /**
   * Reads the whole text.
   *
   * @param what the file, for messages
   */
  static EntryIndex build(EntryText text, Path what, ScratchFiles scratch) throws IOException {
    Path file = scratch.newFile("entries");
    try (ScratchDatabase database = ScratchDatabase.open(file)) {
      database.execute(
          "CREATE TABLE entry (number INTEGER PRIMARY KEY, first INTEGER, past INTEGER,"
              + " hash BLOB, repeated INTEGER NOT NULL DEFAULT 0)",
          "BEGIN");
      new Pass(database).run(text);
      database.execute(
          "CREATE INDEX entry_hash ON entry (hash)",
          "UPDATE entry SET repeated = 1 WHERE hash IS NOT NULL AND number >"
              + " (SELECT min(number) FROM entry o WHERE o.hash = entry.hash)",
          "COMMIT");
      return of(database, file);
    } catch (JsonProcessingException e) {
      long at = e.getLocation() == null ? -1 : e.getLocation().getByteOffset();
      throw new IOException(
          what + ": malformed near byte " + at + ", expected JSON. Restore it from a backup", e);
    } catch (IOException e) {
      throw new IOException(what + ": " + e.getMessage(), e);
    }
  }

  private static EntryIndex of(ScratchDatabase database, Path file) throws IOException {
    try (Prepared count = database.prepare("SELECT count(*) FROM entry");
        Prepared missing = database.prepare("SELECT count(*) FROM entry WHERE hash IS NULL");
        Prepared repeated = database.prepare("SELECT count(*) FROM entry WHERE repeated")) {
      return new EntryIndex(file, count.number(), missing.number(), repeated.number());
    }
  }

  private static final class Pass {

    private final IdHash hash = new IdHash();
    private final Prepared insert;
    private long number;

    Pass(ScratchDatabase database) throws IOException {
      insert =
          database.prepare("INSERT INTO entry (number, first, past, hash) VALUES (?, ?, ?, ?)");
    }

    void run(EntryText text) throws IOException {
      long start = startOf(text);
      try (InputStream in = text.from(start);
          JsonParser parser = JSON.createParser(in)) {
        if (parser.nextToken() != JsonToken.START_ARRAY) {
          throw new IOException("no array, expected one of objects. Check the file");
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          entry(parser, start);
        }
        if (parser.nextToken() != null) {
          throw new IOException("text after the end of the array. Restore it from a backup");
        }
      }
      insert.close();
    }

    private static long startOf(EntryText text) throws IOException {
      try (InputStream in = text.from(0)) {
        return in.read() == BYTE_ORDER_MARK ? BYTE_ORDER_MARK_BYTES : 0;
      }
    }

    private void entry(JsonParser parser, long start) throws IOException {
      if (parser.currentToken() == null) {
        throw new IOException(
            "ends early, expected the end of the array. Restore it from a backup");
      }
      long first = start + parser.currentTokenLocation().getByteOffset();
      byte @Nullable [] id = null;
      if (parser.currentToken() == JsonToken.START_OBJECT) {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          boolean wanted = parser.currentName().equals(ID);
          parser.nextToken();
          if (wanted) {
            String value = Entry.idAt(parser);
            id = value == null ? null : hash.of(value);
          }
          parser.skipChildren();
        }
      } else {
        parser.skipChildren();
        parser.finishToken();
      }
      insert.run(number, first, start + parser.currentLocation().getByteOffset(), id);
      number++;
    }
  }

  /** How many entries there are. */
  long count() {
    return count;
  }

  /** How many entries have no id. */
  long missingIds() {
    return missingIds;
  }

  /** How many entries have an id that an earlier one has too. */
  long repeatedIds() {
    return repeatedIds;
  }

  /** Opens the index for a reader, which closes it. */
  ScratchDatabase open() throws IOException {
    return ScratchDatabase.open(file);
  }
}
