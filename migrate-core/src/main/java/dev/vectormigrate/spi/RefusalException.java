package dev.vectormigrate.spi;

/**
 * Refuses a step because it would overwrite, mix or lose data: something stands in its way that
 * only people can decide on. Nothing was changed.
 */
public final class RefusalException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Says what stands in the way and what to do. */
  public RefusalException(String message) {
    super(message);
  }
}
