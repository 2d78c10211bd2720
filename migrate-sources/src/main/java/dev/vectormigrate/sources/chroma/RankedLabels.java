package dev.vectormigrate.sources.chroma;

import dev.vectormigrate.sources.chroma.RecordIds.RecordId;
import dev.vectormigrate.sources.chroma.WriteAheadLog.Operation;
import java.io.IOException;
import java.util.List;

/**
 * Makes up for a lost pickle in a collection that Chroma 1.x alone has written and that never lost
 * a record: there labels count the additions, and so do the values of {@code embeddings.id}. Of one
 * thread.
 */
final class RankedLabels {

  private final ChromaCollection collection;
  private final ChromaDatabase database;
  private final RecordIds ids;

  RankedLabels(ChromaCollection collection, ChromaDatabase database) {
    this.collection = collection;
    this.database = database;
    this.ids = new RecordIds(database, collection);
  }

  /** Whether the labels of all elements are provably the ranks of the first records. */
  boolean areProved(HnswElements elements, WriteAheadLog log) throws IOException {
    return collection.indexedSeq() >= 0
        && elements.count() <= collection.records().count()
        && areAllFromRust()
        && areDenseAndAlive(elements)
        && !deletesAfter(log, collection.indexedSeq());
  }

  /** Python labelled the records of a batch in no particular order; its numbers are blobs. */
  private boolean areAllFromRust() throws IOException {
    return database.number(
            1,
            """
            SELECT count(*) FROM embeddings
            WHERE segment_id = ? AND typeof(seq_id) <> 'integer'""",
            collection.metadataSegment())
        == 0;
  }

  private static boolean areDenseAndAlive(HnswElements elements) throws IOException {
    long sum = 0;
    for (long element = 0; element < elements.count(); element++) {
      long label = elements.label(element);
      if (label < 1 || label > elements.count() || elements.isDeleted(element)) {
        return false;
      }
      sum += label;
    }
    return sum == elements.count() * (elements.count() + 1) / 2;
  }

  private static boolean deletesAfter(WriteAheadLog log, long seq) throws IOException {
    boolean[] deletes = new boolean[1];
    log.forEachAfter(
        seq, (at, operation, id, hasVector) -> deletes[0] |= operation == Operation.DELETE);
    return deletes[0];
  }

  /** Passes on the first records with their ranks from 1. */
  void forEach(long count, IndexPickle.Entries entries) throws IOException {
    long rank = 0;
    long after = collection.records().firstId() - 1;
    while (rank < count) {
      int limit = (int) Math.min(RecordIds.PAGE, count - rank);
      List<RecordId> page = ids.page(after, collection.records().lastId(), limit);
      for (RecordId id : page) {
        entries.accept(id.utf8, ++rank);
        after = id.row;
      }
      if (page.isEmpty()) {
        return;
      }
    }
  }
}
