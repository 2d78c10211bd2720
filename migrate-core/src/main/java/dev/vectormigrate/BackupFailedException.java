package dev.vectormigrate;

import org.jspecify.annotations.Nullable;

/** The backup that the plan asks for could not be made, so nothing was read. */
public final class BackupFailedException extends MigrationException {

  private static final long serialVersionUID = 1L;

  /** Says where it happened, what, and what to do. */
  public BackupFailedException(String where, String what, @Nullable Throwable cause) {
    super(where, what, cause);
  }
}
