package dev.vectormigrate.internal;

import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.Phase;
import dev.vectormigrate.Progress;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.IndexObserver;
import dev.vectormigrate.spi.RunRecord;
import java.time.Duration;
import java.util.function.Consumer;

/** Tells a listener which index is being built, and how far it is. Thread-safe as these are. */
final class IndexProgress implements IndexObserver {

  private final MigrationListener listener;
  private final RunRecord run;
  private final Consumer<Finding> findings;
  private final long started = System.nanoTime();

  IndexProgress(MigrationListener listener, RunRecord run, Consumer<Finding> findings) {
    this.listener = listener;
    this.run = run;
    this.findings = findings;
  }

  @Override
  public void building(int table, String index) {
    progress(table, index, 0, -1);
  }

  @Override
  public void progress(int table, String index, long done, long total) {
    String what = run.tables().get(table).name() + ": " + index;
    Duration elapsed = Duration.ofNanos(System.nanoTime() - started);
    listener.progress(new Progress(Phase.INDEX, what, done, total, 0, done, elapsed));
  }

  @Override
  public void found(Finding finding) {
    findings.accept(finding);
  }
}
