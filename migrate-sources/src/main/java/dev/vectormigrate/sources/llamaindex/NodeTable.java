package dev.vectormigrate.sources.llamaindex;

import dev.vectormigrate.sources.numpy.IdHash;
import dev.vectormigrate.sources.numpy.ScratchDatabase;
import dev.vectormigrate.sources.numpy.ScratchDatabase.Prepared;
import dev.vectormigrate.sources.numpy.ScratchFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Brings vectors and nodes of one id together in a scratch file: a row for every vector of a space,
 * in the order of its file, then one for every node without a vector, in the order of the docstore.
 * Spaces are vector stores, counted from 0. Immutable.
 */
final class NodeTable {

  /** The kind of the docstore's nodes. */
  static final int NODE = 0;

  private static final int KINDS_OF_A_SPACE = 3;

  private final Path file;
  private final List<Counts> counts;

  private NodeTable(Path file, List<Counts> counts) {
    this.file = file;
    this.counts = List.copyOf(counts);
  }

  /** The kind of a space's vectors. */
  static int vectors(int space) {
    return KINDS_OF_A_SPACE * space + 1;
  }

  /** The kind of what a space says documents are. */
  static int references(int space) {
    return KINDS_OF_A_SPACE * space + 2;
  }

  /** The kind of a space's copies of metadata. */
  static int attributes(int space) {
    return KINDS_OF_A_SPACE * space + 3;
  }

  /**
   * What there is of a space.
   *
   * @param rows all
   * @param withoutNode vectors whose node is missing
   * @param withoutVector nodes whose vector is missing
   * @param repeated rows whose key is in one of the files more than once
   * @param stray ids that the space knows a document or metadata of, but has no vector of
   */
  record Counts(long rows, long withoutNode, long withoutVector, long repeated, long stray) {}

  /** Takes places in any order. Of one thread. */
  static final class Writer implements Closeable {

    private final Path file;
    private final ScratchDatabase database;
    private final Prepared insert;
    private final IdHash hash = new IdHash();
    private long number;

    Writer(ScratchFiles scratch) throws IOException {
      file = scratch.newFile("nodes");
      database = ScratchDatabase.open(file);
      database.execute(
          "CREATE TABLE part (kind INTEGER, hash BLOB, number INTEGER, first INTEGER,"
              + " past INTEGER, times INTEGER, PRIMARY KEY (kind, hash)) WITHOUT ROWID",
          "CREATE TABLE row (space INTEGER, number INTEGER, vector INTEGER, vector_past INTEGER,"
              + " node INTEGER, node_past INTEGER, reference INTEGER, reference_past INTEGER,"
              + " attributes INTEGER, attributes_past INTEGER, times INTEGER,"
              + " PRIMARY KEY (space, number)) WITHOUT ROWID",
          "BEGIN");
      insert =
          database.prepare(
              "INSERT INTO part VALUES (?, ?, ?, ?, ?, 1)"
                  + " ON CONFLICT DO UPDATE SET times = times + 1");
    }

    /**
     * Adds a member of an object.
     *
     * @param first where its key begins, in bytes
     * @param past where its value ends
     */
    void add(int kind, String key, long first, long past) throws IOException {
      insert.run(kind, hash.of(key), number++, first, past);
    }

    /**
     * Ends the table.
     *
     * @param spaces how many there are
     * @param home the one that nodes without any vector are added to
     */
    NodeTable finish(int spaces, int home) throws IOException {
      for (int space = 0; space < spaces; space++) {
        database.execute(join(space));
      }
      database.execute(withoutVector(spaces, home), "COMMIT");
      List<Counts> counts = new ArrayList<>();
      for (int space = 0; space < spaces; space++) {
        counts.add(counts(space));
      }
      return new NodeTable(file, counts);
    }

    private static String join(int space) {
      return ("INSERT INTO row SELECT %d, row_number() OVER (ORDER BY v.number) - 1,"
              + " v.first, v.past, n.first, n.past, r.first, r.past, a.first, a.past,"
              + " max(v.times, coalesce(n.times, 1), coalesce(r.times, 1), coalesce(a.times, 1))"
              + " FROM part v LEFT JOIN part n ON n.kind = %d AND n.hash = v.hash"
              + " LEFT JOIN part r ON r.kind = %d AND r.hash = v.hash"
              + " LEFT JOIN part a ON a.kind = %d AND a.hash = v.hash WHERE v.kind = %d")
          .formatted(space, NODE, references(space), attributes(space), vectors(space));
    }

    private static String withoutVector(int spaces, int home) {
      return ("INSERT INTO row (space, number, node, node_past, times) SELECT %1$d,"
              + " (SELECT count(*) FROM row WHERE space = %1$d)"
              + " + row_number() OVER (ORDER BY n.number) - 1,"
              + " n.first, n.past, n.times FROM part n WHERE n.kind = %2$d AND NOT EXISTS"
              + " (SELECT 1 FROM part v WHERE v.hash = n.hash AND v.kind IN (%3$s))")
          .formatted(
              home,
              NODE,
              IntStream.range(0, spaces)
                  .mapToObj(space -> Integer.toString(vectors(space)))
                  .collect(Collectors.joining(", ")));
    }

    private Counts counts(int space) throws IOException {
      String rows = "row WHERE space = " + space;
      return new Counts(
          count(rows),
          count(rows + " AND node IS NULL"),
          count(rows + " AND vector IS NULL"),
          count(rows + " AND times > 1"),
          count(
              "(SELECT DISTINCT hash FROM part p WHERE kind IN (%d, %d) AND NOT EXISTS"
                      .formatted(references(space), attributes(space))
                  + " (SELECT 1 FROM part v WHERE v.kind = %d AND v.hash = p.hash))"
                      .formatted(vectors(space))));
    }

    private long count(String what) throws IOException {
      try (Prepared count = database.prepare("SELECT count(*) FROM " + what)) {
        return count.number();
      }
    }

    @Override
    public void close() throws IOException {
      database.close();
    }
  }

  Counts counts(int space) {
    return counts.get(space);
  }

  /** Opens the rows for a reader, which closes them. */
  ScratchDatabase open() throws IOException {
    return ScratchDatabase.open(file);
  }
}
