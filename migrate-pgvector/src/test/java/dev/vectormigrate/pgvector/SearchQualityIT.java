package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.Phase;
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
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.report.ReportFormat;
import dev.vectormigrate.spi.SearchQuality;
import dev.vectormigrate.spi.SearchResult.IndexUse;
import dev.vectormigrate.spi.VectorSearch.Access;
import dev.vectormigrate.spi.Verifier;
import dev.vectormigrate.spi.WriteMode;
import dev.vectormigrate.testkit.InMemorySource;
import dev.vectormigrate.verify.Verifiers;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How well, how fast and by which index PostgreSQL finds the nearest rows. */
class SearchQualityIT {

  private static final int DIMENSION = 16;
  private static final int ROWS = 3_000;
  private static final String STAGING = "vector_migrate_stage_1.docs";
  private static final String DROP = "DROP INDEX vector_migrate_stage_1.docs_embedding_idx";

  private static final String BY_COSINE =
      "CREATE OR REPLACE FUNCTION l2_distance(vector, vector) RETURNS float8 LANGUAGE sql"
          + " IMMUTABLE AS 'SELECT public.cosine_distance($1, $2)'";

  private double minRecall = 0.8;
  private LocalPostgres.Database database;
  private Observer observer;

  @BeforeEach
  void create() throws SQLException {
    database = LocalPostgres.shared().createDatabase("search");
    observer = Observer.of(database);
  }

  @AfterEach
  void drop() throws SQLException {
    observer.close();
    database.close();
  }

  private static Vector random(int seed, int dimension) {
    Random random = new Random(seed);
    float[] components = new float[dimension];
    for (int c = 0; c < dimension; c++) {
      components[c] = (float) random.nextGaussian();
    }
    return Vector.wrap(components);
  }

  private static List<Row> rows(Schema schema, int count, IntFunction<Vector> vectors) {
    return IntStream.range(0, count)
        .mapToObj(i -> Row.of(schema, "id-" + i, null, null, vectors.apply(i)))
        .toList();
  }

  private static Schema docs(Distance distance) {
    return Schema.vectorCollection(DIMENSION, distance);
  }

  private static List<Row> randomRows(Distance distance, int count) {
    return rows(docs(distance), count, i -> random(i, DIMENSION));
  }

  /** A plan; the statements are executed when everything is staged and indexed. */
  private MigrationPlan plan(
      List<Row> rows,
      Consumer<DatasetMapping.Builder> mapping,
      List<Verifier> checks,
      String... sql) {
    return MigrationPlan.builder("m")
        .from(InMemorySource.empty().with("docs", rows.get(0).schema(), rows))
        .into(PgVectorTarget.of(database.dataSource()))
        .eachDataset(mapping)
        .verify(checks.toArray(new Verifier[0]))
        .minRecall(minRecall)
        .listener(
            new MigrationListener() {
              @Override
              public void phaseStarted(Phase phase) {
                if (phase == Phase.VERIFY) {
                  execute(sql);
                }
              }
            })
        .build();
  }

