package dev.vectormigrate;

import org.jspecify.annotations.Nullable;

/** The plan contradicts itself, or names something that is not there. */
public final class PlanException extends MigrationException {

  private static final long serialVersionUID = 1L;

  /** Says where it happened, what, and what to do. */
  public PlanException(String where, String what, @Nullable Throwable cause) {
    super(where, what, cause);
  }
}
