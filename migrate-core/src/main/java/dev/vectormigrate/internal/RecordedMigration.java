package dev.vectormigrate.internal;

import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.MigrationReport.RejectReport;
import dev.vectormigrate.MigrationStatus;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.RefusedException;
import dev.vectormigrate.TargetException;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.reduce.Projection;
import dev.vectormigrate.spi.Reject;
import dev.vectormigrate.spi.RunRecord;
import dev.vectormigrate.spi.RunState;
import dev.vectormigrate.spi.TableName;
import dev.vectormigrate.spi.TargetSession;
import dev.vectormigrate.spi.TargetStore;
import dev.vectormigrate.spi.Verifier;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What can be done with a stored migration without its source; see {@code Migration}. */
public final class RecordedMigration {

  private static final Duration LOCK_WAIT = Duration.ofSeconds(10);
  private static final Set<RunState> READABLE =
      EnumSet.of(
          RunState.STAGED, RunState.VERIFIED, RunState.VERIFICATION_FAILED, RunState.PROMOTED);

  private final String name;
  private final TargetStore target;
  private final String where;

  /** Names a migration; does no I/O. */
  public RecordedMigration(String name, TargetStore target) {
    this.name = name;
    this.target = target;
    where = "migration " + name;
  }

  /** How far it has come. */
  public MigrationStatus status() {
    try (TargetSession session = open()) {
      return new MigrationStatus(name, find(session));
    }
  }

  /** Compares what the target holds with what was read. */
  public MigrationReport verify(List<Verifier> verifiers) {
    ReportBuilder report = new ReportBuilder(name, target.name(), verifiers);
    try (TargetSession session = open()) {
      RunRecord run = existing(session);
      if (!READABLE.contains(run.state())) {
        throw refused("state: " + word(run) + ", expected all rows to be staged. Call run().");
      }
      Measuring measuring = report.measuring();
      Verification verification =
          new Verification(session, run, verifiers, measuring, measuring, Originals.NOT_AT_HAND);
      List<Finding> findings = Failures.atTarget(target.name(), verification::verify);
      report.findings(findings);
      report.checks(verification.checks());
      boolean differs = findings.stream().anyMatch(Finding::blocks);
      return report.build(
          differs ? Outcome.DIFFERENT : Outcome.VERIFIED,
          run,
          Failures.atTarget(target.name(), () -> ReportBuilder.rejects(session, run)));
    }
  }

  /** How the vectors of a column were made shorter, where something was fitted. */
  public Optional<Projection> projection(TableName table, String column) {
    try (TargetSession session = open()) {
      existing(session);
      return Failures.atTarget(
              target.name(), () -> session.kept(Projections.keptName(table, column)))
          .map(Projection::of);
    }
  }

  /** Hands over every row that was refused. */
  public void rejects(Consumer<RejectReport> receiver) {
    Receiver guarded = new Receiver(receiver);
    try (TargetSession session = open()) {
      RunRecord run = existing(session);
      for (int i = 0; i < run.datasets().size(); i++) {
        int dataset = i;
        String named = run.datasets().get(i).name();
        Failures.doAtTarget(
            target.name(),
            () -> session.eachReject(dataset, reject -> guarded.take(named, reject)));
      }
    } catch (TargetException e) {
      throw guarded.failure == null ? e : guarded.failure;
    }
  }

  /** Tells a fault of the receiver from one of the target. */
  private static final class Receiver {

    private final Consumer<RejectReport> receiver;
    private @Nullable RuntimeException failure;

    Receiver(Consumer<RejectReport> receiver) {
      this.receiver = receiver;
    }

    void take(String dataset, Reject reject) {
      try {
        receiver.accept(ReportBuilder.reject(dataset, reject));
      } catch (RuntimeException e) {
        failure = e;
        throw e;
      }
    }
  }

  /** Puts the data from before back. */
  public void rollback() {
    try (TargetSession session = open()) {
      lock(session);
      RunRecord run = existing(session);
      if (run.state() != RunState.PROMOTED) {
        throw refused(
            "state: " + word(run) + ", expected promoted. There is nothing to take back.");
      }
      Failures.doAtTarget(target.name(), session::rollback);
    }
  }

  /** Removes what is kept aside. */
  public void discard() {
    try (TargetSession session = open()) {
      lock(session);
      existing(session);
      Failures.doAtTarget(target.name(), session::discard);
    }
  }

  private TargetSession open() {
    return Failures.atTarget(target.name(), () -> target.open(name));
  }

  private Optional<RunRecord> find(TargetSession session) {
    return Failures.atTarget(target.name(), session::find);
  }

  private RunRecord existing(TargetSession session) {
    return find(session)
        .orElseThrow(
            () ->
                refused(
                    "not known in this target, expected a migration that was begun. Check the"
                        + " name."));
  }

  private void lock(TargetSession session) {
    if (!Failures.atTarget(target.name(), () -> session.lock(LOCK_WAIT))) {
      throw refused("another process is running it. Wait for it, or end it.");
    }
  }

  private static String word(RunRecord run) {
    return new MigrationStatus(run.migration(), Optional.of(run)).state();
  }

  private RefusedException refused(String what) {
    return new RefusedException(where, what, null);
  }
}
