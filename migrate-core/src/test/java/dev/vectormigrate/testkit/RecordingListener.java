package dev.vectormigrate.testkit;

import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.Phase;
import dev.vectormigrate.Progress;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.Reject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Keeps what a run tells, one short text an event. Thread-safe. */
public final class RecordingListener implements MigrationListener {

  private final List<String> events = new ArrayList<>();
  private final List<Progress> progress = new ArrayList<>();

  /** Everything but progress, in order. */
  public synchronized List<String> events() {
    return List.copyOf(events);
  }

  /** The progress, in order. */
  public synchronized List<Progress> progress() {
    return List.copyOf(progress);
  }

  private synchronized void add(String event) {
    events.add(event);
  }

  @Override
  public void runStarted(String migration) {
    add("run of " + migration + " started");
  }

  @Override
  public void runFinished(Outcome outcome) {
    add("run finished: " + outcome);
  }

  @Override
  public void runFailed(Throwable failure) {
    add("run failed: " + failure.getClass().getSimpleName());
  }

  @Override
  public void waiting(String migration) {
    add("waiting for " + migration);
  }

  @Override
  public void phaseStarted(Phase phase) {
    add(phase + " started");
  }

  @Override
  public void phaseFinished(Phase phase, Duration took) {
    add(phase + " finished");
  }

  @Override
  public synchronized void progress(Progress made) {
    progress.add(made);
  }

  @Override
  public void rejected(String dataset, Reject reject) {
    add("rejected " + dataset + " " + reject.id() + ": " + reject.reason());
  }

  @Override
  public void found(Finding finding) {
    add("found " + finding.code());
  }
}
