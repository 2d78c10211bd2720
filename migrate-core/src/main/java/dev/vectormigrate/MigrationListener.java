package dev.vectormigrate;

import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.Reject;
import java.time.Duration;
import java.util.List;

/**
 * Told what a run does. Every method does nothing by default. Calls come one at a time, from the
 * threads of the run; what a listener throws is logged and otherwise ignored.
 *
 * <p>A call of {@code run()}, {@code dryRun()} or {@code compare()} begins with {@link #runStarted}
 * and ends with either {@link #runFinished} or {@link #runFailed}, all three told by the thread of
 * the caller; unless the process is killed, there is always an end.
 */
public interface MigrationListener {

  /**
   * One listener that tells each of several, in this order. Each is told, even if another throws.
   */
  static MigrationListener all(MigrationListener... listeners) {
    return new SeveralListeners(List.of(listeners));
  }

  /**
   * A call begins.
   *
   * @param migration the name of the plan
   */
  default void runStarted(String migration) {}

  /** The call returns a report, which has this outcome. */
  default void runFinished(Outcome outcome) {}

  /** The call throws this; a phase that has begun and not finished is the one that failed. */
  default void runFailed(Throwable failure) {}

  /** Another process is migrating; this one waits for it. */
  default void waiting(String migration) {}

  /** A phase begins. */
  default void phaseStarted(Phase phase) {}

  /** A phase has ended well. */
  default void phaseFinished(Phase phase, Duration took) {}

  /** Rows moved; at most four times a second, and once at the end of a phase. */
  default void progress(Progress progress) {}

  /**
   * A row could not be moved. It is not stored yet, so a kill right now makes the next run report
   * it again.
   */
  default void rejected(String dataset, Reject reject) {}

  /** A check found something. */
  default void found(Finding finding) {}
}
