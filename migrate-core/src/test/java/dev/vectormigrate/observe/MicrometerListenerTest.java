package dev.vectormigrate.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.Phase;
import dev.vectormigrate.Progress;
import dev.vectormigrate.RejectsExceededException;
import dev.vectormigrate.SourceException;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.testkit.Docs;
import dev.vectormigrate.testkit.InMemoryTarget;
import dev.vectormigrate.testkit.ScriptedSource;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class MicrometerListenerTest {

  private static final int ROWS = 23;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final MicrometerListener listener = MicrometerListener.of(registry);
  private final ScriptedSource source = ScriptedSource.of(Docs.rows(ROWS));
  private final InMemoryTarget target = InMemoryTarget.empty();

  private MigrationPlan.Builder plan() {
    return MigrationPlan.builder("m")
        .from(source)
        .into(target)
        .eachDataset(d -> d.rename("text", "text"))
        .batchRows(2)
        .listener(listener);
  }

  /** Every meter with its tags, its unit and its count; bytes are counted elsewhere. */
  private List<String> meters() {
    return registry.getMeters().stream()
        .filter(meter -> !meter.getId().getName().endsWith(".bytes"))
        .map(MicrometerListenerTest::show)
        .sorted()
        .toList();
  }

  private static String show(Meter meter) {
    Meter.Id id = meter.getId();
    List<String> tags = new ArrayList<>();
    id.getTags().forEach(tag -> tags.add(tag.getKey() + "=" + tag.getValue()));
    double value =
        meter instanceof Timer timer ? timer.count() : meter.measure().iterator().next().getValue();
    return "%s %s %s %s %.1f"
        .formatted(id.getType(), id.getName(), tags, id.getBaseUnit(), value)
        .replace("vector.migrate.", "");
  }

  @Test
  void a_run_leaves_its_counts_and_times() {
    source.refusing(4, "no").finding(Finding.warning("x.warn", "Two rows look alike."));

    plan().maxRejects(1).build().run();

    assertThat(meters())
        .containsExactly(
            "COUNTER findings [migration=m, severity=warning] null 1.0",
            "COUNTER rejects [migration=m, phase=stage] rejects 1.0",
            "COUNTER rows [migration=m, phase=stage] rows 23.0",
            "COUNTER rows [migration=m, phase=verify] rows 22.0",
            "TIMER phase [migration=m, phase=index] seconds 1.0",
            "TIMER phase [migration=m, phase=plan] seconds 1.0",
            "TIMER phase [migration=m, phase=promote] seconds 1.0",
            "TIMER phase [migration=m, phase=stage] seconds 1.0",
            "TIMER phase [migration=m, phase=verify] seconds 1.0",
            "TIMER run [migration=m, outcome=migrated] seconds 1.0");
  }

  @Test
  void bytes_are_those_of_the_last_progress_of_a_phase() {
    List<Progress> told = new ArrayList<>();
    MigrationListener keeping =
        new MigrationListener() {
          @Override
          public void progress(Progress progress) {
            told.add(progress);
          }
        };

    plan().listener(MigrationListener.all(keeping, listener)).build().run();

    for (Phase phase : List.of(Phase.STAGE, Phase.VERIFY)) {
      long bytes =
          told.stream().filter(p -> p.phase() == phase).reduce((a, b) -> b).orElseThrow().bytes();
      assertThat(bytes).isPositive();
      assertThat(
              registry
                  .get("vector.migrate.bytes")
                  .tags("migration", "m", "phase", phase.name().toLowerCase(Locale.ROOT))
                  .counter()
                  .count())
          .isEqualTo(bytes);
    }
  }

  @Test
  void a_run_that_fails_is_counted_as_failed_and_its_phase_is_not() {
    source.refusing(4, "no");

    assertThatThrownBy(plan().writers(1).build()::run).isInstanceOf(RejectsExceededException.class);

    assertThat(meters())
        .filteredOn(meter -> !meter.startsWith("COUNTER rows"))
        .containsExactly(
            "COUNTER rejects [migration=m, phase=stage] rejects 1.0",
            "TIMER phase [migration=m, phase=plan] seconds 1.0",
            "TIMER run [migration=m, outcome=failed] seconds 1.0");
  }

  @Test
  void the_next_runs_of_a_listener_add_to_the_same_meters() {
    source.beforeOpen(ScriptedSource.failing(1, new Exception("away")));
    MigrationPlan plan = plan().build();

    assertThatThrownBy(plan::run).isInstanceOf(SourceException.class);
    plan.run();
    plan.run();

    assertThat(meters())
        .containsExactly(
            "COUNTER rows [migration=m, phase=stage] rows 23.0",
            "COUNTER rows [migration=m, phase=verify] rows 23.0",
            "TIMER phase [migration=m, phase=index] seconds 1.0",
            "TIMER phase [migration=m, phase=plan] seconds 1.0",
            "TIMER phase [migration=m, phase=promote] seconds 1.0",
            "TIMER phase [migration=m, phase=stage] seconds 1.0",
            "TIMER phase [migration=m, phase=verify] seconds 1.0",
            "TIMER run [migration=m, outcome=already_migrated] seconds 1.0",
            "TIMER run [migration=m, outcome=failed] seconds 1.0",
            "TIMER run [migration=m, outcome=migrated] seconds 1.0");
  }

  @Test
  void counts_grow_by_what_was_added_also_when_a_phase_begins_anew() {
    listener.runStarted("m");
    listener.phaseStarted(Phase.STAGE);
    listener.progress(staged(10, 100));
    listener.progress(staged(30, 300));
    listener.progress(staged(5, 50));

    assertThat(counter("rows")).isEqualTo(35);
    assertThat(counter("bytes")).isEqualTo(350);
  }

  @Test
  void the_gauge_says_how_long_the_phase_will_take_as_long_as_a_run_goes_on() {
    listener.runStarted("m");
    assertThat(meters()).containsExactly("GAUGE remaining [migration=m] seconds NaN");

    listener.phaseStarted(Phase.STAGE);
    listener.progress(staged(10, 100));
    assertThat(meters()).contains("GAUGE remaining [migration=m] seconds 9.0");

    listener.phaseFinished(Phase.STAGE, Duration.ofSeconds(1));
    assertThat(meters()).contains("GAUGE remaining [migration=m] seconds NaN");

    listener.runFailed(new IllegalStateException("no"));
    assertThat(meters())
        .containsExactly(
            "COUNTER rows [migration=m, phase=stage] rows 10.0",
            "TIMER phase [migration=m, phase=stage] seconds 1.0",
            "TIMER run [migration=m, outcome=failed] seconds 1.0");
  }

  @Test
  void what_is_counted_while_an_index_is_built_is_no_row() {
    listener.runStarted("m");
    listener.phaseStarted(Phase.INDEX);
    listener.progress(new Progress(Phase.INDEX, "docs: i", 10, 100, 0, 10, Duration.ofSeconds(1)));

    assertThat(meters()).containsExactly("GAUGE remaining [migration=m] seconds 9.0");
  }

  private static Progress staged(long rows, long bytes) {
    return new Progress(Phase.STAGE, "docs", rows, 100, bytes, rows, Duration.ofSeconds(rows / 10));
  }

  private double counter(String what) {
    Counter counter = registry.get("vector.migrate." + what).counter();
    return counter.count();
  }
}
