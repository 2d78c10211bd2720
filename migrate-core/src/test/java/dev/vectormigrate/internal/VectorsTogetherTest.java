package dev.vectormigrate.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.ColumnValue;
import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.Embedding;
import dev.vectormigrate.EmbeddingException;
import dev.vectormigrate.Migration;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.OnError;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.RetryPolicy;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.reduce.Reduction;
import dev.vectormigrate.spi.SourceStore;
import dev.vectormigrate.testkit.InMemorySource;
import dev.vectormigrate.testkit.InMemoryTarget;
import dev.vectormigrate.testkit.ScriptedSource;
import dev.vectormigrate.verify.Verifiers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Vectors that are made, made shorter and rounded in one run. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class VectorsTogetherTest {

  private static final int DIMENSION = 6;
  private static final int ROWS = 40;
  private static final Schema SCHEMA =
      new Schema(
          List.of(
              Field.required("id", FieldType.TEXT),
              Field.required("text", FieldType.TEXT),
              Field.required("metadata", FieldType.JSON),
              Field.required("other", FieldType.TEXT)),
          List.of("id"));

  private final InMemoryTarget target = InMemoryTarget.empty();
  private final ScriptedEmbedder embedder =
      new ScriptedEmbedder().dimension(DIMENSION).answering(VectorsTogetherTest::wide);

  /** Vectors in many directions, told apart by what the model says first. */
  private static List<Vector> wide(List<Vector> narrow) {
    return narrow.stream().map(VectorsTogetherTest::wide).toList();
  }

  private static Vector wide(Vector narrow) {
    float[] components = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      components[i] = (float) Math.sin(narrow.get(0) * (i + 1) + narrow.get(1)) + 0.1f;
    }
    return Vector.wrap(components);
  }

  /** Texts of different lengths; each document loses something in a jsonb. */
  private static List<Row> rows(String prefix, Function<Integer, String> other) {
    return IntStream.range(0, ROWS)
        .mapToObj(
            i ->
                Row.of(
                    SCHEMA,
                    "%s-%02d".formatted(prefix, i),
                    prefix + "x".repeat(i),
                    Json.of(Map.of("n", -0.0)),
                    other.apply(i)))
        .toList();
  }

  private MigrationPlan.Builder plan(SourceStore source, Consumer<DatasetMapping.Builder> mapping) {
    return MigrationPlan.builder("m")
        .from(source)
        .into(target)
        .eachDataset(d -> d.rename("text", "text"))
        .eachDataset(mapping)
        .minRecall(0)
        .retry(new RetryPolicy(2, Duration.ZERO, Duration.ZERO));
  }

  private static InMemorySource docs() {
    return InMemorySource.empty().with("docs", SCHEMA, rows("a", i -> "o"));
  }

  private static List<String> messages(MigrationReport report, String code) {
    return report.findings().stream()
        .filter(f -> f.code().equals(code))
        .map(Finding::message)
        .toList();
  }

  @Test
  void what_a_row_loses_is_counted_once_though_it_is_mapped_for_a_trial_before() {
    MigrationReport report =
        plan(docs(), d -> d.reembed(Embedding.with(embedder))).writers(1).build().run();

    assertThat(messages(report, "mapping.lossy"))
        .containsExactly(
            "Dataset 'docs' arrives changed: 40 × JSON with -0.0, which jsonb keeps as 0.0 ('a-00', 'a-01', 'a-02').");
  }

  @Test
  void what_a_row_loses_is_counted_once_though_it_is_read_for_a_sample_before() {
    Consumer<DatasetMapping.Builder> all =
        d ->
            d.reembed(Embedding.with(embedder))
                .reduce(Reduction.pca(3))
                .halfVectors()
                .drop("other");

    MigrationReport report = plan(docs(), all).writers(1).build().run();

    assertThat(messages(report, "mapping.lossy"))
        .hasSize(1)
        .first()
        .asString()
        .startsWith(
            "Dataset 'docs' arrives changed: 40 × JSON with -0.0, which jsonb keeps as 0.0 ('a-00', 'a-01', 'a-02'); 40 × vector rounded to half precision, by at most ");
    assertThat(target.rows("docs")).hasSize(ROWS);
  }

  @Test
  void values_without_a_column_are_counted_once() {
    MigrationReport report =
        plan(
                docs(),
                d ->
                    d.reembed(Embedding.with(embedder))
                        .reduce(Reduction.pca(3))
                        .column("id", ColumnValue.field("id").required())
                        .column("embedding", ColumnValue.field("embedding").required())
                        .onlyColumns()
                        .ignore("text")
                        .ignore("metadata"))
            .build()
            .run();

    assertThat(messages(report, "mapping.unmapped"))
        .hasSize(1)
        .first()
        .asString()
        .contains("other (40 rows)");
  }

  @Test
  void what_is_spent_for_a_sample_is_reported() {
    MigrationReport report =
        plan(docs(), d -> d.reembed(Embedding.with(embedder)).reduce(Reduction.pca(3)))
            .build()
            .run();

    assertThat(embedder.embedded()).hasSize(ROWS);
    assertThat(messages(report, "embedding.made"))
        .containsExactly(
            "dataset 'docs': 40 rows waited for vectors of lengths: 40 texts embedded with 40 tokens in 10 requests, 0 known from before.",
            "dataset 'docs': 40 rows waited for vectors of lengths: 0 texts embedded with 0 tokens in 0 requests, 40 known from before.");
  }

  @Test
  void a_budget_is_that_of_the_run_whatever_the_vectors_are_made_for() {
    InMemorySource two = docs().with("more", SCHEMA, rows("b", i -> "o"));
    Embedding how = Embedding.with(embedder).tokenBudget(50);

    assertThatThrownBy(() -> plan(two, d -> d.reembed(how).reduce(Reduction.pca(3))).build().run())
        .isInstanceOf(EmbeddingException.class)
        .hasMessageContaining(" of 50 tokens are spent");
    assertThat(embedder.embedded()).hasSizeLessThanOrEqualTo(50);

    MigrationReport report = plan(two, d -> d.reembed(how).reduce(Reduction.pca(3))).build().run();

    assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(embedder.embedded()).hasSize(2 * ROWS).doesNotHaveDuplicates();
  }

  @Test
  void a_budget_counts_what_was_spent_before_a_dataset_was_left_out_or_fitted() {
    InMemorySource two = docs().with("more", SCHEMA, rows("b", i -> "o"));
    Embedding how = Embedding.with(embedder).tokenBudget(50);

    assertThatThrownBy(
            () ->
                plan(two, d -> d.reembed(how))
                    .dataset("docs", d -> d.reduce(Reduction.pca(3)))
                    .dataset("more")
                    .build()
                    .run())
        .isInstanceOf(EmbeddingException.class)
        .hasMessageContaining(" of 50 tokens are spent");
    assertThat(embedder.embedded()).hasSizeLessThanOrEqualTo(50);
  }

  @Test
  void waiting_rows_are_as_large_as_what_they_hold() {
    AtomicInteger calls = new AtomicInteger(-1);
    ScriptedSource source =
        ScriptedSource.of(rows("a", i -> "o".repeat(100_000)))
            .before(30, () -> calls.compareAndSet(-1, embedder.calls()));

    plan(source, d -> d.reembed(Embedding.with(embedder)).reduce(Reduction.pca(3)).drop("other"))
        .batchBytes(500_000)
        .build()
        .run();

    assertThat(calls.get()).isPositive();
  }

  @Test
  void a_search_without_the_source_is_not_made_where_queries_would_have_to_be_made_shorter() {
    MigrationPlan plan =
        plan(docs(), d -> d.reembed(Embedding.with(embedder)).reduce(Reduction.pca(3)))
            .verify(Verifiers.queryOverlap().queries(List.of(wide(ScriptedEmbedder.vector("axx")))))
            .build();
    plan.run();

    MigrationReport report = plan.verify();

    assertThat(report.outcome()).isEqualTo(Outcome.VERIFIED);
    assertThat(messages(report, "query_overlap.not_checked")).hasSize(1);
  }

  @Test
  void what_a_conversion_rounds_is_counted_as_well() {
    Schema schema = Schema.vectorCollection(2, null);
    List<Row> vectors =
        List.of(
            Row.of(schema, "whole", "text", null, Vector.of(1, 2)),
            Row.of(schema, "fine", "text", null, Vector.of(1.0001f, 2)));

    MigrationReport report =
        MigrationPlan.builder("m")
            .from(InMemorySource.empty().with("docs", schema, vectors))
            .into(target)
            .eachDataset(d -> d.convert("embedding", FieldType.halfVector(2, null)))
            .build()
            .run();

    assertThat(messages(report, "mapping.lossy"))
        .containsExactly(
            "Dataset 'docs' arrives changed: 1 × vector rounded to half precision, by at most 4.5e-05 of its length ('fine').");
  }

  private MigrationReport together(SourceStore... sources) {
    MigrationPlan.Builder plan =
        MigrationPlan.builder("m")
            .into(target)
            .onError(OnError.CONTINUE)
            .eachDataset(
                d ->
                    d.table("all")
                        .reembed(Embedding.with(embedder))
                        .reduce(Reduction.pca(3))
                        .halfVectors())
            .minRecall(0)
            .retry(new RetryPolicy(1, Duration.ZERO, Duration.ZERO));
    for (SourceStore source : sources) {
      plan.from(source);
    }
    return plan.build().run();
  }

  private String version() {
    return Migration.named("m", target).projection("all", "embedding").orElseThrow().version();
  }

  private static InMemorySource good() {
    return InMemorySource.empty().with("good", SCHEMA, rows("g", i -> "o"));
  }

  /** Readings are counted, since the rows are read for the sample, to be staged, and so on. */
  private void checkLeftOut(int readings) {
    together(good());
    String alone = version();
    List<Row> expected = target.rows("all");
    Migration.named("m", target).rollback();
    Migration.named("m", target).discard();
    AtomicInteger left = new AtomicInteger(readings);
    ScriptedSource damaged =
        ScriptedSource.of(rows("a", i -> "o"))
            .before(
                39,
                () -> {
                  if (left.getAndDecrement() <= 0) {
                    throw new IllegalStateException("torn.");
                  }
                });

    MigrationReport report = together(good(), damaged);

    assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(report.leftOut()).hasSize(1);
    assertThat(version()).isEqualTo(alone);
    assertThat(target.rows("all")).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(damaged.openResources()).isZero();
    assertThat(target.openResources()).isZero();
  }

  @Test
  void what_is_left_out_when_it_is_sampled_has_no_part_in_the_projection() {
    checkLeftOut(0);
  }

  @Test
  void what_is_left_out_when_it_is_staged_has_no_part_in_the_projection() {
    checkLeftOut(1);
  }
}
