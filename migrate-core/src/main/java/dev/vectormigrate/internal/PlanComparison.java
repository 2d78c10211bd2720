package dev.vectormigrate.internal;

import dev.vectormigrate.Comparison;
import dev.vectormigrate.Comparison.TableComparison;
import dev.vectormigrate.MigrationReport.CheckReport;
import dev.vectormigrate.MigrationReport.DatasetReport;
import dev.vectormigrate.MigrationReport.RejectReport;
import dev.vectormigrate.MigrationReport.Verdict;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.Phase;
import dev.vectormigrate.PlanDescription;
import dev.vectormigrate.RefusedException;
import dev.vectormigrate.RowDifference;
import dev.vectormigrate.model.Digest;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.Checkpoint;
import dev.vectormigrate.spi.FrozenDataset;
import dev.vectormigrate.spi.LiveTable;
import dev.vectormigrate.spi.Reject;
import dev.vectormigrate.spi.RunRecord;
import dev.vectormigrate.spi.RunState;
import dev.vectormigrate.spi.TableSpec;
import dev.vectormigrate.spi.TargetSession;
import dev.vectormigrate.spi.Verifier;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** One comparison of a plan's sources with live tables. Used once. */
public final class PlanComparison {

  private static final int MOST_REJECTS = 100;

  private final PlanDescription plan;
  private final GuardedListener listener;
  private final Optional<Consumer<RowDifference>> each;
  private final ReportBuilder report;
  private final List<Finding> findings = new ArrayList<>();
  private final List<ComparedTable> tables = new ArrayList<>();
  private final List<DatasetReport> datasets = new ArrayList<>();
  private final List<RejectReport> rejects = new ArrayList<>();
  private final Map<String, Integer> rejectsKept = new HashMap<>();

  /** A table, what is said of its columns, and what its comparison found. */
  private record ComparedTable(TableSpec spec, List<Finding> shape, TableComparer rows) {}

  /** Prepares a comparison; does no I/O. */
  public PlanComparison(PlanDescription plan, Optional<Consumer<RowDifference>> each) {
    this.plan = plan;
    this.each = each;
    listener = new GuardedListener(plan.listener());
    report = new ReportBuilder(plan.name(), plan.target().name(), plan.verifiers());
    report.comparing();
    plan.sources().forEach(source -> report.source(source.name()));
  }

  /** Compares; see {@code MigrationPlan.compare()}. */
  public Comparison compare() {
    return listener.during(plan.name(), this::compareAll, Comparison::outcome);
  }

  private Comparison compareAll() {
    try (TargetSession target = open();
        OpenSources sources = OpenSources.of(plan);
        ScratchFolder scratch = ScratchFolder.create()) {
      Optional<RunRecord> recorded = recorded(target);
      LeftOut leftOut = new LeftOut(plan.onError());
      recorded.ifPresent(leftOut::restore);
      Planner.Planned planned = reduced(target, Planner.plan(plan, sources.sessions(), leftOut));
      findings.addAll(MigrationRun.findingsOf(planned));
      findings.addAll(leftOut.findings());
      for (PlannedDataset dataset : planned.datasets()) {
        MigrationRun.refuseIfBlocked(dataset.where(), dataset.dataset().findings());
      }
      compare(planned, target, scratch);
      return ended(recorded, planned);
    } catch (IOException e) {
      throw Failures.target("temporary files", e);
    }
  }

  private TargetSession open() {
    return Failures.atTarget(plan.target().name(), () -> plan.target().open(plan.name()));
  }

  /** Only what was fitted when the migration began makes the same vectors of the same vectors. */
  private Planner.Planned reduced(TargetSession target, Planner.Planned planned) {
    Planner.Planned loaded = new Projections(plan, target).load(planned);
    if (Projections.arePending(loaded)) {
      throw new RefusedException(
          "migration " + plan.name(),
          "projection of vectors: not kept under this name, expected that of the migration that made"
              + " them shorter. Compare under its name.",
          null);
    }
    return loaded;
  }

