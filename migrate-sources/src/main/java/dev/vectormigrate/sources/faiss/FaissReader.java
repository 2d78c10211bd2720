package dev.vectormigrate.sources.faiss;

import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.sources.files.FileWindow;
import dev.vectormigrate.sources.numpy.ElementType;
import dev.vectormigrate.sources.numpy.IdHash;
import dev.vectormigrate.sources.numpy.RowRange;
import dev.vectormigrate.sources.numpy.ScratchDatabase;
import dev.vectormigrate.sources.numpy.ScratchDatabase.Prepared;
import dev.vectormigrate.sources.numpy.UnusableVectorException;
import dev.vectormigrate.sources.numpy.VectorDecoder;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RejectedRowException;
import dev.vectormigrate.spi.RowReader;
import java.io.Closeable;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Reads rows in the order of their labels. Of one thread. */
final class FaissReader implements RowReader {

  private static final int PAGE = 500;
  private static final int USUAL_DOCUMENT_BYTES = 1 << 16;

  /** One row; an id, a vector or a document may be missing. */
  private record Found(
      long number,
      long label,
      @Nullable String id,
      int odd,
      @Nullable Long vector,
      @Nullable Long document) {

    static Found of(ResultSet row) throws SQLException {
      return new Found(
          row.getLong(1),
          row.getLong(2),
          row.getString(3),
          row.getInt(4),
          optional(row, 5),
          optional(row, 6));
    }

    private static @Nullable Long optional(ResultSet row, int column) throws SQLException {
      long value = row.getLong(column);
      return row.wasNull() ? null : value;
    }
  }

  private final FaissSession session;
  private final Schema schema;
  private final ScratchDatabase rows;
  private final Prepared page;
  private final Prepared known;
  private final FileWindow documents;
  private final VectorDecoder vectors;
  private final IdHash hash = new IdHash();
  private final Queue<Found> found = new ArrayDeque<>();
  private final long end;
  private long next;
  private Position position;
  private boolean closed;

  private FaissReader(
      FaissSession session,
      RowRange range,
      Position after,
      ScratchDatabase rows,
      FileWindow documents,
      VectorDecoder vectors)
      throws IOException {
    this.session = session;
    this.schema = session.schema();
    this.end = range.end();
    this.next = range.after(after);
    this.position = after;
    this.rows = rows;
    this.documents = documents;
    this.vectors = vectors;
    this.page =
        rows.prepare(
            "SELECT number, label, id, odd, vector, document FROM row"
                + " WHERE number >= ? AND number < ? ORDER BY number LIMIT "
                + PAGE);
    this.known = rows.prepare("SELECT count(*) FROM label WHERE hash = ?");
  }

  static FaissReader open(FaissSession session, RowRange range, Position after) throws IOException {
    Deque<Closeable> opened = new ArrayDeque<>();
    try {
      ScratchDatabase rows = session.table().open();
      opened.push(rows);
      FileWindow documents = new FileWindow(session.table().documents(), USUAL_DOCUMENT_BYTES);
      opened.push(documents);
      VectorDecoder vectors =
          new VectorDecoder(session.indexFile(), session.index().dimension(), ElementType.FLOAT32);
      opened.push(vectors);
      return new FaissReader(session, range, after, rows, documents, vectors);
    } catch (IOException e) {
      for (Closeable resource : opened) {
        resource.close();
      }
      throw e;
    }
  }

  @Override
  public @Nullable Row next() throws IOException, RejectedRowException {
    if (closed) {
      throw new IllegalStateException("reader: closed, expected an open one");
    }
    if (found.isEmpty()) {
      page.forEach(row -> found.add(Found.of(row)), next, end);
      session.requireUnchanged();
    }
    Found row = found.poll();
    if (row == null) {
      return null;
    }
    next = row.number() + 1;
    position = new Position(Long.toString(row.number()));
    return row(row);
  }

  private Row row(Found row) throws IOException, RejectedRowException {
    String id = row.id();
    if (id == null) {
      throw new RejectedRowException("label " + row.label(), "has a vector but no document");
    }
    if (row.odd() == FolderTable.BROKEN) {
      throw new RejectedRowException(
          "label " + row.label(), "id: lone surrogate, which is not Unicode text");
    }
    String unique = row.odd() == FolderTable.REPEATED ? unique(id, row.label()) : id;
    if (row.document() == null) {
      throw new RejectedRowException(unique, "has a vector but no document");
    }
    StoredDocument document = StoredDocument.readAt(documents, row.document());
    if (document.problem() != null) {
      throw new RejectedRowException(unique, document.problem());
    }
    try {
      return Row.of(schema, unique, document.text(), document.metadata(), vector(row));
    } catch (UnusableVectorException e) {
      throw new RejectedRowException(unique, "vector: " + e.reason());
    }
  }

  private String unique(String id, long label) throws IOException {
    String suffix = "#" + label;
    String unique = id + suffix;
    while (known.number((Object) hash.of(unique)) > 0) {
      unique += suffix;
    }
    return unique;
  }

  private @Nullable Vector vector(Found row) throws IOException, UnusableVectorException {
    return row.vector() == null ? null : vectors.vectorAt(row.vector());
  }

  @Override
  public Position position() {
    return position;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      rows.close();
      documents.close();
      vectors.close();
    } catch (IOException e) {
      // Nothing was written, so nothing is lost.
    }
  }
}
