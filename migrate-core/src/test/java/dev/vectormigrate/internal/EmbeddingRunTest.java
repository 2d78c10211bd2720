package dev.vectormigrate.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.vectormigrate.ColumnValue;
import dev.vectormigrate.Comparison;
import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.Embedding;
import dev.vectormigrate.Embedding.LongText;
import dev.vectormigrate.Embedding.MissingText;
import dev.vectormigrate.EmbeddingException;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.MigrationReport.RejectReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.PlanException;
import dev.vectormigrate.RefusedException;
import dev.vectormigrate.RetryPolicy;
import dev.vectormigrate.RunInterruptedException;
import dev.vectormigrate.SourceException;
import dev.vectormigrate.layout.Layouts;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.spi.TransientException;
import dev.vectormigrate.spi.VectorOrigin;
import dev.vectormigrate.testkit.InMemorySource;
import dev.vectormigrate.testkit.InMemoryTarget;
import dev.vectormigrate.testkit.ScriptedSource;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a plan with a model does, from end to end and in memory. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EmbeddingRunTest {

  private static final Schema WITHOUT =
      new Schema(
          List.of(Field.required("id", FieldType.TEXT), Field.optional("text", FieldType.TEXT)),
          List.of("id"));
  private static final Schema WITH =
      new Schema(
          List.of(
              Field.required("id", FieldType.TEXT),
              Field.optional("text", FieldType.TEXT),
              Field.optional("embedding", FieldType.vector(3, Distance.COSINE))),
          List.of("id"));
  private static final RetryPolicy THREE_TRIES = new RetryPolicy(3, Duration.ZERO, Duration.ZERO);

  private final InMemoryTarget target = InMemoryTarget.empty();
  private final ScriptedEmbedder embedder = new ScriptedEmbedder();
  private int maxRejects;

  @AfterEach
  void nothing_is_left_open() {
    assertThat(target.openResources()).isZero();
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("vector-migrate-"));
  }

  private static List<Row> texts(int count, Function<Integer, @Nullable String> text) {
    return IntStream.range(0, count)
        .mapToObj(i -> Row.of(WITHOUT, "id-%04d".formatted(i), text.apply(i)))
        .toList();
  }

  private static Row with(String id, @Nullable String text, @Nullable Vector vector) {
    return Row.of(WITH, id, text, vector);
  }

  private static InMemorySource docs(List<Row> rows) {
    return InMemorySource.empty().with("docs", rows.get(0).schema(), rows);
  }

  private MigrationPlan.Builder plan(
      InMemorySource source, Consumer<DatasetMapping.Builder> mapping) {
    return MigrationPlan.builder("m")
        .from(source)
        .into(target)
        .eachDataset(d -> d.rename("text", "text"))
        .eachDataset(mapping)
        .maxRejects(maxRejects)
        .retry(THREE_TRIES);
  }

  private Embedding embedding() {
    return Embedding.with(embedder);
  }

  private MigrationPlan plan(List<Row> rows, Embedding how) {
    return plan(docs(rows), d -> d.reembed(how)).build();
  }

  private Map<String, Object> live() {
    Map<String, Object> vectors = new TreeMap<>();
    for (Row row : target.rows("docs")) {
      Object vector = row.value("embedding");
      vectors.put(row.id(), vector == null ? "none" : vector);
    }
    return vectors;
  }

  private static List<String> messages(MigrationReport report, String code) {
    return report.findings().stream()
        .filter(f -> f.code().equals(code))
        .map(Finding::message)
        .toList();
  }

  @Test
  void a_dataset_without_vectors_gets_a_column_of_them() {
    List<Row> rows = texts(20, i -> "text " + i);

    MigrationReport report = plan(rows, embedding()).run();

    assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(target.rows("docs").get(0).schema())
        .isEqualTo(
            new Schema(
                List.of(
                    Field.required("id", FieldType.TEXT),
                    Field.optional("text", FieldType.TEXT),
                    Field.required("embedding", FieldType.vector(3, null))),
                List.of("id")));
    assertThat(target.rows("docs"))
        .extracting(row -> List.of(row.id(), row.value("text"), row.value("embedding")))
        .containsExactlyInAnyOrderElementsOf(
            rows.stream()
                .map(r -> List.of(r.id(), r.value("text"), vector((String) r.value("text"))))
                .toList());
    assertThat(messages(report, "embedding.made"))
        .hasSize(1)
        .first()
        .asString()
        .startsWith(
            "dataset 'docs': 20 rows waited for vectors of lengths: 20 texts embedded with 40 tokens in ")
        .endsWith(" requests, 0 known from before.");
  }

  private static Vector vector(String text) {
    return ScriptedEmbedder.vector(text);
  }

  @Test
  void all_vectors_are_made_anew_with_another_dimension() {
    List<Row> rows =
        List.of(with("a", "one", Vector.of(9, 9, 9)), with("b", "three", Vector.of(8, 8, 8)));
    embedder.dimension(2).answering(all -> all.stream().map(v -> Vector.of(v.get(0), 7)).toList());
    MigrationPlan plan = plan(rows, embedding());

    plan.run();

    assertThat(live()).isEqualTo(Map.of("a", Vector.of(3, 7), "b", Vector.of(5, 7)));
    assertThat(target.rows("docs").get(0).schema().field(2))
        .isEqualTo(Field.required("embedding", FieldType.vector(2, Distance.COSINE)));
    assertThat(plan.inspect().get(0).table().origins())
        .containsExactly(new VectorOrigin("embedding", "lengths", ""));
  }

  @Test
  void missing_vectors_are_made_and_the_others_kept() {
    List<Row> rows =
        List.of(
            with("a", "one", Vector.of(9, 9, 9)),
            with("b", "three", null),
            with("c", null, Vector.of(1, 1, 1)));

    plan(docs(rows), d -> d.embedMissing(embedding())).build().run();

    assertThat(live())
        .isEqualTo(Map.of("a", Vector.of(9, 9, 9), "b", vector("three"), "c", Vector.of(1, 1, 1)));
    assertThat(embedder.embedded()).containsExactly("three");
  }

  @Test
  void what_a_mapping_makes_of_the_field_holds_the_made_vector_everywhere() {
    List<Row> rows = List.of(with("a", "one", Vector.of(9, 9, 9)));

    plan(
            docs(rows),
            d ->
                d.reembed(embedding())
                    .column("json", ColumnValue.field("embedding").jsonText())
                    .column("embedding", ColumnValue.field("embedding").required())
                    .halfVectors())
        .build()
        .run();

    Row row = target.rows("docs").get(0);
    assertThat(row.value("json")).isEqualTo("[3.0,111.0,1.0]");
    assertThat(row.value("embedding")).isEqualTo(vector("one"));
    assertThat(row.schema().field(row.schema().indexOf("embedding")).type())
        .isEqualTo(FieldType.halfVector(3, Distance.COSINE));
  }

  /** A layout asks for a field of vectors, which the dataset does not have before. */
  @Test
  void a_layout_takes_vectors_that_are_made() {
    Schema schema =
        new Schema(
            List.of(
                Field.required("id", FieldType.TEXT),
                Field.optional("text", FieldType.TEXT),
                Field.optional("metadata", FieldType.JSON)),
            List.of("id"));
    List<Row> rows = List.of(Row.of(schema, "a", "one", Json.of(Map.of())));

    MigrationPlan.builder("m")
        .from(docs(rows))
        .into(target)
        .layout(Layouts.vectorDocuments())
        .eachDataset(d -> d.reembed(embedding()))
        .build()
        .run();

    Row row = target.rows("vector_documents").get(0);
    assertThat(row.value("text")).isEqualTo("one");
    assertThat(row.value("embedding")).isEqualTo(vector("one"));
  }

  @Test
  void the_template_may_name_fields_that_the_mapping_drops() {
    Schema schema =
        new Schema(
            List.of(
                Field.required("id", FieldType.TEXT),
                Field.optional("title", FieldType.TEXT),
                Field.optional("metadata", FieldType.JSON)),
            List.of("id"));
    Row row = Row.of(schema, "a", "T", Json.of(Map.of("summary", "S")));

    plan(
            docs(List.of(row)),
            d ->
                d.drop("title")
                    .drop("metadata")
                    .rename("text", "content")
                    .reembed(embedding().text("{title}\n\n{metadata.summary}").into("vec")))
        .build()
        .run();

    assertThat(embedder.embedded()).containsExactly("T\n\nS");
    assertThat(target.rows("docs").get(0).value("vec")).isEqualTo(vector("T\n\nS"));
  }

  private void assertNotPlanned(
      List<Row> rows, Consumer<DatasetMapping.Builder> mapping, String message) {
    assertThatThrownBy(() -> plan(docs(rows), mapping).build().run())
        .isInstanceOf(PlanException.class)
        .hasMessage(message);
  }

  @Test
  void a_plan_that_makes_no_sense_is_refused() {
    List<Row> rows = List.of(with("a", "one", null));
    Schema two =
        new Schema(
            List.of(
                Field.required("text", FieldType.TEXT),
                Field.optional("v", FieldType.vector(3, null)),
                Field.optional("w", FieldType.vector(3, null))),
            List.of("text"));

    assertNotPlanned(
        rows,
        d -> d.reembed(embedding().text("{titel}")),
        "[memory docs] text to embed: field 'titel': not there, expected one of [id, text, embedding].");
    assertNotPlanned(
        rows,
        d -> d.embedMissing(Embedding.with(new ScriptedEmbedder().dimension(4))),
        "[memory docs] field 'embedding': vectors of 3 dimensions are kept, expected 4 as those to make. Call reembed(...), or choose another model.");
    assertNotPlanned(
        rows,
        d -> d.embeddingModel("other").embedMissing(embedding()),
        "[memory docs] vectors of model 'other' are kept, expected 'lengths', which is to make the missing ones. Call reembed(...).");
    assertNotPlanned(
        rows,
        d -> d.embedMissing(embedding().into("id")),
        "[memory docs] field 'id': text, expected a vector to keep. Call reembed(...), or name another field with into(...).");
    assertNotPlanned(
        List.of(Row.of(two, "a", null, null)),
        d -> d.reembed(embedding()),
        "[memory docs] vectors to make: 2 fields hold vectors, expected one. Name one of [v, w] with into(...).");
    assertThatThrownBy(
            () -> plan(docs(rows), d -> d.reembed(embedding().moneyBudget(BigDecimal.ONE))).build())
        .isInstanceOf(PlanException.class)
        .hasMessage(
            "[plan m] money budget: 1, expected a price with it. Call pricePerMillionTokens(...). Change the mapping.");
  }

  @Test
  void one_of_several_vectors_is_made_and_only_that_has_the_models_name() {
    Schema two =
        new Schema(
            List.of(
                Field.required("text", FieldType.TEXT),
                Field.optional("v", FieldType.vector(3, null)),
                Field.optional("w", FieldType.vector(3, null))),
            List.of("text"));
    List<Row> rows = List.of(Row.of(two, "a", Vector.of(1, 2, 3), Vector.of(4, 5, 6)));
    MigrationPlan plan = plan(rows, embedding().into("w"));

    plan.run();

    assertThat(target.rows("docs").get(0).value("v")).isEqualTo(Vector.of(1, 2, 3));
    assertThat(target.rows("docs").get(0).value("w")).isEqualTo(vector("a"));
    assertThat(plan.inspect().get(0).table().origins())
        .containsExactly(new VectorOrigin("w", "lengths", ""));
  }

  @Test
  void a_thousand_rows_of_ten_texts_are_ten_texts() {
    plan(texts(1_000, i -> "text " + i % 10), embedding()).run();

    assertThat(embedder.embedded())
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, 10).mapToObj(i -> "text " + i).toList());
    assertThat(live()).hasSize(1_000).containsEntry("id-0107", vector("text 7"));
  }

  @Test
  void requests_keep_the_models_limits() {
    List<Integer> sizes = new ArrayList<>();
    embedder
        .maxBatch(3)
        .maxBatchTokens(5)
        .before(
            (call, texts) -> {
              synchronized (sizes) {
                sizes.add(texts.size());
              }
            });

    plan(
            docs(texts(6, i -> "x" + i + " a".repeat(i))),
            d -> d.reembed(embedding().longText(LongText.REJECT)))
        .writers(1)
        .maxRejects(1)
        .build()
        .run();

    assertThat(embedder.embedded())
        .containsExactlyInAnyOrder("x0", "x1 a", "x2 a a", "x3 a a a", "x4 a a a a");
    assertThat(sizes.stream().mapToInt(i -> i).sum()).isEqualTo(5);
    assertThat(sizes).allMatch(size -> size <= 2);
  }

  @Test
  void requests_are_under_way_at_once() {
    CyclicBarrier four = new CyclicBarrier(4);
    embedder.maxBatch(1).before((call, texts) -> four.await(60, TimeUnit.SECONDS));

    plan(texts(32, i -> "text " + i), embedding().requests(4)).run();

    assertThat(embedder.mostUnderWay()).isEqualTo(4);
    assertThat(live()).hasSize(32);
  }

  @Test
  void rows_rejects_and_checkpoint_are_in_order() {
    maxRejects = 10;
    List<Row> rows = texts(30, i -> i % 7 == 3 ? "  " : "text " + i);

    MigrationReport report =
        plan(docs(rows), d -> d.reembed(embedding())).writers(1).batchRows(8).build().run();

    assertThat(report.rejects())
        .extracting(RejectReport::id, RejectReport::reason)
        .containsExactly(
            tuple("id-0003", "no text to embed"),
            tuple("id-0010", "no text to embed"),
            tuple("id-0017", "no text to embed"),
            tuple("id-0024", "no text to embed"));
    assertThat(report.rejects())
        .extracting(RejectReport::position)
        .containsExactly("4", "11", "18", "25");
    assertThat(report.datasets().get(0).read()).isEqualTo(30);
    assertThat(report.datasets().get(0).written()).isEqualTo(26);
    assertThat(report.datasets().get(0).rejected()).isEqualTo(4);
    assertThat(target.rows("docs"))
        .extracting(Row::id)
        .containsExactlyElementsOf(
            rows.stream().map(Row::id).filter(id -> live().containsKey(id)).toList());
  }

  @Test
  void rows_that_the_plan_leaves_out_cost_nothing() {
    Embedding how = embedding();
    plan(docs(texts(9, i -> "text " + i % 3)), d -> d.reembed(how).onlyRows("text", "text 1"))
        .build()
        .run();

    assertThat(embedder.embedded()).containsExactly("text 1");
    assertThat(live()).containsOnlyKeys("id-0001", "id-0004", "id-0007");
  }

  @Test
  void a_row_without_text_stops_the_run_or_goes_without_a_vector() {
    List<Row> rows = texts(3, i -> i == 1 ? null : "text");

    assertThatThrownBy(() -> plan(rows, embedding().missingText(MissingText.FAIL)).run())
        .isInstanceOf(EmbeddingException.class)
        .hasMessage(
            "[embedder lengths] row 'id-0001' of memory docs: no text to embed, expected some. Mend it at its source, or choose with missingText(...).");
    plan(rows, embedding()).discard();

    MigrationReport report = plan(rows, embedding().missingText(MissingText.KEEP)).run();

    assertThat(live())
        .isEqualTo(Map.of("id-0000", vector("text"), "id-0001", "none", "id-0002", vector("text")));
    assertThat(messages(report, "embedding.missing"))
        .containsExactly("dataset 'docs': 1 rows have no text, so they get no vector: id-0001.");
  }

  @Test
  void a_long_text_stops_the_run_or_is_refused() {
    embedder.maxTokens(3);
    List<Row> rows = texts(2, i -> i == 1 ? "one two three four" : "one two three");

    assertThatThrownBy(() -> plan(rows, embedding()).run())
        .isInstanceOf(EmbeddingException.class)
        .hasMessage(
            "[embedder lengths] row 'id-0001' of memory docs: text of 4 tokens, expected at most 3. Choose with longText(...).");
    plan(rows, embedding()).discard();
    maxRejects = 1;

    MigrationReport report = plan(rows, embedding().longText(LongText.REJECT)).run();

    assertThat(report.rejects().get(0).reason()).isEqualTo("text of 4 tokens, expected at most 3");
    assertThat(live()).containsOnlyKeys("id-0000");
  }

  @Test
  void the_beginning_of_a_long_text_is_embedded() {
    embedder.maxTokens(3);

    MigrationReport report =
        plan(
                texts(12, i -> i == 0 ? "short" : "\uD83D\uDE80 zwei drei vier" + i),
                embedding().longText(LongText.TRUNCATE))
            .run();

    assertThat(new HashSet<>(embedder.embedded()))
        .isEqualTo(Set.of("short", "\uD83D\uDE80 zwei drei "));
    assertThat(messages(report, "embedding.truncated"))
        .containsExactly(
            "dataset 'docs': 11 texts are longer than the model takes; their vectors are those of their beginnings: "
                + "id-0001, id-0002, id-0003, id-0004, id-0005, id-0006, id-0007, id-0008, id-0009, id-0010.");
  }

  @Test
  void a_long_text_in_parts_gets_their_mean_weighted_and_of_length_1() {
    embedder.maxTokens(3);

    MigrationReport report =
        plan(texts(1, i -> "a b c d e"), embedding().longText(LongText.CHUNK)).run();

    assertThat(embedder.embedded()).containsExactlyInAnyOrder("a b c ", "d e");
    double x = 3 * 6 + 2 * 3;
    double y = 3 * 'a' + 2 * 'd';
    double z = 5;
    double norm = Math.sqrt(x * x + y * y + z * z);
    assertThat(live())
        .isEqualTo(
            Map.of(
                "id-0000", Vector.of((float) (x / norm), (float) (y / norm), (float) (z / norm))));
    assertThat(messages(report, "embedding.chunked"))
        .containsExactly(
            "dataset 'docs': 1 texts are longer than the model takes; their vectors are means of their parts: id-0000.");
  }

  private void assertFails(List<Row> rows, String message) {
    assertThatThrownBy(() -> plan(docs(rows), d -> d.reembed(embedding())).writers(1).build().run())
        .isInstanceOf(EmbeddingException.class)
        .hasMessage(message);
  }

  @Test
  void an_answer_that_is_too_short_is_refused() {
    embedder.answering(all -> all.subList(0, all.size() - 1));

    assertFails(
        texts(3, i -> "text " + i).subList(0, 1),
        "[embedder lengths] answer: 0 vectors, expected 1, one for each text. Nothing of it was used; mend the embedder.");
  }

  @Test
  void a_dimension_that_was_declared_wrong_is_refused() {
    embedder.dimension(4);

    assertFails(
        texts(1, i -> "text"),
        "[embedder lengths] answer for row 'id-0000': vector of 3 dimensions, expected 4. Nothing of it was used; mend the embedder.");
  }

  @Test
  void a_dimension_that_changes_in_the_middle_stops_the_run_and_the_next_goes_on() {
    List<Row> rows = texts(8, i -> "text " + i);
    embedder
        .maxBatch(2)
        .answering(all -> embedder.calls() == 3 ? List.of(all.get(0), Vector.of(1, 2)) : all);
    MigrationPlan plan =
        plan(docs(rows), d -> d.reembed(embedding().requests(1))).writers(1).build();

    assertThatThrownBy(plan::run)
        .isInstanceOf(EmbeddingException.class)
        .hasMessageMatching(
            "\\[embedder lengths] answer for row 'id-000\\d': vector of 2 dimensions, expected 3\\. Nothing of it was used; mend the embedder\\.");
    assertThat(target.tables()).isEmpty();
    embedder.answering(all -> all);
    List<String> before = embedder.embedded();

    plan.run();

    assertThat(live()).hasSize(8).containsEntry("id-0005", vector("text 5"));
    List<String> after = embedder.embedded().subList(before.size(), embedder.embedded().size());
    assertThat(after).as("what was answered well is not asked for again").hasSize(8 - 4);
  }

  @Test
  void a_vector_that_is_not_finite_is_refused() {
    embedder.answering(all -> List.of(Vector.of(1, Float.NaN, 2)));

    assertFails(
        texts(1, i -> "text"),
        "[embedder lengths] answer for row 'id-0000': vector with NaN or an infinity, expected finite numbers. Nothing of it was used; mend the embedder.");
  }

  @Test
  void any_other_fault_stops_the_run_at_once() {
    embedder.before(
        (call, texts) -> {
          throw new java.io.IOException("HTTP 401: unauthorized.");
        });

    assertFails(texts(1, i -> "text"), "[embedder lengths] HTTP 401: unauthorized.");
    assertThat(embedder.calls()).isEqualTo(1);
  }

  private static TransientException throttled(Duration retryAfter) {
    return new TransientException("HTTP 429: too many requests.", retryAfter, null);
  }

  @Test
  void a_passing_fault_is_tried_again_as_often_as_the_plan_says() {
    embedder.before(
        (call, texts) -> {
          throw throttled(Duration.ZERO);
        });

    assertFails(texts(1, i -> "text"), "[embedder lengths] HTTP 429: too many requests.");
    assertThat(embedder.calls()).isEqualTo(3);
  }

  @Test
  void who_says_how_long_to_wait_is_asked_again_for_longer() {
    embedder.before(
        (call, texts) -> {
          if (call <= 20) {
            throw throttled(Duration.ofNanos(1));
          }
        });

    MigrationReport report = plan(texts(1, i -> "text"), embedding()).run();

    assertThat(embedder.calls()).isEqualTo(21);
    assertThat(messages(report, "embedding.made"))
        .containsExactly(
            "dataset 'docs': 1 rows waited for vectors of lengths: 1 texts embedded with 1 tokens in 1 requests, 0 known from before. 20 requests had to wait and be sent again.");
  }

  @Test
  void throttling_lets_fewer_be_under_way_until_there_are_answers_again() {
    CyclicBarrier four = new CyclicBarrier(4);
    AtomicInteger underWay = new AtomicInteger();
    AtomicInteger mostAfter = new AtomicInteger();
    embedder
        .maxBatch(1)
        .before(
            (call, texts) -> {
              if (call <= 4) {
                four.await(60, TimeUnit.SECONDS);
                throw throttled(Duration.ofNanos(1));
              }
              if (call <= 4 + 10) {
                mostAfter.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                Thread.yield();
                underWay.decrementAndGet();
              } else if (call > 4 + 32) {
                four.await(60, TimeUnit.SECONDS);
              }
            });

    MigrationReport report =
        plan(docs(texts(64, i -> "text " + i)), d -> d.reembed(embedding().requests(4)))
            .writers(1)
            .build()
            .run();

    assertThat(mostAfter.get()).isBetween(1, 2);
    assertThat(embedder.mostUnderWay()).isEqualTo(4);
    assertThat(embedder.calls()).isEqualTo(68);
    assertThat(messages(report, "embedding.made").get(0))
        .endsWith(" 4 requests had to wait and be sent again.");
  }

  @Test
  void no_answer_at_all_is_a_fault_of_the_embedder() {
    embedder.answering(all -> null);

    assertFails(texts(1, i -> "text"), "[embedder lengths] answer: none, expected vectors.");
  }

  @Test
  void patience_ends() {
    embedder.before(
        (call, texts) -> {
          throw throttled(Duration.ofMillis(1));
        });

    assertThatThrownBy(
            () -> plan(texts(1, i -> "text"), embedding().patience(Duration.ofMillis(5))).run())
        .isInstanceOf(EmbeddingException.class)
        .hasMessage("[embedder lengths] HTTP 429: too many requests.");
    assertThat(embedder.calls()).as("5 of patience, 3 of the plan").isEqualTo(8);
  }

  @Test
  void a_budget_stops_the_run_and_the_next_goes_on() {
    List<Row> rows = texts(20, i -> "text " + i);
    embedder.maxBatch(2);
    Consumer<DatasetMapping.Builder> mapping =
        d -> d.reembed(embedding().requests(1).tokenBudget(27));
    MigrationPlan plan = plan(docs(rows), mapping).writers(1).batchRows(5).build();

    assertThatThrownBy(plan::run)
        .isInstanceOf(EmbeddingException.class)
        .hasMessageMatching(
            "\\[embedder lengths] budget: \\d\\d of 27 tokens are spent, and the next request has [24]\\. Rows not stored yet: \\d+\\. What was embedded is kept\\. Raise the budget, or run again to go on with a new one\\.");
    int first = embedder.embedded().size();
    assertThat(first).isBetween(12, 13);
    assertThat(target.tables()).isEmpty();

    plan.run();

    assertThat(live()).hasSize(20);
    assertThat(embedder.embedded()).hasSize(20).doesNotHaveDuplicates();
  }

  @Test
  void a_budget_of_money_stops_the_run_too() {
    embedder.maxBatch(1);
    Embedding how =
        embedding()
            .requests(1)
            .pricePerMillionTokens(new BigDecimal("500000"))
            .moneyBudget(new BigDecimal("2.5"));

    assertThatThrownBy(
            () ->
                plan(docs(texts(4, i -> "text " + i)), d -> d.reembed(how))
                    .writers(1)
                    .build()
                    .run())
        .isInstanceOf(EmbeddingException.class)
        .hasMessageMatching(
            "\\[embedder lengths] budget: 2 of 2\\.5 is spent, and the next request costs 1\\. Rows not stored yet: [2-4]\\. What was embedded is kept\\. Raise the budget, or run again to go on with a new one\\.");
    assertThat(embedder.embedded()).hasSize(2);
  }

  @Test
  void another_migration_asks_for_nothing_again_even_after_discard() {
    List<Row> rows = texts(20, i -> "text " + i);
    plan(rows, embedding()).run();
    MigrationPlan other =
        MigrationPlan.builder("other")
            .from(docs(rows))
            .into(target)
            .eachDataset(d -> d.rename("text", "text").table("again").reembed(embedding()))
            .build();
    int calls = embedder.calls();

    MigrationReport report = other.run();

    assertThat(embedder.calls()).isEqualTo(calls);
    assertThat(target.rows("again")).hasSize(20);
    assertThat(messages(report, "embedding.made"))
        .containsExactly(
            "dataset 'docs': 20 rows waited for vectors of lengths: 0 texts embedded with 0 tokens in 0 requests, 20 known from before.");
  }

  @Test
  void a_run_goes_on_with_no_other_model_and_no_other_template() {
    List<Row> rows = texts(4, i -> "text " + i);
    embedder.before(
        (call, texts) -> {
          throw new IllegalStateException("broken.");
        });
    assertThatThrownBy(() -> plan(rows, embedding()).run()).isInstanceOf(EmbeddingException.class);

    assertThatThrownBy(() -> plan(rows, embedding().text("x {text}")).run())
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("reembed with lengths(3) of 'x {text}'")
        .hasMessageContaining("reembed with lengths(3) of '{text}'");
    assertThatThrownBy(
            () -> plan(rows, Embedding.with(new ScriptedEmbedder().model("longer"))).run())
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("reembed with longer(3)")
        .hasMessageContaining("reembed with lengths(3)");
  }

  @Test
  void a_dry_run_asks_nothing_and_counts() {
    List<Row> rows = texts(10, i -> i == 4 ? " " : i == 5 ? "much too long" : "text " + i % 4);
    embedder.maxTokens(2);
    plan(texts(1, i -> "text 0"), embedding()).run();
    int calls = embedder.calls();
    Embedding how =
        embedding()
            .missingText(MissingText.FAIL)
            .longText(LongText.REJECT)
            .pricePerMillionTokens(new BigDecimal("1000"));
    MigrationPlan plan =
        MigrationPlan.builder("other")
            .from(docs(rows))
            .into(target)
            .eachDataset(d -> d.rename("text", "text").table("again").reembed(how))
            .maxRejects(2)
            .build();

    MigrationReport report = plan.dryRun();

    assertThat(embedder.calls()).isEqualTo(calls);
    assertThat(report.findings())
        .containsExactly(
            Finding.info(
                "embedding.estimate",
                "dataset 'docs': 8 rows need vectors of lengths: about 3 texts to embed with 6 tokens for 0.006, 1 known from before. The model was not asked: a vector of length 1 stood for each that is not known."),
            Finding.error(
                "embedding.stops",
                "dataset 'docs': 1 rows would stop the run, expected none: id-0004. They are among the rejects with the reason."),
            Finding.warning(
                "dataset.rejects",
                "Dataset 'docs' has rows to refuse: 1 × no text to embed ('id-0004'); 1 × text of 3 tokens, expected at most 2 ('id-0005')."));
    assertThat(report.rejects())
        .extracting(RejectReport::id, RejectReport::reason)
        .containsExactly(
            tuple("id-0004", "no text to embed"),
            tuple("id-0005", "text of 3 tokens, expected at most 2"));
  }

  @Test
  void a_comparison_takes_the_vectors_that_are_kept() {
    List<Row> rows = texts(10, i -> "text " + i);
    MigrationPlan plan = plan(rows, embedding());
    plan.run();
    int calls = embedder.calls();

    Comparison same = plan.compare();
    List<Row> live = new ArrayList<>(target.rows("docs"));
    Row old = live.get(0);
    live.set(0, Row.of(old.schema(), old.value(0), old.value(1), Vector.of(1, 1, 1)));
    target.put("docs", live);
    Comparison different = plan.compare();

    assertThat(same.report().outcome()).isEqualTo(Outcome.SAME);
    assertThat(messages(same.report(), "compare.embedded"))
        .containsExactly(
            "memory docs: the vectors of texts were compared with those that the target keeps of lengths; the model was not asked.");
    assertThat(different.report().outcome()).isEqualTo(Outcome.DIFFERENT);
    assertThat(embedder.calls()).isEqualTo(calls);
  }

  @Test
  void a_comparison_leaves_vectors_out_that_are_not_kept() {
    List<Row> rows = texts(10, i -> "text " + i);
    plan(rows, embedding()).run();
    MigrationPlan other =
        MigrationPlan.builder("other")
            .from(docs(rows))
            .into(target)
            .eachDataset(
                d ->
                    d.rename("text", "text")
                        .reembed(Embedding.with(new ScriptedEmbedder().model("unused"))))
            .build();

    Comparison comparison = other.compare();

    assertThat(comparison.report().outcome()).isEqualTo(Outcome.SAME);
    assertThat(messages(comparison.report(), "compare.embedded"))
        .containsExactly(
            "memory docs: columns [embedding] were not compared, since the target does not keep the vectors of all texts of unused, and the model is not asked.");
  }

  @Test
  void an_interrupted_run_leaves_no_thread_and_goes_on() throws Exception {
    List<Row> rows = texts(50, i -> "text " + i);
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    embedder.before(
        (call, texts) -> {
          asked.countDown();
          never.await();
        });
    MigrationPlan plan = plan(rows, embedding());
    AtomicReference<Throwable> ended = new AtomicReference<>();
    Thread runner =
        new Thread(
            () -> {
              try {
                plan.run();
              } catch (RuntimeException e) {
                ended.set(e);
              }
            },
            "runner");
    runner.start();
    asked.await();

    runner.interrupt();
    runner.join();

    assertThat(ended.get()).isInstanceOf(RunInterruptedException.class);
    nothing_is_left_open();
    embedder.before((call, texts) -> {});
    plan.run();
    assertThat(live()).hasSize(50);
  }

  /** The second of two splits fails while the first waits for its model. */
  @Test
  void a_fault_elsewhere_ends_what_is_under_way() {
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch asked = new CountDownLatch(1);
    embedder
        .maxBatch(1)
        .before(
            (call, texts) -> {
              asked.countDown();
              never.await();
            });
    List<Row> rows = texts(40, i -> "text " + i);
    ScriptedSource source =
        ScriptedSource.of(rows)
            .before(
                9,
                () -> {
                  asked.await();
                  throw new IllegalStateException("torn page.");
                });
    MigrationPlan plan =
        MigrationPlan.builder("m")
            .from(source)
            .into(target)
            .eachDataset(d -> d.rename("text", "text").reembed(embedding()))
            .build();

    assertThatThrownBy(plan::run)
        .isInstanceOf(SourceException.class)
        .hasMessage("[script docs] torn page.");
  }

  @Test
  void equal_texts_of_two_tables_are_sent_once() {
    InMemorySource source =
        InMemorySource.empty()
            .with("docs", WITHOUT, texts(30, i -> "text " + i))
            .with("notes", WITHOUT, texts(30, i -> "text " + i));

    plan(source, d -> d.reembed(Embedding.with(embedder))).writers(2).build().run();

    assertThat(new TreeSet<>(embedder.embedded())).hasSize(30);
    assertThat(embedder.embedded()).hasSize(30);
    assertThat(Stream.of("docs", "notes").map(t -> target.rows(t).size())).containsExactly(30, 30);
  }
}
