package dev.vectormigrate.internal;

import dev.vectormigrate.DatasetPlan;
import dev.vectormigrate.MigrationException;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.Phase;
import dev.vectormigrate.PlanDescription;
import dev.vectormigrate.RefusedException;
import dev.vectormigrate.SourceException;
import dev.vectormigrate.TargetException;
import dev.vectormigrate.VerificationFailedException;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.Checkpoint;
import dev.vectormigrate.spi.FrozenDataset;
import dev.vectormigrate.spi.FrozenDataset.SplitProgress;
import dev.vectormigrate.spi.MadeBackup;
import dev.vectormigrate.spi.RunRecord;
import dev.vectormigrate.spi.RunState;
import dev.vectormigrate.spi.Split;
import dev.vectormigrate.spi.TableSpec;
import dev.vectormigrate.spi.TargetPlan;
import dev.vectormigrate.spi.TargetSession;
import dev.vectormigrate.spi.Verifier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One call of a plan; the only class that knows the order of the phases. Used once. */
public final class MigrationRun {

  private static final Logger LOG = LoggerFactory.getLogger(MigrationRun.class);
  private static final int PARTS_A_WRITER = 4;

  private final PlanDescription plan;
  private final GuardedListener listener;
  private final ReportBuilder report;
  private final String where;
  private final LeftOut leftOut;
  private final SourceBackups backups;
  private final StateCopy state;
  private final Set<Finding> noted = new HashSet<>();
  private final Map<String, EmbeddingBudget> budgets = new HashMap<>();
  private List<Finding> madeBackups = List.of();

  /** What is to be staged: the run as it is stored, and its datasets as they are now. */
  private record Work(RunRecord run, Planner.Planned planned) {}

  /** Prepares a call; does no I/O. */
  public MigrationRun(PlanDescription plan) {
    this.plan = plan;
    report = new ReportBuilder(plan.name(), plan.target().name(), plan.verifiers());
    listener = new GuardedListener(report.measuring(), plan.listener());
    where = "migration " + plan.name();
    leftOut = new LeftOut(plan.onError());
    backups = new SourceBackups(plan);
    state = new StateCopy(plan.stateFile());
    plan.sources().forEach(source -> report.source(source.name()));
  }

  /** Migrates; see {@code MigrationPlan.run()}. */
  public MigrationReport run() {
    return listener.during(plan.name(), this::runUnlessDone, MigrationReport::outcome);
  }

