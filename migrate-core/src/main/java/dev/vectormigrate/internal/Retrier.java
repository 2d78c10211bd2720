package dev.vectormigrate.internal;

import dev.vectormigrate.RetryPolicy;
import dev.vectormigrate.spi.TransientException;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits between attempts; the only class that sleeps. Not thread-safe; one a step. */
final class Retrier {

  private static final Logger LOG = LoggerFactory.getLogger(Retrier.class);

  private final RetryPolicy policy;
  private int failed;

  Retrier(RetryPolicy policy) {
    this.policy = policy;
  }

  /**
   * Waits for the next attempt.
   *
   * @throws TransientException the given one, if there is no further attempt
   */
  void after(String where, TransientException failure)
      throws TransientException, InterruptedException {
    failed++;
    if (failed >= policy.attempts()) {
      throw failure;
    }
    LOG.warn(
        "[{}] attempt {} of {} failed: {}", where, failed, policy.attempts(), failure.getMessage());
    Thread.sleep(policy.delayAfter(failed).toMillis());
  }

  /**
   * Takes a step until it succeeds, throws anything but a wish for another try, or none is left.
   */
  <T> T call(String where, Callable<T> step) throws Exception {
    while (true) {
      try {
        return step.call();
      } catch (TransientException e) {
        after(where, e);
      }
    }
  }

  /** Says that an attempt succeeded. */
  void reset() {
    failed = 0;
  }
}
