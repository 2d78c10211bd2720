package dev.vectormigrate.internal;

import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.Phase;
import dev.vectormigrate.Progress;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.Reject;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls listeners one event at a time, and logs what they throw instead of passing it on. */
final class GuardedListener implements MigrationListener {

  private static final Logger LOG = LoggerFactory.getLogger(GuardedListener.class);

  private final List<MigrationListener> listeners;

  GuardedListener(MigrationListener... listeners) {
    this.listeners = List.of(listeners);
  }

  /** Makes a call of the plan, and tells how it ended. */
  <T> T during(String migration, Supplier<T> call, Function<T, Outcome> outcome) {
    runStarted(migration);
    T result;
    try {
      result = call.get();
    } catch (RuntimeException | Error e) {
      runFailed(e);
      throw e;
    }
    runFinished(outcome.apply(result));
    return result;
  }

  private synchronized void tell(Consumer<MigrationListener> event) {
    listeners.forEach(listener -> tell(listener, event));
  }

  private static void tell(MigrationListener listener, Consumer<MigrationListener> event) {
    try {
      event.accept(listener);
    } catch (RuntimeException e) {
      LOG.warn("The listener threw; the migration goes on.", e);
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
