package dev.vectormigrate.internal;

import dev.vectormigrate.DatasetPlan;
import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.Phase;
import dev.vectormigrate.RefusedException;
import dev.vectormigrate.SourceException;
import dev.vectormigrate.TargetException;
import dev.vectormigrate.VerificationFailedException;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.Checkpoint;
import dev.vectormigrate.spi.FrozenDataset;
import dev.vectormigrate.spi.FrozenDataset.SplitProgress;
import dev.vectormigrate.spi.RunRecord;
import dev.vectormigrate.spi.RunState;
import dev.vectormigrate.spi.Split;
import dev.vectormigrate.spi.TargetPlan;
import dev.vectormigrate.spi.TargetSession;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** One call of a plan; the only class that knows the order of the phases. Used once. */
public final class MigrationRun {

  private static final int PARTS_A_WRITER = 4;

  private final MigrationPlan plan;
  private final MigrationListener listener;
  private final ReportBuilder report;
  private final String where;

  /** Prepares a call; does no I/O. */
  public MigrationRun(MigrationPlan plan) {
    this.plan = plan;
    listener = new GuardedListener(plan.listener());
    report = new ReportBuilder(plan.name(), plan.target().name(), plan.verifiers());
    where = "migration " + plan.name();
    plan.sources().forEach(source -> report.source(source.name()));
  }

  /** Migrates; see {@link MigrationPlan#run()}. */
  public MigrationReport run() {
    try (TargetSession target = open()) {
      Optional<RunRecord> before = find(target);
      if (isPromoted(before)) {
        return alreadyMigrated(before.orElseThrow());
      }
      lock(target);
      Optional<RunRecord> found = find(target);
      if (isPromoted(found)) {
        return alreadyMigrated(found.orElseThrow());
      }
      refuseIfRolledBack(found);
      migrate(target, found);
      return migrated(target);
    }
  }

  private MigrationReport migrated(TargetSession target) {
    try {
      RunRecord done = retrying(target::find).orElseThrow(this::discarded);
      return report.build(
          Outcome.MIGRATED, done, retrying(() -> ReportBuilder.rejects(target, done)));
    } catch (TargetException e) {
      throw new TargetException(
          where,
          "report: can't be read, expected it to be stored. The migration is live. Call status(). "
              + e.getMessage(),
          e);
    }
  }

  private TargetSession open() {
    return Failures.atTarget(plan.target().name(), () -> plan.target().open(plan.name()));
  }

  private Optional<RunRecord> find(TargetSession target) {
    return Failures.atTarget(plan.target().name(), target::find);
  }

  private RunRecord stored(TargetSession target) {
    return find(target).orElseThrow(this::discarded);
  }

  private RefusedException discarded() {
    return new RefusedException(
        where,
        "not stored any more: discarded by another process. Call run() to start over.",
        null);
  }

  private static boolean isPromoted(Optional<RunRecord> run) {
    return run.isPresent() && run.get().state() == RunState.PROMOTED;
  }

  private MigrationReport alreadyMigrated(RunRecord run) {
    if (!run.plan().equals(plan.describe())) {
      throw new RefusedException(
          where,
          "plan: %s, expected what was migrated under this name: %s. Give the new plan a new name."
              .formatted(plan.describe(), run.plan()),
          null);
    }
    return report.build(Outcome.ALREADY_MIGRATED, run, List.of());
  }

  private void lock(TargetSession target) {
    String name = plan.target().name();
    if (Failures.atTarget(name, () -> target.lock(Duration.ZERO))) {
      return;
    }
    listener.waiting(plan.name());
    Duration wait = plan.settings().lockWait();
    if (!Failures.atTarget(name, () -> target.lock(wait))) {
      throw new RefusedException(
          where,
          "another process is running it, and was not done after %s. Wait for it, or end it."
              .formatted(wait),
          null);
    }
  }

