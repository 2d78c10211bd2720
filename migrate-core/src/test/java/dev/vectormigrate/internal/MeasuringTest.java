package dev.vectormigrate.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.Measurements;
import dev.vectormigrate.Measurements.Pace;
import dev.vectormigrate.Measurements.TenantRows;
import dev.vectormigrate.Measurements.VectorColumn;
import dev.vectormigrate.Measurements.Vectors;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Phase;
import dev.vectormigrate.Progress;
import dev.vectormigrate.SourceException;
import dev.vectormigrate.Tenant;
import dev.vectormigrate.testkit.Docs;
import dev.vectormigrate.testkit.InMemoryTarget;
import dev.vectormigrate.testkit.ScriptedSource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MeasuringTest {

  private static final int ROWS = 23;

  private final InMemoryTarget target = InMemoryTarget.empty();
  private final ScriptedSource source = ScriptedSource.of(Docs.rows(ROWS));
  private final MigrationPlan plan =
      MigrationPlan.builder("m")
          .from(source)
          .into(target)
          .batchRows(2)
          .writers(1)
          .eachDataset(d -> d.tenant("user_id", Tenant.computed("odd", row -> odd(row.id()))))
          .build();

  private static String odd(String id) {
    return id.matches(".*[13579]") ? "odd" : "even";
  }

  private static Progress progress(Phase phase, long millis, long rows) {
    return new Progress(phase, "t", rows, -1, 4 * rows, rows, Duration.ofMillis(millis));
  }

  private static VectorColumn onlyColumn(MigrationReport report) {
    assertThat(report.measurements().vectors()).hasSize(1);
    return report.measurements().vectors().get(0);
  }

  @Test
  void a_run_measures_vectors_on_both_sides_tenants_and_its_pace() {
    MigrationReport report = plan.run();

    VectorColumn column = onlyColumn(report);
    Vectors vectors = column.source();
    assertThat(column.table()).isEqualTo("docs");
    assertThat(column.column()).isEqualTo("embedding");
    assertThat(column.target()).isEqualTo(vectors);
    assertThat(vectors.count()).isEqualTo(ROWS);
    assertThat(vectors.smallest()).isEqualTo(1);
    assertThat(vectors.largest()).isEqualTo(Math.sqrt(22 * 22 + 1));
    assertThat(vectors.dimensions()).isEqualTo(Map.of(3, 23L));
    assertThat(vectors.norms().stream().mapToLong(Measurements.NormRange::count).sum())
        .isEqualTo(ROWS);
    assertThat(report.measurements().tenants())
        .containsExactly(
            new TenantRows("docs", "even", 0, 12), new TenantRows("docs", "odd", 0, 11));
    assertThat(report.measurements().pace())
        .extracting(Pace::phase)
        .contains(Phase.STAGE, Phase.VERIFY)
        .isSorted();
    assertThat(report.measurements().pace()).filteredOn(p -> p.rows() == ROWS).hasSize(2);
  }

  @Test
  void after_a_resumption_the_source_side_has_the_rows_since_then() {
    source.before(
        13,
        () -> {
          throw new Exception("torn page.");
        });
    assertThatThrownBy(plan::run).isInstanceOf(SourceException.class);
    long before = target.staged("m").size();
    source.before(13, () -> {});

    VectorColumn column = onlyColumn(plan.run());

    assertThat(before).isPositive();
    assertThat(column.source().count()).isEqualTo(ROWS - before);
    assertThat(column.target().count()).isEqualTo(ROWS);
  }

  @Test
  void a_dry_run_measures_the_source_alone_and_a_verification_the_target_alone() {
    VectorColumn preview = onlyColumn(plan.dryRun());
    plan.run();
    VectorColumn verified = onlyColumn(plan.verify());

    assertThat(preview.source()).isEqualTo(verified.target());
    assertThat(preview.target()).isEqualTo(Vectors.NONE);
    assertThat(verified.source()).isEqualTo(Vectors.NONE);
    assertThat(plan.run().measurements()).isEqualTo(Measurements.NONE);
  }

  @Test
  void the_pace_keeps_to_120_points_of_a_phase_with_the_last() {
    for (int count : new int[] {1, 2, 119, 120, 121, 5_000}) {
      Measuring measuring = new Measuring();
      for (int i = 1; i <= count; i++) {
        measuring.progress(progress(Phase.STAGE, i, 10L * i));
      }

      List<Pace> pace = measuring.measurements().pace();

      assertThat(pace).hasSizeLessThanOrEqualTo(120).doesNotHaveDuplicates();
      assertThat(pace).hasSizeGreaterThanOrEqualTo(Math.min(count, 60));
      assertThat(pace.get(0)).isEqualTo(new Pace(Phase.STAGE, Duration.ofMillis(1), 10, 40));
      assertThat(pace.get(pace.size() - 1).rows()).isEqualTo(10L * count);
    }
  }

  @Test
  void another_try_begins_anew() {
    Measuring measuring = new Measuring();
    measuring.progress(progress(Phase.STAGE, 900, 1));
    measuring.read("docs", Docs.rows(2));
    measuring.progress(progress(Phase.VERIFY, 900, 1));
    measuring.readBack("docs", Docs.row(1));
    measuring.tenants("docs", Map.of("a", 1L));
    measuring.progress(progress(Phase.INDEX, 900, 0));

    measuring.beginStage();
    measuring.beginVerify();

    assertThat(measuring.measurements()).isEqualTo(Measurements.NONE);
  }

  @Test
  void the_largest_hundred_tenants_are_named_and_the_others_counted() {
    Map<String, Long> counts = new LinkedHashMap<>();
    for (long i = 0; i < 103; i++) {
      counts.put("u" + i, i + 1);
    }
    Measuring measuring = new Measuring();
    measuring.tenants("docs", counts);

    List<TenantRows> tenants = measuring.measurements().tenants();

    assertThat(tenants).hasSize(101);
    assertThat(tenants.get(0)).isEqualTo(new TenantRows("docs", "u102", 0, 103));
    assertThat(tenants.get(99)).isEqualTo(new TenantRows("docs", "u3", 0, 4));
    assertThat(tenants.get(100)).isEqualTo(new TenantRows("docs", "", 3, 6));
  }
}
