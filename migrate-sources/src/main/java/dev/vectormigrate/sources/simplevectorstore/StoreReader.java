package dev.vectormigrate.sources.simplevectorstore;

import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.sources.numpy.RowRange;
import dev.vectormigrate.sources.numpy.UnusableVectorException;
import dev.vectormigrate.sources.numpy.VectorRows;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RejectedRowException;
import dev.vectormigrate.spi.RowReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads vectors and entries side by side. Of one thread. */
final class StoreReader implements RowReader {

  private static final int ROWS_BETWEEN_CHECKS = 1_000;

  private final Store store;
  private final Schema schema;
  private final VectorRows.Reader vectors;
  private final EntryReader entries;
  private final long end;
  private long next;
  private Position position;
  private boolean closed;

  StoreReader(Store store, RowRange range, Position after) throws IOException {
    this.store = store;
    this.schema = store.schema();
    this.end = range.end();
    this.next = range.after(after);
    this.position = after;
    this.vectors = store.vectors().open();
    try {
      this.entries = new EntryReader(store, next, Math.min(end, store.entries().count()));
    } catch (IOException e) {
      vectors.close();
      throw e;
    }
  }

  @Override
  public @Nullable Row next() throws IOException, RejectedRowException {
    if (closed) {
      throw new IllegalStateException("reader: closed, expected an open one");
    }
    if (next >= end || next % ROWS_BETWEEN_CHECKS == 0) {
      store.requireUnchanged();
    }
    if (next >= end) {
      return null;
    }
    long number = next;
    next++;
    position = new Position(Long.toString(number));
    return row(number);
  }

  private Row row(long number) throws IOException, RejectedRowException {
    String name = "row " + number;
    if (number >= store.entries().count()) {
      throw new RejectedRowException(name, "has a vector but no metadata entry");
    }
    String id = name;
    try {
      Entry entry = entries.next();
      id = entries.uniqueId(entry);
      return Row.of(schema, id, entry.text(), entry.metadata(), vector(number));
    } catch (IllegalArgumentException e) {
      throw new RejectedRowException(id, String.valueOf(e.getMessage()));
    } catch (UnusableVectorException e) {
      throw new RejectedRowException(id, "vector: " + e.reason());
    }
  }

  private @Nullable Vector vector(long number) throws IOException, UnusableVectorException {
    return number < store.vectors().count() ? vectors.vector(number) : null;
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
      vectors.close();
      entries.close();
    } catch (IOException e) {
      // Nothing was written, so nothing is lost.
    }
  }
}
