package dev.vectormigrate.internal;

import dev.vectormigrate.DatasetMapping.Embeddings;
import dev.vectormigrate.PlanDescription;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.spi.FrozenDataset;
import dev.vectormigrate.spi.FrozenDataset.SplitProgress;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RejectedRowException;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.RunRecord;
import dev.vectormigrate.spi.TargetSession;
import dev.vectormigrate.spi.TransientException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the sources of a run once more, through the same mapping; opens them when asked first. */
final class SourceOriginals implements Originals {

  private final PlanDescription plan;
  private final TargetSession target;
  private final RunRecord run;
  private final String where;
  private @Nullable OpenSources sources;
  private List<PlannedDataset> datasets = List.of();

  SourceOriginals(PlanDescription plan, TargetSession target, RunRecord run, String where) {
    this.plan = plan;
    this.target = target;
    this.run = run;
    this.where = where;
  }

  /** What is compared with must be what was read. */
  private List<PlannedDataset> datasets() {
    if (sources == null) {
      OpenSources opened = OpenSources.of(plan);
      sources = opened;
      LeftOut leftOut = new LeftOut(plan.onError());
      leftOut.restore(run);
      Planner.Planned planned =
          new Projections(plan, target).load(Planner.plan(plan, opened.sessions(), leftOut));
      new ResumeCheck(where, run, planned).check();
      datasets = planned.datasets();
    }
    return datasets;
  }

  @Override
  public Optional<RowReader> read(int table, String column) {
    List<Part> parts = new ArrayList<>();
    for (FrozenDataset frozen : run.datasetsOf(table)) {
      PlannedDataset dataset = Planner.find(datasets(), frozen.source(), frozen.name());
      if (dataset == null || !hasVectors(dataset, column)) {
        return Optional.empty();
      }
      for (SplitProgress split : frozen.splits()) {
        parts.add(new Part(dataset, split));
      }
    }
    return Optional.of(new Reader(parts));
  }

  /** Vectors that a model makes anew are no vectors of the source. */
  private static boolean hasVectors(PlannedDataset dataset, String column) {
    int index = dataset.mapper().schema().indexOf(column);
    return index >= 0
        && dataset.mapper().schema().field(index).type().kind().isDense()
        && dataset.mapping().embeddings() == Embeddings.KEEP;
  }

  @Override
  public Optional<Vector> reduced(int table, String column, Vector query) {
    FrozenDataset any = run.datasetsOf(table).get(0);
    PlannedDataset dataset = Planner.find(datasets(), any.source(), any.name());
    return Optional.of(dataset == null ? query : dataset.vectors().query(column, query));
  }

  @Override
  public void close() {
    if (sources != null) {
      sources.close();
      sources = null;
      datasets = List.of();
    }
  }

  /** A part of a dataset, as it was frozen. */
  private record Part(PlannedDataset dataset, SplitProgress split) {

    RowReader open(Position after) {
      return Failures.atSource(
          dataset.where(), () -> dataset.session().read(dataset.dataset(), split.split(), after));
    }
  }

  /** One part after the other. */
  private final class Reader implements RowReader {

    private final Iterator<Part> parts;
    private @Nullable Part part;
    private @Nullable RowReader reader;
    private final Retrier retrier = new Retrier(plan.settings().retry());
    private long rows;

    Reader(List<Part> parts) {
      this.parts = parts.iterator();
    }

    @Override
    public @Nullable Row next() {
      while (reader != null || parts.hasNext()) {
        if (reader == null) {
          part = parts.next();
          reader = part.open(Position.START);
        }
        Row row = nextOfPart();
        if (row != null) {
          rows++;
          return row;
        }
        close();
      }
      return null;
    }

    private @Nullable Row nextOfPart() {
      Part current = part;
      if (current == null) {
        return null;
      }
      return Failures.atSource(current.dataset().where(), () -> patiently(current));
    }

    private @Nullable Row patiently(Part current) throws Exception {
      while (reader != null) {
        try {
          Row row = stored(current.dataset(), reader);
          retrier.reset();
          return row;
        } catch (TransientException e) {
          Position position = reader.position();
          reader.close();
          retrier.after(current.dataset().where(), e);
          reader = current.open(position);
        }
      }
      return null;
    }

    /** The next row that was stored, as it was mapped; null at the end of the part. */
    private @Nullable Row stored(PlannedDataset dataset, RowReader open) throws Exception {
      Optional<Row> mapped = Optional.empty();
      boolean more = true;
      while (more && mapped.isEmpty()) {
        try {
          Row row = open.next();
          more = row != null;
          mapped = row == null ? mapped : mapped(dataset, row);
        } catch (RejectedRowException e) {
          mapped = Optional.empty(); // what was refused is not searched for
        }
      }
      return mapped.orElse(null);
    }

    private Optional<Row> mapped(PlannedDataset dataset, Row row) throws RejectedRowException {
      Row mapped = dataset.mapper().map(row);
      if (mapped != null) {
        plan.target().check(dataset.vectors().trial(mapped));
      }
      return Optional.ofNullable(mapped);
    }

    @Override
    public Position position() {
      return new Position(String.valueOf(rows));
    }

    @Override
    public void close() {
      if (reader != null) {
        reader.close();
        reader = null;
      }
    }
  }
}
