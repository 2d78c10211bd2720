package dev.vectormigrate.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.Migration;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.PlanException;
import dev.vectormigrate.RefusedException;
import dev.vectormigrate.RetryPolicy;
import dev.vectormigrate.VerificationFailedException;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.reduce.Projection;
import dev.vectormigrate.reduce.Reduction;
import dev.vectormigrate.spi.RunState;
import dev.vectormigrate.spi.TargetStore;
import dev.vectormigrate.spi.WriteMode.OnConflict;
import dev.vectormigrate.testkit.FaultyTarget;
import dev.vectormigrate.testkit.FaultyTarget.When;
import dev.vectormigrate.testkit.InMemorySource;
import dev.vectormigrate.testkit.InMemoryTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Runs that make vectors shorter. */
class ReducedRunTest {

  private static final int DIMENSION = 24;
  private static final Schema SCHEMA = Schema.vectorCollection(DIMENSION, Distance.L2);

  private final InMemoryTarget target = InMemoryTarget.empty();

  /** Vectors whose components matter less and less: what a PCA is for. */
  private static List<Row> rows(String prefix, int count) {
    Random random = new Random(prefix.hashCode());
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] vector = new float[DIMENSION];
      for (int j = 0; j < DIMENSION; j++) {
        vector[j] = (float) (random.nextGaussian() * Math.pow(0.6, j));
      }
      rows.add(Row.of(SCHEMA, prefix + i, "text " + i, null, Vector.wrap(vector)));
    }
    return rows;
  }

  private static MigrationPlan.Builder plan(TargetStore target, int count, Reduction reduction) {
    return MigrationPlan.builder("m")
        .from(InMemorySource.empty().with("docs", SCHEMA, rows("a", count)))
        .into(target)
        .batchRows(7)
        .eachDataset(d -> d.reduce(reduction));
  }

  private Projection kept() {
    return Migration.named("m", target).projection("docs", "embedding").orElseThrow();
  }

  private static List<Vector> vectors(List<Row> rows) {
    return rows.stream().map(row -> (Vector) row.value("embedding")).toList();
  }

  @Test
  void rows_go_through_the_projection_that_queries_go_through() {
    MigrationReport report = plan(target, 60, Reduction.pca(8)).build().run();

    Projection projection = kept();
    assertThat(projection.sourceDimension()).isEqualTo(DIMENSION);
    assertThat(projection.targetDimension()).isEqualTo(8);
    assertThat(vectors(target.rows("docs")))
        .containsExactlyInAnyOrderElementsOf(projection.project(vectors(rows("a", 60))));
    assertThat(report.findings())
        .contains(
            Finding.info(
                "vector.reduced",
                "Table docs: column 'embedding' gets 8 of 24 dimensions by a PCA fitted to 60 vectors, which keeps %.1f %% of their variance; version %s."
                    .formatted(100 * projection.keptShare(), projection.version())));
    assertThat(report.measurements().searches()).isNotEmpty();
  }

  @Test
  void a_kill_at_any_call_ends_with_the_rows_and_the_projection_of_an_undisturbed_run() {
    plan(target, 60, Reduction.pca(8)).build().run();
    Projection undisturbed = kept();
    List<Vector> expected = vectors(target.rows("docs"));
    FaultyTarget counting =
        FaultyTarget.killedAt(Integer.MAX_VALUE, When.BEFORE_THE_EFFECT, InMemoryTarget.empty());
    plan(counting, 60, Reduction.pca(8)).build().run();
    for (When when : When.values()) {
      for (int call = 1; call <= counting.calls(); call++) {
        InMemoryTarget killed = InMemoryTarget.empty();
        MigrationPlan dying =
            plan(FaultyTarget.killedAt(call, when, killed), 60, Reduction.pca(8)).build();
        try {
          dying.run();
        } catch (RuntimeException e) {
          assertThat(e).isNotNull();
        }

        plan(killed, 60, Reduction.pca(8)).build().run();

        assertThat(vectors(killed.rows("docs")))
            .as("killed at call %d, %s", call, when)
            .containsExactlyInAnyOrderElementsOf(expected);
        assertThat(Migration.named("m", killed).projection("docs", "embedding"))
            .contains(undisturbed);
      }
    }
  }

  @Test
  void what_was_fitted_when_the_run_began_is_used_to_its_end() {
    FaultyTarget dying = FaultyTarget.cutOffAt("write", 3, When.BEFORE_THE_EFFECT, target);
    assertThatThrownBy(
            () ->
                plan(dying, 60, Reduction.pca(8))
                    .retry(new RetryPolicy(1, Duration.ZERO, Duration.ZERO))
                    .build()
                    .run())
        .isNotNull();
    Projection first = kept();

    assertThatThrownBy(() -> plan(target, 60, Reduction.pca(9)).build().run())
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("reduced by pca(9)")
        .hasMessageContaining("reduced by pca(8)");
    plan(target, 60, Reduction.pca(8)).build().run();

    assertThat(kept()).isEqualTo(first);
  }

  @Test
  void too_few_rows_are_refused_with_what_else_could_be_done() {
    assertThatThrownBy(() -> plan(target, 6, Reduction.pca(8)).build().run())
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "[table docs] column 'embedding': PCA to 8 dimensions: 6 vectors, expected at least 9: 6 vectors span at most 5 directions."
                + " Store halfvec, which keeps all 24 dimensions and can be indexed up to 4,000; or reduce to at most 5; or, for a Matryoshka model,"
                + " truncate(8).");
    assertThat(target.tables()).isEmpty();
    assertThat(Migration.named("m", target).status().run()).isEmpty();
    assertThat(target.openResources()).isZero();
  }

  @Test
  void a_dry_run_says_that_rows_are_too_few_and_reads_on() {
    MigrationReport report = plan(target, 6, Reduction.pca(8)).build().dryRun();

    assertThat(report.outcome()).isEqualTo(Outcome.PREVIEWED);
    assertThat(report.datasets().get(0).written()).isEqualTo(6);
    assertThat(report.findings())
        .extracting(Finding::code)
        .contains("vector.reduction", "vector.unreduced");
    assertThat(report.isRefused()).isTrue();
  }

  @Test
  void a_reduction_that_loses_the_neighbours_does_not_become_live() {
    assertThatThrownBy(() -> plan(target, 200, Reduction.pca(1)).build().run())
        .isInstanceOf(VerificationFailedException.class)
        .hasMessageContaining("Nothing became live.");
    assertThat(target.tables()).isEmpty();
    assertThat(Migration.named("m", target).status().run().orElseThrow().state())
        .isEqualTo(RunState.VERIFICATION_FAILED);

    plan(target, 200, Reduction.pca(1)).minRecall(0).build().run();

    assertThat(target.rows("docs")).hasSize(200);
  }

  @Test
  void what_is_cut_has_the_length_one_and_needs_no_sample() {
    plan(target, 5, Reduction.truncate(12)).build().run();

    Projection cut = Reduction.truncate(12).projection(DIMENSION);
    assertThat(vectors(target.rows("docs")))
        .containsExactlyInAnyOrderElementsOf(cut.project(vectors(rows("a", 5))));
    assertThat(kept()).isEqualTo(cut);
  }

  @Test
  void further_vectors_go_through_the_projection_of_those_that_are_there() {
    plan(target, 60, Reduction.pca(8)).build().run();
    Projection first = kept();

    MigrationPlan.builder("more")
        .from(InMemorySource.empty().with("docs", SCHEMA, rows("b", 20)))
        .into(target)
        .eachDataset(d -> d.append(OnConflict.FAIL).reduce(Reduction.by(first)))
        .build()
        .run();

    List<Row> both = new ArrayList<>(rows("a", 60));
    both.addAll(rows("b", 20));
    assertThat(vectors(target.rows("docs")))
        .containsExactlyInAnyOrderElementsOf(first.project(vectors(both)));
    assertThat(Migration.named("more", target).projection("docs", "embedding")).contains(first);
  }

  @Test
  void a_projection_of_other_vectors_is_refused() {
    plan(target, 60, Reduction.pca(8)).build().run();
    Schema shorter = Schema.vectorCollection(12, Distance.L2);
    Row row = Row.of(shorter, "a", null, null, Vector.wrap(new float[12]));

    assertThatThrownBy(
            () ->
                MigrationPlan.builder("more")
                    .from(InMemorySource.empty().with("docs", shorter, List.of(row)))
                    .into(target)
                    .eachDataset(d -> d.reduce(Reduction.by(kept())))
                    .build()
                    .run())
        .isInstanceOf(PlanException.class)
        .hasMessage(
            "[memory docs] pca 24 to 8, version %s: vectors of 12 dimensions, expected 24. Choose the projection of these vectors."
                .formatted(kept().version()));
  }

  @Test
  void a_reduction_that_does_not_reduce_is_refused() {
    assertThatThrownBy(() -> plan(target, 60, Reduction.pca(24)).build().run())
        .isInstanceOf(PlanException.class)
        .hasMessageContaining("24");
  }

  @Test
  void datasets_of_one_table_share_a_projection() {
    MigrationPlan.builder("m")
        .from(
            InMemorySource.empty()
                .with("docs", SCHEMA, rows("a", 40))
                .with("more", SCHEMA, rows("b", 40)))
        .into(target)
        .eachDataset(d -> d.table("all").reduce(Reduction.pca(8)))
        .dataset("docs")
        .dataset("more")
        .build()
        .run();

    Projection projection =
        Migration.named("m", target).projection("all", "embedding").orElseThrow();
    List<Row> both = new ArrayList<>(rows("a", 40));
    both.addAll(rows("b", 40));
    assertThat(vectors(target.rows("all")))
        .containsExactlyInAnyOrderElementsOf(projection.project(vectors(both)));
  }

  @Test
  void halves_are_rounded_after_they_were_made_shorter() {
    plan(target, 60, Reduction.pca(8)).eachDataset(d -> d.halfVectors()).build().run();

    assertThat(vectors(target.rows("docs")))
        .containsExactlyInAnyOrderElementsOf(
            kept().project(vectors(rows("a", 60))).stream().map(Vector::toHalfPrecision).toList());
  }

  @Test
  void comparing_uses_what_the_migration_kept() {
    plan(target, 60, Reduction.pca(8)).build().run();

    assertThat(plan(target, 60, Reduction.pca(8)).build().compare().outcome())
        .isEqualTo(Outcome.SAME);
    assertThatThrownBy(
            () ->
                MigrationPlan.builder("other")
                    .from(InMemorySource.empty().with("docs", SCHEMA, rows("a", 60)))
                    .into(target)
                    .eachDataset(d -> d.reduce(Reduction.pca(8)))
                    .build()
                    .compare())
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "[migration other] projection of vectors: not kept under this name, expected that of the migration that made them shorter. Compare under its name.");
  }
}
