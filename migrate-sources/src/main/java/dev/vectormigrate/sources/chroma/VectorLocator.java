package dev.vectormigrate.sources.chroma;

import dev.vectormigrate.sources.chroma.IndexPickle.DamagedException;
import dev.vectormigrate.sources.chroma.RecordIds.RecordId;
import dev.vectormigrate.sources.chroma.WriteAheadLog.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Knows for each record of a collection whether its vector is in the index files or in the
 * write-ahead log, and where. Built by one thread; {@link #locate} may then be called by many.
 *
 * <p>The index files contain what was flushed, the log everything after that. Chroma does not flush
 * when it stops, so that both always count: entries of the log are replayed over the index. Some
 * versions lost vectors of ids that were deleted and added again; the log still has these.
 */
final class VectorLocator {

  /** The record has no vector anywhere. */
  static final long NOWHERE = ScratchTable.ABSENT;

  private static final int NAMED_IDS = 10;

  /** No entry of a log has this number. */
  private static final long LOST = -Long.MAX_VALUE;

  private final ChromaCollection collection;
  private final RecordIds ids;
  private final WriteAheadLog log;
  private final @Nullable HnswFiles files;
  private final Path scratch;
  private final MessageDigest sha256 = ScratchTable.sha256();
  private final List<String> missingIds = new ArrayList<>();
  private ScratchTable places;
  private @Nullable ScratchTable recovered;
  private long missing;

  private VectorLocator(
      ChromaCollection collection, ChromaDatabase database, HnswRoot indexes, Path scratch)
      throws IOException {
    this.collection = collection;
    this.ids = new RecordIds(database, collection);
    this.log = new WriteAheadLog(database, collection);
    String segment = collection.vectorSegment();
    this.files = segment == null ? null : indexes.segment(segment);
    this.scratch = scratch;
    this.places = newPlaces();
  }

  private ScratchTable newPlaces() throws IOException {
    return ScratchTable.in(scratch, collection.id() + "-places", collection.records().count());
  }

  /**
   * Finds all vectors.
   *
   * @param scratch a private directory for what would not fit into memory
   * @throws IOException if the index files are damaged and the log does not make up for it
   */
  static VectorLocator build(
      ChromaCollection collection, ChromaDatabase database, HnswRoot indexes, Path scratch)
      throws IOException {
    VectorLocator locator = new VectorLocator(collection, database, indexes, scratch);
    try {
      locator.log.forEachAfter(locator.loadIndex(), locator::replay);
      locator.recoverMissing();
    } catch (DamagedException e) {
      locator.rebuild(e, new RankedLabels(collection, database));
    }
    return locator;
  }

  /** Loads what was flushed and returns the last log entry among it. */
  private long loadIndex() throws IOException {
    if (files == null || !files.hasPickle()) {
      requireUnflushed();
      return -1;
    }
    try (HnswElements elements = new HnswElements(files, collection.space())) {
      ScratchTable labels = labels(elements);
      try {
        long ofPickle =
            IndexPickle.read(files.pickle(), (id, label) -> placeLabel(labels, id, label));
        return collection.indexedSeq() >= 0 ? collection.indexedSeq() : ofPickle;
      } finally {
        labels.delete();
      }
    }
  }

  private void requireUnflushed() throws IOException {
    if (collection.indexedSeq() >= 0 && collection.records().count() > 0) {
      throw new DamagedException(
          "missing although entries up to " + collection.indexedSeq() + " were flushed");
    }
  }

  /** Elements are written by several threads, so that labels are not in their order. */
  private ScratchTable labels(HnswElements elements) throws IOException {
    ScratchTable labels = ScratchTable.in(scratch, collection.id() + "-labels", elements.count());
    for (long element = 0; element < elements.count(); element++) {
      labels.put(ScratchTable.keyOf(elements.label(element)), element + 1);
    }
    return labels;
  }

  private void placeLabel(ScratchTable labels, byte[] id, long label) throws IOException {
    long place = labels.get(ScratchTable.keyOf(label));
    if (place != NOWHERE) {
      places.put(key(id), place);
    }
  }

  private ScratchTable.Key key(byte[] id) {
    return ScratchTable.keyOf(id, sha256);
  }

  private void replay(long seq, Operation operation, byte[] id, boolean hasVector)
      throws IOException {
    ScratchTable.Key key = key(id);
    switch (operation) {
      case ADD -> set(key, seq, hasVector && places.get(key) == NOWHERE);
      case UPDATE -> set(key, seq, hasVector && places.get(key) != NOWHERE);
      case UPSERT -> set(key, seq, hasVector);
      case DELETE -> places.remove(key);
      case OTHER -> {}
    }
  }

  private void set(ScratchTable.Key key, long seq, boolean effective) throws IOException {
    if (effective) {
      places.put(key, placeOf(seq));
    }
  }

  private static long placeOf(long seq) {
    return -seq - 1;
  }

  /** Whether a place is an entry of the log rather than an element of the index. */
  static boolean isInLog(long place) {
    return place < 0;
  }

  static long seqOf(long place) {
    return -place - 1;
  }

  static long elementOf(long place) {
    return place - 1;
  }

  private void recoverMissing() throws IOException {
    ScratchTable lost = ScratchTable.in(scratch, collection.id() + "-lost", 0);
    ids.forEach(id -> noteIfMissing(lost, id));
    if (missing == 0) {
      lost.delete();
      return;
    }
    recovered = lost;
    log.forEachAfter(
        -1, (seq, operation, id, hasVector) -> recover(lost, seq, operation, id, hasVector));
    missing = 0;
    ids.forEach(this::countIfMissing);
  }

  private void noteIfMissing(ScratchTable lost, RecordId id) throws IOException {
    ScratchTable.Key key = key(id.utf8);
    if (places.get(key) == NOWHERE) {
      lost.put(key, LOST);
      missing++;
    }
  }

  private void recover(
      ScratchTable lost, long seq, Operation operation, byte[] id, boolean hasVector)
      throws IOException {
    ScratchTable.Key key = key(id);
    if (lost.get(key) == NOWHERE) {
      return;
    }
    if (operation == Operation.DELETE) {
      lost.put(key, LOST);
    } else if (hasVector && operation != Operation.OTHER) {
      lost.put(key, placeOf(seq));
    }
  }

  private void countIfMissing(RecordId id) {
    if (locate(id.utf8, sha256) == NOWHERE) {
      missing++;
      if (missingIds.size() < NAMED_IDS) {
        missingIds.add(StrictUtf8.decodeLeniently(id.utf8));
      }
    }
  }

  /** Does without the pickle, if that is provably right. */
  private void rebuild(DamagedException damage, RankedLabels ranks) throws IOException {
    places.delete();
    places = newPlaces();
    if (log.isComplete()) {
      log.forEachAfter(-1, this::replay);
      ids.forEach(this::countIfMissing);
    } else if (placeByRank(ranks)) {
      log.forEachAfter(collection.indexedSeq(), this::replay);
      recoverMissing();
      return;
    } else {
      missing = collection.records().count();
    }
    if (missing > 0) {
      throw lost(damage);
    }
  }

  private boolean placeByRank(RankedLabels ranks) throws IOException {
    if (files == null || !files.hasHeader()) {
      return false;
    }
    try (HnswElements elements = new HnswElements(files, collection.space())) {
      boolean proved = ranks.areProved(elements, log);
      if (proved) {
        ScratchTable labels = labels(elements);
        ranks.forEach(elements.count(), (id, label) -> placeLabel(labels, id, label));
        labels.delete();
      }
      return proved;
    }
  }

  private IOException lost(DamagedException damage) {
    return new IOException(
        ("collection '%s': %s: %s; and the queue does not tell the vectors of %d of %d records."
                + " Restore the directory from a backup")
            .formatted(
                collection.name(),
                files == null ? "vector index" : files.pickle(),
                damage.getMessage(),
                missing,
                collection.records().count()),
        damage);
  }

  /** Where the vector of an id is, or {@link #NOWHERE}. */
  long locate(byte[] id, MessageDigest digest) {
    ScratchTable.Key key = ScratchTable.keyOf(id, digest);
    long place = places.get(key);
    if (place != NOWHERE || recovered == null) {
      return place;
    }
    long late = recovered.get(key);
    return late == LOST ? NOWHERE : late;
  }

  /** How many records have no vector anywhere. */
  long missing() {
    return missing;
  }

  /** Up to ten of them. */
  List<String> missingIds() {
    return List.copyOf(missingIds);
  }
}
