package dev.vectormigrate;

import org.jspecify.annotations.Nullable;

/** The thread was interrupted; what is staged is kept and its interrupt flag is set. */
public final class RunInterruptedException extends MigrationException {

  private static final long serialVersionUID = 1L;

  /** Says where it happened, what, and what to do. */
  public RunInterruptedException(String where, String what, @Nullable Throwable cause) {
    super(where, what, cause);
  }
}