  private void refuseIfRolledBack(Optional<RunRecord> run) {
    if (run.isPresent() && run.get().state() == RunState.ROLLED_BACK) {
      throw new RefusedException(
          where,
          "state: rolled back at %s, expected a migration that may run. Call discard() to forget it; "
                  .formatted(run.get().changed())
              + "then run() starts over.",
          null);
    }
  }

  private void migrate(TargetSession target, Optional<RunRecord> found) {
    try (OpenSources sources = OpenSources.of(plan)) {
      long start = begin(Phase.PLAN);
      Planner.Planned planned = Planner.plan(plan, sources.sessions());
      noteDatasets(planned);
      for (PlannedDataset dataset : planned.datasets()) {
        refuseIfBlocked(dataset.where(), dataset.dataset().findings());
      }
      RunRecord run = found.isPresent() ? resume(found.get(), planned) : beginRun(target, planned);
      end(Phase.PLAN, start);
      stage(target, run, planned);
    }
    index(target);
    verify(target);
    promote(target);
  }

  private RunRecord resume(RunRecord run, Planner.Planned planned) {
    new ResumeCheck(where, run, planned).check();
    return run;
  }

  private RunRecord beginRun(TargetSession target, Planner.Planned planned) {
    TargetPlan targetPlan =
        Failures.atTarget(plan.target().name(), () -> target.plan(planned.tables()));
    note(targetPlan.findings());
    refuseIfBlocked(plan.target().name(), targetPlan.findings());
    List<FrozenDataset> frozen = new ArrayList<>();
    for (PlannedDataset dataset : planned.datasets()) {
      frozen.add(freeze(dataset));
    }
    RunRecord run =
        new RunRecord(
            plan.name(),
            RunState.INITIAL,
            plan.describe(),
            planned.tables(),
            frozen,
            List.of(),
            Instant.now(),
            Instant.now());
    retrying(
        () -> {
          target.begin(run);
          return true;
        });
    return run;
  }

  private void noteDatasets(Planner.Planned planned) {
    planned.datasets().forEach(dataset -> note(dataset.dataset().findings()));
  }

  private void noteUnmapped(Planner.Planned planned) {
    for (PlannedDataset dataset : planned.datasets()) {
      dataset.mapper().unmapped(dataset.dataset().qualifiedName()).ifPresent(f -> note(List.of(f)));
    }
  }

  private void note(List<Finding> findings) {
    report.findings(findings);
    findings.forEach(listener::found);
  }

  private static void refuseIfBlocked(String where, List<Finding> findings) {
    List<String> blocking =
        findings.stream().filter(Finding::blocks).map(Finding::message).toList();
    if (!blocking.isEmpty()) {
      throw new RefusedException(where, String.join(" ", blocking), null);
    }
  }

  private FrozenDataset freeze(PlannedDataset dataset) {
    int parts = plan.settings().writers() * PARTS_A_WRITER;
    List<Split> splits =
        Failures.atSource(dataset.where(), () -> dataset.session().split(dataset.dataset(), parts));
    if (splits.isEmpty()) {
      throw new SourceException(
          dataset.where(), "splits: none, expected at least one. Mend the source's split().", null);
    }
    return new FrozenDataset(
        dataset.source(),
        dataset.dataset().qualifiedName(),
        dataset.table(),
        dataset.dataset().fingerprint(),
        Planner.mappingOf(dataset),
        dataset.dataset().rows().orElse(-1),
        splits.stream().map(split -> new SplitProgress(split, Checkpoint.START)).toList());
  }

  private void stage(TargetSession target, RunRecord run, Planner.Planned planned) {
    long start = begin(Phase.STAGE);
    List<PlannedDataset> inOrder = new ArrayList<>();
    for (FrozenDataset dataset : run.datasets()) {
      inOrder.add(Planner.find(planned.datasets(), dataset.source(), dataset.name()));
    }
    Staging staging = new Staging(plan.target(), target, plan.settings(), listener, run, inOrder);
    Failures.doAtTarget(plan.target().name(), staging::copyAll);
    noteUnmapped(planned);
    if (run.state() == RunState.INITIAL) {
      record(target, RunState.STAGED, List.of());
    }
    end(Phase.STAGE, start);
  }

