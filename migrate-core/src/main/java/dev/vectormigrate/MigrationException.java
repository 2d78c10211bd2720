package dev.vectormigrate;

import org.jspecify.annotations.Nullable;

/**
 * The root of everything that a plan throws. Messages read {@code [where] what: actual, expected.
 * What to do.} and contain no credential, vector or text.
 *
 * <p>Unless the message says otherwise, live tables are as they were and what is staged is kept:
 * the next {@code run()} goes on.
 */
public abstract sealed class MigrationException extends RuntimeException
    permits PlanException,
        SourceException,
        BackupFailedException,
        TargetException,
        EmbeddingException,
        RefusedException,
        RejectsExceededException,
        VerificationFailedException,
        OutcomeUnknownException,
        RunInterruptedException {

  private static final long serialVersionUID = 1L;

  MigrationException(String where, String what, @Nullable Throwable cause) {
    super("[" + where + "] " + what, cause);
  }
}
