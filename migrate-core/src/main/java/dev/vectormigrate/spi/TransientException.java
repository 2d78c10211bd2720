package dev.vectormigrate.spi;

/** Says that the same call may succeed later; the engine decides when and how often to try. */
public final class TransientException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Wraps what went wrong for now. */
  public TransientException(String message, Throwable cause) {
    super(message, cause);
  }
}
