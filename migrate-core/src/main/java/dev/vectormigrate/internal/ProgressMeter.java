package dev.vectormigrate.internal;

import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.Phase;
import dev.vectormigrate.Progress;
import java.time.Duration;

/** Turns counts into progress events, at most four a second. Thread-safe. */
final class ProgressMeter {

  private static final Duration INTERVAL = Duration.ofMillis(250);

  private final MigrationListener listener;
  private final Phase phase;
  private final long before;
  private final long expected;
  private final long started = System.nanoTime();
  private long nextEvent = started;
  private long rows;
  private long bytes;
  private String what = "";

  /**
   * @param before rows done by an earlier process
   * @param expected rows in all; -1 where nobody knows
   */
  ProgressMeter(MigrationListener listener, Phase phase, long before, long expected) {
    this.listener = listener;
    this.phase = phase;
    this.before = before;
    this.expected = expected;
  }

  synchronized void add(String table, long moreRows, long moreBytes) {
    rows += moreRows;
    bytes += moreBytes;
    what = table;
    long now = System.nanoTime();
    if (now - nextEvent >= 0) {
      nextEvent = now + INTERVAL.toNanos();
      tell();
    }
  }

  /** Rows that are still to be done; negative where nobody knows. */
  synchronized long left() {
    return expected < 0 ? -1 : Math.max(0, expected - before - rows);
  }

  synchronized void finish() {
    tell();
  }

  private void tell() {
    Duration elapsed = Duration.ofNanos(System.nanoTime() - started);
    listener.progress(new Progress(phase, what, before + rows, expected, bytes, rows, elapsed));
  }
}
