package dev.vectormigrate.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.Phase;
import dev.vectormigrate.RefusedException;
import dev.vectormigrate.RetryPolicy;
import dev.vectormigrate.VerificationFailedException;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.spi.SearchQuality;
import dev.vectormigrate.spi.TransientException;
import dev.vectormigrate.testkit.InMemoryTarget;
import dev.vectormigrate.testkit.ScriptedSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The source is read once more for the gate: the same rows, or none of them. */
class RecallGateTest {

  private static final Schema SCHEMA = Schema.vectorCollection(2, Distance.L2);

  private final InMemoryTarget target = InMemoryTarget.empty();
  private final AtomicBoolean verifying = new AtomicBoolean();

  private static List<Row> rows(int count, float step) {
    return IntStream.range(0, count)
        .mapToObj(i -> Row.of(SCHEMA, "id-" + i, "text", null, Vector.of(1 + i * step, 1)))
        .toList();
  }

  private MigrationPlan.Builder plan(ScriptedSource source) {
    return MigrationPlan.builder("m")
        .from(source)
        .into(target)
        .maxRejects(1)
        .retry(new RetryPolicy(3, Duration.ZERO, Duration.ZERO))
        .eachDataset(d -> d.halfVectors())
        .listener(
            new MigrationListener() {
              @Override
              public void phaseStarted(Phase phase) {
                verifying.set(phase == Phase.VERIFY);
              }
            });
  }

  private static SearchQuality exact(MigrationReport report) {
    return report.measurements().searches().get(0);
  }

  @Test
  void rows_that_were_refused_are_not_expected_to_be_found() {
    MigrationReport report =
        plan(ScriptedSource.of(rows(12, 0.5f)).refusing(3, "torn")).build().run();

    assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(exact(report).found()).hasSize(11).containsOnly(1.0);
  }

  @Test
  void rows_that_were_left_out_are_not_expected_to_be_found() {
    MigrationReport report =
        plan(ScriptedSource.of(rows(12, 0.5f)))
            .eachDataset(d -> d.onlyRows("id", "id-1", "id-2", "id-5"))
            .build()
            .run();

    assertThat(exact(report).found()).containsExactly(1.0, 1.0, 1.0);
  }

  @Test
  void a_source_that_fails_for_a_moment_is_read_on_from_there() {
    AtomicInteger left = new AtomicInteger(2);
    ScriptedSource source =
        ScriptedSource.of(rows(12, 0.5f))
            .before(
                7,
                () -> {
                  if (verifying.get() && left.getAndDecrement() > 0) {
                    throw new TransientException("busy", new IllegalStateException("busy"));
                  }
                });

    MigrationReport report = plan(source).build().run();

    assertThat(exact(report).found()).hasSize(12).containsOnly(1.0);
    assertThat(left.get()).isNegative();
  }

  @Test
  void a_source_that_changed_meanwhile_is_no_truth() {
    ScriptedSource source = ScriptedSource.of(rows(12, 0.5f));
    source.beforeInspection(
        () -> {
          if (verifying.get()) {
            source.fingerprint("other");
          }
        });

    assertThatThrownBy(() -> plan(source).build().run())
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("changed since the run began: other, expected ");
    assertThat(target.tables()).isEmpty();
  }

  @Test
  void nothing_stays_open() {
    plan(ScriptedSource.of(rows(12, 0.5f))).build().run();

    assertThat(target.openResources()).isZero();
  }

  @Test
  void what_failed_passes_with_a_lower_threshold_and_without_being_staged_anew() {
    ScriptedSource source = ScriptedSource.of(rows(100, 1e-6f));
    assertThatThrownBy(() -> plan(source).build().run())
        .isInstanceOf(VerificationFailedException.class);

    MigrationReport report = plan(source).minRecall(0.01).build().run();

    assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(exact(report).mean()).isBetween(0.01, 0.79);
    assertThat(target.rows("docs")).hasSize(100);
  }
}
