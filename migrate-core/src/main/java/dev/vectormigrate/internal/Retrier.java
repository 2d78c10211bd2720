package dev.vectormigrate.internal;

import dev.vectormigrate.RetryPolicy;
import dev.vectormigrate.spi.TransientException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits between attempts; the only class that sleeps. Not thread-safe; one a step. */
final class Retrier {

  private static final Logger LOG = LoggerFactory.getLogger(Retrier.class);

  private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

  private final RetryPolicy policy;
  private Duration patience;
  private int failed;

  Retrier(RetryPolicy policy) {
    this(policy, Duration.ZERO);
  }

  /**
   * @param patience how long to wait, in all, for another side that says how long; that is no
   *     failed attempt
   */
  Retrier(RetryPolicy policy, Duration patience) {
    this.policy = policy;
    this.patience = patience;
  }

  /**
   * Waits for the next attempt.
   *
   * @throws TransientException the given one, if there is no further attempt
   */
  void after(String where, TransientException failure)
      throws TransientException, InterruptedException {
    Duration asked = failure.retryAfter();
    Duration wait = longer(asked, policy.delayAfter(1));
    if (!asked.isZero() && wait.compareTo(patience) <= 0) {
      patience = patience.minus(wait);
      LOG.info("[{}] asked to wait for {}: {}", where, asked, failure.getMessage());
      Thread.sleep(wait.toMillis());
      return;
    }
    failed++;
    if (failed >= policy.attempts()) {
      throw failure;
    }
    LOG.warn(
        "[{}] attempt {} of {} failed: {}", where, failed, policy.attempts(), failure.getMessage());
    Thread.sleep(delay(failure).toMillis());
  }

  /** What the other side asked for wins, unless it asked for more than anybody would wait. */
  private Duration delay(TransientException failure) {
    Duration longer = longer(failure.retryAfter(), policy.delayAfter(failed));
    return longer.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : longer;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
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
