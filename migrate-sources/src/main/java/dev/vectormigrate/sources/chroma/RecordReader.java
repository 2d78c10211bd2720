package dev.vectormigrate.sources.chroma;

import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RejectedRowException;
import dev.vectormigrate.spi.RowReader;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Reads the records of a split in ascending order of {@code embeddings.id}. Of one thread. */
final class RecordReader implements RowReader {

  private final ChromaDatabase database;
  private final RecordPages pages;
  private final IdRange range;
  private final Schema schema;
  private final StampGuard guard;
  private final Queue<PageRecord> page = new ArrayDeque<>();
  private Position position;
  private long after;
  private boolean finished;
  private boolean closed;

  RecordReader(
      ChromaDatabase database,
      RecordPages pages,
      IdRange range,
      Schema schema,
      StampGuard guard,
      Position position)
      throws IOException {
    this.database = database;
    this.pages = pages;
    this.range = range;
    this.schema = schema;
    this.guard = guard;
    this.position = position;
    this.after = range.after(position);
  }

  @Override
  public @Nullable Row next() throws IOException, RejectedRowException {
    if (closed) {
      throw new IllegalStateException("reader: closed, expected an open one");
    }
    if (page.isEmpty() && !finished) {
      load();
    }
    PageRecord item = page.poll();
    if (item == null) {
      return null;
    }
    position = new Position(Long.toString(item.row()));
    return item.toRow(schema);
  }

  private void load() throws IOException {
    page.addAll(pages.page(after, range.last()));
    // After the page, so that what was read while somebody wrote is never handed out.
    guard.check();
    for (PageRecord item : page) {
      after = item.row();
    }
    finished = page.isEmpty();
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
    page.clear();
    try {
      pages.close();
    } catch (IOException e) {
      // Nothing was written, so nothing is lost.
    }
    database.close();
  }
}
