package dev.vectormigrate.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.Phase;
import dev.vectormigrate.PlanException;
import dev.vectormigrate.VerificationFailedException;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.model.VectorIndex;
import dev.vectormigrate.model.VectorIndex.Precision;
import dev.vectormigrate.spi.Embedder;
import dev.vectormigrate.spi.SampledVector;
import dev.vectormigrate.spi.SearchQuality;
import dev.vectormigrate.spi.SearchResult.Hit;
import dev.vectormigrate.spi.SearchResult.IndexUse;
import dev.vectormigrate.spi.VectorSearch.Access;
import dev.vectormigrate.spi.Verifier;
import dev.vectormigrate.testkit.InMemorySource;
import dev.vectormigrate.testkit.InMemoryTarget;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Searches in a target in memory, which is exact: what is not found was lost on the way. */
class QueryOverlapTest {

  private final InMemoryTarget target = InMemoryTarget.empty();
  private UnaryOperator<List<Row>> corruption = rows -> rows;

  private static List<Row> rows(Schema schema, int count, IntFunction<Vector> vectors) {
    return IntStream.range(0, count)
        .mapToObj(i -> Row.of(schema, "id-" + i, null, null, vectors.apply(i)))
        .toList();
  }

  private static IntFunction<Vector> random(int dimension) {
    return i -> {
      Random random = new Random(i);
      float[] components = new float[dimension];
      for (int c = 0; c < dimension; c++) {
        components[c] = (float) random.nextGaussian();
      }
      return Vector.wrap(components);
    };
  }

  /** Rounded to half precision, all of them are the same. */
  private static Vector alike(int i) {
    return Vector.of(1 + i * 1e-6f, 1, 1 - i * 1e-6f);
  }

  private MigrationPlan plan(
      Schema schema, List<Row> rows, Consumer<MigrationPlan.Builder> more, Verifier... checks) {
    MigrationPlan.Builder plan =
        MigrationPlan.builder("m")
            .from(InMemorySource.empty().with("docs", schema, rows))
            .into(target)
            .verify(checks)
            .listener(
                new MigrationListener() {
                  @Override
                  public void phaseStarted(Phase phase) {
                    if (phase == Phase.VERIFY) {
                      target.corrupt("m", 0, corruption.apply(target.staged("m")));
                    }
                  }
                });
    more.accept(plan);
    return plan.build();
  }

  private static Consumer<MigrationPlan.Builder> mapped(Consumer<DatasetMapping.Builder> mapping) {
    return plan -> plan.eachDataset(mapping);
  }

  private MigrationReport run(Schema schema, List<Row> rows, Verifier... checks) {
    return plan(schema, rows, plan -> {}, checks).run();
  }

  private static MigrationReport failed(MigrationPlan plan) {
    VerificationFailedException failure =
        catchThrowableOfType(VerificationFailedException.class, plan::run);
    assertThat(failure).as("verification fails").isNotNull();
    return failure.report();
  }

  private static List<SearchQuality> searches(MigrationReport report) {
    return report.measurements().searches();
  }

  @Test
  void everything_is_found_for_each_distance() {
    for (Distance distance : Distance.values()) {
      InMemoryTarget fresh = InMemoryTarget.empty();
      Schema schema = Schema.vectorCollection(19, distance);
      MigrationReport report =
          MigrationPlan.builder("m")
              .from(InMemorySource.empty().with("docs", schema, rows(schema, 150, random(19))))
              .into(fresh)
              .verify(Verifiers.queryOverlap())
              .build()
              .run();

      assertThat(report.findings()).as(distance.name()).isEmpty();
      assertThat(searches(report)).hasSize(2);
      assertThat(searches(report))
          .extracting(SearchQuality::access)
          .containsExactly(Access.EXACT, Access.INDEX);
      for (SearchQuality search : searches(report)) {
        assertThat(search.found()).hasSize(100).containsOnly(1.0);
        assertThat(search.queries()).isEqualTo(100);
        assertThat(search.form()).isEqualTo("vector");
      }
    }
  }

