package dev.vectormigrate.sources.chroma;

import dev.vectormigrate.spi.TransientException;
import java.io.IOException;

/** Says that a server gave no usable answer, and in which way. Quotes nothing of the answer. */
final class RequestFailure extends IOException {

  private static final long serialVersionUID = 1L;

  /** Ways for a request to fail. */
  enum Kind {
    /** The answer is larger or deeper than what is taken, or than what the server gives. */
    TOO_MUCH,
    /** No complete answer within the time. */
    TIMED_OUT,
    /** The server refuses this request. */
    REFUSED,
    /** There is no such thing or no such route. */
    ABSENT,
    /** The server failed. */
    FAULT,
    /** The server failed because a record has no vector, or left vectors out of its answer. */
    LOST_VECTOR,
    /** The server can't apply its own log, as 1.0 after an addition without a vector. */
    BROKEN_LOG
  }

  private final Kind kind;

  RequestFailure(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }

  /** Whether a smaller request may succeed. */
  boolean mayBeTooMuch() {
    return kind != Kind.ABSENT && kind != Kind.BROKEN_LOG;
  }

  /** Asks for another try of a request that can't be made smaller. */
  void throwIfPassing() throws TransientException {
    if (kind == Kind.FAULT || kind == Kind.TIMED_OUT) {
      throw new TransientException(String.valueOf(getMessage()), this);
    }
  }
}
