package dev.vectormigrate.sources.sqlite;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.Split;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** An open database, or the private copy of one. */
final class SqliteSession implements SourceSession {

  private static final int MOST_SPLITS = 4_096;

  private final OpenFile file;
  private final List<SqliteTable> tables;
  private final Map<String, Extent> extents = new HashMap<>();

  /**
   * How large a table is.
   *
   * @param rows how many there are
   * @param range the numbers between which they are
   */
  private record Extent(long rows, RowRange range) {}

  SqliteSession(OpenFile file, List<SqliteTable> tables) {
    this.file = file;
    this.tables = tables;
  }

  @Override
  public List<Dataset> datasets() throws IOException {
    List<Dataset> datasets = new ArrayList<>();
    for (SqliteTable table : tables) {
      datasets.add(
          new Dataset(
              List.of(),
              table.name(),
              table.schema(),
              OptionalLong.of(extent(table).rows()),
              file.fingerprint(),
              table.findings(),
              table.constraints()));
    }
    file.check();
    return datasets;
  }

  private Extent extent(SqliteTable table) throws IOException {
    Extent known = extents.get(table.name());
    if (known == null) {
      known = measure(table);
      extents.put(table.name(), known);
    }
    return known;
  }

  private Extent measure(SqliteTable table) throws IOException {
    String name = "main." + SqliteDatabase.quote(table.name());
    long rows = file.database().numbers("SELECT count(*) FROM " + name)[0];
    if (rows == 0) {
      return new Extent(0, new RowRange(1, 0));
    }
    if (table.rowNumber() == null) {
      return new Extent(rows, new RowRange(1, rows));
    }
    // One query each, since only so SQLite looks at the ends alone.
    String number = SqliteDatabase.quote(table.rowNumber());
    long first = file.database().numbers("SELECT min(%s) FROM %s".formatted(number, name))[0];
    long last = file.database().numbers("SELECT max(%s) FROM %s".formatted(number, name))[0];
    return new Extent(rows, new RowRange(first, last));
  }

  @Override
  public List<Split> split(Dataset dataset, int parts) throws IOException {
    SqliteTable table = find(dataset);
    Extent extent = extent(table);
    long wished = Math.max(1, Math.min(Math.min(MOST_SPLITS, parts), extent.rows()));
    long size = (extent.rows() + wished - 1) / wished;
    List<Split> splits = new ArrayList<>();
    long first = extent.range().first();
    for (long done = size; done < extent.rows(); done += size) {
      long next = numberAfter(table, first, size);
      splits.add(new RowRange(first, next - 1).toSplit());
      first = next;
    }
    splits.add(new RowRange(first, extent.range().last()).toSplit());
    return splits;
  }

  /** The number of the row that so many rows behind the one of the given number. */
  private long numberAfter(SqliteTable table, long first, long rows) throws IOException {
    if (table.rowNumber() == null) {
      return first + rows;
    }
    String number = SqliteDatabase.quote(table.rowNumber());
    String sql =
        "SELECT %s FROM %s WHERE %s >= ? ORDER BY %s LIMIT 1 OFFSET ?"
            .formatted(number, table.from(), number, number);
    return file.database().numbers(sql, first, rows)[0];
  }

  @Override
  public RowReader read(Dataset dataset, Split split, Position after) throws IOException {
    SqliteTable table = find(dataset);
    RowRange range = extent(table).range().part(split).after(after);
    file.check();
    SqliteDatabase database = file.another();
    try {
      return new TableReader(file, database, table, range, after);
    } catch (IOException | RuntimeException e) {
      database.close();
      throw e;
    }
  }

  private SqliteTable find(Dataset dataset) throws IOException {
    for (SqliteTable table : tables) {
      if (table.name().equals(dataset.name()) && dataset.namespace().isEmpty()) {
        return table;
      }
    }
    throw new IOException(
        "table '" + dataset.qualifiedName() + "': missing, expected it as it was planned");
  }

  @Override
  public void close() {
    file.close();
  }
}
