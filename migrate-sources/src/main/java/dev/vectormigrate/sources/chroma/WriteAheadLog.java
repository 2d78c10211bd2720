package dev.vectormigrate.sources.chroma;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one collection in {@code embeddings_queue}, Chroma's write-ahead log. They hold
 * vectors exactly as they were sent, also in the cosine space. Of one thread.
 */
final class WriteAheadLog {

  /** What an entry does; the numbers are Chroma's. */
  enum Operation {
    ADD,
    UPDATE,
    UPSERT,
    DELETE,
    /** A marker without effect. */
    OTHER;

    static Operation of(int code) {
      return switch (code) {
        case 0 -> ADD;
        case 1 -> UPDATE;
        case 2 -> UPSERT;
        case 3 -> DELETE;
        default -> OTHER;
      };
    }
  }

  /** Takes an entry. */
  interface Entries {
    void accept(long seq, Operation operation, byte[] id, boolean hasVector) throws IOException;
  }

  private static final int PAGE = 4_096;

  private final ChromaDatabase database;
  private final ChromaCollection collection;

  WriteAheadLog(ChromaDatabase database, ChromaCollection collection) {
    this.database = database;
    this.collection = collection;
  }

  private static final class Page {

    private final List<Entry> entries = new ArrayList<>(PAGE);
  }

  private record Entry(long seq, Operation operation, Id id, boolean hasVector) {}

  private static final class Id {

    private final byte[] utf8;

    Id(byte[] utf8) {
      this.utf8 = utf8;
    }
  }

  /** Passes on the entries after one, in order. */
  void forEachAfter(long after, Entries entries) throws IOException {
    long last = Math.max(after, collection.log().firstSeq() - 1);
    while (last < collection.log().lastSeq()) {
      Page page = pageAfter(last);
      for (Entry entry : page.entries) {
        entries.accept(entry.seq, entry.operation, entry.id.utf8, entry.hasVector);
        last = entry.seq;
      }
      if (page.entries.isEmpty()) {
        return;
      }
    }
  }

  private Page pageAfter(long after) throws IOException {
    Page page = new Page();
    database.forEach(
        """
        SELECT seq_id, operation, id, vector IS NOT NULL FROM embeddings_queue
        WHERE seq_id > ? AND seq_id <= ? AND substr(topic, -36) = ?
        ORDER BY seq_id LIMIT ?""",
        row ->
            page.entries.add(
                new Entry(
                    row.getLong(1),
                    Operation.of(row.getInt(2)),
                    new Id(row.getBytes(3)),
                    row.getBoolean(4))),
        after,
        collection.log().lastSeq(),
        collection.id(),
        PAGE);
    return page;
  }

  /**
   * The vector of an entry as it was sent.
   *
   * @throws UnreadableVectorException if it is not written as 32-bit floats
   */
  float[] vector(long seq) throws IOException {
    float[][] found = new float[1][];
    database.forEach(
        "SELECT vector, encoding FROM embeddings_queue WHERE seq_id = ?",
        row -> found[0] = floats(row.getBytes(1), row.getString(2)),
        seq);
    if (found[0] == null) {
      throw new IOException(
          "queue entry "
              + seq
              + ": gone while the directory was read, expected it to rest. Stop the server,"
              + " or use Snapshot.ALWAYS");
    }
    return found[0];
  }

  /** A vector that cannot be understood, which concerns one record alone. */
  static final class UnreadableVectorException extends IOException {

    private static final long serialVersionUID = 1L;

    UnreadableVectorException(String message) {
      super(message);
    }
  }

  private static float[] floats(byte @Nullable [] bytes, @Nullable String encoding)
      throws UnreadableVectorException {
    if (bytes == null || bytes.length % Float.BYTES != 0 || !"FLOAT32".equals(encoding)) {
      throw new UnreadableVectorException(
          "vector in the queue: encoding %s, %d bytes, expected FLOAT32"
              .formatted(encoding, bytes == null ? 0 : bytes.length));
    }
    float[] floats = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
    return floats;
  }

  /**
   * Whether it provably has every entry since the collection was created: it neither purges itself,
   * which databases created by 0.5.6 and later do, nor was ever vacuumed.
   */
  boolean isComplete() throws IOException {
    if (database.hasTable("maintenance_log")
        && database.number(0, "SELECT count(*) FROM maintenance_log") > 0) {
      return false;
    }
    return !database.hasTable("embeddings_queue_config")
        || database.number(
                0,
                """
                SELECT count(*) FROM embeddings_queue_config
                WHERE json_extract(config_json_str, '$.automatically_purge') = 0""")
            > 0;
  }
}
