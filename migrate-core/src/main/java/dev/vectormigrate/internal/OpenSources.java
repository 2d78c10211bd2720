package dev.vectormigrate.internal;

import dev.vectormigrate.PlanDescription;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import java.util.ArrayList;
import java.util.List;

/** The open sources of a plan, closed together. */
final class OpenSources implements AutoCloseable {

  private final List<SourceSession> sessions = new ArrayList<>();

  private OpenSources() {}

  /** Opens every source, or none. */
  static OpenSources of(PlanDescription plan) {
    OpenSources sources = new OpenSources();
    try {
      for (SourceStore store : plan.sources()) {
        Retrier retrier = new Retrier(plan.settings().retry());
        sources.sessions.add(
            Failures.atSource(store.name(), () -> retrier.call(store.name(), store::open)));
      }
      return sources;
    } catch (RuntimeException e) {
      sources.close();
      throw e;
    }
  }

  /** One a source of the plan, in order. */
  List<SourceSession> sessions() {
    return sessions;
  }

  @Override
  public void close() {
    sessions.forEach(SourceSession::close);
  }
}
