package dev.vectormigrate.spi;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Says that the same call may succeed later; the engine decides when and how often to try. */
public final class TransientException extends Exception {

  private static final long serialVersionUID = 1L;

  private final Duration retryAfter;

  /** Wraps what went wrong for now. */
  public TransientException(String message, @Nullable Throwable cause) {
    this(message, Duration.ZERO, cause);
  }

  /**
   * Wraps what went wrong for now, and how long to wait.
   *
   * @param retryAfter what the other side asked for, such as an HTTP server with {@code
   *     Retry-After}; zero where it said nothing
   */
  public TransientException(String message, Duration retryAfter, @Nullable Throwable cause) {
    super(message, cause);
    this.retryAfter = retryAfter;
  }

  /** How long the other side asked to wait; zero where it said nothing. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
