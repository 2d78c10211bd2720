package dev.vectormigrate.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.Phase;
import dev.vectormigrate.Progress;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.Reject;
import dev.vectormigrate.testkit.RecordingListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class GuardedListenerTest {

  private static final Progress PROGRESS =
      new Progress(Phase.STAGE, "docs", 1, 2, 3, 1, Duration.ZERO);

  private static void tellAll(MigrationListener listener) {
    listener.runStarted("m");
    listener.waiting("m");
    listener.phaseStarted(Phase.PLAN);
    listener.phaseFinished(Phase.PLAN, Duration.ZERO);
    listener.progress(PROGRESS);
    listener.rejected("docs", new Reject("a", Position.START, "no"));
    listener.found(Finding.info("x.y", "z"));
    listener.runFinished(Outcome.MIGRATED);
    listener.runFailed(new IllegalStateException("no"));
  }

  @Test
  void passes_every_event_on() {
    RecordingListener listener = new RecordingListener();

    tellAll(new GuardedListener(listener));

    assertThat(listener.events())
        .containsExactly(
            "run of m started",
            "waiting for m",
            "PLAN started",
            "PLAN finished",
            "rejected docs a: no",
            "found x.y",
            "run finished: MIGRATED",
            "run failed: IllegalStateException");
    assertThat(listener.progress()).containsExactly(PROGRESS);
  }

  @Test
  void what_a_listener_throws_does_not_stop_the_run() {
    MigrationListener broken =
        new MigrationListener() {
          @Override
          public void phaseStarted(Phase phase) {
            throw new IllegalStateException("broken");
          }

          @Override
          public void found(Finding finding) {
            throw new IllegalStateException("broken");
          }
        };

    tellAll(new GuardedListener(broken));
  }

  @Test
  void each_of_several_is_told_even_if_another_throws() {
    RecordingListener first = new RecordingListener();
    RecordingListener last = new RecordingListener();
    IllegalStateException failure = new IllegalStateException("broken");
    MigrationListener broken =
        new MigrationListener() {
          @Override
          public void phaseStarted(Phase phase) {
            throw failure;
          }
        };
    MigrationListener all = MigrationListener.all(first, broken, last);

    assertThatThrownBy(() -> all.phaseStarted(Phase.PLAN)).isSameAs(failure);
    tellAll(new GuardedListener(all));

    assertThat(last.events()).hasSize(9).isEqualTo(first.events());
    assertThat(last.events().subList(0, 3))
        .containsExactly("PLAN started", "run of m started", "waiting for m");
    assertThat(last.progress()).containsExactly(PROGRESS).isEqualTo(first.progress());
  }

  @Test
  void a_listener_that_cares_for_nothing_needs_no_method() {
    tellAll(new GuardedListener(new MigrationListener() {}));
  }

  @Test
  void events_of_several_threads_come_one_at_a_time() throws Exception {
    AtomicBoolean inUse = new AtomicBoolean();
    AtomicInteger overlaps = new AtomicInteger();
    AtomicInteger told = new AtomicInteger();
    MigrationListener listener =
        new GuardedListener(
            new MigrationListener() {
              @Override
              public void progress(Progress progress) {
                if (!inUse.compareAndSet(false, true)) {
                  overlaps.incrementAndGet();
                }
                Thread.yield();
                told.incrementAndGet();
                inUse.set(false);
              }
            });
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Thread thread =
          new Thread(
              () -> {
                for (int j = 0; j < 2_000; j++) {
                  listener.progress(PROGRESS);
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(told).hasValue(8_000);
    assertThat(overlaps).hasValue(0);
  }
}
