package dev.vectormigrate;

import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.Reject;
import java.time.Duration;

/**
 * Told what a run does. Every method does nothing by default. Calls come one at a time, from the
 * threads of the run; what a listener throws is logged and otherwise ignored.
 */
public interface MigrationListener {

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
