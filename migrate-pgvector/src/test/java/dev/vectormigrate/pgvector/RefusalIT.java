package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.MigrationException;
import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.MigrationReport.RejectReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.Phase;
import dev.vectormigrate.RefusedException;
import dev.vectormigrate.RejectsExceededException;
import dev.vectormigrate.TargetException;
import dev.vectormigrate.VerificationFailedException;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.model.VectorIndex;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.spi.WriteMode.OnConflict;
import dev.vectormigrate.testkit.InMemorySource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.postgresql.ds.PGSimpleDataSource;

/** What is refused, in which words, and that nothing is lost by it. */
class RefusalIT {

  private static final Schema DOCS = Schema.vectorCollection(3, Distance.L2);
  private static final String MAPPING =
      "table=(name of the dataset) renamed={text=content} dropped=[] constants={} tenants={}"
          + " mode=create index=automatic";

  private LocalPostgres.Database database;
  private Observer observer;

  @BeforeEach
  void open() throws SQLException {
    database = LocalPostgres.shared().createDatabase("refusal");
    observer = Observer.of(database);
  }

  private void reopen() throws SQLException {
    close();
    open();
  }

  @AfterEach
  void close() throws SQLException {
    observer.close();
    database.close();
  }

  private static Row doc(String id, String text) {
    return Row.of(DOCS, id, text, Json.of(Map.of("n", 1L)), Vector.of(1, 2, 3));
  }

