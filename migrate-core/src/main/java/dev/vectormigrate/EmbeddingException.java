package dev.vectormigrate;

import org.jspecify.annotations.Nullable;

/**
 * Texts can't be embedded, or not within the budget. What was staged, and every vector that the
 * model has made, is kept: the next {@code run()} goes on, and asks for none of them again.
 */
public final class EmbeddingException extends MigrationException {

  private static final long serialVersionUID = 1L;

  /** Says where it happened, what, and what to do. */
  public EmbeddingException(String where, String what, @Nullable Throwable cause) {
    super(where, what, cause);
  }
}