  @Test
  void the_report_says_what_was_measured_and_where_there_was_nothing_to_measure() {
    Schema vectors = Schema.vectorCollection(8, Distance.L2);
    Schema texts = new Schema(List.of(Field.required(Schema.ID, FieldType.TEXT)), List.of("id"));
    MigrationReport report =
        MigrationPlan.builder("m")
            .from(
                InMemorySource.empty()
                    .with("docs", vectors, rows(vectors, 150, random(8)))
                    .with("texts", texts, List.of(Row.of(texts, "a"))))
            .into(target)
            .verify(
                Verifiers.queryOverlap().k(5),
                Verifiers.latency().queries(20),
                Verifiers.recallGate(0.5))
            .build()
            .run();

    assertThat(report.checks())
        .extracting(
            check ->
                "%s %s %s: %s"
                    .formatted(
                        check.table(),
                        check.check(),
                        check.verdict(),
                        check.figures().replaceAll("\\d+\\.\\d ms", "TIME")))
        .containsExactly(
            "docs query_overlap PASSED: embedding (vector, exact): 100 queries, 5 nearest, 1.000 found on average, 1.000 at worst; embedding (vector, index): 100 queries, 5 nearest, 1.000 found on average, 1.000 at worst",
            "docs latency PASSED: embedding (vector, index): 20 queries, 10 nearest, median TIME, 95 % within TIME",
            "docs recall_gate NOTHING_TO_CHECK: no vectors that lost something",
            "texts query_overlap NOTHING_TO_CHECK: no dense vectors",
            "texts latency NOTHING_TO_CHECK: no dense vectors",
            "texts recall_gate NOTHING_TO_CHECK: no vectors that lost something");
  }

  @Test
  void rows_ranked_by_another_distance_are_not_the_nearest() {
    Schema schema = Schema.vectorCollection(8, Distance.L2);
    List<Row> rows = rows(schema, 200, i -> scaled(random(8).apply(i), 1 + i * 37 % 100));
    List<SampledVector> queries =
        rows.stream().map(row -> new SampledVector(row.id(), vector(row))).limit(50).toList();
    GroundTruth truth = new GroundTruth(Distance.L2, queries, 10);
    List<List<Hit>> byCosine = new ArrayList<>();
    for (int i = 0; i < queries.size(); i++) {
      byCosine.add(nearest(rows, queries.get(i), Distance.COSINE));
      truth.announce(i, byCosine.get(i));
    }
    rows.forEach(row -> truth.add(row.id(), vector(row)));

    double found =
        IntStream.range(0, 50)
            .mapToDouble(i -> truth.found(i, byCosine.get(i)))
            .average()
            .orElse(2);
    assertThat(found).isBetween(0.01, 0.6);
  }

  private static Vector vector(Row row) {
    return (Vector) row.value(Schema.EMBEDDING);
  }

  private static List<Hit> nearest(List<Row> rows, SampledVector query, Distance distance) {
    return rows.stream()
        .filter(row -> !row.id().equals(query.id()))
        .map(row -> new Hit(row.id(), distance.between(query.vector(), vector(row))))
        .sorted(Comparator.comparingDouble(Hit::distance))
        .limit(10)
        .toList();
  }

  private static Vector scaled(Vector vector, float by) {
    float[] components = vector.toArray();
    for (int i = 0; i < components.length; i++) {
      components[i] *= by;
    }
    return Vector.wrap(components);
  }

  @Test
  void fewer_rows_than_asked_for_are_all_expected() {
    Schema schema = Schema.vectorCollection(3, Distance.L2);

    MigrationReport report = run(schema, rows(schema, 4, random(3)), Verifiers.queryOverlap());

    assertThat(report.findings()).isEmpty();
    assertThat(searches(report).get(0).found()).containsExactly(1.0, 1.0, 1.0, 1.0);
  }

