package dev.vectormigrate;

import org.jspecify.annotations.Nullable;

/** The source cannot be read. */
public final class SourceException extends MigrationException {

  private static final long serialVersionUID = 1L;

  /** Says where it happened, what, and what to do. */
  public SourceException(String where, String what, @Nullable Throwable cause) {
    super(where, what, cause);
  }
}
