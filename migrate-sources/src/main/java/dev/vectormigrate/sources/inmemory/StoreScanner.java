package dev.vectormigrate.sources.inmemory;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.vectormigrate.sources.files.DamagedFileException;
import dev.vectormigrate.sources.files.KeyCheck;
import dev.vectormigrate.sources.files.Ordinals;
import dev.vectormigrate.sources.files.RecordOffsets;
import dev.vectormigrate.sources.json.JsonFile;
import dev.vectormigrate.sources.json.JsonScan;
import dev.vectormigrate.sources.json.VectorTally;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Looks through a file once. Of one thread. */
final class StoreScanner {

  private static final String ENTRIES = "entries";

  private final Path file;
  private final StoreFormat format;
  private final JsonScan scan;
  private final JsonParser parser;
  private final KeyCheck ids;
  private final RecordOffsets records = new RecordOffsets();
  private final Ordinals.Builder oversized = new Ordinals.Builder();
  private final VectorTally vectors = new VectorTally();
  private boolean hasEntries;

  private StoreScanner(Path file, StoreFormat format, JsonScan scan, KeyCheck ids) {
    this.file = file;
    this.format = format;
    this.scan = scan;
    this.parser = scan.parser();
    this.ids = ids;
  }

  static StoreScan scan(Path file, StoreFormat format, Path workDirectory) throws IOException {
    try (JsonScan scan = JsonFile.at(file).scan();
        KeyCheck ids = new KeyCheck(file, workDirectory)) {
      return new StoreScanner(file, format, scan, ids).scan();
    }
  }

  private StoreScan scan() throws IOException {
    try {
      scan.enterRootObject();
      root();
      scan.requireEnd();
    } catch (JsonProcessingException e) {
      scan.stamp().check();
      throw scan.damaged(e);
    }
    requireVectors();
    String fingerprint = scan.fingerprint();
    Ordinals repeated = ids.repeated();
    // In an object, one key twice is nothing that its library writes.
    Ordinals colliding = format.keyed() ? repeated : Collisions.of(file, format, records, repeated);
    return new StoreScan(
        scan.stamp(), fingerprint, records, oversized.build(), repeated, colliding, vectors);
  }

  private void root() throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      long offset = scan.tokenOffset();
      String key = parser.currentName();
      parser.nextToken();
      if (format.keyed()) {
        record(key, offset);
      } else if (key.equals(ENTRIES)) {
        entries();
      } else {
        parser.skipChildren();
      }
    }
    if (!format.keyed() && !hasEntries) {
      throw unexpected("no %s in it".formatted(ENTRIES));
    }
  }

  private void entries() throws IOException {
    JsonToken token = parser.currentToken();
    if (token != JsonToken.START_ARRAY || hasEntries) {
      throw unexpected("%s: %s".formatted(ENTRIES, hasEntries ? "twice" : JsonScan.nameOf(token)));
    }
    hasEntries = true;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      record(null, scan.tokenOffset());
    }
  }

  private void record(@Nullable String key, long offset) throws IOException {
    JsonToken token = parser.currentToken();
    if (token != JsonToken.START_OBJECT) {
      throw unexpected("record %d: %s".formatted(records.count(), JsonScan.nameOf(token)));
    }
    StoredRecord outline = StoredRecord.outline(parser, format);
    if (scan.offset() - offset > JsonFile.MOST_RECORD_BYTES) {
      oversized.add(records.count());
    }
    records.add(offset);
    ids.add(key == null ? outline.id() : key);
    vectors.add(outline.vector());
  }

  private void requireVectors() throws DamagedFileException {
    if (records.count() > 0 && vectors.missing() == records.count()) {
      throw unexpected("no vector in any of its %d records".formatted(records.count()));
    }
  }

  private DamagedFileException unexpected(String what) {
    return new DamagedFileException(
        file, "%s, expected %s. Check the file".formatted(what, format.expected()));
  }
}
