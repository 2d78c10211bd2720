package dev.vectormigrate;

import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.Reject;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Tells each of several listeners, and throws in the end what the first of them threw. */
record SeveralListeners(List<MigrationListener> listeners) implements MigrationListener {

  private void tell(Consumer<MigrationListener> event) {
    RuntimeException first = null;
    for (MigrationListener listener : listeners) {
      try {
        event.accept(listener);
      } catch (RuntimeException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }

  @Override
  public void runStarted(String migration) {
    tell(l -> l.runStarted(migration));
  }

  @Override
  public void runFinished(Outcome outcome) {
    tell(l -> l.runFinished(outcome));
  }

  @Override
  public void runFailed(Throwable failure) {
    tell(l -> l.runFailed(failure));
  }

  @Override
  public void waiting(String migration) {
    tell(l -> l.waiting(migration));
  }

  @Override
  public void phaseStarted(Phase phase) {
    tell(l -> l.phaseStarted(phase));
  }

  @Override
  public void phaseFinished(Phase phase, Duration took) {
    tell(l -> l.phaseFinished(phase, took));
  }

  @Override
  public void progress(Progress progress) {
    tell(l -> l.progress(progress));
  }

  @Override
  public void rejected(String dataset, Reject reject) {
    tell(l -> l.rejected(dataset, reject));
  }

  @Override
  public void found(Finding finding) {
    tell(l -> l.found(finding));
  }
}
