package dev.vectormigrate.internal;

import dev.vectormigrate.PlanDescription;
import dev.vectormigrate.RefusedException;
import dev.vectormigrate.SourceException;
import dev.vectormigrate.internal.Planner.Planned;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.reduce.PcaSample;
import dev.vectormigrate.reduce.Projection;
import dev.vectormigrate.spi.TableName;
import dev.vectormigrate.spi.TableSpec;
import dev.vectormigrate.spi.TargetSession;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the vectors of a run are made shorter, where that has to be fitted to them. Fitted once,
 * before the run begins, to a sample of all rows of a table; kept with the run, and used ever
 * after. Used by one thread.
 */
final class Projections {

  private final PlanDescription plan;
  private final TargetSession target;
  private final Map<String, byte[]> kept = new LinkedHashMap<>();
  private final List<Finding> findings = new ArrayList<>();

  Projections(PlanDescription plan, TargetSession target) {
    this.plan = plan;
    this.target = target;
  }

  /** Under which name a column's projection is kept with a run. */
  static String keptName(TableName table, String column) {
    return "projection " + table + " " + column;
  }

  /** What is to be kept with the run. */
  Map<String, byte[]> kept() {
    return kept;
  }

  /** What was fitted or found. */
  List<Finding> findings() {
    return findings;
  }

  /** Whether vectors can't be made shorter before something is fitted or loaded. */
  static boolean arePending(Planned planned) {
    return planned.datasets().stream().anyMatch(d -> !d.vectors().pending().isEmpty());
  }

  /** What is planned, with the projections that were kept when the run began; the rest pending. */
  Planned load(Planned planned) {
    if (!arePending(planned)) {
      return planned;
    }
    Map<Integer, Map<String, Projection>> found = new LinkedHashMap<>();
    for (PlannedDataset dataset : planned.datasets()) {
      TableSpec table = planned.tables().get(dataset.table());
      for (String column : dataset.vectors().pending()) {
        load(table, column)
            .ifPresent(
                projection ->
                    found
                        .computeIfAbsent(dataset.table(), any -> new LinkedHashMap<>())
                        .put(column, projection));
      }
    }
    return with(planned, found);
  }

  private Optional<Projection> load(TableSpec table, String column) {
    int dimension = table.schema().field(table.schema().indexOf(column)).type().dimension();
    return Failures.atTarget(
            plan.target().name(), () -> target.kept(keptName(table.name(), column)))
        .map(Projection::of)
        .filter(projection -> projection.targetDimension() == dimension);
  }

  /**
   * What is planned, with projections fitted to its rows.
   *
   * @param budgets what the run has spent so far, by model; is added to
   * @throws RefusedException if the rows are too few, or too much alike
   * @throws DamagedDataset if one can't be read
   */
  Planned fit(Planned planned, Map<String, EmbeddingBudget> budgets) throws DamagedDataset {
    Map<Integer, List<PlannedDataset>> pending = new LinkedHashMap<>();
    for (PlannedDataset dataset : planned.datasets()) {
      if (!dataset.vectors().pending().isEmpty()) {
        pending.computeIfAbsent(dataset.table(), any -> new ArrayList<>()).add(dataset);
      }
    }
    List<PlannedDataset> all = pending.values().stream().flatMap(List::stream).toList();
    Embedders embedders = Embedders.open(plan, target, all, budgets, () -> -1);
    try (embedders) {
      Map<Integer, Map<String, Projection>> fitted = new LinkedHashMap<>();
      for (Map.Entry<Integer, List<PlannedDataset>> table : pending.entrySet()) {
        TableSpec spec = planned.tables().get(table.getKey());
        fitted.put(table.getKey(), fit(spec, table.getValue(), embedders));
      }
      return keeping(with(planned, fitted));
    } finally {
      findings.addAll(embedders.findings());
    }
  }

  private Map<String, Projection> fit(
      TableSpec table, List<PlannedDataset> into, Embedders embedders) throws DamagedDataset {
    Map<String, PcaSample> samples = into.get(0).vectors().samples();
    for (PlannedDataset dataset : into) {
      sample(dataset, embedders.supply(dataset), samples);
    }
    Map<String, Projection> fitted = new LinkedHashMap<>();
    samples.forEach((column, sample) -> fitted.put(column, fit(table, column, sample)));
    return fitted;
  }

  private void sample(PlannedDataset dataset, VectorSupply supply, Map<String, PcaSample> samples)
      throws DamagedDataset {
    PlannedDataset apart = dataset.countedApart();
    PlannedDataset whole = apart.withVectors(VectorTreatment.none(apart.mapper().schema()));
    try {
      Failures.atSource(
          dataset.where(),
          () ->
              new WholeDataset(plan, whole, supply)
                  .read((batch, rows, bytes) -> add(dataset, batch.rows(), samples)));
    } catch (SourceException e) {
      throw new DamagedDataset(dataset, e);
    }
  }

  private static void add(PlannedDataset dataset, List<Row> rows, Map<String, PcaSample> samples) {
    for (Row row : rows) {
      samples.forEach(
          (column, sample) -> {
            if (row.value(column) instanceof Vector vector) {
              sample.add(dataset.where() + " " + row.id(), vector);
            }
          });
    }
  }

  private Projection fit(TableSpec table, String column, PcaSample sample) {
    Projection projection;
    try {
      projection = sample.fit();
    } catch (IllegalStateException e) {
      throw new RefusedException(
          "table " + table.name(), "column '" + column + "': " + e.getMessage(), e);
    }
    findings.add(
        Finding.info(
            "vector.reduced",
            "Table %s: column '%s' gets %,d of %,d dimensions by a PCA fitted to %,d vectors, which keeps %.1f %% of their variance; version %s."
                .formatted(
                    table.name(),
                    column,
                    projection.targetDimension(),
                    projection.sourceDimension(),
                    sample.size(),
                    100 * projection.keptShare(),
                    projection.version())));
    return projection;
  }

  /** Also what needed no sample: queries go through it as well. */
  private Planned keeping(Planned planned) {
    for (PlannedDataset dataset : planned.datasets()) {
      TableSpec table = planned.tables().get(dataset.table());
      dataset
          .vectors()
          .projections()
          .forEach(
              (column, projection) ->
                  kept.put(keptName(table.name(), column), projection.toBytes()));
    }
    return planned;
  }

  private static Planned with(Planned planned, Map<Integer, Map<String, Projection>> projections) {
    List<TableSpec> tables = new ArrayList<>(planned.tables());
    List<PlannedDataset> datasets = new ArrayList<>();
    for (PlannedDataset dataset : planned.datasets()) {
      Map<String, Projection> own = projections.get(dataset.table());
      if (own == null) {
        datasets.add(dataset);
        continue;
      }
      VectorTreatment treatment = dataset.vectors().with(own);
      datasets.add(dataset.withVectors(treatment));
      tables.set(dataset.table(), tables.get(dataset.table()).withOrigins(treatment.origins()));
    }
    return new Planned(List.copyOf(tables), List.copyOf(datasets));
  }

  /** What is planned, with what can't be made shorter left as it is; for a look at the rows. */
  static Planned unreduced(Planned planned) {
    List<PlannedDataset> datasets = new ArrayList<>();
    for (PlannedDataset dataset : planned.datasets()) {
      boolean pending = !dataset.vectors().pending().isEmpty();
      datasets.add(
          pending ? dataset.withVectors(VectorTreatment.none(dataset.mapper().schema())) : dataset);
    }
    return new Planned(planned.tables(), datasets);
  }
}