  private void execute(String... sql) {
    try {
      observer.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private MigrationReport failed(MigrationPlan plan) throws SQLException {
    VerificationFailedException failure =
        catchThrowableOfType(VerificationFailedException.class, plan::run);
    assertThat(failure).as("verification fails").isNotNull();
    assertThat(observer.content("public.docs")).isEqualTo("absent");
    assertThat(plan.status().state()).isEqualTo("verification_failed");
    return failure.report();
  }

  private static List<SearchQuality> searches(MigrationReport report) {
    return report.measurements().searches();
  }

  @ParameterizedTest
  @EnumSource(Distance.class)
  void what_is_near_in_the_source_is_found_exactly_and_through_the_index(Distance distance) {
    MigrationPlan plan =
        plan(
            randomRows(distance, ROWS),
            d -> d.index(VectorIndex.hnsw()),
            List.of(Verifiers.queryOverlap(), Verifiers.indexRecall(), Verifiers.latency()));

    MigrationReport report = plan.run();

    assertThat(report.findings()).isEmpty();
    List<SearchQuality> searches = searches(report);
    assertThat(searches)
        .extracting(SearchQuality::check)
        .containsExactly("query_overlap", "query_overlap", "index_recall", "latency");
    assertThat(searches.get(0).found()).hasSize(100).containsOnly(1.0);
    assertThat(searches.get(0).index()).isEqualTo(IndexUse.NONE);
    for (SearchQuality indexed : searches.subList(1, 4)) {
      assertThat(indexed.index()).isEqualTo(IndexUse.USED);
      assertThat(indexed.mean()).isBetween(0.9, 1.0);
      assertThat(indexed.median()).isBetween(Duration.ofNanos(1), indexed.slow());
    }

    assertThat(searches(plan.verify()))
        .as("live as it was staged")
        .extracting(SearchQuality::index)
        .containsExactly(IndexUse.NONE, IndexUse.USED, IndexUse.USED, IndexUse.USED);
  }

  @Test
  void an_index_for_another_distance_serves_no_search() throws SQLException {
    MigrationPlan plan =
        plan(
            randomRows(Distance.COSINE, ROWS),
            d -> d.index(VectorIndex.hnsw()),
            List.of(Verifiers.indexRecall(), Verifiers.latency(), Verifiers.queryOverlap()),
            DROP,
            "CREATE INDEX docs_embedding_idx ON "
                + STAGING
                + " USING hnsw (embedding vector_l2_ops)");

    assertThat(failed(plan).findings())
        .containsExactly(
            Finding.error(
                "index_recall.no_index",
                "table docs, column 'embedding': no index can answer a search, expected the planned one, valid and for the column's distance."),
            Finding.warning(
                "latency.no_index",
                "table docs, column 'embedding': no index can answer a search, expected the planned one."),
            Finding.warning(
                "query_overlap.no_index",
                "table docs, column 'embedding': no index can answer these searches, so only exact ones were measured."));
  }

  @Test
  void an_index_that_is_gone_serves_no_search() throws SQLException {
    MigrationPlan plan =
        plan(
            randomRows(Distance.L2, ROWS),
            d -> d.index(VectorIndex.hnsw()),
            List.of(Verifiers.indexRecall()),
            DROP);

    assertThat(failed(plan).findings())
        .extracting(Finding::code)
        .containsExactly("index_recall.no_index");
  }

  @Test
  void vectors_searched_by_another_distance_than_the_sources_are_not_found() {
    // The truth is the source's: what the database ranks by is changed under it.
    List<Row> rows = rowsOfManyLengths();
    MigrationReport report =
        catchThrowableOfType(
                VerificationFailedException.class,
                plan(
                        rows,
                        d -> d.index(VectorIndex.none()),
                        List.of(Verifiers.queryOverlap()),
                        BY_COSINE)
                    ::run)
            .report();

    assertThat(report.findings()).extracting(Finding::code).containsExactly("query_overlap.low");
    assertThat(searches(report).get(0).mean()).isBetween(0.01, 0.7);
  }

  @Test
  void an_index_that_looks_at_too_few_candidates_finds_less() throws SQLException {
    List<Row> rows = randomRows(Distance.L2, ROWS);
    MigrationReport warned =
        plan(
                rows,
                d -> d.index(VectorIndex.hnsw()),
                List.of(Verifiers.indexRecall().effort(2), Verifiers.indexRecall()))
            .run();

    assertThat(searches(warned))
        .extracting(SearchQuality::form)
        .containsExactly("vector, effort 2", "vector");
    assertThat(searches(warned).get(0).mean()).isLessThan(0.3);
    assertThat(searches(warned).get(1).mean()).isGreaterThan(0.95);
    assertThat(warned.findings())
        .containsExactly(
            Finding.warning(
                "index_recall.low",
                "table docs, column 'embedding' (vector, effort 2): the index finds %.3f of the 10 nearest rows, expected 0.900. Have it look at more candidates, or build it with more."
                    .formatted(searches(warned).get(0).mean())));
  }

  @Test
  void a_recall_below_what_is_required_stops_the_run() throws SQLException {
    MigrationReport report =
        failed(
            plan(
                randomRows(Distance.L2, ROWS),
                d -> d.index(VectorIndex.hnsw()),
                List.of(Verifiers.indexRecall().effort(2).require(0.5))));

    assertThat(report.findings())
        .extracting(Finding::code, Finding::blocks)
        .containsExactly(tuple("index_recall.low", true));
  }

  @Test
  void lists_that_are_not_looked_into_are_not_found() {
    MigrationReport report =
        plan(
                randomRows(Distance.L2, ROWS),
                d -> d.index(VectorIndex.ivfflat(50)),
                List.of(
                    Verifiers.queryOverlap().atLeast(0).effort(1),
                    Verifiers.queryOverlap().atLeast(0).effort(50)))
            .run();

    assertThat(searches(report).get(1).index()).isEqualTo(IndexUse.USED);
    assertThat(searches(report).get(1).mean()).isLessThan(0.8);
    assertThat(searches(report).get(3).mean()).isEqualTo(1);
  }

  @Test
  void more_rows_than_the_index_looks_at_are_not_found() throws SQLException {
    MigrationReport report =
        failed(
            plan(
                randomRows(Distance.L2, ROWS),
                d -> d.index(VectorIndex.hnsw()),
                List.of(Verifiers.queryOverlap().k(100))));

    assertThat(searches(report).get(0).mean()).isEqualTo(1);
    assertThat(searches(report).get(1).mean()).as("ef_search is 40 of itself").isLessThan(0.45);
    assertThat(report.findings()).extracting(Finding::code).containsExactly("query_overlap.low");
  }

  @Test
  void searches_that_take_too_long_stop_the_run() throws SQLException {
    MigrationReport report =
        failed(
            plan(
                randomRows(Distance.L2, 200),
                d -> d.index(VectorIndex.none()),
                List.of(Verifiers.latency().atMost(Duration.ZERO))));

    assertThat(report.findings()).hasSize(1);
    assertThat(report.findings().get(0).message())
        .matches(
            "table docs, column 'embedding': 95 of 100 searches take up to \\d+ ms without an index, expected 0 ms at most\\. Build an index, or give the server more memory\\.");
  }

  @Test
  void of_few_rows_every_one_is_looked_at_and_the_report_says_so() {
    MigrationReport report =
        plan(
                randomRows(Distance.L2, 5),
                d -> d.index(VectorIndex.hnsw()),
                List.of(Verifiers.queryOverlap()))
            .run();

    assertThat(report.findings())
        .containsExactly(
            Finding.info(
                "query_overlap.index_not_chosen",
                "table docs, column 'embedding': the target looked at every row, although there is an index: so it is with few rows. How well the index finds them was not measured."));
    assertThat(searches(report)).allSatisfy(s -> assertThat(s.mean()).isEqualTo(1));
  }

  @Test
  void what_half_precision_takes_for_equal_never_becomes_live() throws SQLException {
    List<Row> rows =
        rows(
            Schema.vectorCollection(3, Distance.L2),
            500,
            i -> Vector.of(1 + i * 1e-6f, 1, 1 - i * 1e-6f));

    MigrationReport report =
        failed(plan(rows, d -> d.halfVectors().index(VectorIndex.none()), Verifiers.standard()));

    assertThat(report.findings())
        .extracting(Finding::code)
        .containsExactly("mapping.lossy", "recall_gate.low");
    assertThat(searches(report).get(0).form()).isEqualTo("halfvec");
    assertThat(searches(report).get(0).mean()).isLessThan(0.3);
  }

  @Test
  void vectors_that_bear_rounding_pass_the_gate() {
    MigrationReport report =
        plan(
                randomRows(Distance.COSINE, ROWS),
                d -> d.halfVectors().index(VectorIndex.none()),
                Verifiers.standard())
            .run();

    assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(report.findings()).extracting(Finding::code).containsExactly("mapping.lossy");
    assertThat(report.checked()).contains("recall_gate");
    assertThat(searches(report).get(0).mean()).isGreaterThan(0.97);
  }

  @Test
  void an_index_over_half_precision_is_searched_as_it_was_built() {
    MigrationReport report =
        plan(
                randomRows(Distance.COSINE, ROWS),
                d -> d.index(VectorIndex.hnsw().over(Precision.HALF)),
                List.of(Verifiers.queryOverlap()),
                "DROP INDEX IF EXISTS vector_migrate_stage_1.docs_embedding_idx",
                "CREATE INDEX docs_embedding_idx ON "
                    + STAGING
                    + " USING hnsw ((embedding::halfvec(16)) halfvec_cosine_ops)")
            .run();

    assertThat(searches(report).get(1).index()).isEqualTo(IndexUse.USED);
    assertThat(searches(report).get(1).form()).isEqualTo("halfvec");
    assertThat(searches(report).get(1).mean()).isBetween(0.9, 1.0);
    assertThat(report.checked()).containsExactly("query_overlap", "recall_gate");
  }

  @Test
  void an_index_of_bits_is_searched_and_ranked_again_by_the_vectors() {
    minRecall = 0;
    List<Row> rows = rows(Schema.vectorCollection(64, Distance.COSINE), ROWS, i -> random(i, 64));
    MigrationReport report =
        plan(
                rows,
                d -> d.index(VectorIndex.hnsw().over(Precision.BIT)),
                List.of(
                    Verifiers.queryOverlap().atLeast(0).rankedAgain(1),
                    Verifiers.queryOverlap().atLeast(0).rankedAgain(10)),
                "DROP INDEX IF EXISTS vector_migrate_stage_1.docs_embedding_idx",
                "CREATE INDEX docs_embedding_idx ON "
                    + STAGING
                    + " USING hnsw ((binary_quantize(embedding)::bit(64)) bit_hamming_ops)",
                "ANALYZE " + STAGING)
            .run();

    assertThat(searches(report).get(1).index()).isEqualTo(IndexUse.USED);
    assertThat(searches(report).get(3).index()).isEqualTo(IndexUse.USED);
    assertThat(searches(report).get(3).form()).isEqualTo("bit, 100 ranked again, effort 100");
    assertThat(searches(report).get(3).mean())
        .isGreaterThan(searches(report).get(1).mean() + 0.2)
        .isLessThan(0.9);
  }

  @Test
  void forms_of_one_data_set_are_a_table_of_the_report() {
    List<Row> rows = rows(Schema.vectorCollection(64, Distance.COSINE), ROWS, i -> random(i, 64));

    MigrationReport report =
        plan(rows, d -> d.index(VectorIndex.hnsw()), List.of(Verifiers.representations())).run();

    assertThat(searches(report))
        .extracting(SearchQuality::form)
        .containsExactly("vector", "halfvec", "bit, 100 ranked again", "vector");
    assertThat(searches(report))
        .extracting(SearchQuality::access)
        .containsExactly(Access.EXACT, Access.EXACT, Access.EXACT, Access.INDEX);
    assertThat(searches(report).get(0).mean()).isEqualTo(1);
    assertThat(searches(report).get(1).mean()).isGreaterThan(0.98);
    assertThat(searches(report).get(2).mean()).isBetween(0.4, 0.999);
    assertThat(ReportFormat.MARKDOWN.write(report))
        .contains("| docs | embedding | representations | halfvec | exact | 100 | 10 | ");
  }

  /** The statement is the same, and the server keeps the plans of statements. */
  @Test
  void an_exact_search_is_exact_after_others_that_used_the_index() {
    minRecall = 0;
    List<Row> rows = rows(Schema.vectorCollection(64, Distance.COSINE), ROWS, i -> random(i, 64));

    MigrationReport report =
        plan(
                rows,
                d -> d.index(VectorIndex.hnsw().over(Precision.BIT)),
                List.of(Verifiers.latency(), Verifiers.representations()))
            .run();

    List<SearchQuality> bits =
        searches(report).stream()
            .filter(s -> s.check().equals("representations") && s.form().startsWith("bit"))
            .toList();
    assertThat(bits).extracting(SearchQuality::access).containsExactly(Access.EXACT, Access.INDEX);
    assertThat(bits.get(0).mean()).isGreaterThan(bits.get(1).mean() - 0.05);
  }

  @Test
  void what_half_precision_has_no_room_for_is_not_measured_so_and_the_report_says_it() {
    List<Row> rows = rows(docs(Distance.L2), 50, i -> i == 7 ? far(65_520) : random(i, DIMENSION));

    MigrationReport report =
        plan(rows, d -> d.index(VectorIndex.none()), List.of(Verifiers.representations())).run();

    assertThat(searches(report))
        .extracting(SearchQuality::form)
        .containsExactly("vector", "bit, 100 ranked again");
    assertThat(report.findings())
        .containsExactly(
            Finding.info(
                "representations.half_range",
                "table docs, column 'embedding': half precision has no room for components beyond 65,504, which some vectors have, so it was not measured."));
  }

  private static Vector far(float component) {
    float[] components = new float[DIMENSION];
    components[0] = component;
    return Vector.wrap(components);
  }

  private static final String FORMS =
      """
      | table | column | check | compared | found by | queries | k | found on average | found at worst | median | 95 % within |
      | --- | --- | --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
      | as_vector | embedding | query_overlap | vector | exact | 100 | 10 | PART | PART | TIME | TIME |
      | as_vector | embedding | query_overlap | vector | index | 100 | 10 | PART | PART | TIME | TIME |
      | as_halfvec | embedding | query_overlap | halfvec | exact | 100 | 10 | PART | PART | TIME | TIME |
      | as_halfvec | embedding | query_overlap | halfvec | index | 100 | 10 | PART | PART | TIME | TIME |
      | as_bits | embedding | query_overlap | vector | exact | 100 | 10 | PART | PART | TIME | TIME |
      | as_bits | embedding | query_overlap | bit, 100 ranked again, effort 100 | index | 100 | 10 | PART | PART | TIME | TIME |
      """;

  @Test
  void one_data_set_is_a_table_of_every_form_with_its_own_index() {
    Schema schema = Schema.vectorCollection(64, Distance.COSINE);
    List<Row> rows = rows(schema, ROWS, i -> random(i, 64));

    MigrationReport report =
        MigrationPlan.builder("m")
            .from(
                InMemorySource.empty()
                    .with("as_vector", schema, rows)
                    .with("as_halfvec", schema, rows)
                    .with("as_bits", schema, rows))
            .into(PgVectorTarget.of(database.dataSource()))
            .dataset("as_vector", d -> d.index(VectorIndex.hnsw()))
            .dataset("as_halfvec", d -> d.halfVectors().index(VectorIndex.hnsw()))
            .dataset("as_bits", d -> d.index(VectorIndex.hnsw().over(Precision.BIT)))
            .verify(Verifiers.queryOverlap().atLeast(0))
            .minRecall(0)
            .build()
            .run();

    assertThat(overlaps(report)).isEqualTo(FORMS);
    List<SearchQuality> searches =
        searches(report).stream().filter(s -> s.check().equals("query_overlap")).toList();
    assertThat(searches.get(0).found()).containsOnly(1.0);
    assertThat(searches.get(1).mean()).as("vector, index").isBetween(0.7, 1.0);
    assertThat(searches.get(2).mean()).as("halfvec, exact").isBetween(0.98, 1.0);
    assertThat(searches.get(3).mean()).as("halfvec, index").isBetween(0.7, 1.0);
    assertThat(searches.get(4).found()).containsOnly(1.0);
    assertThat(searches.get(5).mean()).as("bit, index").isBetween(0.4, 0.95);
    assertThat(searches)
        .allSatisfy(s -> assertThat(s.median()).isBetween(Duration.ofNanos(1), s.slow()));
  }

  /** The table of searches in Markdown, without the lines of other checks; numbers are masked. */
  private static String overlaps(MigrationReport report) {
    return ReportFormat.MARKDOWN
        .write(report)
        .lines()
        .dropWhile(line -> !line.equals("## Searches"))
        .skip(2)
        .takeWhile(line -> line.startsWith("| "))
        .filter(line -> !line.contains("| recall_gate |"))
        .map(line -> line.replaceAll("\\b[01]\\.\\d{3}\\b", "PART"))
        .map(line -> line.replaceAll("\\b\\d+\\.\\d ms", "TIME") + "\n")
        .collect(Collectors.joining());
  }

  @Test
  void rows_of_a_shared_table_are_searched_while_they_are_staged_alone() throws SQLException {
    observer.execute(
        "CREATE TABLE docs (id text PRIMARY KEY, content text, metadata jsonb, embedding vector(16))",
        "INSERT INTO docs (id) VALUES ('other')");
    MigrationPlan plan =
        plan(
            randomRows(Distance.L2, 50),
            d -> d.append(WriteMode.OnConflict.FAIL),
            List.of(Verifiers.queryOverlap(), Verifiers.indexRecall(), Verifiers.latency()));

    MigrationReport report = plan.run();

    assertThat(report.findings())
        .extracting(Finding::code)
        .containsExactly("query_overlap.no_index", "index_recall.no_index");
    assertThat(report.passed()).isTrue();
    assertThat(plan.verify().findings())
        .extracting(Finding::code)
        .containsExactly(
            "query_overlap.not_checked", "index_recall.not_checked", "latency.not_checked");
  }

  @Test
  void keys_of_every_kind_are_named_as_rows_name_them() {
    Schema keyed =
        new Schema(
            List.of(
                Field.required("n", FieldType.INTEGER),
                Field.required("u", FieldType.UUID),
                Field.required("t", FieldType.INSTANT),
                Field.required("e", FieldType.vector(DIMENSION, Distance.L2))),
            List.of("t", "n", "u"));
    Instant noon = Instant.parse("2026-03-01T12:00:00.123456Z");
    List<Row> rows =
        IntStream.range(0, 40)
            .mapToObj(
                i ->
                    Row.of(
                        keyed,
                        (long) i,
                        new UUID(i, 1),
                        noon.plusSeconds(i % 3),
                        random(i, DIMENSION)))
            .toList();

    MigrationReport report =
        plan(rows, d -> d.index(VectorIndex.none()), List.of(Verifiers.queryOverlap())).run();

    assertThat(report.findings()).isEmpty();
    assertThat(searches(report).get(0).found()).hasSize(40).containsOnly(1.0);
  }

  /** For which distance decides what is near. */
  private static List<Row> rowsOfManyLengths() {
    return rows(
        docs(Distance.L2),
        ROWS,
        i -> {
          float[] components = random(i, DIMENSION).toArray();
          float length = 1 + i * 37 % 100;
          for (int c = 0; c < DIMENSION; c++) {
            components[c] *= length;
          }
          return Vector.wrap(components);
        });
  }

  /** A line of the page: what is done to what is staged, and what each check says of it. */
  private record Fault(
      String name,
      VectorIndex index,
      String overlap,
      String recall,
      String latency,
      String... sql) {

    Map<String, String> words() {
      return Map.of("query_overlap", overlap, "index_recall", recall, "latency", latency);
    }
  }

  private static List<Fault> faults() {
    VectorIndex hnsw = VectorIndex.hnsw();
    String index = "CREATE INDEX docs_embedding_idx ON " + STAGING + " USING ";
    return List.of(
        new Fault(
            "an index for another metric",
            hnsw,
            "warns",
            "stops",
            "warns",
            DROP,
            index + "hnsw (embedding vector_cosine_ops)"),
        new Fault("an index dropped", hnsw, "warns", "stops", "warns", DROP),
        new Fault(
            "an index that finds little",
            hnsw,
            "stops",
            "warns",
            "",
            DROP,
            index + "ivfflat (embedding vector_l2_ops) WITH (lists = 500)"),
        new Fault(
            "rows ranked by another distance", VectorIndex.none(), "stops", "", "", BY_COSINE));
  }

  @TestFactory
  Stream<DynamicTest> each_check_says_what_the_page_says() {
    return faults().stream().map(fault -> dynamicTest(fault.name(), () -> check(fault)));
  }

  private void check(Fault fault) throws SQLException {
    drop();
    create();
    MigrationReport report =
        failed(
            plan(
                rowsOfManyLengths(),
                d -> d.index(fault.index()),
                List.of(Verifiers.queryOverlap(), Verifiers.indexRecall(), Verifiers.latency()),
                fault.sql()));

    fault
        .words()
        .forEach((check, word) -> assertThat(word(report, check)).as(check).isEqualTo(word));
  }

  private static String word(MigrationReport report, String check) {
    List<Finding> found =
        report.findings().stream().filter(f -> f.code().startsWith(check + ".")).toList();
    if (found.stream().anyMatch(Finding::blocks)) {
      return "stops";
    }
    return found.stream().anyMatch(f -> f.severity() == Finding.Severity.WARNING) ? "warns" : "";
  }

  @Test
  void the_page_holds_this_table() {
    StringBuilder table = new StringBuilder();
    table.append("| change | query_overlap | index_recall | latency |\n");
    table.append("| --- | :---: | :---: | :---: |\n");
    for (Fault fault : faults()) {
      table.append(
          "| %s | %s | %s | %s |\n"
              .formatted(fault.name(), fault.overlap(), fault.recall(), fault.latency()));
    }

    assertThat(Path.of("..", "docs", "verification.md")).content().contains(table);
  }
}
