package dev.vectormigrate;

import org.jspecify.annotations.Nullable;

/** The run would mix or overwrite data, so it did not begin or go on. */
public final class RefusedException extends MigrationException {

  private static final long serialVersionUID = 1L;

  /** Says where it happened, what, and what to do. */
  public RefusedException(String where, String what, @Nullable Throwable cause) {
    super(where, what, cause);
  }
}
