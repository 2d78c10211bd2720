package dev.vectormigrate.embed;

import dev.vectormigrate.spi.TransientException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a framework threw into an exception without its message, which may quote texts; the
 * stack trace is kept.
 */
final class FrameworkFailure {

  private static final int MOST_CAUSES = 20;

  private FrameworkFailure() {}

  static TransientException passing(String modelId, RuntimeException thrown) {
    return traced(
        new TransientException(
            "[%s] call: failed with %s, expected vectors. It may pass"
                .formatted(modelId, name(thrown)),
            null),
        thrown);
  }

  static IllegalStateException lasting(String modelId, RuntimeException thrown) {
    return traced(
        new IllegalStateException(
            "[%s] call: failed with %s, expected vectors. Try the model by itself: its message may"
                    .formatted(modelId, name(thrown))
                + " quote texts and is not shown"),
        thrown);
  }

  /** Whether a connection broke or took too long, somewhere below. */
  static boolean isNetworkFault(Throwable thrown) {
    Throwable at = thrown;
    for (int depth = 0; at != null && depth < MOST_CAUSES; depth++) {
      if (at instanceof SocketException
          || at instanceof SocketTimeoutException
          || at instanceof HttpTimeoutException) {
        return true;
      }
      at = at.getCause();
    }
    return false;
  }

  private static String name(Throwable thrown) {
    @Nullable Throwable cause = thrown.getCause();
    String name = thrown.getClass().getSimpleName();
    return cause == null ? name : name + " of " + cause.getClass().getSimpleName();
  }

  private static <E extends Exception> E traced(E exception, RuntimeException thrown) {
    exception.setStackTrace(thrown.getStackTrace());
    return exception;
  }
}
