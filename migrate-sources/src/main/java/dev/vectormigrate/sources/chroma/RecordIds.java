package dev.vectormigrate.sources.chroma;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The ids of a collection's records in ascending order of {@code embeddings.id}, in pages: a long
 * cursor would keep a running server from writing. Of one thread.
 */
final class RecordIds {

  /** A row of {@code embeddings}. */
  static final class RecordId {

    final long row;
    final byte[] utf8;

    RecordId(long row, byte[] utf8) {
      this.row = row;
      this.utf8 = utf8;
    }
  }

  /** Takes a row of {@code embeddings}. */
  interface Action {
    void accept(RecordId id) throws IOException;
  }

  /** The usual size of a page. */
  static final int PAGE = 2_000;

  private final ChromaDatabase database;
  private final ChromaCollection collection;

  RecordIds(ChromaDatabase database, ChromaCollection collection) {
    this.database = database;
    this.collection = collection;
  }

  /** At most {@code limit} records with {@code after < embeddings.id <= last}. */
  List<RecordId> page(long after, long last, int limit) throws IOException {
    List<RecordId> page = new ArrayList<>(limit);
    database.forEach(
        "SELECT id, embedding_id FROM embeddings WHERE "
            + predicate("")
            + " ORDER BY "
            + orderBy()
            + " LIMIT ?",
        row -> page.add(new RecordId(row.getLong(1), row.getBytes(2))),
        collection.metadataSegment(),
        after,
        last,
        limit);
    return page;
  }

  /**
   * The condition that selects the records, with the parameters segment, after and last. The plus
   * signs hide a column from the query planner, which knows no statistics here and would sort a
   * huge collection once a page, or walk over all others for a tiny one.
   */
  String predicate(String table) {
    String condition =
        isScattered()
            ? "@segment_id = ? AND +@id > ? AND +@id <= ?"
            : "+@segment_id = ? AND @id > ? AND @id <= ?";
    return condition.replace("@", table);
  }

  boolean isScattered() {
    return collection.records().areScattered(PAGE);
  }

  private String orderBy() {
    return isScattered() ? "+id" : "id";
  }

  /** Passes on all records. */
  void forEach(Action action) throws IOException {
    long after = collection.records().firstId() - 1;
    List<RecordId> page = page(after, collection.records().lastId(), PAGE);
    while (!page.isEmpty()) {
      for (RecordId id : page) {
        action.accept(id);
        after = id.row;
      }
      page = page(after, collection.records().lastId(), PAGE);
    }
  }
}
