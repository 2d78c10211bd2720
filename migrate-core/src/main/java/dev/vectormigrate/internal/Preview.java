package dev.vectormigrate.internal;

import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.MigrationReport.DatasetReport;
import dev.vectormigrate.MigrationReport.RejectReport;
import dev.vectormigrate.Phase;
import dev.vectormigrate.PlanDescription;
import dev.vectormigrate.SourceException;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.spi.Checkpoint;
import dev.vectormigrate.spi.Reject;
import dev.vectormigrate.spi.TableSpec;
import dev.vectormigrate.spi.TargetSession;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/** Reads, maps and checks every row through the same code as a run, and stores nothing. */
final class Preview {

  private static final int MOST_REJECTS = 100;

  private final PlanDescription plan;
  private final TargetSession session;
  private final MigrationListener listener;
  private final Measuring measuring;
  private final LeftOut leftOut;
  private final List<DatasetReport> datasets = new ArrayList<>();
  private final List<RejectReport> rejects = new ArrayList<>();
  private final Map<TableSpec, Census> censuses = new LinkedHashMap<>();
  private final List<Finding> findings = new ArrayList<>();
  private Tally refusals = new Tally();
  private int keptOfDataset;
  private int damaged;

  Preview(
      PlanDescription plan,
      TargetSession session,
      MigrationListener listener,
      Measuring measuring,
      LeftOut leftOut) {
    this.plan = plan;
    this.session = session;
    this.listener = listener;
    this.measuring = measuring;
    this.leftOut = leftOut;
  }

  /** What was read of each dataset. */
  List<DatasetReport> datasets() {
    return datasets;
  }

  /** Rows that a run would refuse, at most a hundred of each dataset. */
  List<RejectReport> rejects() {
    return rejects;
  }

  /** What there is to say about the rows of all tables, and about making vectors. */
  List<Finding> findings() {
    return findings;
  }

  /** Reads everything. Keys go through scratch files, about 40 bytes a row. */
  void readAll(Planner.Planned planned) {
    try (ScratchFolder scratch = ScratchFolder.create()) {
      for (TableSpec table : planned.tables()) {
        censuses.put(table, new Census(table, plan.target().estimate(table), scratch.path()));
      }
      long start = System.nanoTime();
      readDatasets(planned);
      Duration reading = Duration.ofNanos(System.nanoTime() - start);
      for (Census census : censuses.values()) {
        findings.addAll(census.findings());
        measuring.tenants(census.table().name().toString(), census.tenants());
        census.close();
      }
      estimate(reading);
    } catch (IOException e) {
      throw Failures.target("temporary files", e);
    }
  }

  /** Where the target can't tell what it needs, nobody can tell how long it takes. */
  private void estimate(Duration reading) {
    if (censuses.values().stream().anyMatch(census -> census.needs().isPresent())) {
      findings.add(
          new TimeEstimate(plan.settings(), reading, datasets, censuses.values()).finding());
    }
  }

  private void readDatasets(Planner.Planned planned) throws IOException {
    ProgressMeter meter = new ProgressMeter(listener, Phase.STAGE, 0, expected(planned));
    for (PlannedDataset dataset : planned.datasets()) {
      try {
        read(dataset, planned.tables().get(dataset.table()), meter);
      } catch (SourceException e) {
        leftOut.add(new DamagedDataset(dataset, e));
        leftOut.refuseAll(dataset.sourceName(), planned.datasets().size() - ++damaged);
      }
      Objects.requireNonNull(censuses.get(planned.tables().get(dataset.table()))).rest();
    }
    meter.finish();
  }

  /** How many rows the sources say they have; -1 if one of them can't. */
  static long expected(Planner.Planned planned) {
    List<OptionalLong> rows = planned.datasets().stream().map(d -> d.dataset().rows()).toList();
    return rows.stream().anyMatch(OptionalLong::isEmpty)
        ? -1
        : rows.stream().mapToLong(OptionalLong::getAsLong).sum();
  }

  private void read(PlannedDataset dataset, TableSpec table, ProgressMeter meter) {
    refusals = new Tally();
    Checkpoint total = Failures.atSource(dataset.where(), () -> readAll(dataset, table, meter));
    String name = dataset.dataset().qualifiedName();
    refusals.text().ifPresent(text -> findings.add(refused(name, text)));
    long expected = dataset.dataset().rows().orElse(-1);
    datasets.add(ReportBuilder.report(dataset.dataset().qualifiedName(), table, expected, total));
  }

  private static Finding refused(String dataset, String reasons) {
    return Finding.warning(
        "dataset.rejects", "Dataset '%s' has rows to refuse: %s.".formatted(dataset, reasons));
  }

  private Checkpoint readAll(PlannedDataset dataset, TableSpec table, ProgressMeter meter)
      throws Exception {
    EmbeddedField field = dataset.embedded();
    if (field == null) {
      return readAll(dataset, VectorSupply.none(), table, meter);
    }
    try (KnownVectors known = KnownVectors.open(plan.target().name(), session, field)) {
      Checkpoint total = readAll(dataset, known, table, meter);
      String name = dataset.dataset().qualifiedName();
      findings.addAll(known.counts().ofPreview(name, field.how()));
      return total;
    }
  }

  private Checkpoint readAll(
      PlannedDataset dataset, VectorSupply supply, TableSpec table, ProgressMeter meter)
      throws Exception {
    keptOfDataset = 0;
    return new WholeDataset(plan, dataset, supply)
        .read(
            (batch, rows, bytes) -> {
              keep(dataset, batch.rejects());
              measuring.read(table.name().toString(), batch.rows());
              count(table, batch.rows());
              meter.add(table.name().toString(), rows, bytes);
            });
  }

  /** What goes wrong here is no damage of the dataset. */
  private void count(TableSpec table, List<Row> rows) {
    Census census = Objects.requireNonNull(censuses.get(table));
    try {
      for (Row row : rows) {
        census.add(row);
      }
    } catch (IOException e) {
      throw Failures.target("temporary files", e);
    }
  }

  private void keep(PlannedDataset dataset, List<Reject> refused) {
    String name = dataset.dataset().qualifiedName();
    for (Reject reject : refused) {
      listener.rejected(name, reject);
      refusals.add(reject.reason(), reject.id());
      if (keptOfDataset++ < MOST_REJECTS) {
        rejects.add(
            new RejectReport(name, reject.id(), reject.position().token(), reject.reason()));
      }
    }
  }
}
