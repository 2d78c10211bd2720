package dev.vectormigrate;

import org.jspecify.annotations.Nullable;

/** More rows could not be moved than the plan allows. */
public final class RejectsExceededException extends MigrationException {

  private static final long serialVersionUID = 1L;

  /** Says where it happened, what, and what to do. */
  public RejectsExceededException(String where, String what, @Nullable Throwable cause) {
    super(where, what, cause);
  }
}