  @Test
  void one_row_and_none_have_no_neighbour() {
    Schema schema = Schema.vectorCollection(3, Distance.L2);
    for (int count : List.of(0, 1)) {
      MigrationReport report =
          MigrationPlan.builder("m" + count)
              .from(
                  InMemorySource.empty()
                      .with("docs" + count, schema, rows(schema, count, random(3))))
              .into(target)
              .verify(Verifiers.queryOverlap())
              .build()
              .run();

      assertThat(report.findings())
          .containsExactly(
              Finding.info(
                  "query_overlap.nothing",
                  "table docs%d, column 'embedding': fewer than two vectors that can be compared, so nothing to search for."
                      .formatted(count)));
      assertThat(searches(report)).isEmpty();
    }
  }

  @Test
  void rows_at_the_same_distance_are_equally_near() {
    Schema schema = Schema.vectorCollection(2, Distance.L2);
    List<Row> rows = rows(schema, 100, i -> i < 5 ? Vector.of(i, 0) : Vector.of(7, 7));

    MigrationReport report = run(schema, rows, Verifiers.queryOverlap().k(3));

    assertThat(searches(report)).allSatisfy(s -> assertThat(s.mean()).isEqualTo(1));
  }

  @Test
  void vectors_without_a_direction_are_left_out_and_counted() {
    Schema schema = Schema.vectorCollection(3, Distance.COSINE);
    List<Row> rows = rows(schema, 20, i -> i % 4 == 0 ? Vector.of(0, 0, 0) : random(3).apply(i));

    MigrationReport report = run(schema, rows, Verifiers.queryOverlap());

    assertThat(report.findings())
        .containsExactly(
            Finding.info(
                "query_overlap.skipped",
                "table docs, column 'embedding': 5 of 20 queries have no direction, or a component that is no number, and were left out."));
    assertThat(searches(report).get(0).found()).hasSize(15).containsOnly(1.0);
  }

  @Test
  void rows_without_vector_are_no_queries_and_no_hits() {
    Schema schema = Schema.vectorCollection(3, Distance.L2);
    List<Row> rows = rows(schema, 20, i -> i % 2 == 0 ? null : random(3).apply(i));

    MigrationReport report = run(schema, rows, Verifiers.queryOverlap());

    assertThat(searches(report).get(0).found()).hasSize(10).containsOnly(1.0);
  }

  @Test
  void what_half_precision_takes_for_equal_is_not_found_and_nothing_becomes_live() {
    Schema schema = Schema.vectorCollection(3, Distance.L2);
    MigrationPlan plan =
        plan(
            schema,
            rows(schema, 200, QueryOverlapTest::alike),
            mapped(d -> d.halfVectors().index(VectorIndex.none())));

    MigrationReport report = failed(plan);

    SearchQuality measured = searches(report).get(0);
    assertThat(searches(report)).hasSize(1);
    assertThat(measured.form()).isEqualTo("halfvec");
    assertThat(measured.mean()).isLessThan(0.3);
    assertThat(judged(report))
        .containsExactly(
            Finding.error(
                "recall_gate.low",
                "table docs, column 'embedding' (halfvec): exact searches find %.3f of the 10 nearest rows of the source, expected 0.800. Keep more of the vectors, or compare the distance with the source's."
                    .formatted(measured.mean())));
    assertThat(report.checked())
        .containsExactly("counts", "digest", "tenants", "samples", "schema", "recall_gate");
    assertThat(target.tables()).isEmpty();
    assertThat(plan.status().state()).isEqualTo("verification_failed");
  }

