package dev.vectormigrate.testkit;

import dev.vectormigrate.model.Constraints;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import dev.vectormigrate.spi.Split;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A source of rows in memory. Immutable and thread-safe. */
public final class InMemorySource implements SourceStore {

  private final Map<String, List<Row>> rows;
  private final Map<String, Schema> schemas;
  private final Map<String, Long> counts;
  private final Map<String, Constraints> constraints;

  private InMemorySource(
      Map<String, List<Row>> rows,
      Map<String, Schema> schemas,
      Map<String, Long> counts,
      Map<String, Constraints> constraints) {
    this.rows = rows;
    this.schemas = schemas;
    this.counts = counts;
    this.constraints = constraints;
  }

  /** A source without datasets. */
  public static InMemorySource empty() {
    return new InMemorySource(Map.of(), Map.of(), Map.of(), Map.of());
  }

  /** This source with one more dataset. */
  public InMemorySource with(String dataset, Schema schema, List<Row> content) {
    Map<String, List<Row>> moreRows = new LinkedHashMap<>(rows);
    Map<String, Schema> moreSchemas = new LinkedHashMap<>(schemas);
    moreRows.put(dataset, List.copyOf(content));
    moreSchemas.put(dataset, schema);
    return new InMemorySource(moreRows, moreSchemas, counts, constraints);
  }

  /** This source with one more dataset, as a relational store has them. */
  public InMemorySource with(
      String dataset, Schema schema, List<Row> content, Constraints itsConstraints) {
    Map<String, Constraints> more = new LinkedHashMap<>(constraints);
    more.put(dataset, itsConstraints);
    InMemorySource source = with(dataset, schema, content);
    return new InMemorySource(source.rows, source.schemas, counts, more);
  }

  /** This source with a wrong count of a dataset's rows, against the rules. */
  public InMemorySource counting(String dataset, long wrong) {
    Map<String, Long> moreCounts = new LinkedHashMap<>(counts);
    moreCounts.put(dataset, wrong);
    return new InMemorySource(rows, schemas, moreCounts, constraints);
  }

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public SourceSession open() {
    return new Session();
  }

  private final class Session implements SourceSession {

    @Override
    public List<Dataset> datasets() {
      List<Dataset> datasets = new ArrayList<>();
      rows.forEach(
          (name, content) ->
              datasets.add(
                  new Dataset(
                      List.of(),
                      name,
                      schemas.get(name),
                      OptionalLong.of(counts.getOrDefault(name, (long) content.size())),
                      "rows=" + content.size() + " hash=" + content.hashCode(),
                      List.of(),
                      constraints.getOrDefault(name, Constraints.NONE))));
      return datasets;
    }

    @Override
    public List<Split> split(Dataset dataset, int parts) {
      int size = rows.get(dataset.name()).size();
      List<Split> splits = new ArrayList<>();
      for (int i = 0; i < parts; i++) {
        int from = (int) ((long) size * i / parts);
        int to = (int) ((long) size * (i + 1) / parts);
        splits.add(new Split(from + "-" + to));
      }
      return splits;
    }

    @Override
    public RowReader read(Dataset dataset, Split split, Position after) {
      String[] range = split.token().split("-", 2);
      int from =
          after.equals(Position.START)
              ? Integer.parseInt(range[0])
              : Integer.parseInt(after.token());
      return new Reader(rows.get(dataset.name()), from, Integer.parseInt(range[1]), after);
    }

    @Override
    public void close() {}
  }

  private static final class Reader implements RowReader {

    private final List<Row> rows;
    private final int end;
    private int next;
    private Position position;

    Reader(List<Row> rows, int next, int end, Position position) {
      this.rows = rows;
      this.next = next;
      this.end = end;
      this.position = position;
    }

    @Override
    public @Nullable Row next() {
      if (next >= end) {
        return null;
      }
      position = new Position(String.valueOf(next + 1));
      return rows.get(next++);
    }

    @Override
    public Position position() {
      return position;
    }

    @Override
    public void close() {}
  }
}
