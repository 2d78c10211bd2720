package dev.vectormigrate;

import org.jspecify.annotations.Nullable;

/** A change may or may not have happened; nothing was cleaned up. */
public final class OutcomeUnknownException extends MigrationException {

  private static final long serialVersionUID = 1L;

  /** Says where it happened, what, and what to do. */
  public OutcomeUnknownException(String where, String what, @Nullable Throwable cause) {
    super(where, what, cause);
  }
}