  @Test
  void a_lower_gate_lets_it_pass_and_still_tells() {
    Schema schema = Schema.vectorCollection(3, Distance.L2);
    List<Row> rows = rows(schema, 200, QueryOverlapTest::alike);

    MigrationReport report =
        plan(schema, rows, plan -> plan.eachDataset(d -> d.halfVectors()).minRecall(0)).run();

    assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(judged(report)).isEmpty();
    assertThat(searches(report)).allSatisfy(s -> assertThat(s.mean()).isLessThan(0.3));
  }

  @Test
  void rounding_that_costs_nothing_passes_the_gate() {
    Schema schema = Schema.vectorCollection(64, Distance.COSINE);

    MigrationReport report =
        plan(schema, rows(schema, 300, random(64)), mapped(d -> d.halfVectors())).run();

    assertThat(judged(report)).isEmpty();
    assertThat(searches(report)).allSatisfy(s -> assertThat(s.mean()).isGreaterThan(0.98));
    assertThat(report.notChecked())
        .containsExactly(
            "Searches that also filter, such as by tenant, were not made: an index may find fewer of the nearest rows then.",
            "Rows that the source holds but does not return were not looked for.");
  }

  @Test
  void there_is_no_gate_where_nothing_is_lost() {
    Schema schema = Schema.vectorCollection(3, Distance.L2);

    MigrationReport report = run(schema, rows(schema, 20, random(3)));

    assertThat(report.checked())
        .containsExactly("counts", "digest", "tenants", "samples", "schema");
    assertThat(searches(report)).isEmpty();
  }

  @Test
  void an_index_of_bits_passes_the_gate_as_the_vectors_rank_again() {
    Schema schema = Schema.vectorCollection(128, Distance.COSINE);
    List<Row> rows = rows(schema, 400, random(128));

    MigrationReport report =
        plan(schema, rows, mapped(d -> d.index(VectorIndex.hnsw().over(Precision.BIT)))).run();

    assertThat(report.findings()).isEmpty();
    assertThat(searches(report))
        .extracting(SearchQuality::form)
        .containsExactly("vector", "bit, 100 ranked again, effort 100");
    assertThat(searches(report).get(1).index()).isEqualTo(IndexUse.USED);
    assertThat(searches(report).get(1).mean()).isBetween(0.8, 1.0);
  }

  @Test
  void bits_that_tell_nothing_are_refused() {
    Schema schema = Schema.vectorCollection(3, Distance.L2);
    List<Row> rows =
        rows(schema, 400, i -> Vector.of(1 + (i * 7 % 400), 1 + (i * 11 % 400), 1 + i));

    MigrationReport report =
        failed(plan(schema, rows, mapped(d -> d.index(VectorIndex.hnsw().over(Precision.BIT)))));

    assertThat(report.findings()).extracting(Finding::code).containsExactly("recall_gate.low");
    assertThat(report.findings().get(0).message())
        .startsWith(
            "table docs, column 'embedding' (bit, 100 ranked again, effort 100): indexed searches find ");
    assertThat(target.tables()).isEmpty();
  }

  @Test
  void vectors_that_moved_to_other_rows_are_not_found() {
    Schema schema = Schema.vectorCollection(16, Distance.COSINE);
    corruption =
        staged -> {
          List<Row> changed = new ArrayList<>();
          for (int i = 0; i < staged.size(); i++) {
            Row other = staged.get((i + 1) % staged.size());
            changed.add(Row.of(schema, staged.get(i).value(0), null, null, other.value(3)));
          }
          return changed;
        };
    // The truth of a column that lost nothing is what was read back: the digest proves it. Of one
    // that was rounded it is the source.
    MigrationReport report =
        failed(plan(schema, rows(schema, 200, random(16)), mapped(d -> d.halfVectors())));

    assertThat(report.findings())
        .extracting(Finding::code)
        .contains("digest.mismatch", "recall_gate.low");
  }

