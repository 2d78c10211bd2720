package dev.vectormigrate.internal;

import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.Phase;
import dev.vectormigrate.Progress;
import dev.vectormigrate.spi.RunRecord;
import java.time.Duration;

/** Tells a listener which index is being built. */
final class IndexProgress {

  private final MigrationListener listener;
  private final RunRecord run;
  private final long started = System.nanoTime();

  IndexProgress(MigrationListener listener, RunRecord run) {
    this.listener = listener;
    this.run = run;
  }

  void building(int table, String index) {
    String what = run.tables().get(table).name() + ": " + index;
    Duration elapsed = Duration.ofNanos(System.nanoTime() - started);
    listener.progress(new Progress(Phase.INDEX, what, 0, -1, 0, 0, elapsed));
  }
}
