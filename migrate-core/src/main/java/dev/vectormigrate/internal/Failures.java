package dev.vectormigrate.internal;

import dev.vectormigrate.BackupFailedException;
import dev.vectormigrate.EmbeddingException;
import dev.vectormigrate.MigrationException;
import dev.vectormigrate.OutcomeUnknownException;
import dev.vectormigrate.RefusedException;
import dev.vectormigrate.RunInterruptedException;
import dev.vectormigrate.SourceException;
import dev.vectormigrate.TargetException;
import dev.vectormigrate.spi.RefusalException;
import dev.vectormigrate.spi.UnknownOutcomeException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The one place that wraps what implementations throw, adding where it happened. */
final class Failures {

  private Failures() {}

  /** A step that returns nothing. */
  interface Step {
    void run() throws Exception;
  }

  /** Runs a step at a source. */
  static <T> T atSource(String where, Callable<T> step) {
    try {
      return step.call();
    } catch (Exception e) {
      throw source(where, e);
    }
  }

  /** Runs a step at a target. */
  static <T> T atTarget(String where, Callable<T> step) {
    try {
      return step.call();
    } catch (Exception e) {
      throw target(where, e);
    }
  }

  /** Runs a step at a target that returns nothing. */
  static void doAtTarget(String where, Step step) {
    atTarget(
        where,
        () -> {
          step.run();
          return true;
        });
  }

  /** Runs a step that makes a backup of a source. */
  static <T> T inBackup(String where, Callable<T> step) {
    try {
      return step.call();
    } catch (Exception e) {
      throw backup(where, e);
    }
  }

  private static MigrationException backup(String where, Exception e) {
    MigrationException known = alreadyKnown(where, e);
    if (known != null) {
      return known;
    }
    return Thread.currentThread().isInterrupted()
        ? new RunInterruptedException(where, "interrupted in the backup; run again to go on.", e)
        : new BackupFailedException(where, "backup: " + message(e), e);
  }

  static MigrationException source(String where, Exception e) {
    MigrationException known = alreadyKnown(where, e);
    return known != null ? known : new SourceException(where, message(e), e);
  }

  /** What an embedder threw. */
  static MigrationException embedder(String where, Exception e) {
    MigrationException known = alreadyKnown(where, e);
    return known != null ? known : new EmbeddingException(where, message(e), e);
  }

  /** Runs a step at an embedder. */
  static <T> T atEmbedder(String where, Callable<T> step) {
    try {
      return step.call();
    } catch (Exception e) {
      throw embedder(where, e);
    }
  }

  static MigrationException target(String where, Exception e) {
    MigrationException known = alreadyKnown(where, e);
    if (known != null) {
      return known;
    }
    if (e instanceof RefusalException) {
      return new RefusedException(where, message(e), e);
    }
    return e instanceof UnknownOutcomeException
        ? new OutcomeUnknownException(where, message(e), e)
        : new TargetException(where, message(e), e);
  }

  private static @Nullable MigrationException alreadyKnown(String where, Exception e) {
    if (e instanceof MigrationException known) {
      return known;
    }
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt();
      return new RunInterruptedException(
          where, "interrupted. What is staged is kept; run again to go on.", e);
    }
    return null;
  }

  private static String message(Exception e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