  @Test
  void without_the_source_what_was_rounded_is_said_to_be_unchecked() {
    Schema schema = Schema.vectorCollection(16, Distance.COSINE);
    MigrationPlan plan =
        plan(
            schema,
            rows(schema, 50, random(16)),
            mapped(d -> d.halfVectors()),
            Verifiers.queryOverlap());
    plan.run();

    MigrationReport later = plan.verify();

    assertThat(later.findings())
        .containsExactly(
            Finding.warning(
                "query_overlap.not_checked",
                "table docs, column 'embedding': not checked, as the source's own vectors are not at hand."));
    assertThat(searches(later)).isEmpty();
  }

  @Test
  void a_live_table_that_lost_nothing_is_checked_without_the_source() {
    Schema schema = Schema.vectorCollection(16, Distance.COSINE);
    MigrationPlan plan =
        plan(schema, rows(schema, 50, random(16)), any -> {}, Verifiers.queryOverlap());
    plan.run();

    assertThat(searches(plan.verify()))
        .hasSize(2)
        .allSatisfy(s -> assertThat(s.mean()).isEqualTo(1));
  }

  @Test
  void texts_are_searched_for_through_an_embedder() {
    Schema schema = Schema.vectorCollection(3, Distance.L2);
    Embedder embedder =
        new Embedder() {
          @Override
          public String modelId() {
            return "lengths";
          }

          @Override
          public int dimension() {
            return 3;
          }

          @Override
          public int maxBatch() {
            return 2;
          }

          @Override
          public List<Vector> embed(List<String> texts) {
            return texts.stream().map(text -> Vector.of(text.length(), 0, 0)).toList();
          }
        };

    MigrationReport report =
        run(
            schema,
            rows(schema, 30, i -> Vector.of(i, 0, 1)),
            Verifiers.queryOverlap().queries(List.of("a", "bb", "ccc"), embedder).k(5));

    assertThat(searches(report).get(0).found()).containsExactly(1.0, 1.0, 1.0);
    assertThat(searches(report).get(0).k()).isEqualTo(5);
  }

  @Test
  void rows_without_a_key_are_said_to_be_unchecked() {
    Schema keyed = Schema.vectorCollection(3, Distance.L2);
    Schema keyless = new Schema(keyed.fields(), List.of());

    MigrationReport report = run(keyless, rows(keyless, 5, random(3)), Verifiers.queryOverlap());

    assertThat(report.findings())
        .containsExactly(
            Finding.warning(
                "query_overlap.not_checked",
                "table docs, column 'embedding': not checked, as its rows have no key."));
  }

  @Test
  void other_forms_of_the_vectors_are_measured_beside_each_other() {
    Schema schema = Schema.vectorCollection(64, Distance.COSINE);

    MigrationReport report =
        run(schema, rows(schema, 400, random(64)), Verifiers.representations());

    assertThat(report.findings()).isEmpty();
    assertThat(searches(report))
        .extracting(SearchQuality::form)
        .containsExactly("vector", "halfvec", "bit, 100 ranked again", "vector");
    assertThat(searches(report).get(0).mean()).isEqualTo(1);
    assertThat(searches(report).get(2).mean()).isBetween(0.5, 1.0);
  }

  @Test
  void thresholds_that_make_no_sense_are_refused() {
    assertThatThrownBy(() -> Verifiers.queryOverlap().atLeast(1.1))
        .hasMessage("least: 1.1, expected 0 to 1");
    assertThatThrownBy(() -> Verifiers.queryOverlap().k(0))
        .hasMessage("k: 0, expected 1 to 10,000");
    assertThatThrownBy(() -> MigrationPlan.builder("m").minRecall(Double.NaN))
        .isInstanceOf(PlanException.class)
        .hasMessage("[plan m] minRecall: NaN, expected 0 to 1. Pass a part.");
  }

  /** What was found, but for how much rounding took. */
  private static List<Finding> judged(MigrationReport report) {
    return report.findings().stream().filter(f -> !f.code().equals("mapping.lossy")).toList();
  }
}
