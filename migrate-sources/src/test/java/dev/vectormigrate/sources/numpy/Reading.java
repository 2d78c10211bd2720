package dev.vectormigrate.sources.numpy;

import static org.assertj.core.api.Assertions.assertThat;

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

/** Everything that reading yields, and the checks of the rules that hold for every source. */
public final class Reading {

  public final List<Row> rows = new ArrayList<>();
  public final List<String> rejections = new ArrayList<>();
  public final List<Position> positions = new ArrayList<>();

  /** Rows and rejections in the order they came. */
  public final List<Object> events = new ArrayList<>();

  public static Reading of(SourceSession session, Dataset dataset, Split split, Position after)
      throws Exception {
    Reading reading = new Reading();
    RowReader reader = session.read(dataset, split, after);
    try (reader) {
      assertThat(reader.position()).isEqualTo(after);
      while (reading.take(reader)) {
        reading.positions.add(new Position(reader.position().token()));
      }
      assertThat(reader.next()).isNull();
    }
    reader.close();
    return reading;
  }

  public static Reading of(SourceSession session, String dataset) throws Exception {
    return of(session, dataset(session, dataset), Split.WHOLE, Position.START);
  }

  public static Reading of(SourceStore store, String dataset) throws Exception {
    try (SourceSession session = store.open()) {
      return of(session, dataset);
    }
  }

  public static Dataset dataset(SourceSession session, String name) throws Exception {
    return session.datasets().stream()
        .filter(dataset -> dataset.qualifiedName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private boolean take(RowReader reader) throws Exception {
    try {
      Row row = reader.next();
      if (row != null) {
        rows.add(row);
        events.add(row);
      }
      return row != null;
    } catch (RejectedRowException e) {
      rejections.add(e.id() + ": " + e.reason());
      events.add(e.id() + ": " + e.reason());
      return true;
    }
  }

  public List<String> ids() {
    return rows.stream().map(Row::id).toList();
  }

  /** Counts, fingerprints, splits and every position of a dataset, in two sessions. */
  public static void checkRules(SourceStore store, String name) throws Exception {
    try (SourceSession session = store.open();
        SourceSession other = store.open()) {
      Dataset dataset = dataset(session, name);
      assertThat(session.datasets()).isEqualTo(other.datasets()).isEqualTo(session.datasets());
      Reading whole = of(session, dataset, Split.WHOLE, Position.START);
      assertThat(dataset.rows().orElseThrow()).isEqualTo(whole.events.size());
      for (int parts : new int[] {1, 2, 3, 7, 10_000}) {
        checkSplits(session, other, dataset, whole, parts);
      }
      for (int i = 0; i < whole.positions.size(); i++) {
        Reading rest = of(other, dataset, Split.WHOLE, whole.positions.get(i));
        assertThat(rest.events).isEqualTo(whole.events.subList(i + 1, whole.events.size()));
      }
    }
  }

  private static void checkSplits(
      SourceSession session, SourceSession other, Dataset dataset, Reading whole, int parts)
      throws Exception {
    List<Split> splits = session.split(dataset, parts);
    assertThat(splits).hasSizeBetween(1, parts);
    List<Object> joined = new ArrayList<>();
    for (Split split : splits) {
      Reading part = of(other, dataset, new Split(split.token()), Position.START);
      joined.addAll(part.events);
      for (int i = 0; i < part.positions.size(); i++) {
        Reading rest = of(session, dataset, split, part.positions.get(i));
        assertThat(rest.events).isEqualTo(part.events.subList(i + 1, part.events.size()));
      }
    }
    assertThat(joined).isEqualTo(whole.events);
  }
}
