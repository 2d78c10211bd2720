package dev.vectormigrate.sources.chroma;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.sources.chroma.ChromaDirectory.MissingVectors;
import dev.vectormigrate.sources.files.OrdinalRange;
import dev.vectormigrate.spi.SourceSession.Change;
import dev.vectormigrate.spi.TransientException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A collection whose ids were listed and whose records were all looked at once. Filled by one
 * thread; then read by many.
 */
final class ListedCollection implements Closeable {

  private static final int LARGEST_PAGE = 5_000;
  private static final int MOST_NAMED = 10;
  private static final Pattern FINGERPRINT =
      Pattern.compile("chroma-server ([0-9a-fA-F-]{36}) rows=(\\d{1,18}) state=([0-9a-f]{64})");

  private final ChromaApi api;
  private final ServerCollection collection;
  private final RecordList records;
  private final MessageDigest sha256 = ScratchTable.sha256();
  private final List<String> lacking = new ArrayList<>();
  private long lackingCount;
  private boolean hasUris;
  private int dimension;

  private ListedCollection(ChromaApi api, ServerCollection collection, RecordList records) {
    this.api = api;
    this.collection = collection;
    this.records = records;
    this.dimension = collection.dimension();
  }

  /** Lists the ids and looks at every record. */
  static ListedCollection of(ChromaApi api, ServerCollection collection, Path scratch)
      throws IOException, TransientException, InterruptedException {
    ListedCollection listed = new ListedCollection(api, collection, RecordList.in(scratch));
    try {
      listed.list(scratch);
      listed.look();
      listed.checkCount();
      return listed;
    } catch (IOException | TransientException | InterruptedException | RuntimeException e) {
      listed.close();
      throw e;
    }
  }

  ServerCollection collection() {
    return collection;
  }

  RecordList records() {
    return records;
  }

  /** Whether any record has a URI. */
  boolean hasUris() {
    return hasUris;
  }

  OrdinalRange range() {
    return new OrdinalRange(0, records.count());
  }

  /** Says that the collection is not what it was when it was listed. */
  IOException changed(String what) {
    return new IOException(
        "collection '%s': changed while it was read, %s. Stop what writes to it and start again"
            .formatted(collection.qualifiedName(), what));
  }

  /** Fails unless the server counts as many records as were listed. */
  void checkCount() throws IOException, TransientException, InterruptedException {
    long count = api.count(collection);
    if (count != records.count()) {
      throw changed("%d records, expected %d".formatted(count, records.count()));
    }
  }

  private void list(Path scratch) throws IOException, TransientException, InterruptedException {
    long expected = api.count(collection);
    boolean uris = expected > 0 && api.hasUris(collection);
    ScratchTable known = ScratchTable.in(scratch, "ids", expected);
    try {
      String last = null;
      int size = LARGEST_PAGE;
      for (boolean more = expected > 0; more; ) {
        try {
          long before = records.count();
          last = addPage(last, size, uris, known);
          more = records.count() > before && records.count() <= expected;
        } catch (RequestFailure e) {
          if (!e.mayBeTooMuch() || size == 1) {
            e.throwIfPassing();
            throw e;
          }
          size = Math.max(1, size / 2);
        }
      }
    } finally {
      known.delete();
    }
    if (records.count() != expected) {
      throw changed("%d ids, expected %d".formatted(records.count(), expected));
    }
  }

  /** A page begins with the last id of the one before: a deletion in between would shift it. */
  private @Nullable String addPage(
      @Nullable String last, int size, boolean uris, ScratchTable known)
      throws IOException, TransientException, InterruptedException {
    int overlap = last == null ? 0 : 1;
    List<ServerRecord> page = api.page(collection, records.count() - overlap, size + overlap, uris);
    if (last != null && (page.isEmpty() || !page.get(0).id().equals(last))) {
      throw changed("the order of its ids is another one");
    }
    for (ServerRecord record : page.subList(overlap, page.size())) {
      add(record, known);
    }
    return page.isEmpty() ? last : page.get(page.size() - 1).id();
  }

  private void add(ServerRecord record, ScratchTable known) throws IOException {
    byte[] utf8 = record.id().getBytes(StandardCharsets.UTF_8);
    ScratchTable.Key key = ScratchTable.keyOf(utf8, sha256);
    if (known.get(key) != ScratchTable.ABSENT) {
      throw changed("record '" + record.id() + "' is listed twice");
    }
    known.put(key, records.count() + 1);
    records.add(record.id());
    hasUris |= record.uri() != null;
  }

  private void look() throws IOException, TransientException, InterruptedException {
    RecordFetcher fetcher = new RecordFetcher(api, this);
    for (long next = 0; next < records.count(); ) {
      for (ServerRecord record : fetcher.next(next, records.count())) {
        look(record);
        next++;
      }
    }
  }

  private void look(ServerRecord record) throws IOException {
    records.addFingerprint(record.fingerprint(sha256));
    Vector vector = record.vector();
    if (vector != null && dimension == 0) {
      dimension = vector.dimension();
    }
    if (record.lacksVector()) {
      lackingCount++;
      if (lacking.size() < MOST_NAMED) {
        lacking.add(record.id());
      }
    }
  }

  /** Whether a record is the one that was looked at. */
  boolean isUnchanged(long ordinal, ServerRecord record, MessageDigest digest) throws IOException {
    return Arrays.equals(records.fingerprint(ordinal), record.fingerprint(digest));
  }

  Dataset dataset(MissingVectors missing) throws IOException {
    List<Finding> findings =
        lackingCount == 0 ? List.of() : List.of(missing.finding(lackingCount, lacking));
    return new Dataset(
        collection.namespace(),
        collection.name(),
        schema(),
        OptionalLong.of(records.count()),
        fingerprint(),
        findings);
  }

  Schema schema() {
    return ChromaCollection.schema(dimension, collection.space(), hasUris);
  }

  private String fingerprint() throws IOException {
    return "chroma-server %s rows=%d state=%s"
        .formatted(collection.id(), records.count(), state(records.count()));
  }

  /** Over the schema and the first records. */
  private String state(long rows) throws IOException {
    MessageDigest state = ScratchTable.sha256();
    state.update(schema().toString().getBytes(StandardCharsets.UTF_8));
    records.putFingerprints(rows, state);
    return HexFormat.of().formatHex(state.digest());
  }

  /** What happened since a fingerprint: a collection grew if it begins with what it had then. */
  Change since(String recorded) throws IOException {
    if (fingerprint().equals(recorded)) {
      return Change.NONE;
    }
    Matcher earlier = FINGERPRINT.matcher(recorded);
    if (!earlier.matches() || !earlier.group(1).equals(collection.id())) {
      return Change.CHANGED;
    }
    long rows = Long.parseLong(earlier.group(2));
    return rows < records.count() && state(rows).equals(earlier.group(3))
        ? Change.GREW
        : Change.CHANGED;
  }

  @Override
  public void close() {
    try {
      records.close();
    } catch (IOException e) {
      // Scratch files: nothing is lost.
    }
  }
}