  private static List<Row> docs(int count) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(doc("id-" + i, "text " + i));
    }
    return rows;
  }

  private MigrationPlan.Builder plan(List<Row> rows) {
    return plan("docs", DOCS, rows);
  }

  private MigrationPlan.Builder plan(String dataset, Schema schema, List<Row> rows) {
    return MigrationPlan.builder("refusal")
        .from(InMemorySource.empty().with(dataset, schema, rows))
        .into(PgVectorTarget.of(database.dataSource()));
  }

  /** Stops a run before its promotion: everything is staged and verified. */
  private void stageOnly(MigrationPlan.Builder plan) {
    Thread runner = Thread.currentThread();
    MigrationListener interrupting =
        new MigrationListener() {
          @Override
          public void phaseStarted(Phase phase) {
            if (phase == Phase.STAGE) {
              runner.interrupt();
            }
          }
        };
    assertThatThrownBy(() -> plan.listener(interrupting).build().run())
        .isInstanceOf(MigrationException.class)
        .hasMessageContaining("interrupted. What is staged is kept; run again to go on.");
    assertThat(Thread.interrupted()).isTrue();
  }

  private static MigrationListener before(Phase wanted, Observer observer, String... sql) {
    return new MigrationListener() {
      @Override
      public void phaseStarted(Phase phase) {
        if (phase == wanted) {
          try {
            observer.execute(sql);
          } catch (SQLException e) {
            throw new AssertionError(e);
          }
        }
      }
    };
  }

  private static void checkRefused(MigrationPlan plan, String message) {
    assertThatThrownBy(plan::run).isInstanceOf(RefusedException.class).hasMessage(message);
  }

  @Test
  void a_source_that_changed_is_refused_until_the_run_is_discarded() throws Exception {
    stageOnly(plan(docs(3)));
    List<Row> changed = new ArrayList<>(docs(2));
    changed.add(doc("id-2", "another text"));

    checkRefused(
        plan(changed).build(),
        "[migration refusal] dataset 'docs' changed since the run began: rows=3 hash=%d, expected"
                .formatted(List.copyOf(changed).hashCode())
            + " rows=3 hash=%d. Call discard() to start over with what is there now."
                .formatted(docs(3).hashCode()));

    plan(changed).build().discard();
    assertThat(plan(changed).build().run().outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(observer.query("SELECT content FROM docs ORDER BY id"))
        .containsExactly("text 0", "text 1", "another text");
  }

  @Test
  void another_mapping_is_refused() {
    stageOnly(plan(docs(3)));

    checkRefused(
        plan(docs(3)).eachDataset(d -> d.rename("text", "body")).build(),
        "[migration refusal] dataset 'docs', mapping: %s, expected what the run began with: %s. Call"
                .formatted(MAPPING.replace("text=content", "text=body"), MAPPING)
            + " discard() to start over with what is there now.");
  }

  @Test
  void another_dimension_is_refused() {
    stageOnly(plan(docs(3)));
    Schema wider = Schema.vectorCollection(4, Distance.L2);

    String layout =
        "docs (id text not null, content text, metadata json, embedding vector(%d) l2) key (id),"
            + " create, index automatic";
    checkRefused(
        plan("docs", wider, List.of()).build(),
        "[migration refusal] dataset 'docs', layout: %s, expected what the run began with: %s. Call"
                .formatted(layout.formatted(4), layout.formatted(3))
            + " discard() to start over with what is there now.");
  }

  @Test
  void other_datasets_are_refused() {
    stageOnly(plan(docs(3)));

    checkRefused(
        plan("other", DOCS, docs(3)).build(),
        "[migration refusal] datasets: [other], expected what the run began with: [docs]. Call"
            + " discard() to start over with what is there now.");
  }

  @Test
  void another_plan_under_the_name_of_a_finished_one_is_refused() {
    plan(docs(3)).build().run();

    checkRefused(
        plan(docs(3)).eachDataset(DatasetMapping.Builder::replace).build(),
        "[migration refusal] plan: all datasets: %s, expected what was migrated under this name: all"
                .formatted(MAPPING.replace("create", "replace"))
            + " datasets: %s. Give the new plan a new name.".formatted(MAPPING));
  }

  @Test
  void a_wrong_password_is_said_without_it() {
    PGSimpleDataSource wrong = new PGSimpleDataSource();
    wrong.setUrl(database.jdbcUrl());
    wrong.setUser("nobody_by_this_name");
    wrong.setPassword("s3cret");
    MigrationPlan plan =
        MigrationPlan.builder("refusal")
            .from(InMemorySource.empty().with("docs", DOCS, docs(1)))
            .into(PgVectorTarget.of(wrong))
            .build();

    assertThatThrownBy(plan::run)
        .isInstanceOf(TargetException.class)
        .hasMessage(
            "[postgresql] PostgreSQL: password authentication failed for user"
                + " \"nobody_by_this_name\" (SQLSTATE 28P01).");
  }

  @Test
  void a_database_without_the_extension_is_refused() throws Exception {
    try (LocalPostgres.Database bare =
        LocalPostgres.shared().createDatabaseWithoutExtension("bare")) {
      MigrationPlan plan =
          MigrationPlan.builder("refusal")
              .from(InMemorySource.empty().with("docs", DOCS, docs(1)))
              .into(PgVectorTarget.of(bare.dataSource()))
              .build();

      assertThatThrownBy(plan::run)
          .isInstanceOf(MigrationException.class)
          .hasMessage(
              "[postgresql] extension vector: not installed in this database, expected 0.5 or"
                  + " newer. Run CREATE EXTENSION vector as a role that may.");
      try (Observer there = Observer.of(bare)) {
        assertThat(there.query("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'vector%'"))
            .isEmpty();
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> a_live_table_that_others_use_is_left_to_them_until_they_are_done() {
    return Stream.of(
        dynamicTest("replace", () -> checkLocked(Mode.REPLACE, "ACCESS SHARE")),
        dynamicTest("append", () -> checkLocked(Mode.APPEND, "ROW EXCLUSIVE")));
  }

  private void checkLocked(Mode mode, String lock) throws Exception {
    reopen();
    mode.makeTableBefore(database);
    String before = observer.content("public.docs");
    MigrationPlan plan =
        MigrationPlan.builder("refusal")
            .from(GeneratedSource.of(100))
            .into(PgVectorTarget.of(database.dataSource()).lockWait(Duration.ofMillis(100)))
            .eachDataset(mode::map)
            .build();
    try (Observer reader = observer.another()) {
      reader.hold("LOCK TABLE docs IN " + lock + " MODE");

      assertThatThrownBy(plan::run)
          .isInstanceOf(TargetException.class)
          .hasMessage(
              "[postgresql] table docs: in use by others for longer than the wait for a lock, expected"
                  + " it to be free. Run again when it is.");

      assertThat(observer.content("public.docs")).isEqualTo(before);
      assertThat(plan.status().state()).isEqualTo("verified");
    }
    assertThat(plan.run().outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(observer.content("public.docs")).isNotEqualTo(before);
  }

  @Test
  void a_table_that_somebody_else_made_meanwhile_is_left_to_them() throws Exception {
    MigrationPlan plan =
        plan(docs(3))
            .listener(before(Phase.PROMOTE, observer, "CREATE TABLE docs AS SELECT 'theirs' AS x"))
            .build();

    assertThatThrownBy(plan::run)
        .isInstanceOf(MigrationException.class)
        .hasMessage(
            "[postgresql] table docs: was made by somebody else meanwhile, expected none. Remove"
                + " it, or call discard() and choose replace or append.");

    assertThat(observer.query("SELECT x FROM docs")).containsExactly("theirs");
    observer.execute("DROP TABLE docs");
    assertThat(plan(docs(3)).build().run().outcome()).isEqualTo(Outcome.MIGRATED);
  }

  @Test
  void rows_with_the_same_key_stop_the_run_before_anything_is_live() throws Exception {
    List<Row> rows = List.of(doc("a", "1"), doc("b", "2"), doc("a", "3"));

    assertThatThrownBy(() -> plan(rows).build().run())
        .isInstanceOf(MigrationException.class)
        .hasMessage(
            "[postgresql] table docs: two rows have the same key [id], expected each once. Add a"
                + " column that tells them apart to the key, such as a tenant.");

    assertThat(observer.content("public.docs")).isEqualTo("absent");
    plan(rows).build().discard();
    assertThat(
            observer.query(
                "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'vector\\_migrate\\_%'"))
        .isEmpty();
  }

  /** The rows that PostgreSQL can't hold, with why. */
  private record Impossible(Row row, String id, String reason) {}

  private static List<Impossible> impossibleRows() {
    String nan = "column 'embedding': vector with NaN or an infinity, which pgvector can't hold";
    return List.of(
        new Impossible(
            doc("nul", "a\0b"),
            "nul",
            "column 'content': text with the character U+0000, which PostgreSQL can't hold"),
        new Impossible(
            doc("n\0l", "id"),
            "n\uFFFDl",
            "column 'id': text with the character U+0000, which PostgreSQL can't hold"),
        new Impossible(
            doc("high", "a\uD83D"),
            "high",
            "column 'content': text with a lone surrogate, which UTF-8 can't hold"),
        new Impossible(
            doc("low", "\uDE00a"),
            "low",
            "column 'content': text with a lone surrogate, which UTF-8 can't hold"),
        new Impossible(
            doc("\uDE00", "id"),
            "\uFFFD",
            "column 'id': text with a lone surrogate, which UTF-8 can't hold"),
        new Impossible(
            Row.of(DOCS, "json", "t", Json.of(Map.of("k", "a\0b")), Vector.of(1, 2, 3)),
            "json",
            "column 'metadata': JSON with the character U+0000, which jsonb can't hold"),
        new Impossible(
            Row.of(DOCS, "json key", "t", Json.of(Map.of("a\0b", 1L)), Vector.of(1, 2, 3)),
            "json key",
            "column 'metadata': JSON with the character U+0000, which jsonb can't hold"),
        new Impossible(
            Row.of(DOCS, "nan", "t", Json.of(Map.of()), Vector.of(1, Float.NaN, 3)), "nan", nan),
        new Impossible(
            Row.of(DOCS, "inf", "t", null, Vector.of(Float.NEGATIVE_INFINITY, 1, 3)), "inf", nan),
        new Impossible(
            Row.of(DOCS, "short", "t", null, Vector.of(1, 2)),
            "short",
            "column 'embedding': vector of 2 dimensions, expected 3"));
  }

  @TestFactory
  Stream<DynamicTest> a_value_that_can_not_be_held_stops_a_run_that_allows_none() {
    return impossibleRows().stream()
        .map(impossible -> dynamicTest(impossible.reason(), () -> checkStops(impossible)));
  }

  private void checkStops(Impossible impossible) throws Exception {
    reopen();
    MigrationPlan plan = plan(List.of(doc("good", "t"), impossible.row())).writers(1).build();

    assertThatThrownBy(plan::run)
        .isInstanceOf(RejectsExceededException.class)
        .hasMessage(
            "[memory docs] row '%s' at position '2': %s. Rows refused: 1, allowed 0. Mend the row at"
                    .formatted(impossible.row().id(), impossible.reason())
                + " its source, or allow refused rows with maxRejects(...); they are listed in the"
                + " report.");

    assertThat(observer.content("public.docs")).isEqualTo("absent");
  }

  @Test
  void values_that_can_not_be_held_are_listed_where_they_are_allowed() throws Exception {
    List<Impossible> impossible = impossibleRows();
    List<Row> rows = new ArrayList<>(docs(5));
    impossible.forEach(i -> rows.add(i.row()));
    rows.addAll(List.of(doc("last", "t")));
    MigrationPlan plan = plan(rows).maxRejects(impossible.size()).batchRows(2).build();

    MigrationReport report = plan.run();

    List<RejectReport> expected = new ArrayList<>();
    for (int i = 0; i < impossible.size(); i++) {
      expected.add(
          new RejectReport(
              "docs", impossible.get(i).id(), String.valueOf(6 + i), impossible.get(i).reason()));
    }
    assertThat(report.rejects()).containsExactlyInAnyOrderElementsOf(expected);
    MigrationReport.DatasetReport dataset = report.datasets().get(0);
    assertThat(List.of(dataset.read(), dataset.written(), dataset.rejected()))
        .containsExactly(16L, 6L, 10L);
    assertThat(observer.query("SELECT id FROM docs ORDER BY id"))
        .containsExactly("id-0", "id-1", "id-2", "id-3", "id-4", "last");
    assertThat(plan.verify().outcome()).isEqualTo(Outcome.VERIFIED);
  }

  @Test
  void one_refused_row_more_than_allowed_stops_the_run_and_more_can_be_allowed_later() {
    List<Row> rows = List.of(doc("a", "\0"), doc("b", "\0"), doc("c", "t"));

    assertThatThrownBy(() -> plan(rows).maxRejects(1).writers(1).build().run())
        .isInstanceOf(RejectsExceededException.class)
        .hasMessageContaining("Rows refused: 2, allowed 1.");

    MigrationReport report = plan(rows).maxRejects(2).build().run();
    assertThat(report.rejects()).extracting(RejectReport::id).containsExactly("a", "b");
    assertThat(report.written()).isEqualTo(1);
  }

  @Test
  void a_name_that_is_too_long_is_refused() {
    String long64 = "t".repeat(64);

    checkRefused(
        plan(docs(1)).eachDataset(d -> d.table(long64)).build(),
        "[postgresql] Table %s name '%s' has 64 bytes, expected at most 63. Name another in the plan."
            .formatted(long64, long64));
  }

  @Test
  void names_that_postgresql_can_not_hold_are_refused() {
    checkRefused(
        plan(docs(1)).eachDataset(d -> d.table("a\0b")).build(),
        "[postgresql] Table a\0b a name holds the character U+0000 or half a surrogate pair, expected"
            + " neither. Name another.");
    for (String column : List.of("a\0b", "a\uD83D")) {
      checkRefused(
          plan(docs(1)).eachDataset(d -> d.rename("text", column)).build(),
          "[postgresql] Table docs a name holds the character U+0000 or half a surrogate pair,"
              + " expected neither. Name another.");
    }
  }

  @TestFactory
  Stream<DynamicTest> names_that_need_quotes_work() {
    String long63 = "ü".repeat(31) + "x";
    return Stream.of(
            "a\"b",
            "a'b",
            "a; DROP TABLE victim; --",
            "\"; DROP TABLE victim; --",
            "select",
            "Upper Case",
            "日本語 \uD83D\uDE00",
            "back\\slash",
            "%s %1$s",
            "a.b",
            " ",
            long63)
        .map(name -> dynamicTest("'" + name + "'", () -> checkName(name)));
  }

  private void checkName(String name) throws Exception {
    reopen();
    observer.execute("CREATE TABLE victim (i integer)");
    // The index is named after the table and the vector's column, and must fit as well.
    Consumer<DatasetMapping.Builder> mapping =
        d -> d.table(name).rename("embedding", name).rename("text", "t " + name.charAt(0));
    MigrationPlan create = plan(docs(3)).eachDataset(mapping).build();

    create.dryRun();
    assertThat(create.run().outcome()).isEqualTo(Outcome.MIGRATED);
    for (Consumer<DatasetMapping.Builder> mode :
        List.<Consumer<DatasetMapping.Builder>>of(
            d -> d.append(OnConflict.UPDATE),
            d -> d.append(OnConflict.SKIP),
            d -> d.direct(OnConflict.UPDATE),
            DatasetMapping.Builder::replace)) {
      MigrationPlan next =
          MigrationPlan.builder("next")
              .from(InMemorySource.empty().with("docs", DOCS, docs(4)))
              .into(PgVectorTarget.of(database.dataSource()))
              .eachDataset(mapping.andThen(mode))
              .build();
      assertThat(next.run().outcome()).isEqualTo(Outcome.MIGRATED);
      assertThat(next.verify().outcome()).isEqualTo(Outcome.VERIFIED);
      next.rollback();
      next.discard();
    }

    assertThat(
            observer.query(
                "SELECT relname FROM pg_class WHERE relkind = 'r'"
                    + " AND relnamespace = 'public'::regnamespace"))
        .containsExactlyInAnyOrder("victim", name);
    assertThat(observer.value("SELECT count(*) FROM public." + Identifiers.quote(name)))
        .isEqualTo("3");
  }

  @Test
  void vectors_that_are_too_long_to_be_stored_are_refused() {
    checkRefused(
        plan("docs", Schema.vectorCollection(16_001, null), List.of()).build(),
        "[postgresql] Table docs column 'embedding' has 16,001 dimensions, expected at most 16,000."
            + " pgvector can't store them.");
  }

  @Test
  void vectors_that_are_too_long_to_be_indexed_are_refused_if_an_index_is_asked_for() {
    checkRefused(
        plan("docs", Schema.vectorCollection(2_001, null), List.of())
            .eachDataset(d -> d.index(VectorIndex.hnsw()))
            .build(),
        "[postgresql] Table docs column 'embedding' has 2001 dimensions, expected 1 to 2,000 for an"
            + " index. Choose halfVectors(), or an index over(HALF), or an index over(BIT), or fewer"
            + " dimensions, or no index.");
  }

  @Test
  void vectors_that_are_too_long_to_be_indexed_get_no_index_by_default() throws Exception {
    Schema schema = Schema.vectorCollection(2_001, null);
    float[] components = new float[2_001];
    components[2_000] = -0.0f;

    MigrationReport report =
        plan("docs", schema, List.of(Row.of(schema, "a", null, null, Vector.of(components))))
            .build()
            .run();

    assertThat(report.findings())
        .containsExactly(
            Finding.warning(
                "index.left_out",
                "Table docs column 'embedding' has 2001 dimensions, expected 1 to 2,000 for an"
                    + " index. It gets none; searches read every row. Choose halfVectors(), or an"
                    + " index over(HALF), or an index over(BIT), or fewer dimensions."));
    assertThat(observer.query("SELECT indexname FROM pg_indexes WHERE tablename = 'docs'"))
        .containsExactly("docs_pkey");
  }

  @Test
  void an_index_of_lists_gets_as_many_as_the_rows_ask_for() throws Exception {
    List<Row> rows = docs(5_500);

    plan(rows).eachDataset(d -> d.index(VectorIndex.ivfflat())).build().run();

    assertThat(
            observer.value(
                "SELECT reloptions::text FROM pg_class WHERE relname = 'docs_embedding_idx'"))
        .isEqualTo("{lists=5}");
  }

  @Test
  void a_key_with_a_line_break_in_it_is_compared_like_any_other() throws Exception {
    List<Row> rows =
        List.of(
            Row.of(DOCS, "a", "t", Json.of(Map.of("a\rb", 1L, "c\nd\te", 2L)), Vector.of(1, 2, 3)));
    MigrationPlan plan =
        plan(rows)
            .listener(
                before(
                    Phase.VERIFY, observer, "UPDATE vector_migrate_stage_1.docs SET content = 'x'"))
            .build();

    assertThatThrownBy(plan::run)
        .isInstanceOfSatisfying(
            VerificationFailedException.class,
            e ->
                assertThat(e.report().findings())
                    .extracting(Finding::code)
                    .containsExactly("digest.mismatch", "samples.mismatch"));
  }

  @Test
  void rows_whose_keys_only_look_the_same_are_told_apart() throws Exception {
    Schema schema =
        new Schema(
            List.of(
                Field.required("tenant", FieldType.TEXT),
                Field.required("id", FieldType.TEXT),
                Field.optional("n", FieldType.INTEGER)),
            List.of("tenant", "id"));
    List<Row> rows = List.of(Row.of(schema, "a", "b/c", 1L), Row.of(schema, "a/b", "c", 2L));

    assertThat(plan("docs", schema, rows).build().run().outcome()).isEqualTo(Outcome.MIGRATED);
  }

  /** Each of the two made the live table once; only who made it last may take it away. */
  @TestFactory
  Stream<DynamicTest> a_rollback_leaves_a_table_that_came_later_alone() {
    return Stream.of(Mode.CREATE, Mode.REPLACE, Mode.APPEND, Mode.DIRECT_NEW, Mode.DIRECT_MERGE)
        .map(mode -> dynamicTest(mode.name(), () -> checkLaterTable(mode)));
  }

  private void checkLaterTable(Mode mode) throws Exception {
    reopen();
    mode.makeTableBefore(database);
    String before = observer.content("public.docs");
    MigrationPlan first = later("first", 20, mode::map);
    MigrationPlan second = later("second", 30, DatasetMapping.Builder::replace);
    first.run();
    String afterFirst = observer.content("public.docs");
    second.run();
    String afterSecond = observer.content("public.docs");

    assertThatThrownBy(first::rollback)
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "[postgresql] table docs: is gone, or another one than this migration made live,"
                + " expected the same. Take back what replaced it first.");
    first.discard();

    assertThat(observer.content("public.docs")).isEqualTo(afterSecond);
    assertThat(second.verify().outcome()).isEqualTo(Outcome.VERIFIED);
    second.rollback();
    assertThat(observer.content("public.docs")).isEqualTo(afterFirst);
    if (mode == Mode.CREATE || mode == Mode.DIRECT_NEW) {
      first.rollback();
      assertThat(observer.content("public.docs")).isEqualTo(before);
    }
  }

  private MigrationPlan later(String name, int rows, Consumer<DatasetMapping.Builder> mapping) {
    return MigrationPlan.builder(name)
        .from(GeneratedSource.of(rows))
        .into(PgVectorTarget.of(database.dataSource()))
        .eachDataset(mapping)
        .build();
  }
}
