package dev.vectormigrate.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.RefusedException;
import dev.vectormigrate.SourceException;
import dev.vectormigrate.spi.TargetSession;
import dev.vectormigrate.testkit.Docs;
import dev.vectormigrate.testkit.InMemoryTarget;
import dev.vectormigrate.testkit.ScriptedSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an application does around a run. */
class HooksTest {

  private final List<String> events = new ArrayList<>();
  private final InMemoryTarget target = InMemoryTarget.empty();
  private final ScriptedSource source =
      ScriptedSource.of(Docs.rows(3)).beforeOpen(() -> events.add("opened"));

  @AfterEach
  void nothing_is_left_open() {
    assertThat(target.openResources()).isZero();
    assertThat(source.openResources()).isZero();
  }

  private MigrationPlan.Builder plan() {
    return MigrationPlan.builder("m")
        .from(source)
        .into(target)
        .lockWait(Duration.ofMillis(1))
        .beforeRun(() -> events.add("before, locked " + isLocked()))
        .afterRun(() -> events.add("after, locked " + isLocked()));
  }

  /** Whether another process would have to wait. */
  private boolean isLocked() {
    try (TargetSession other = target.open("m")) {
      return !other.lock(Duration.ZERO);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void they_enclose_all_that_is_read_and_run_under_the_lock() {
    plan().build().run();

    assertThat(events).containsExactly("before, locked true", "opened", "after, locked true");
  }

  @Test
  void where_there_is_nothing_to_do_they_are_not_called() {
    plan().build().run();
    events.clear();

    assertThat(plan().build().run().outcome()).isEqualTo(Outcome.ALREADY_MIGRATED);
    plan().build().dryRun();
    plan().build().rollback();
    catchThrowable(plan().build()::run);

    assertThat(events).as("the dry run alone opens the source").containsExactly("opened");
  }

  @Test
  void the_end_is_told_of_a_run_that_fails_too() {
    source.before(1, ScriptedSource.failing(1, new Exception("x")));

    assertThatThrownBy(plan().build()::run).isInstanceOf(SourceException.class);

    assertThat(events).containsExactly("before, locked true", "opened", "after, locked true");
  }

  @Test
  void what_the_first_throws_stops_the_run_before_anything_is_read() {
    IllegalStateException failure = new IllegalStateException("busy");
    MigrationPlan plan =
        plan()
            .beforeRun(
                () -> {
                  throw failure;
                })
            .build();

    assertThatThrownBy(plan::run)
        .isInstanceOf(RefusedException.class)
        .hasCause(failure)
        .hasMessage(
            "[migration m] beforeRun: java.lang.IllegalStateException: busy, expected it to"
                + " return. Nothing was read.");
    assertThat(events).containsExactly("after, locked true");
    assertThat(plan.status().state()).isEqualTo("none");
  }

  @Test
  void what_the_last_throws_does_not_hide_how_the_run_ended() {
    MigrationPlan plan =
        plan()
            .afterRun(
                () -> {
                  throw new IllegalStateException("gone");
                })
            .build();
    source.before(1, ScriptedSource.failing(1, new Exception("x")));

    assertThatThrownBy(plan::run).isInstanceOf(SourceException.class).hasMessage("[script docs] x");
    assertThat(plan.run().outcome()).isEqualTo(Outcome.MIGRATED);
  }
}
