package dev.vectormigrate;

import java.time.Duration;
import java.util.Optional;

/**
 * How far a phase has come. While an index is built, rows are those of its table, about once a
 * second where the target can tell, and the elapsed time is that of the phase.
 *
 * @param phase which
 * @param what the table or index being worked on
 * @param rows done so far, over all tables, including those of an earlier, interrupted run
 * @param expectedRows of all tables; -1 where the source could not count
 * @param bytes sent so far by this process
 * @param doneHere rows done by this process
 * @param elapsed since the phase began in this process
 */
public record Progress(
    Phase phase,
    String what,
    long rows,
    long expectedRows,
    long bytes,
    long doneHere,
    Duration elapsed) {

  /** Rows a second in this process. */
  public double rowsPerSecond() {
    return perSecond(doneHere);
  }

  /** Bytes a second in this process. */
  public double bytesPerSecond() {
    return perSecond(bytes);
  }

  private double perSecond(long count) {
    return count * 1e9 / Math.max(1, elapsed.toNanos());
  }

  /** How long the rest will take at this pace; empty where that can't be said. */
  public Optional<Duration> remaining() {
    if (expectedRows < 0 || doneHere <= 0) {
      return Optional.empty();
    }
    long left = Math.max(0, expectedRows - rows);
    return Optional.of(Duration.ofMillis((long) (left * 1_000 / rowsPerSecond())));
  }
}
