package dev.vectormigrate;

import java.time.Duration;

/**
 * How a plan runs; what it moves does not depend on this, so it may change between a run and its
 * continuation.
 *
 * @param batchRows the most rows that one transaction stores
 * @param batchBytes about the most bytes that one transaction stores: a batch ends with the row
 *     that reaches it. About three batches a writer are in memory at once
 * @param writers connections that store rows at once. The target needs two more
 * @param maxRejects rows that may be refused before the run stops
 * @param lockWait how long to wait for another process that is running the same migration
 * @param retry for steps that ask for another try
 */
public record RunSettings(
    int batchRows,
    int batchBytes,
    int writers,
    long maxRejects,
    Duration lockWait,
    RetryPolicy retry) {

  /** 10,000 rows or 8 MiB a batch, two writers, no rejects, an hour's wait, five attempts. */
  public static final RunSettings DEFAULT =
      new RunSettings(10_000, 8 << 20, 2, 0, Duration.ofHours(1), RetryPolicy.DEFAULT);

  public RunSettings {
    atLeast("batchRows", batchRows, 1);
    atLeast("batchBytes", batchBytes, 1);
    atLeast("writers", writers, 1);
    atLeast("maxRejects", maxRejects, 0);
  }

  private static void atLeast(String what, long actual, long least) {
    if (actual < least) {
      throw new IllegalArgumentException(what + ": " + actual + ", expected at least " + least);
    }
  }

  RunSettings withBatchRows(int rows) {
    return new RunSettings(rows, batchBytes, writers, maxRejects, lockWait, retry);
  }

  RunSettings withBatchBytes(int bytes) {
    return new RunSettings(batchRows, bytes, writers, maxRejects, lockWait, retry);
  }

  RunSettings withWriters(int count) {
    return new RunSettings(batchRows, batchBytes, count, maxRejects, lockWait, retry);
  }

  RunSettings withMaxRejects(long rejects) {
    return new RunSettings(batchRows, batchBytes, writers, rejects, lockWait, retry);
  }

  RunSettings withLockWait(Duration wait) {
    return new RunSettings(batchRows, batchBytes, writers, maxRejects, wait, retry);
  }

  RunSettings withRetry(RetryPolicy policy) {
    return new RunSettings(batchRows, batchBytes, writers, maxRejects, lockWait, policy);
  }
}