  /** A role that may read the tables need not be one that may read what migrations remember. */
  private Optional<RunRecord> recorded(TargetSession target) {
    try {
      return target.find();
    } catch (Exception e) {
      findings.add(
          Finding.info(
              "compare.no_record",
              "What a migration of this name recorded can't be read, so nobody can tell whether rows"
                  + " were merely added since. "
                  + e.getMessage()));
      return Optional.empty();
    }
  }

  private void compare(Planner.Planned planned, TargetSession target, ScratchFolder scratch) {
    long start = System.nanoTime();
    listener.phaseStarted(Phase.VERIFY);
    ProgressMeter meter = new ProgressMeter(listener, Phase.VERIFY, 0, Preview.expected(planned));
    for (int i = 0; i < planned.tables().size(); i++) {
      int table = i;
      List<PlannedDataset> into =
          planned.datasets().stream().filter(dataset -> dataset.table() == table).toList();
      try (ComparedVectors vectors = ComparedVectors.of(plan, target, into)) {
        findings.addAll(vectors.findings());
        TableSpec spec = vectors.compared(planned.tables().get(i));
        compare(spec, into, vectors, target, scratch, meter);
      }
    }
    meter.finish();
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    report.phase(Phase.VERIFY, took);
    listener.phaseFinished(Phase.VERIFY, took);
  }

  private void compare(
      TableSpec table,
      List<PlannedDataset> into,
      ComparedVectors vectors,
      TargetSession target,
      ScratchFolder scratch,
      ProgressMeter meter) {
    Optional<LiveTable> found = live(target, table);
    Set<String> spared = found.map(there -> spared(table, there, into)).orElse(Set.of());
    Optional<LiveTable> live = spared.isEmpty() ? found : live(target, table.without(spared));
    TableComparer comparer =
        new TableComparer(plan, table, into, vectors, live, scratch.path(), meter, each);
    comparer.compare(this::keep);
    if (!spared.isEmpty()) {
      findings.add(
          Finding.info(
              "compare.beside",
              "table %s: lacks the columns %s, which hold what its readers don't know of; they were not compared."
                  .formatted(table.name(), spared)));
    }
    List<Finding> shape =
        live.map(LiveTable::findings)
            .orElseGet(
                () ->
                    List.of(
                        Finding.error(
                            "compare.table",
                            "table %s: not there, expected it to be. Migrate, or name another."
                                .formatted(table.name()))));
    tables.add(new ComparedTable(table, shape, comparer));
    live.ifPresent(there -> search(table.without(spared), there, comparer.counted()));
    for (int i = 0; i < into.size(); i++) {
      Checkpoint total = comparer.totals().get(i);
      long expected = into.get(i).dataset().rows().orElse(-1);
      datasets.add(
          ReportBuilder.report(into.get(i).dataset().qualifiedName(), table, expected, total));
    }
  }

  /** Only rows that are the source's can tell how well searches find the source's. */
  private void search(TableSpec table, LiveTable live, TableComparison counted) {
    List<Verifier> searching = plan.verifiers().stream().filter(Verifier::searches).toList();
    if (searching.isEmpty()) {
      return;
    }
    boolean same =
        counted.missing() + counted.different() + counted.extra() + counted.duplicate() == 0;
    if (!same) {
      findings.add(
          Finding.warning(
              "compare.not_searched",
              "table %s: was not searched, since its rows are not those of the source."
                  .formatted(table.name())));
      return;
    }
    ComparedSearches evidence = new ComparedSearches(table, live, report.measuring());
    for (Verifier verifier : searching) {
      findings.addAll(
          Failures.atTarget(
              plan.target().name(),
              () -> evidence.judgedBy(verifier, line -> report.checks(List.of(line)))));
    }
  }

  private Optional<LiveTable> live(TargetSession target, TableSpec table) {
    return Failures.atTarget(plan.target().name(), () -> target.live(table));
  }

  /** The columns that a table lacks and may lack. */
  private static Set<String> spared(
      TableSpec table, LiveTable live, List<PlannedDataset> datasets) {
    Set<String> spared = new TreeSet<>();
    for (Field field : table.schema().fields()) {
      boolean mayLack =
          datasets.stream().allMatch(dataset -> dataset.mapping().beside().contains(field.name()));
      if (mayLack && live.schema().indexOf(field.name()) < 0) {
        spared.add(field.name());
      }
    }
    return spared;
  }

