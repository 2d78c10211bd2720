package dev.vectormigrate.sources.lightrag;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.vectormigrate.sources.files.DamagedFileException;
import dev.vectormigrate.sources.files.KeyCheck;
import dev.vectormigrate.sources.files.Ordinals;
import dev.vectormigrate.sources.files.RecordOffsets;
import dev.vectormigrate.sources.json.JsonFile;
import dev.vectormigrate.sources.json.JsonScan;
import dev.vectormigrate.sources.lightrag.KeyValueScan.Section;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks through a key-value file once. Of one thread. */
final class KeyValueScanner {

  private static final int MOST_SECTIONS = 1_000;

  private final Path file;
  private final JsonScan scan;
  private final JsonParser parser;
  private final KeyCheck keys;
  private final RecordOffsets records = new RecordOffsets();
  private final Ordinals.Builder oversized = new Ordinals.Builder();
  private final List<Section> sections = new ArrayList<>();
  private final boolean cache;
  private boolean nested;
  private long begun = -1;

  private KeyValueScanner(Path file, JsonScan scan, KeyCheck keys, boolean cache) {
    this.file = file;
    this.scan = scan;
    this.parser = scan.parser();
    this.keys = keys;
    this.cache = cache;
  }

  /**
   * @param cache whether the file may be nested by mode
   */
  static KeyValueScan scan(Path file, boolean cache, Path workDirectory) throws IOException {
    try (JsonScan scan = JsonFile.at(file).scan();
        KeyCheck keys = new KeyCheck(file, workDirectory)) {
      return new KeyValueScanner(file, scan, keys, cache).scan();
    }
  }

  private KeyValueScan scan() throws IOException {
    try {
      scan.enterRootObject();
      root();
      scan.requireEnd();
    } catch (JsonProcessingException e) {
      scan.stamp().check();
      throw scan.damaged(e);
    }
    return new KeyValueScan(
        scan.stamp(), scan.fingerprint(), records, keys.repeated(), oversized.build(), sections);
  }

  private void root() throws IOException {
    while (hasNext()) {
      long offset = scan.tokenOffset();
      String key = parser.currentName();
      // As LightRAG decides: the first key tells how the file is laid out.
      nested |= cache && records.count() == 0 && sections.isEmpty() && !CacheEntry.isFlat(key);
      JsonToken value = parser.nextToken();
      if (nested && value == JsonToken.START_OBJECT) {
        modeOrRecord(key, offset);
      } else {
        parser.skipChildren();
        add(key, offset);
      }
    }
  }

  /** Goes on to the next key; then the record before it has its full size. */
  private boolean hasNext() throws IOException {
    JsonToken token = parser.nextToken();
    if (begun >= 0 && scan.tokenOffset() - begun > JsonFile.MOST_RECORD_BYTES) {
      oversized.add(records.count() - 1);
    }
    begun = -1;
    return token != JsonToken.END_OBJECT;
  }

  private void add(String key, long offset) throws IOException {
    records.add(offset);
    keys.add(key);
    begun = offset;
  }

  /** The first member of an object tells whether it is a mode with responses. */
  private void modeOrRecord(String key, long offset) throws IOException {
    if (!hasNext()) {
      add(key, offset);
      return;
    }
    long firstOffset = scan.tokenOffset();
    String firstKey = parser.currentName();
    CacheEntry first = entry();
    if (first.isResponse()) {
      beginSection(key);
      add(first.key(key, firstKey), firstOffset);
      responses(key);
      beginSection(null);
      return;
    }
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      parser.skipChildren();
    }
    add(key, offset);
  }

  private void responses(String mode) throws IOException {
    while (hasNext()) {
      long offset = scan.tokenOffset();
      String hash = parser.currentName();
      add(entry().key(mode, hash), offset);
    }
  }

  private CacheEntry entry() throws IOException {
    if (parser.nextToken() == JsonToken.START_OBJECT) {
      return CacheEntry.read(parser);
    }
    parser.skipChildren();
    return CacheEntry.of(null);
  }

  private void beginSection(@Nullable String mode) throws DamagedFileException {
    if (sections.size() >= MOST_SECTIONS) {
      throw new DamagedFileException(
          file, "responses of more than 500 modes, expected about six. Check the file");
    }
    sections.add(new Section(records.count(), mode));
  }
}
