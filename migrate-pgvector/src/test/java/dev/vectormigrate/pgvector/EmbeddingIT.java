package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.Embedding;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.RejectsExceededException;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.pgvector.EmbeddingProcess.CountingEmbedder;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.testkit.InMemorySource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is embedded is kept in the database: after a kill, a discard, and for other migrations. */
class EmbeddingIT {

  private static final int ANSWERED = 6;
  private static final long TEXTS =
      IntStream.range(0, EmbeddingProcess.ROWS)
          .mapToObj(EmbeddingIT::text)
          .filter(text -> !text.isBlank())
          .distinct()
          .count();

  @TempDir Path temp;

  private static String text(int number) {
    Object text = GeneratedSource.row(number).value("text");
    return text == null ? "" : (String) text;
  }

  @Test
  void a_killed_run_asks_for_nothing_again() throws Exception {
    Path counted = temp.resolve("counted");
    try (LocalPostgres.Database database = LocalPostgres.shared().createDatabase("embed");
        Observer observer = Observer.of(database)) {
      try (ChildProcess child =
          ChildProcess.start(
              EmbeddingProcess.class, database, counted.toString(), String.valueOf(ANSWERED + 1))) {
        child.await("at embedding");
        child.kill();
      }
      observer.awaitAlone();
      long before = Files.readAllLines(counted).size();
      assertThat(before).isBetween(1L, (long) ANSWERED * CountingEmbedder.TEXTS_A_CALL);
      assertThat(observer.number("SELECT count(*) FROM vector_migrate.embedding"))
          .as("every answer is kept")
          .isEqualTo(before);

      MigrationReport report =
          EmbeddingProcess.plan("crash", database.dataSource(), new CountingEmbedder(counted, 0))
              .run();

      assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
      assertThat(Files.readAllLines(counted)).hasSize((int) TEXTS).doesNotHaveDuplicates();
      assertVectors(observer, "crash");
    }
  }

  private static void assertVectors(Observer observer, String table) throws Exception {
    List<String> expected =
        IntStream.range(0, EmbeddingProcess.ROWS).mapToObj(EmbeddingIT::line).sorted().toList();

    assertThat(
            observer
                .query("SELECT id || ' ' || coalesce(embedding::text, 'none') FROM " + table)
                .stream()
                .map(String::valueOf)
                .sorted()
                .toList())
        .isEqualTo(expected);
  }

  private static String line(int number) {
    String text = text(number);
    if (text.isBlank()) {
      return GeneratedSource.id(number) + " none";
    }
    StringBuilder vector = new StringBuilder();
    for (float component : CountingEmbedder.vector(text).toArray()) {
      vector.append(vector.length() == 0 ? "[" : ",").append(component(component));
    }
    return GeneratedSource.id(number) + " " + vector + "]";
  }

  /** The shortest text that gives the same number, as PostgreSQL writes it. */
  private static String component(float number) {
    String plain = new java.math.BigDecimal(Float.toString(number)).toPlainString();
    return number < 0.0001f ? Float.toString(number).replace("E-", "e-0") : plain;
  }

  @Test
  void another_migration_and_one_that_was_discarded_ask_for_nothing_again() throws Exception {
    try (LocalPostgres.Database database = LocalPostgres.shared().createDatabase("embed");
        Observer observer = Observer.of(database)) {
      CountingEmbedder first = new CountingEmbedder(temp.resolve("first"), 0);
      MigrationPlan one = EmbeddingProcess.plan("one", database.dataSource(), first);
      one.run();
      one.rollback();
      one.discard();
      CountingEmbedder second = new CountingEmbedder(temp.resolve("second"), 0);

      EmbeddingProcess.plan("one", database.dataSource(), second).run();
      EmbeddingProcess.plan("two", database.dataSource(), second).run();

      assertThat(first.calls()).isPositive();
      assertThat(second.calls()).isZero();
      assertThat(observer.number("SELECT count(*) FROM two")).isEqualTo(EmbeddingProcess.ROWS);
      assertThat(EmbeddingProcess.plan("two", database.dataSource(), second).compare().report())
          .satisfies(report -> assertThat(report.outcome()).isEqualTo(Outcome.SAME));
      assertThat(second.calls()).isZero();
    }
  }

  @Test
  void a_dry_run_makes_no_schema_and_asks_nothing() throws Exception {
    try (LocalPostgres.Database database = LocalPostgres.shared().createDatabase("embed");
        Observer observer = Observer.of(database)) {
      CountingEmbedder embedder = new CountingEmbedder(temp.resolve("counted"), 0);

      MigrationReport report =
          EmbeddingProcess.plan("dry", database.dataSource(), embedder).dryRun();

      assertThat(embedder.calls()).isZero();
      assertThat(observer.query("SELECT to_regnamespace('vector_migrate')")).containsOnlyNulls();
      assertThat(report.findings())
          .extracting(Finding::code)
          .contains("embedding.estimate", "embedding.missing");
      assertThat(report.findings())
          .filteredOn(finding -> finding.code().equals("embedding.estimate"))
          .first()
          .extracting(Finding::message)
          .asString()
          .contains(", 0 known from before.");
    }
  }

  @Test
  void kept_vectors_of_another_dimension_are_refused_with_id_and_both_numbers() throws Exception {
    Schema schema =
        new Schema(
            List.of(
                Field.required("id", FieldType.TEXT),
                Field.optional("text", FieldType.TEXT),
                Field.optional("embedding", FieldType.vector(0, null))),
            List.of("id"));
    float[] right = new float[CountingEmbedder.DIMENSION];
    right[0] = 1;
    List<Row> rows =
        IntStream.range(0, 6)
            .mapToObj(
                i ->
                    Row.of(
                        schema,
                        "id-" + i,
                        "text " + i,
                        i == 2 ? null : i % 2 == 0 ? Vector.wrap(right) : Vector.of(1, 2, 3, 4)))
            .toList();
    try (LocalPostgres.Database database = LocalPostgres.shared().createDatabase("embed")) {
      CountingEmbedder embedder = new CountingEmbedder(temp.resolve("counted"), 0);
      MigrationPlan.Builder plan =
          MigrationPlan.builder("mixed")
              .from(InMemorySource.empty().with("docs", schema, rows))
              .into(PgVectorTarget.of(database.dataSource()))
              .eachDataset(d -> d.embedMissing(Embedding.with(embedder)))
              .writers(1);

      assertThatThrownBy(() -> plan.build().run())
          .isInstanceOf(RejectsExceededException.class)
          .hasMessageContaining("row 'id-1' at position '2': ")
          .hasMessageContaining("vector of 4 dimensions, expected 8");
      MigrationReport report = plan.maxRejects(3).build().run();

      assertThat(report.rejects())
          .extracting(MigrationReport.RejectReport::id)
          .containsExactly("id-1", "id-3", "id-5");
      assertThat(report.rejects())
          .allSatisfy(r -> assertThat(r.reason()).contains("vector of 4 dimensions, expected 8"));
      assertThat(report.written()).isEqualTo(3);
    }
  }
}
