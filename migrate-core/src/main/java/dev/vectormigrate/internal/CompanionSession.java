package dev.vectormigrate.internal;

import dev.vectormigrate.Companion;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Digest;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.Split;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads the rows that a layout puts beside a dataset as a dataset of their own. Thread-safe. */
final class CompanionSession implements SourceSession {

  private final Dataset dataset;
  private final List<Row> rows;

  CompanionSession(Companion companion, Dataset owner) {
    rows = companion.rows();
    dataset =
        new Dataset(
            List.of(companion.name()),
            owner.qualifiedName(),
            companion.schema(),
            OptionalLong.of(rows.size()),
            fingerprint(rows),
            List.of());
  }

  private static String fingerprint(List<Row> rows) {
    RowHasher hasher = new RowHasher();
    return rows.stream().map(hasher::hash).reduce(Digest.NONE, Digest::plus).toString();
  }

  Dataset dataset() {
    return dataset;
  }

  @Override
  public List<Dataset> datasets() {
    return List.of(dataset);
  }

  @Override
  public List<Split> split(Dataset ofThese, int parts) {
    return List.of(Split.WHOLE);
  }

  @Override
  public RowReader read(Dataset ofThese, Split split, Position after) {
    return new Reader(after.token().isEmpty() ? 0 : Integer.parseInt(after.token()));
  }

  @Override
  public void close() {}

  /** Positions are the number of rows read. */
  private final class Reader implements RowReader {

    private int next;

    Reader(int next) {
      this.next = next;
    }

    @Override
    public @Nullable Row next() {
      return next < rows.size() ? rows.get(next++) : null;
    }

    @Override
    public Position position() {
      return next == 0 ? Position.START : new Position(String.valueOf(next));
    }

    @Override
    public void close() {}
  }
}
