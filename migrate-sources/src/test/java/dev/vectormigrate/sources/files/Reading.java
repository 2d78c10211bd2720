package dev.vectormigrate.sources.files;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RejectedRowException;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import dev.vectormigrate.spi.Split;
import java.util.ArrayList;
import java.util.List;

/** Everything that reading yields, in order: rows, and refusals as text. */
public final class Reading {

  public final List<Object> items = new ArrayList<>();
  public final List<Position> positions = new ArrayList<>();

  /** Reads what is left of a split. */
  public static Reading of(SourceSession session, Dataset dataset, Split split, Position after)
      throws Exception {
    Reading reading = new Reading();
    try (RowReader reader = session.read(dataset, split, after)) {
      while (reading.take(reader)) {
        reading.positions.add(reader.position());
      }
    }
    return reading;
  }

  private boolean take(RowReader reader) throws Exception {
    try {
      Row row = reader.next();
      if (row != null) {
        items.add(row);
      }
      return row != null;
    } catch (RejectedRowException e) {
      items.add(e.id() + ": " + e.reason());
      return true;
    }
  }

  /** Reads all of a dataset. */
  public static Reading of(SourceSession session, Dataset dataset) throws Exception {
    return of(session, dataset, Split.WHOLE, Position.START);
  }

  /** Reads all of a dataset by name. */
  public static Reading of(SourceStore source, String name) throws Exception {
    try (SourceSession session = source.open()) {
      return of(session, dataset(session, name));
    }
  }

  /** The dataset of a name, qualified or not. */
  public static Dataset dataset(SourceSession session, String name) throws Exception {
    return session.datasets().stream()
        .filter(d -> d.name().equals(name) || d.qualifiedName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** The dataset of a name, of a session that is over. */
  public static Dataset dataset(SourceStore source, String name) throws Exception {
    try (SourceSession session = source.open()) {
      return dataset(session, name);
    }
  }

  /** The rows without the refusals. */
  public List<Row> rows() {
    return items.stream().filter(Row.class::isInstance).map(Row.class::cast).toList();
  }

  /** The refusals without the rows. */
  public List<String> refusals() {
    return items.stream().filter(String.class::isInstance).map(String.class::cast).toList();
  }
}