  private MigrationReport runUnlessDone() {
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
      return betweenHooks(() -> migrate(target, found));
    }
  }

  private MigrationReport betweenHooks(Supplier<MigrationReport> step) {
    try {
      beforeRun();
      return step.get();
    } finally {
      afterRun();
    }
  }

  private void beforeRun() {
    try {
      plan.beforeRun().run();
    } catch (MigrationException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new RefusedException(
          where, "beforeRun: %s, expected it to return. Nothing was read.".formatted(e), e);
    }
  }

  private void afterRun() {
    try {
      plan.afterRun().run();
    } catch (RuntimeException | Error e) {
      LOG.error("[{}] afterRun failed; the run ends as it would have without.", where, e);
    }
  }

  private MigrationReport migrate(TargetSession target, Optional<RunRecord> found) {
    try {
      readAll(target, found);
      index(target);
      verify(target);
      promote(target);
    } catch (VerificationFailedException e) {
      throw e;
    } catch (MigrationException e) {
      note(state.stopped(e.getMessage()));
      throw e;
    }
    return migrated(target);
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
    copyState(run.state(), run.findings(), run.changed());
    report.findings(run.leftOut());
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

  private void readAll(TargetSession target, Optional<RunRecord> found) {
    try (OpenSources sources = OpenSources.of(plan)) {
      long start = begin(Phase.PLAN);
      Work work =
          found.isPresent() ? resume(target, found.get(), sources) : beginRun(target, sources);
      end(Phase.PLAN, start);
      if (backups.isWanted() && madeBackups.isEmpty()) {
        work = new Work(backUp(target, work.run()), work.planned());
      }
      note(backups.findings());
      stage(target, sources, work);
    }
  }

  private Work resume(TargetSession target, RunRecord run, OpenSources sources) {
    leftOut.restore(run);
    madeBackups = run.backups().stream().map(MadeBackup::asFinding).toList();
    copyState(run.state(), run.findings(), run.changed());
    Planner.Planned planned = new Projections(plan, target).load(inspect(sources));
    new ResumeCheck(where, run, planned).check();
    return new Work(run, planned);
  }

  private Planner.Planned inspect(OpenSources sources) {
    Planner.Planned planned = Planner.plan(plan, sources.sessions(), leftOut);
    note(findingsOf(planned));
    note(leftOut.findings());
    for (PlannedDataset dataset : planned.datasets()) {
      refuseIfBlocked(dataset.where(), dataset.dataset().findings());
    }
    return planned;
  }

  private Work beginRun(TargetSession target, OpenSources sources) {
    while (true) {
      Planner.Planned planned = inspect(sources);
      TargetPlan targetPlan =
          Failures.atTarget(plan.target().name(), () -> target.plan(planned.tables()));
      note(targetPlan.findings());
      refuseIfBlocked(plan.target().name(), targetPlan.findings());
      try {
        Projections projections = new Projections(plan, target);
        Planner.Planned fitted = fit(projections, planned);
        return new Work(beginRun(target, fitted, freeze(fitted), projections.kept()), fitted);
      } catch (DamagedDataset e) {
        leftOut.add(e);
      }
    }
  }

  /** What was found, and spent, is told also if nothing comes of it. */
  private Planner.Planned fit(Projections projections, Planner.Planned planned)
      throws DamagedDataset {
    try {
      return projections.fit(planned, budgets);
    } finally {
      note(projections.findings());
    }
  }

  private RunRecord beginRun(
      TargetSession target,
      Planner.Planned planned,
      List<FrozenDataset> frozen,
      Map<String, byte[]> projections) {
    RunRecord run =
        new RunRecord(
            plan.name(),
            madeBackups.isEmpty() ? RunState.INITIAL : RunState.PREPARED,
            plan.describe(),
            planned.tables(),
            frozen,
            kept(),
            Instant.now(),
            Instant.now());
    retrying(
        () -> {
          target.begin(run, projections);
          return true;
        });
    copyState(run.state(), run.findings(), run.changed());
    return run;
  }

  /**
   * Makes the backups, then looks at the sources anew: what was backed up must be what is going to
   * be read.
   */
  private RunRecord backUp(TargetSession target, RunRecord run) {
    long start = begin(Phase.BACKUP);
    List<Finding> made = backups.make().stream().map(MadeBackup::asFinding).toList();
    try (OpenSources fresh = OpenSources.of(plan)) {
      Planner.Planned planned = Planner.plan(plan, fresh.sessions(), leftOut);
      new ResumeCheck(where, run, new Projections(plan, target).load(planned)).check();
    }
    madeBackups = made;
    RunState next = run.state() == RunState.INITIAL ? RunState.PREPARED : run.state();
    record(target, next, List.of());
    made.forEach(listener::found);
    end(Phase.BACKUP, start);
    return stored(target);
  }

  private void noteUnmapped(Planner.Planned planned) {
    for (PlannedDataset dataset : planned.datasets()) {
      String name = dataset.dataset().qualifiedName();
      dataset.mapper().unmapped(name).ifPresent(found -> note(List.of(found)));
      dataset.losses().text().ifPresent(lost -> note(List.of(lossy(name, lost))));
    }
  }

  private static Finding lossy(String dataset, String lost) {
    return Finding.info(
        "mapping.lossy", "Dataset '%s' arrives changed: %s.".formatted(dataset, lost));
  }

  /** What is stored with the run from beginning to end. */
  private List<Finding> kept() {
    List<Finding> kept = new ArrayList<>(madeBackups);
    kept.addAll(leftOut.findings());
    return kept;
  }

  /** Tells and reports what was found, without what was found before. */
  private void note(List<Finding> findings) {
    List<Finding> news = findings.stream().filter(found -> !noted.contains(found)).toList();
    noted.addAll(news);
    report.findings(news);
    news.forEach(listener::found);
  }

  static List<Finding> findingsOf(Planner.Planned planned) {
    return planned.datasets().stream().flatMap(d -> d.dataset().findings().stream()).toList();
  }

  static void refuseIfBlocked(String where, List<Finding> findings) {
    List<String> blocking =
        findings.stream().filter(Finding::blocks).map(Finding::message).toList();
    if (!blocking.isEmpty()) {
      throw new RefusedException(where, String.join(" ", blocking), null);
    }
  }

  private List<FrozenDataset> freeze(Planner.Planned planned) throws DamagedDataset {
    List<FrozenDataset> frozen = new ArrayList<>();
    for (PlannedDataset dataset : planned.datasets()) {
      try {
        frozen.add(freeze(dataset));
      } catch (SourceException e) {
        throw new DamagedDataset(dataset, e);
      }
    }
    return frozen;
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

  private void stage(TargetSession target, OpenSources sources, Work planned) {
    long start = begin(Phase.STAGE);
    Work work = planned;
    while (!isStaged(target, work)) {
      work = beginAnew(target, sources, work.run());
    }
    noteUnmapped(work.planned());
    RunState reached = work.run().state();
    if (reached == RunState.INITIAL || reached == RunState.PREPARED) {
      record(target, RunState.STAGED, List.of());
    }
    end(Phase.STAGE, start);
  }

  /** Whether all was staged; if not, a dataset is to be left out. */
  private boolean isStaged(TargetSession target, Work work) {
    try {
      copyAll(target, work);
      return true;
    } catch (DamagedDataset e) {
      leftOut.add(e);
      return false;
    }
  }

  private void copyAll(TargetSession target, Work work) throws DamagedDataset {
    List<PlannedDataset> inOrder = new ArrayList<>();
    for (FrozenDataset dataset : work.run().datasets()) {
      inOrder.add(Planner.find(work.planned().datasets(), dataset.source(), dataset.name()));
    }
    Staging staging =
        new Staging(plan, target, listener, report.measuring(), work.run(), inOrder, budgets);
    try {
      staging.copyAll();
    } catch (DamagedDataset e) {
      throw e;
    } catch (Exception e) {
      throw Failures.target(plan.target().name(), e);
    } finally {
      note(staging.findings());
    }
  }

  /** Discards what is staged and begins again without what is left out by now. */
  private Work beginAnew(TargetSession target, OpenSources sources, RunRecord run) {
    Planner.Planned now = new Projections(plan, target).load(inspect(sources));
    new ResumeCheck(where, run, now).checkRemaining();
    retrying(
        () -> {
          target.discard();
          return true;
        });
    return beginRun(target, sources);
  }

  private void index(TargetSession target) {
    long start = begin(Phase.INDEX);
    IndexProgress progress =
        new IndexProgress(listener, stored(target), found -> note(List.of(found)));
    retrying(
        () -> {
          target.prepare(progress);
          return true;
        });
    end(Phase.INDEX, start);
  }

  private void verify(TargetSession target) {
    long start = begin(Phase.VERIFY);
    RunRecord run = stored(target);
    List<Finding> findings = findings(target, run);
    report.findings(findings);
    boolean failed = findings.stream().anyMatch(Finding::blocks);
    record(target, failed ? RunState.VERIFICATION_FAILED : RunState.VERIFIED, findings);
    end(Phase.VERIFY, start);
    if (failed) {
      throw verificationFailed(target, findings);
    }
  }

  /** What loses something by design is measured, whatever else the plan checks. */
  private List<Finding> findings(TargetSession target, RunRecord run) {
    List<Verifier> verifiers = new ArrayList<>(plan.verifiers());
    if (run.tables().stream().anyMatch(TableSpec::isLossy)) {
      verifiers.add(plan.recallGate());
    }
    report.verifiers(verifiers);
    try (Originals originals = new SourceOriginals(plan, target, run, where)) {
      Verification verification =
          new Verification(target, run, verifiers, listener, report.measuring(), originals);
      List<Finding> found = retrying(verification::verify);
      report.checks(verification.checks());
      return found;
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
    copyState(RunState.PROMOTED, kept(), Instant.now());
    end(Phase.PROMOTE, start);
  }

  private void record(TargetSession target, RunState reached, List<Finding> found) {
    List<Finding> all = kept();
    all.addAll(found);
    retrying(
        () -> {
          target.record(reached, all);
          return true;
        });
    copyState(reached, all, Instant.now());
  }

  private void copyState(RunState reached, List<Finding> stored, Instant changed) {
    note(state.write(reached, stored, changed));
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

  /** Inspects the sources; see {@code MigrationPlan.inspect()}. */
  public List<DatasetPlan> inspect() {
    try (OpenSources sources = OpenSources.of(plan)) {
      Planner.Planned planned = Planner.plan(plan, sources.sessions());
      return planned.datasets().stream()
          .map(d -> new DatasetPlan(d.sourceName(), d.dataset(), planned.tables().get(d.table())))
          .toList();
    }
  }

  /** Reads and checks everything; see {@code MigrationPlan.dryRun()}. */
  public MigrationReport dryRun() {
    return listener.during(plan.name(), this::preview, MigrationReport::outcome);
  }

  private MigrationReport preview() {
    try (TargetSession target = open();
        OpenSources sources = OpenSources.of(plan)) {
      Optional<RunRecord> found = find(target);
      if (isPromoted(found)) {
        return alreadyMigrated(found.orElseThrow());
      }
      long start = begin(Phase.PLAN);
      found.ifPresent(leftOut::restore);
      Planner.Planned planned = Planner.plan(plan, sources.sessions(), leftOut);
      note(findingsOf(planned));
      TargetPlan targetPlan =
          Failures.atTarget(plan.target().name(), () -> target.plan(planned.tables()));
      note(targetPlan.findings());
      report.statements(targetPlan.statements());
      end(Phase.PLAN, start);
      long reading = begin(Phase.STAGE);
      Preview preview = new Preview(plan, target, listener, report.measuring(), leftOut);
      preview.readAll(reduced(target, planned));
      noteUnmapped(planned);
      note(preview.findings());
      note(leftOut.findings());
      end(Phase.STAGE, reading);
      List<MadeBackup> made = found.map(RunRecord::backups).orElse(List.of());
      return report.build(Outcome.PREVIEWED, made, preview.datasets(), preview.rejects());
    }
  }

  /** As a run would have it; where nothing can be fitted, the findings say so. */
  private Planner.Planned reduced(TargetSession target, Planner.Planned planned) {
    Projections projections = new Projections(plan, target);
    Planner.Planned loaded = projections.load(planned);
    boolean embeds = loaded.datasets().stream().anyMatch(dataset -> dataset.embedded() != null);
    if (Projections.arePending(loaded) && !embeds) {
      try {
        return fit(projections, loaded);
      } catch (RefusedException e) {
        note(List.of(Finding.error("vector.reduction", String.valueOf(e.getMessage()))));
      } catch (DamagedDataset e) {
        LOG.debug("[{}] can't be read; the preview names it", where, e);
      }
    }
    if (Projections.arePending(loaded)) {
      note(
          List.of(
              Finding.info(
                  "vector.unreduced",
                  "Vectors were looked at before they are made shorter, since nothing was fitted to"
                      + " them.")));
    }
    return Projections.unreduced(loaded);
  }
}
