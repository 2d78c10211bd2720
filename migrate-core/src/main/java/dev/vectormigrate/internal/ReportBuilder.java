package dev.vectormigrate.internal;

import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.MigrationReport.CheckReport;
import dev.vectormigrate.MigrationReport.DatasetReport;
import dev.vectormigrate.MigrationReport.RejectReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.Phase;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.Checkpoint;
import dev.vectormigrate.spi.FrozenDataset;
import dev.vectormigrate.spi.MadeBackup;
import dev.vectormigrate.spi.Reject;
import dev.vectormigrate.spi.RunRecord;
import dev.vectormigrate.spi.SearchQuality;
import dev.vectormigrate.spi.TableSpec;
import dev.vectormigrate.spi.TargetSession;
import dev.vectormigrate.spi.Verifier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Collects what a report needs while a call goes on. Not thread-safe. */
final class ReportBuilder {

  /** The one check of a comparison. */
  static final String EVERY_ROW = "every row";

  private static final int MOST_REJECTS = 100;

  private final String migration;
  private final String target;
  private List<Verifier> verifiers;
  private final Instant started = Instant.now();
  private final long startNanos = System.nanoTime();
  private final List<String> sources = new ArrayList<>();
  private final Map<Phase, Duration> phases = new EnumMap<>(Phase.class);
  private final List<Finding> findings = new ArrayList<>();
  private final List<String> statements = new ArrayList<>();
  private final Measuring measuring = new Measuring();
  private final List<CheckReport> checks = new ArrayList<>();
  private boolean compared;

  ReportBuilder(String migration, String target, List<Verifier> verifiers) {
    this.migration = migration;
    this.target = target;
    this.verifiers = verifiers;
  }

  /** What goes into the report of what it is told. */
  Measuring measuring() {
    return measuring;
  }

  /** The checks that were made in truth. */
  void verifiers(List<Verifier> made) {
    verifiers = List.copyOf(made);
  }

  void source(String name) {
    sources.add(name);
  }

  void phase(Phase phase, Duration took) {
    phases.put(phase, took);
  }

  void findings(List<Finding> more) {
    findings.addAll(more);
  }

  /** What the checks said of each table, also where they found nothing. */
  void checks(List<CheckReport> made) {
    checks.addAll(made);
  }

  /** The call compares sources with live tables, whatever a run found. */
  void comparing() {
    compared = true;
  }

  void statements(List<String> more) {
    statements.addAll(more);
  }

  MigrationReport build(Outcome outcome, RunRecord run, List<RejectReport> rejects) {
    List<DatasetReport> datasets =
        run.datasets().stream()
            .map(dataset -> report(dataset, run.tables().get(dataset.table())))
            .toList();
    return build(outcome, run.backups(), datasets, rejects);
  }

  MigrationReport build(
      Outcome outcome,
      List<MadeBackup> backups,
      List<DatasetReport> datasets,
      List<RejectReport> rejects) {
    return new MigrationReport(
        migration,
        outcome,
        sources,
        target,
        backups,
        started,
        Duration.ofNanos(System.nanoTime() - startNanos),
        Collections.unmodifiableMap(new EnumMap<>(phases)),
        datasets,
        findings,
        rejects,
        checked(outcome),
        checks,
        notChecked(outcome),
        statements,
        measuring.measurements());
  }

  private static DatasetReport report(FrozenDataset dataset, TableSpec table) {
    return report(dataset.name(), table, dataset.expectedRows(), dataset.total());
  }

  static DatasetReport report(String dataset, TableSpec table, long expected, Checkpoint total) {
    return new DatasetReport(
        dataset,
        table.name().toString(),
        table.mode().toString(),
        expected,
        total.read(),
        total.written(),
        total.rejected(),
        total.bytes(),
        total.digest());
  }

  private boolean verified(Outcome outcome) {
    return outcome == Outcome.VERIFIED
        || outcome == Outcome.DIFFERENT
        || outcome == Outcome.MIGRATED;
  }

  private List<String> checked(Outcome outcome) {
    if (compared) {
      return List.of(EVERY_ROW);
    }
    return verified(outcome) ? verifiers.stream().map(Verifier::name).toList() : List.of();
  }

  private List<String> notChecked(Outcome outcome) {
    if (!compared && !verified(outcome)) {
      return List.of("The data in the target was not read back in this call.");
    }
    List<String> sentences = new ArrayList<>();
    List<SearchQuality> searches = measuring.measurements().searches();
    if (!searches.stream().allMatch(search -> search.found().isEmpty())) {
      sentences.add(
          "Searches that also filter, such as by tenant, were not made: an index may find fewer of"
              + " the nearest rows then.");
    } else if (compared) {
      return List.of("Search results through the vector index were not compared.");
    } else {
      sentences.add("Search results through the vector index were not compared with the source's.");
    }
    sentences.add("Rows that the source holds but does not return were not looked for.");
    return sentences;
  }

  static List<RejectReport> rejects(TargetSession session, RunRecord run) throws Exception {
    List<RejectReport> all = new ArrayList<>();
    for (int i = 0; i < run.datasets().size(); i++) {
      String dataset = run.datasets().get(i).name();
      for (Reject reject : session.rejects(i, MOST_REJECTS)) {
        all.add(reject(dataset, reject));
      }
    }
    return all;
  }

  static RejectReport reject(String dataset, Reject reject) {
    return new RejectReport(dataset, reject.id(), reject.position().token(), reject.reason());
  }
}