  private void keep(PlannedDataset dataset, Reject reject) {
    String name = dataset.dataset().qualifiedName();
    listener.rejected(name, reject);
    if (rejectsKept.merge(name, 1, Integer::sum) <= MOST_REJECTS) {
      rejects.add(new RejectReport(name, reject.id(), reject.position().token(), reject.reason()));
    }
  }

  private Comparison ended(Optional<RunRecord> recorded, Planner.Planned planned) {
    addRejected();
    List<Finding> different = new ArrayList<>();
    tables.forEach(table -> different.addAll(new DifferenceFindings(table.rows()).errors()));
    boolean broken =
        findings.stream().anyMatch(Finding::blocks)
            || tables.stream().anyMatch(PlanComparison::isBroken);
    Outcome outcome = Outcome.SAME;
    if (!broken && !different.isEmpty() && onlyGrown(recorded, planned)) {
      outcome = Outcome.GROWN;
    } else if (broken || !different.isEmpty() || isTableMissing()) {
      outcome = Outcome.DIFFERENT;
    }
    for (ComparedTable table : tables) {
      report.checks(List.of(check(table, outcome)));
      findings.addAll(outcome == Outcome.GROWN ? List.of() : table.shape());
      findings.addAll(new DifferenceFindings(table.rows()).of(outcome));
    }
    findings.forEach(listener::found);
    report.findings(findings);
    List<TableComparison> counted = tables.stream().map(table -> table.rows().counted()).toList();
    return new Comparison(report.build(outcome, List.of(), datasets, rejects), counted);
  }

  private static CheckReport check(ComparedTable table, Outcome outcome) {
    List<Finding> found = new ArrayList<>(outcome == Outcome.GROWN ? List.of() : table.shape());
    DifferenceFindings differences = new DifferenceFindings(table.rows());
    found.addAll(differences.of(outcome));
    return new CheckReport(
        ReportBuilder.EVERY_ROW,
        table.spec().name().toString(),
        Verdict.of(found),
        differences.figures());
  }

  /** A table that is not there at all may be one that is new in the source. */
  private static boolean isBroken(ComparedTable table) {
    return table.shape().stream()
        .anyMatch(found -> found.blocks() && !found.code().equals("compare.table"));
  }

  private boolean isTableMissing() {
    return tables.stream().flatMap(table -> table.shape().stream()).anyMatch(Finding::blocks);
  }

  private void addRejected() {
    long refused = datasets.stream().mapToLong(DatasetReport::rejected).sum();
    if (refused == 0) {
      return;
    }
    String message =
        "%,d rows of the sources can't be moved as the plan is, so they were not compared."
            .formatted(refused);
    findings.add(
        refused > plan.settings().maxRejects()
            ? Finding.error("compare.rejected", message)
            : Finding.warning("compare.rejected", message));
  }

  /**
   * Whether every row that was migrated is still there, unchanged, on both sides: the rows that are
   * the same add up to the digest of what was migrated, and no other row is on both sides.
   */
  private boolean onlyGrown(Optional<RunRecord> recorded, Planner.Planned planned) {
    if (recorded.isEmpty() || recorded.get().state() != RunState.PROMOTED) {
      return false;
    }
    RunRecord run = recorded.get();
    boolean nothingGone =
        run.datasets().stream()
            .allMatch(then -> Planner.find(planned.datasets(), then.source(), then.name()) != null);
    return nothingGone && tables.stream().allMatch(table -> onlyGrown(table, run));
  }

  private static boolean onlyGrown(ComparedTable table, RunRecord run) {
    long written = 0;
    Digest digest = Digest.NONE;
    for (int i = 0; i < run.tables().size(); i++) {
      if (run.tables().get(i).name().equals(table.spec().name())) {
        for (FrozenDataset dataset : run.datasetsOf(i)) {
          written += dataset.total().written();
          digest = digest.plus(dataset.total().digest());
        }
      }
    }
    TableComparison now = table.rows().counted();
    return now.different() == 0
        && now.duplicate() == 0
        && now.same() == written
        && table.rows().sameDigest().equals(digest);
  }
}
