package dev.vectormigrate;

import java.time.Duration;
import java.util.Objects;

/**
 * How often a step that asks for another try gets one.
 *
 * @param attempts all in all, at least 1
 * @param firstDelay before the second attempt; doubles from there
 * @param maxDelay the longest delay
 */
public record RetryPolicy(int attempts, Duration firstDelay, Duration maxDelay) {

  /** Five attempts, after 200 ms, 400 ms, 800 ms and 1.6 s. */
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(5, Duration.ofMillis(200), Duration.ofSeconds(10));

  /** One attempt. */
  public static final RetryPolicy NEVER = new RetryPolicy(1, Duration.ZERO, Duration.ZERO);

  public RetryPolicy {
    Objects.requireNonNull(firstDelay, "firstDelay");
    Objects.requireNonNull(maxDelay, "maxDelay");
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts: " + attempts + ", expected at least 1");
    }
  }

  /** How long to wait after so many attempts failed. */
  public Duration delayAfter(int failed) {
    Duration delay = firstDelay.multipliedBy(1L << Math.min(failed - 1, 30));
    return delay.compareTo(maxDelay) < 0 ? delay : maxDelay;
  }
}
