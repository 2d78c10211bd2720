package dev.vectormigrate.sources.sqlite;

import dev.vectormigrate.model.Row;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RejectedRowException;
import dev.vectormigrate.spi.RowReader;
import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of a split in ascending order of their numbers. Rows are read a page ahead and
 * handed out only if nobody has written to the file meanwhile: nothing locks it. Of one thread.
 */
final class TableReader implements RowReader {

  private static final int MOST_ROWS_AHEAD = 256;
  private static final long MOST_BYTES_AHEAD = 4 << 20;

  private final OpenFile file;
  private final SqliteDatabase database;
  private final boolean counted;
  private final RowDecoder decoder;
  private final PreparedStatement statement;
  private final ResultSet rows;
  private final Queue<Outcome> page = new ArrayDeque<>();
  private long next;
  private Position position;
  private boolean finished;
  private boolean closed;

  /** A row, or why there is none. */
  private record Outcome(
      long number, @Nullable Row row, @Nullable RejectedRowException rejection) {}

  TableReader(
      OpenFile file, SqliteDatabase database, SqliteTable table, RowRange range, Position position)
      throws IOException {
    this.file = file;
    this.database = database;
    this.position = position;
    counted = table.rowNumber() == null;
    decoder = new RowDecoder(table, database.encoding());
    next = range.first();
    try {
      statement =
          counted
              ? database.prepare(
                  decoder.select() + " LIMIT ? OFFSET ?",
                  range.last() - range.first() + 1,
                  range.first() - 1)
              : database.prepare(
                  decoder.select()
                      + " WHERE %1$s BETWEEN ? AND ? ORDER BY %1$s"
                          .formatted(SqliteDatabase.quote(String.valueOf(table.rowNumber()))),
                  range.first(),
                  range.last());
      rows = statement.executeQuery();
    } catch (SQLException e) {
      throw database.failed(e);
    }
  }

  @Override
  public @Nullable Row next() throws IOException, RejectedRowException {
    if (closed) {
      throw new IllegalStateException("reader: closed, expected an open one");
    }
    if (page.isEmpty() && !finished) {
      load();
    }
    Outcome outcome = page.poll();
    if (outcome == null) {
      return null;
    }
    position = new Position(Long.toString(outcome.number()));
    if (outcome.rejection() != null) {
      throw outcome.rejection();
    }
    return outcome.row();
  }

  private void load() throws IOException {
    try {
      long bytes = 0;
      while (!finished && page.size() < MOST_ROWS_AHEAD && bytes < MOST_BYTES_AHEAD) {
        finished = !rows.next();
        if (!finished) {
          page.add(outcome());
          bytes += decoder.bytes();
        }
      }
    } catch (SQLException e) {
      // A file that is written to looks damaged.
      file.check();
      throw database.failed(e);
    }
    file.check();
  }

  private Outcome outcome() throws SQLException {
    long number = counted ? next++ : rows.getLong(1);
    try {
      return new Outcome(number, decoder.row(rows, number), null);
    } catch (RejectedRowException e) {
      return new Outcome(number, null, e);
    }
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
      rows.close();
      statement.close();
    } catch (SQLException e) {
      // Nothing was written, so nothing is lost.
    }
    database.close();
  }
}
