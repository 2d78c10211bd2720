package dev.vectormigrate.sources.chroma;

import dev.vectormigrate.model.Vector;
import dev.vectormigrate.sources.chroma.RecordIds.RecordId;
import dev.vectormigrate.sources.chroma.WriteAheadLog.UnreadableVectorException;
import java.io.Closeable;
import java.io.IOException;
import java.security.MessageDigest;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads complete records in pages that are bounded by their number and their bytes. Each page takes
 * a few short statements, so that a writer never waits long. A resource of one thread.
 */
final class RecordPages implements Closeable {

  private static final int PAGE_BYTES = 4 << 20;
  private static final int FIRST_PAGE = 64;
  private static final int LEAST_PAGE = 8;

  private static final String COLUMNS =
      """
      CASE WHEN string_value IS NOT NULL THEN 0 WHEN int_value IS NOT NULL THEN 1
        WHEN float_value IS NOT NULL THEN 2 WHEN %1$s IS NOT NULL THEN 3 ELSE 4 END,
      coalesce(string_value, int_value, float_value, %1$s)""";

  private final ChromaDatabase database;
  private final ChromaCollection collection;
  private final VectorLocator locator;
  private final RecordIds ids;
  private final WriteAheadLog log;
  private final MessageDigest sha256 = ScratchTable.sha256();
  private final String scalars;
  private final @Nullable String arrays;
  private final @Nullable HnswElements elements;
  private final MissingVectorPolicy missing;
  private final int largestPage;
  private int pageSize;

  RecordPages(
      ChromaDatabase database,
      ChromaCollection collection,
      HnswRoot indexes,
      VectorLocator locator,
      MissingVectorPolicy missing)
      throws IOException {
    this.database = database;
    this.collection = collection;
    this.locator = locator;
    this.missing = missing;
    this.ids = new RecordIds(database, collection);
    this.log = new WriteAheadLog(database, collection);
    this.scalars = query("embedding_metadata", "m.id");
    this.arrays =
        database.hasTable("embedding_metadata_array")
            ? query("embedding_metadata_array", "m.id, m.rowid")
            : null;
    this.elements = open(indexes);
    this.largestPage = largestPage(collection.dimension());
    this.pageSize = Math.min(FIRST_PAGE, largestPage);
  }

  private static int largestPage(int dimension) {
    int fitting = PAGE_BYTES / (Float.BYTES * Math.max(1, dimension));
    return Math.max(LEAST_PAGE, Math.min(RecordIds.PAGE, fitting));
  }

  private @Nullable HnswElements open(HnswRoot indexes) throws IOException {
    String segment = collection.vectorSegment();
    HnswFiles files = segment == null ? null : indexes.segment(segment);
    return files != null && files.hasHeader() ? new HnswElements(files, collection.space()) : null;
  }

  private String query(String table, String order) throws IOException {
    boolean hasBooleans = database.columns(table).contains("bool_value");
    String columns = COLUMNS.formatted(hasBooleans ? "bool_value" : "NULL");
    String from =
        ids.isScattered()
            ? "embeddings e CROSS JOIN " + table + " m ON m.id = e.id WHERE " + ids.predicate("e.")
            : table + " m WHERE ? IS NOT NULL AND m.id > ? AND m.id <= ?";
    return "SELECT m.id, m.key, %s FROM %s ORDER BY %s".formatted(columns, from, order);
  }

  /** The next records with {@code after < embeddings.id <= last}; none at the end. */
  List<PageRecord> page(long after, long last) throws IOException {
    List<PageRecord> page = new ArrayList<>(pageSize);
    for (RecordId id : ids.page(after, last, pageSize)) {
      page.add(new PageRecord(id));
    }
    if (!page.isEmpty()) {
      page = withMetadata(page, after);
      addVectors(page);
    }
    return page;
  }

  private List<PageRecord> withMetadata(List<PageRecord> page, long after) throws IOException {
    MetadataMerge merge = new MetadataMerge(page, after);
    merge.run(scalars, false);
    if (arrays != null) {
      merge.run(arrays, true);
    }
    adapt(merge.complete, merge.bytes);
    return page.subList(0, merge.complete);
  }

  /** Texts may grow a thousandfold from one record to the next; then the page is cut short. */
  private void adapt(int records, long bytes) {
    long fitting = PAGE_BYTES * (long) records / Math.max(1, bytes);
    long grown = Math.min(fitting, 2L * pageSize);
    pageSize = (int) Math.max(LEAST_PAGE, Math.min(largestPage, grown));
  }

  /** Walks records and metadata rows, both in ascending order of {@code embeddings.id}. */
  private final class MetadataMerge {

    private final List<PageRecord> page;
    private final long after;
    private int complete;
    private long bytes;

    MetadataMerge(List<PageRecord> page, long after) {
      this.page = page;
      this.after = after;
      this.complete = page.size();
    }

    void run(String sql, boolean elements) throws IOException {
      try (PreparedStatement statement =
              database.prepare(
                  sql, collection.metadataSegment(), after, page.get(complete - 1).row());
          ResultSet rows = statement.executeQuery()) {
        take(rows, elements);
      } catch (SQLException e) {
        throw database.failed(e);
      }
    }

    private void take(ResultSet rows, boolean elements) throws SQLException {
      int at = 0;
      while (rows.next()) {
        long row = rows.getLong(1);
        while (at < complete && page.get(at).row() < row) {
          at++;
        }
        if (at > 0 && bytes > PAGE_BYTES) {
          complete = at;
        }
        if (at >= complete) {
          return;
        }
        if (page.get(at).row() == row) {
          bytes += page.get(at).take(rows, elements);
        }
      }
    }
  }

  private void addVectors(List<PageRecord> page) throws IOException {
    for (PageRecord item : page) {
      item.place = locator.locate(item.idUtf8(), sha256);
    }
    List<PageRecord> byPlace = new ArrayList<>(page);
    byPlace.sort(Comparator.comparingLong(item -> item.place));
    for (PageRecord item : byPlace) {
      if (item.place == VectorLocator.NOWHERE) {
        missing.apply(item);
      } else {
        addVector(item);
      }
    }
  }

  private void addVector(PageRecord item) throws IOException {
    try {
      float[] vector = vectorAt(item.place);
      if (vector.length == collection.dimension()) {
        item.setVector(Vector.wrap(vector));
      } else {
        item.reject(
            "vector: dimension %d, expected %d as the collection says"
                .formatted(vector.length, collection.dimension()));
      }
    } catch (UnreadableVectorException e) {
      item.reject(String.valueOf(e.getMessage()));
    }
  }

  private float[] vectorAt(long place) throws IOException {
    if (VectorLocator.isInLog(place)) {
      return log.vector(VectorLocator.seqOf(place));
    }
    if (elements == null) {
      throw new IOException("vector index of collection '" + collection.name() + "': gone");
    }
    return elements.vector(VectorLocator.elementOf(place));
  }

  /** What becomes of a record without a vector. */
  interface MissingVectorPolicy {
    void apply(PageRecord item);
  }

  @Override
  public void close() throws IOException {
    if (elements != null) {
      elements.close();
    }
  }
}
