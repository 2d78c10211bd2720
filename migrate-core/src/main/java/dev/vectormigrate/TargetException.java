package dev.vectormigrate;

import org.jspecify.annotations.Nullable;

/** The target cannot be written or read. */
public final class TargetException extends MigrationException {

  private static final long serialVersionUID = 1L;

  /** Says where it happened, what, and what to do. */
  public TargetException(String where, String what, @Nullable Throwable cause) {
    super(where, what, cause);
  }
}