  private void index(TargetSession target) {
    long start = begin(Phase.INDEX);
    IndexProgress progress = new IndexProgress(listener, stored(target));
    retrying(
        () -> {
          target.prepare(progress::building);
          return true;
        });
    end(Phase.INDEX, start);
  }

  private void verify(TargetSession target) {
    long start = begin(Phase.VERIFY);
    RunRecord run = stored(target);
    Verification verification = new Verification(target, run, plan.verifiers(), listener);
    List<Finding> findings = retrying(verification::verify);
    report.findings(findings);
    boolean failed = findings.stream().anyMatch(Finding::blocks);
    record(target, failed ? RunState.VERIFICATION_FAILED : RunState.VERIFIED, findings);
    end(Phase.VERIFY, start);
    if (failed) {
      throw verificationFailed(target, findings);
    }
  }

  private VerificationFailedException verificationFailed(
      TargetSession target, List<Finding> findings) {
    RunRecord run = stored(target);
    String first =
        findings.stream().filter(Finding::blocks).map(Finding::message).findFirst().orElse("");
    return new VerificationFailedException(
        where,
        first + " Nothing became live. Call discard() to stage everything anew.",
        report.build(Outcome.DIFFERENT, run, rejects(target, run)));
  }

  private void promote(TargetSession target) {
    long start = begin(Phase.PROMOTE);
    note(retrying(target::promote));
    end(Phase.PROMOTE, start);
  }

  private void record(TargetSession target, RunState state, List<Finding> findings) {
    retrying(
        () -> {
          target.record(state, findings);
          return true;
        });
  }

  /** Takes a step that asks for another try, and that finds out what the last try has done. */
  private <T> T retrying(Callable<T> step) {
    String name = plan.target().name();
    return Failures.atTarget(name, () -> new Retrier(plan.settings().retry()).call(name, step));
  }

  private List<MigrationReport.RejectReport> rejects(TargetSession target, RunRecord run) {
    return Failures.atTarget(plan.target().name(), () -> ReportBuilder.rejects(target, run));
  }

  private long begin(Phase phase) {
    listener.phaseStarted(phase);
    return System.nanoTime();
  }

  private void end(Phase phase, long start) {
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    report.phase(phase, took);
    listener.phaseFinished(phase, took);
  }

  /** Inspects the sources; see {@link MigrationPlan#inspect()}. */
  public List<DatasetPlan> inspect() {
    try (OpenSources sources = OpenSources.of(plan)) {
      Planner.Planned planned = Planner.plan(plan, sources.sessions());
      return planned.datasets().stream()
          .map(d -> new DatasetPlan(d.sourceName(), d.dataset(), planned.tables().get(d.table())))
          .toList();
    }
  }

  /** Reads and checks everything; see {@link MigrationPlan#dryRun()}. */
  public MigrationReport dryRun() {
    try (TargetSession target = open();
        OpenSources sources = OpenSources.of(plan)) {
      Optional<RunRecord> found = find(target);
      if (isPromoted(found)) {
        return alreadyMigrated(found.orElseThrow());
      }
      long start = begin(Phase.PLAN);
      Planner.Planned planned = Planner.plan(plan, sources.sessions());
      noteDatasets(planned);
      TargetPlan targetPlan =
          Failures.atTarget(plan.target().name(), () -> target.plan(planned.tables()));
      note(targetPlan.findings());
      report.statements(targetPlan.statements());
      end(Phase.PLAN, start);
      long reading = begin(Phase.STAGE);
      Preview preview = new Preview(plan, listener);
      preview.readAll(planned);
      noteUnmapped(planned);
      end(Phase.STAGE, reading);
      return report.build(Outcome.PREVIEWED, preview.datasets(), preview.rejects());
    }
  }
}
