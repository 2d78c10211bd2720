package dev.vectormigrate.spi;

/** Says that a change may or may not have happened, and that nothing was cleaned up. */
public final class UnknownOutcomeException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Wraps what cut the answer off. */
  public UnknownOutcomeException(String message, Throwable cause) {
    super(message, cause);
  }
}
