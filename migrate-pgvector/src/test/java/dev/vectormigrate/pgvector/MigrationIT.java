package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.RefusedException;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.spi.WriteMode.OnConflict;
import dev.vectormigrate.testkit.InMemorySource;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MigrationIT {

  private static final Schema DOCS = Schema.vectorCollection(3, Distance.L2);

  private LocalPostgres.Database database;

  @BeforeEach
  void makeDatabase() {
    database = LocalPostgres.shared().createDatabase("migration");
  }

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  private static List<Row> docs(int from, int to, String text) {
    List<Row> rows = new ArrayList<>();
    for (int i = from; i < to; i++) {
      rows.add(
          Row.of(
              DOCS,
              "id-" + i,
              text + i,
              Json.of(Map.of("n", (long) i, "x", i + 0.5)),
              Vector.of(i, -0.0f, 1)));
    }
    return rows;
  }

  private MigrationPlan.Builder plan(String name, List<Row> rows) {
    return MigrationPlan.builder(name)
        .from(InMemorySource.empty().with("docs", DOCS, rows))
        .into(PgVectorTarget.of(database.dataSource()))
        .batchRows(7);
  }

  private List<String> query(String sql) throws Exception {
    try (Connection connection = database.connect()) {
      return Sql.list(connection, sql, row -> row.getString(1));
    }
  }

  private void execute(String... sql) throws Exception {
    try (Connection connection = database.connect()) {
      Sql.execute(connection, sql);
    }
  }

  /** Everything that is there besides the control tables. */
  private List<String> relations() throws Exception {
    return query(
        """
        SELECT n.nspname || '.' || c.relname FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE (n.nspname = 'public' OR n.nspname LIKE 'vector\\_migrate\\_%')
          AND c.relkind IN ('r', 'i')
        ORDER BY 1""");
  }

  @Test
  void creates_a_table_with_key_and_index_and_every_row() throws Exception {
    MigrationReport report = plan("first", docs(0, 50, "text ")).build().run();

    assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(report.findings()).isEmpty();
    assertThat(report.written()).isEqualTo(50);
    assertThat(relations())
        .containsExactly("public.docs", "public.docs_embedding_idx", "public.docs_pkey");
    assertThat(
            query(
                "SELECT concat_ws(' | ', id, content, metadata, embedding) FROM docs"
                    + " WHERE id = 'id-7'"))
        .containsExactly("id-7 | text 7 | {\"n\": 7, \"x\": 7.5} | [7,-0,1]");
    assertThat(query("SELECT count(*) FROM docs")).containsExactly("50");
  }

  @Test
  void a_second_run_does_nothing_and_says_so() throws Exception {
    plan("again", docs(0, 5, "t")).build().run();
    execute("DELETE FROM docs WHERE id = 'id-1'");

    MigrationReport report = plan("again", docs(0, 5, "t")).build().run();

    assertThat(report.outcome()).isEqualTo(Outcome.ALREADY_MIGRATED);
    assertThat(query("SELECT count(*) FROM docs")).containsExactly("4");
  }

  @Test
  void a_rollback_takes_a_created_table_away_and_discard_removes_it() throws Exception {
    MigrationPlan plan = plan("undo", docs(0, 5, "t")).build();
    plan.run();

    plan.rollback();

    assertThat(query("SELECT to_regclass('public.docs')")).containsOnlyNulls();
    assertThat(plan.status().state()).isEqualTo("rolled_back");
    assertThatThrownBy(plan::run).isInstanceOf(RefusedException.class);
    plan.discard();
    assertThat(relations()).isEmpty();
    assertThat(plan.run().outcome()).isEqualTo(Outcome.MIGRATED);
  }

  @Test
  void a_filled_table_is_refused_and_left_alone() throws Exception {
    execute("CREATE TABLE docs (id text PRIMARY KEY)", "INSERT INTO docs VALUES ('mine')");

    assertThatThrownBy(() -> plan("filled", docs(0, 5, "t")).build().run())
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "[postgresql] Table docs has rows, expected none or no such table. Name another table,"
                + " or choose replace or append. Table docs lacks the column 'content', expected"
                + " it with type text. Add it, or rename or drop the field in the plan. Table docs"
                + " lacks the column 'metadata', expected it with type jsonb. Add it, or rename or"
                + " drop the field in the plan. Table docs lacks the column 'embedding', expected"
                + " it with type vector(3). Add it, or rename or drop the field in the plan.");
    assertThat(query("SELECT id FROM docs")).containsExactly("mine");
    assertThat(query("SELECT to_regclass('vector_migrate.run')")).containsOnlyNulls();
  }

  @Test
  void replaces_a_table_and_swaps_it_back() throws Exception {
    plan("v1", docs(0, 5, "old ")).build().run();
    execute("CREATE INDEX docs_content ON docs (content)");
    MigrationPlan second = plan("v2", docs(0, 9, "new ")).eachDataset(d -> d.replace()).build();

    second.run();

    assertThat(query("SELECT count(*) FROM docs WHERE content LIKE 'new %'")).containsExactly("9");
    assertThat(relations())
        .containsExactly(
            "public.docs",
            "public.docs_content",
            "public.docs_embedding_idx",
            "public.docs_pkey",
            "vector_migrate_kept_2.docs",
            "vector_migrate_kept_2.docs_content",
            "vector_migrate_kept_2.docs_embedding_idx",
            "vector_migrate_kept_2.docs_pkey");
    second.rollback();
    assertThat(query("SELECT count(*) FROM docs WHERE content LIKE 'old %'")).containsExactly("5");
    second.discard();
    assertThat(relations())
        .containsExactly(
            "public.docs", "public.docs_content", "public.docs_embedding_idx", "public.docs_pkey");
  }

  @Test
  void a_table_with_a_view_is_not_replaced() throws Exception {
    plan("v1", docs(0, 5, "old ")).build().run();
    execute("CREATE VIEW recent AS SELECT * FROM docs");

    assertThatThrownBy(
            () -> plan("v2", docs(0, 9, "new ")).eachDataset(d -> d.replace()).build().run())
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "[postgresql] Table docs can't be replaced because of [view recent]. Remove them, or"
                + " append instead.");
  }

  @Test
  void appends_to_a_shared_table_and_takes_exactly_that_back() throws Exception {
    plan("theirs", docs(0, 5, "theirs ")).build().run();
    for (OnConflict policy : List.of(OnConflict.SKIP, OnConflict.UPDATE)) {
      List<String> before = query("SELECT d::text FROM docs d ORDER BY id");
      MigrationPlan plan =
          plan("ours " + policy, docs(3, 9, "ours ")).eachDataset(d -> d.append(policy)).build();

      MigrationReport report = plan.run();

      String theirs = policy == OnConflict.SKIP ? "5" : "3";
      assertThat(query("SELECT count(*) FROM docs WHERE content LIKE 'theirs %'"))
          .containsExactly(theirs);
      assertThat(query("SELECT count(*) FROM docs")).containsExactly("9");
      assertThat(report.findings()).hasSize(1);
      assertThat(plan.verify().outcome()).isEqualTo(Outcome.VERIFIED);
      plan.rollback();
      assertThat(query("SELECT d::text FROM docs d ORDER BY id")).isEqualTo(before);
      plan.discard();
    }
    assertThat(relations())
        .containsExactly("public.docs", "public.docs_embedding_idx", "public.docs_pkey");
  }

  @Test
  void what_an_append_brought_is_not_compared_once_it_was_discarded() throws Exception {
    plan("theirs", docs(0, 5, "theirs ")).build().run();
    MigrationPlan plan =
        plan("ours", docs(5, 9, "ours ")).eachDataset(d -> d.append(OnConflict.FAIL)).build();
    plan.run();

    plan.discard();

    assertThatThrownBy(plan::verify)
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "[postgresql] table docs: what the run brought was discarded, expected it to be kept."
                + " It can't be compared any more.");
    assertThat(query("SELECT count(*) FROM docs")).containsExactly("9");
  }

  @Test
  void an_append_that_must_not_conflict_stops_before_anything_is_live() throws Exception {
    plan("theirs", docs(0, 5, "theirs ")).build().run();
    List<String> before = query("SELECT d::text FROM docs d ORDER BY id");
    MigrationPlan plan =
        plan("ours", docs(4, 9, "ours ")).eachDataset(d -> d.append(OnConflict.FAIL)).build();

    assertThatThrownBy(plan::run)
        .hasMessage(
            "[postgresql] table docs: has rows with the keys [id-4] already, expected none. Append"
                + " with skip or update, or name another table.");

    assertThat(query("SELECT d::text FROM docs d ORDER BY id")).isEqualTo(before);
    plan.discard();
    assertThat(relations())
        .containsExactly("public.docs", "public.docs_embedding_idx", "public.docs_pkey");
  }

  @Test
  void writes_directly_into_a_new_and_into_a_shared_table() throws Exception {
    MigrationPlan first =
        plan("direct", docs(0, 20, "a ")).eachDataset(d -> d.direct(OnConflict.FAIL)).build();
    first.run();
    MigrationPlan second =
        plan("more", docs(15, 40, "b ")).eachDataset(d -> d.direct(OnConflict.UPDATE)).build();

    MigrationReport report = second.run();

    assertThat(report.findings()).extracting(f -> f.code()).containsExactly("promote.direct");
    assertThat(query("SELECT count(*) FROM docs WHERE content LIKE 'b %'")).containsExactly("25");
    assertThat(second.verify().outcome()).isEqualTo(Outcome.VERIFIED);
    second.rollback();
    second.discard();
    assertThat(query("SELECT count(*) FROM docs WHERE content LIKE 'a %'")).containsExactly("20");
    assertThat(query("SELECT count(*) FROM docs")).containsExactly("20");
    first.rollback();
    assertThat(query("SELECT to_regclass('public.docs')")).containsOnlyNulls();
  }

  @Test
  void an_existing_empty_table_keeps_its_definition() throws Exception {
    execute(
        "CREATE TABLE docs (id text PRIMARY KEY, content text, metadata jsonb, embedding vector(3),"
            + " added timestamptz NOT NULL DEFAULT now(), serial bigserial)");

    MigrationPlan plan = plan("fill", docs(0, 5, "t")).build();
    plan.run();

    assertThat(query("SELECT count(added) + max(serial) FROM docs")).containsExactly("10");
    plan.rollback();
    assertThat(query("SELECT count(*) FROM docs")).containsExactly("0");
  }

  @Test
  void a_dry_run_changes_nothing_and_lists_the_statements() throws Exception {
    MigrationReport report = plan("preview", docs(0, 5, "t")).build().dryRun();

    assertThat(report.outcome()).isEqualTo(Outcome.PREVIEWED);
    assertThat(report.written()).isEqualTo(5);
    assertThat(report.statements())
        .contains(
            "CREATE TABLE \"vector_migrate_stage_0\".\"docs\" (\"id\" text NOT NULL, \"content\""
                + " text, \"metadata\" jsonb, \"embedding\" \"public\".vector(3))");
    assertThat(relations()).isEmpty();
    assertThat(query("SELECT to_regclass('vector_migrate.run')")).containsOnlyNulls();
  }
}
