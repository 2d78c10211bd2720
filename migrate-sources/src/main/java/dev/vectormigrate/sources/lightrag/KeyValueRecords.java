package dev.vectormigrate.sources.lightrag;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.sources.files.OrdinalReader;
import dev.vectormigrate.sources.json.JsonFile;
import dev.vectormigrate.sources.json.JsonValue;
import dev.vectormigrate.spi.RejectedRowException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Turns the members of a key-value file into rows, from some record on. Of one thread. */
final class KeyValueRecords implements OrdinalReader.Records {

  private final JsonFile file;
  private final KeyValueScan scan;
  private @Nullable JsonParser parser;
  private long next;
  private boolean insideMode;

  KeyValueRecords(JsonFile file, KeyValueScan scan, long first) {
    this.file = file;
    this.scan = scan;
    this.next = first;
  }

  private JsonParser open(long first) throws IOException {
    long known = scan.records().known(first);
    boolean inMode = scan.modeOf(known) != null;
    JsonParser opened = file.parserAt(inMode ? "{\"\":{" : "{", scan.records().offset(known));
    try {
      opened.nextToken();
      insideMode = false;
      if (inMode) {
        opened.nextToken();
        enterMode(opened);
      }
      skip(opened, known, first);
      return opened;
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /** Goes from the key of a mode into its object. */
  private void enterMode(JsonParser at) throws IOException {
    at.nextToken();
    insideMode = true;
  }

  private void skip(JsonParser at, long from, long to) throws IOException {
    for (long ordinal = from; ordinal < to; ordinal++) {
      goToKey(at, scan.modeOf(ordinal));
      at.nextToken();
      at.skipChildren();
    }
  }

  /** Modes are left and entered between records. */
  private void goToKey(JsonParser at, @Nullable String mode) throws IOException {
    if (at.nextToken() == JsonToken.END_OBJECT) {
      insideMode = false;
      at.nextToken();
    }
    if (mode != null && !insideMode) {
      enterMode(at);
      at.nextToken();
    }
  }

  @Override
  public Row next() throws IOException, RejectedRowException {
    if (parser == null) {
      parser = open(next);
    }
    long ordinal = next++;
    String mode = scan.modeOf(ordinal);
    goToKey(parser, mode);
    String name = parser.currentName();
    parser.nextToken();
    if (scan.oversized().contains(ordinal)) {
      parser.skipChildren();
      throw new RejectedRowException(
          name,
          "value: too large, expected at most %d bytes".formatted(JsonFile.MOST_RECORD_BYTES));
    }
    JsonValue value = value(parser, name);
    return row(mode == null ? name : CacheEntry.of(value.java()).key(mode, name), value);
  }

  /** What the first look does not see, as it passes texts over: bytes that are no text. */
  private JsonValue value(JsonParser at, String name) throws IOException, RejectedRowException {
    try {
      return JsonValue.read(at);
    } catch (JsonProcessingException e) {
      close();
      throw new RejectedRowException(name, "value: not UTF-8, expected Unicode text");
    }
  }

  private static Row row(String key, JsonValue value) throws RejectedRowException {
    try {
      return Row.of(KeyValueFile.SCHEMA, key, value.toJson());
    } catch (IllegalArgumentException e) {
      throw new RejectedRowException(key, "value: " + e.getMessage());
    }
  }

  /** The next record, if there is one, opens the file again. */
  @Override
  public void close() throws IOException {
    if (parser != null) {
      parser.close();
      parser = null;
    }
  }
}
