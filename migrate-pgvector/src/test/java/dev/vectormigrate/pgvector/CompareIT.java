package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.pgvector.PGvector;
import dev.vectormigrate.Comparison;
import dev.vectormigrate.Comparison.TableComparison;
import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.RowDifference;
import dev.vectormigrate.Tenant;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.spi.WriteMode;
import dev.vectormigrate.testkit.InMemorySource;
import dev.vectormigrate.verify.Verifiers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A source is compared with live tables that anybody may have filled, or changed. */
class CompareIT {

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.000001Z");

  private static final Schema DOCS =
      new Schema(
          List.of(
              Field.required(Schema.ID, FieldType.TEXT),
              Field.optional("content", FieldType.TEXT),
              Field.optional(Schema.METADATA, FieldType.JSON),
              Field.optional("created", FieldType.INSTANT),
              Field.optional(Schema.EMBEDDING, FieldType.vector(3, Distance.L2))),
          List.of(Schema.ID));

  private static final String TABLE =
      """
      CREATE TABLE docs (id text PRIMARY KEY, content text, metadata jsonb, created timestamptz,
        embedding vector(3))""";

  private LocalPostgres.Database database;
  private Observer observer;

  @BeforeEach
  void open() throws SQLException {
    database = LocalPostgres.shared().createDatabase("compare");
    observer = Observer.of(database);
    observer.execute("CREATE EXTENSION IF NOT EXISTS vector");
  }

  @AfterEach
  void close() throws SQLException {
    observer.close();
    database.close();
  }

  /** Each of several tests in one gets a database of its own. */
  private void reopen() throws SQLException {
    close();
    open();
  }

  private static Row row(int i) {
    Json metadata =
        Json.of(Map.of("whole", (long) i, "float", (double) i, "in", Map.of("flag", true)));
    String text = i == 4 ? null : "text of " + i;
    return Row.of(DOCS, "id-" + i, text, metadata, NOON, Vector.of(i / 10f, -0.0f, 1));
  }

  private static List<Row> rows(int count) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(row(i));
    }
    return rows;
  }

  private MigrationPlan plan(List<Row> rows) {
    return plan(rows, mapping -> {});
  }

  private MigrationPlan plan(List<Row> rows, Consumer<DatasetMapping.Builder> mapping) {
    return MigrationPlan.builder("compare")
        .from(InMemorySource.empty().with("docs", DOCS, rows))
        .into(PgVectorTarget.of(database.dataSource()))
        .dataset("docs", mapping)
        .build();
  }

  /** Fills a table as an application would, without this library. */
  private void insert(List<Row> rows) throws SQLException {
    try (Connection connection = database.connect();
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO docs VALUES (?, ?, ?::jsonb, ?, ?)")) {
      PGvector.registerTypes(connection);
      for (Row row : rows) {
        insert.setObject(1, row.value("id"));
        insert.setObject(2, row.value("content"), Types.VARCHAR);
        insert.setString(
            3,
            new String(
                ((Json) Objects.requireNonNull(row.value("metadata"))).utf8(),
                StandardCharsets.UTF_8));
        insert.setObject(4, OffsetDateTime.ofInstant(NOON, ZoneOffset.UTC));
        float[] vector = ((Vector) Objects.requireNonNull(row.value("embedding"))).toArray();
        insert.setObject(5, new PGvector(vector));
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private static List<String> codes(Comparison comparison) {
    return comparison.report().findings().stream()
        .filter(finding -> !finding.code().equals("compare.counted"))
        .map(Finding::code)
        .toList();
  }

  private static List<String> messages(Comparison comparison) {
    return comparison.report().findings().stream().map(Finding::message).toList();
  }

  private static TableComparison same(long rows) {
    return new TableComparison("docs", rows, rows, rows, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void a_table_that_plain_jdbc_filled_is_the_same_and_nothing_is_written() throws Exception {
    observer.execute(TABLE);
    insert(rows(50));
    List<String> before = catalog();

    Comparison comparison = plan(rows(50)).compare();

    assertThat(comparison.outcome()).isEqualTo(Outcome.SAME);
    assertThat(comparison.tables()).containsExactly(same(50));
    assertThat(messages(comparison))
        .containsExactly(
            "table docs: 50 rows in the source, 50 in the table, 50 of them the same.");
    assertThat(comparison.report().passed()).isTrue();
    assertThat(catalog()).isEqualTo(before);
  }

  /** Everything that is there, system catalogs apart; and how often each table was written to. */
  private List<String> catalog() throws SQLException {
    List<String> all = new ArrayList<>();
    all.addAll(
        observer.query(
            "SELECT n.nspname || '.' || c.relname || ' ' || c.relkind::text || ' ' || c.xmin"
                + " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace ORDER BY 1"));
    all.addAll(observer.query("SELECT nspname || ' ' || xmin FROM pg_namespace ORDER BY 1"));
    all.addAll(observer.query("SELECT id || ' ' || xmin || ' ' || xmax FROM docs ORDER BY 1"));
    return all;
  }

  /** A change of a live table, and how it is told. */
  private record Change(String name, String difference, String... sql) {}

  private static List<Change> changes() {
    String seven = " WHERE id = 'id-7'";
    return List.of(
        new Change(
            "a bit of a vector",
            different("id-7", value("embedding", "Vector")),
            "UPDATE docs SET embedding = '[" + Math.nextUp(0.7f) + ",-0,1]'" + seven),
        new Change(
            "the vectors of two ids swapped",
            different("id-7", value("embedding", "Vector"))
                + different("id-8", value("embedding", "Vector")),
            "UPDATE docs a SET embedding = b.embedding FROM docs b"
                + " WHERE (a.id, b.id) IN (('id-7', 'id-8'), ('id-8', 'id-7'))"),
        new Change("a row dropped", row("id-7", "missing"), "DELETE FROM docs" + seven),
        new Change(
            "a row twice",
            row("id-7", "duplicate"),
            "ALTER TABLE docs DROP CONSTRAINT docs_pkey",
            "INSERT INTO docs SELECT * FROM docs" + seven),
        new Change(
            "a row twice, once with another value",
            row("id-7", "duplicate"),
            "ALTER TABLE docs DROP CONSTRAINT docs_pkey",
            "INSERT INTO docs SELECT id, 'x', metadata, created, embedding FROM docs" + seven),
        new Change(
            "a row without a key",
            row("id-7", "missing") + row("null", "extra"),
            "ALTER TABLE docs DROP CONSTRAINT docs_pkey",
            "ALTER TABLE docs ALTER COLUMN id DROP NOT NULL",
            "UPDATE docs SET id = NULL" + seven),
        new Change(
            "a row more",
            row("id-new", "extra"),
            "INSERT INTO docs SELECT 'id-new', content, metadata, created, embedding FROM docs"
                + seven),
        new Change(
            "a key of the metadata dropped",
            different("id-7", column("metadata.in.flag", "missing", "boolean", "")),
            "UPDATE docs SET metadata = metadata #- '{in,flag}'" + seven),
        new Change(
            "a key of the metadata added",
            different("id-7", column("metadata.more", "added", "", "null")),
            "UPDATE docs SET metadata = metadata || '{\"more\": null}'" + seven),
        new Change(
            "an integer that is a float",
            different("id-7", column("metadata.whole", "type", "integer", "decimal")),
            "UPDATE docs SET metadata = metadata || '{\"whole\": 7.0}'" + seven),
        new Change(
            "one character",
            different("id-7", value("content", "String")),
            "UPDATE docs SET content = 'text of 7.'" + seven),
        new Change(
            "empty text in place of null",
            different("id-4", column("content", "type", "null", "String")),
            "UPDATE docs SET content = '' WHERE id = 'id-4'"),
        new Change(
            "a time that moved by its zone",
            different("id-7", value("created", "Instant")),
            "UPDATE docs SET created = created + interval '5:45'" + seven),
        new Change(
            "json that can't be read",
            different("id-7", column("metadata", "unreadable", "", "")),
            "ALTER TABLE docs ALTER COLUMN metadata TYPE json",
            "UPDATE docs SET metadata = '{\"a\": 1, \"a\": 2}'" + seven));
  }

  private static String row(String id, String kind) {
    return "{\"table\":\"docs\",\"id\":\"%s\",\"kind\":\"%s\",\"columns\":[]}\n"
        .formatted(id, kind);
  }

  private static String different(String id, String column) {
    return "{\"table\":\"docs\",\"id\":\"%s\",\"kind\":\"different\",\"columns\":[%s]}\n"
        .formatted(id, column);
  }

  private static String value(String path, String type) {
    return column(path, "value", type, type);
  }

  private static String column(String path, String change, String expected, String actual) {
    return "{\"path\":\"%s\",\"change\":\"%s\",\"expected\":\"%s\",\"actual\":\"%s\"}"
        .formatted(path, change, expected, actual);
  }

  @TestFactory
  Stream<DynamicTest> every_change_is_told_by_row_and_column() {
    return changes().stream().map(change -> dynamicTest(change.name(), () -> check(change)));
  }

  private void check(Change change) throws Exception {
    reopen();
    observer.execute(TABLE);
    insert(rows(50));
    observer.execute(change.sql());
    List<RowDifference> told = new ArrayList<>();

    Comparison comparison = plan(rows(50)).compare(told::add);

    assertThat(comparison.outcome()).isEqualTo(Outcome.DIFFERENT);
    assertThat(told.stream().map(difference -> difference.toJson() + "\n"))
        .containsExactlyInAnyOrder(change.difference().split("(?<=\n)"));
    TableComparison counted = comparison.tables().get(0);
    assertThat(counted.source())
        .isEqualTo(50)
        .isEqualTo(counted.same() + counted.different() + counted.missing());
    assertThat(counted.target())
        .isEqualTo(observer.number("SELECT count(*) FROM docs"))
        .isEqualTo(counted.same() + counted.different() + counted.extra() + counted.duplicate());
    assertThat(codes(comparison))
        .containsExactlyInAnyOrderElementsOf(
            told.stream()
                .map(difference -> "compare." + difference.kind().name().toLowerCase(Locale.ROOT))
                .distinct()
                .toList());
    assertThat(codes(plan(rows(50)).compare())).isEqualTo(codes(comparison));
    assertThat(messages(plan(rows(50)).compare())).isEqualTo(messages(comparison));
  }

  @Test
  void a_finding_names_ten_rows_and_their_columns() throws Exception {
    observer.execute(TABLE);
    insert(rows(50));
    observer.execute(
        "UPDATE docs SET content = 'x' WHERE id = 'id-7'",
        "DELETE FROM docs WHERE id BETWEEN 'id-10' AND 'id-29'");

    List<String> messages = messages(plan(rows(50)).compare());

    assertThat(messages).hasSize(3);
    assertThat(messages.get(0))
        .isEqualTo(
            "table docs: 50 rows in the source, 29 in the table, 28 of them the same, 1 different,"
                + " 21 only in the source.");
    assertThat(messages.get(1))
        .matches(
            "table docs: rows only in the source, 21: ('id-\\d+', ){9}'id-\\d+' and 11"
                + " more\\.");
    assertThat(messages.get(2))
        .isEqualTo(
            "table docs: rows with other values than in the source, 1: 'id-7' (content: another"
                + " value).");
  }

  @Test
  void a_renamed_column_is_named_and_the_others_are_compared() throws Exception {
    observer.execute(TABLE);
    insert(rows(50));
    observer.execute(
        "ALTER TABLE docs RENAME COLUMN content TO body",
        "UPDATE docs SET embedding = NULL WHERE id = 'id-7'");

    Comparison comparison = plan(rows(50)).compare();

    assertThat(comparison.outcome()).isEqualTo(Outcome.DIFFERENT);
    assertThat(messages(comparison))
        .containsExactly(
            "table docs: lacks the column 'content', expected it with type text; its values were not"
                + " compared.",
            "table docs: 50 rows in the source, 50 in the table, 49 of them the same, 1 different.",
            "table docs: rows with other values than in the source, 1: 'id-7' (embedding: type null,"
                + " expected Vector).");
  }

  @Test
  void a_renamed_key_leaves_rows_without_names() throws Exception {
    observer.execute(TABLE);
    insert(rows(50));
    observer.execute(
        "ALTER TABLE docs RENAME COLUMN id TO name", "DELETE FROM docs WHERE name = 'id-7'");

    Comparison comparison = plan(rows(50)).compare();

    assertThat(codes(comparison)).containsExactly("compare.column", "compare.missing");
    assertThat(comparison.tables())
        .containsExactly(new TableComparison("docs", 50, 49, 49, 0, 1, 0, 0, 0, 49));
  }

  @Test
  void a_table_that_is_not_there_lacks_every_row() {
    Comparison comparison = plan(rows(50)).compare();

    assertThat(comparison.outcome()).isEqualTo(Outcome.DIFFERENT);
    assertThat(codes(comparison)).containsExactly("compare.table", "compare.missing");
  }

  @Test
  void wider_types_and_more_columns_are_the_same() throws Exception {
    observer.execute(
        """
        CREATE TABLE docs (id varchar(40), content varchar, metadata json,
          created timestamptz(6), embedding vector, owner text DEFAULT 'me' NOT NULL)""");
    insertNamed(rows(50));

    Comparison comparison = plan(rows(50)).compare();

    assertThat(comparison.tables()).containsExactly(same(50));
    assertThat(comparison.outcome()).isEqualTo(Outcome.SAME);
  }

  private void insertNamed(List<Row> rows) throws SQLException {
    observer.execute("CREATE SCHEMA filler", TABLE.replace("TABLE docs", "TABLE filler.docs"));
    observer.execute(
        "ALTER TABLE docs RENAME TO wide", "ALTER TABLE filler.docs SET SCHEMA public");
    insert(rows);
    observer.execute(
        "INSERT INTO wide (id, content, metadata, created, embedding)"
            + " SELECT id, content, metadata::text::json, created, embedding FROM docs",
        "DROP TABLE docs",
        "ALTER TABLE wide RENAME TO docs");
  }

  @Test
  void another_type_differs_in_every_row() throws Exception {
    observer.execute(TABLE);
    insert(rows(3));
    observer.execute("ALTER TABLE docs ALTER COLUMN created TYPE date");

    Comparison comparison = plan(rows(3)).compare();

    assertThat(codes(comparison)).containsExactly("compare.type", "compare.different");
    assertThat(comparison.tables())
        .containsExactly(new TableComparison("docs", 3, 3, 0, 3, 0, 0, 0, 0, 0));
    assertThat(messages(comparison).get(2)).contains("(created: type String, expected Instant)");
  }

  @Test
  void rows_that_the_plan_refuses_or_filters_are_counted() throws Exception {
    observer.execute(TABLE);
    insert(rows(10));
    List<Row> rows = rows(10);
    rows.set(3, Row.of(DOCS, "id-3", "nul \0", null, NOON, null));

    Comparison comparison =
        plan(rows, d -> d.onlyRows("content", "text of 1", "text of 2", "nul \0")).compare();

    assertThat(codes(comparison)).containsExactly("compare.rejected");
    assertThat(comparison.outcome()).isEqualTo(Outcome.DIFFERENT);
    assertThat(comparison.report().rejects()).extracting(r -> r.id()).containsExactly("id-3");
    assertThat(comparison.report().datasets())
        .extracting(d -> List.of(d.read(), d.written(), d.rejected(), d.filtered()))
        .containsExactly(List.of(10L, 2L, 1L, 7L));
    assertThat(comparison.tables())
        .containsExactly(new TableComparison("docs", 2, 10, 2, 0, 0, 0, 0, 8, 0));
  }

  @Test
  void rows_of_other_tenants_do_not_count() throws Exception {
    Consumer<DatasetMapping.Builder> mapping =
        d -> d.tenant("owner", Tenant.constant("ann")).append(WriteMode.OnConflict.FAIL);
    plan(rows(5), d -> d.tenant("owner", Tenant.constant("ann"))).run();
    observer.execute(
        "INSERT INTO docs (owner, id) VALUES ('bob', 'id-1'), ('bob', 'x'), ('ann', 'y')");

    Comparison comparison = plan(rows(5), mapping).compare();

    assertThat(messages(comparison))
        .containsExactly(
            "table docs: 5 rows in the source, 6 in the table, 5 of them the same, 1 only in the"
                + " table.",
            "table docs: since the migration, rows were added, 0 to the source and 1 to the table;"
                + " the 5 that were migrated are unchanged in both.",
            "table docs: rows only in the table, 1: 'ann/y'.");
    assertThat(comparison.outcome()).isEqualTo(Outcome.GROWN);
  }

  @Test
  void rows_with_other_constants_do_not_count_unless_their_key_is_the_plans() throws Exception {
    Consumer<DatasetMapping.Builder> mapping = d -> d.constant("space", "mine");
    plan(rows(5), mapping).run();
    observer.execute(
        "INSERT INTO docs (space, id) VALUES ('theirs', 'x'), ('mine', 'y')",
        "UPDATE docs SET space = 'theirs' WHERE id = 'id-3'");

    Comparison comparison = plan(rows(5), mapping).compare();

    assertThat(messages(comparison))
        .containsExactly(
            "table docs: 5 rows in the source, 7 in the table, 4 of them the same, 1 different, 1"
                + " only in the table, 1 of others.",
            "table docs: rows only in the table, 1: 'y'.",
            "table docs: rows with other values than in the source, 1: 'id-3' (space: another"
                + " value).");
  }

  @Test
  void tenants_that_only_the_rows_know_are_those_of_the_source() throws Exception {
    Consumer<DatasetMapping.Builder> mapping =
        d -> d.tenant("owner", Tenant.fromField("content").or("nobody"));
    plan(rows(5), mapping).run();
    observer.execute("INSERT INTO docs (owner, id) VALUES ('bob', 'x'), ('text of 1', 'y')");

    Comparison comparison = plan(rows(5), mapping).compare();

    assertThat(comparison.tables())
        .containsExactly(new TableComparison("docs", 5, 7, 5, 0, 0, 1, 0, 1, 0));
  }

  @Test
  void after_a_migration_rows_that_were_added_are_told_apart() throws Exception {
    plan(rows(10)).run();
    assertThat(plan(rows(10)).compare().outcome()).isEqualTo(Outcome.SAME);

    observer.execute("INSERT INTO docs (id) VALUES ('new')");
    Comparison grown = plan(rows(12)).compare();

    assertThat(grown.outcome()).isEqualTo(Outcome.GROWN);
    assertThat(grown.tables())
        .containsExactly(new TableComparison("docs", 12, 11, 10, 0, 2, 1, 0, 0, 0));
    assertThat(messages(grown))
        .contains(
            "table docs: since the migration, rows were added, 2 to the source and 1 to the table;"
                + " the 10 that were migrated are unchanged in both.");
    assertThat(codes(grown)).containsExactly("compare.grown", "compare.missing", "compare.extra");
    assertThat(grown.report().passed()).isTrue();
  }

  @Test
  void after_a_migration_what_was_lost_or_changed_is_no_growth() throws Exception {
    plan(rows(10)).run();
    assertThat(plan(rows(9)).compare().outcome()).as("lost").isEqualTo(Outcome.DIFFERENT);

    observer.execute("DELETE FROM docs WHERE id = 'id-7'");
    assertThat(plan(rows(12)).compare().outcome()).as("deleted").isEqualTo(Outcome.DIFFERENT);
    assertThat(plan(rows(10)).compare().outcome()).as("deleted").isEqualTo(Outcome.DIFFERENT);
  }

  @Test
  void reading_is_all_the_privilege_it_takes() throws Exception {
    plan(rows(10)).run();
    String role =
        "reader_"
            + observer.value("SELECT oid FROM pg_database" + " WHERE datname = current_database()");
    observer.execute("CREATE ROLE " + role, "GRANT SELECT ON docs TO " + role);
    try {
      MigrationPlan plan =
          MigrationPlan.builder("compare")
              .from(InMemorySource.empty().with("docs", DOCS, rows(10)))
              .into(PgVectorTarget.of(new RoleDataSource(database.dataSource(), role)))
              .build();

      Comparison comparison = plan.compare();

      assertThat(comparison.tables()).containsExactly(same(10));
      assertThat(codes(comparison)).containsExactly("compare.no_record");
      assertThat(comparison.outcome()).isEqualTo(Outcome.SAME);
    } finally {
      observer.execute("DROP OWNED BY " + role, "DROP ROLE " + role);
    }
  }

  @Test
  void equal_tables_are_searched_as_well_if_the_plan_asks_for_it() throws SQLException {
    observer.execute(TABLE, "CREATE INDEX ON docs USING hnsw (embedding vector_l2_ops)");
    insert(rows(300));
    MigrationPlan plan =
        MigrationPlan.builder("compare")
            .from(InMemorySource.empty().with("docs", DOCS, rows(300)))
            .into(PgVectorTarget.of(database.dataSource()))
            .verify(Verifiers.standard())
            .verify(Verifiers.queryOverlap().k(3), Verifiers.latency())
            .build();

    Comparison same = plan.compare();

    assertThat(same.outcome()).isEqualTo(Outcome.SAME);
    assertThat(same.report().checks())
        .extracting(check -> check.check() + " " + check.verdict())
        .containsExactly("query_overlap PASSED", "latency PASSED", "every row PASSED");
    assertThat(same.report().measurements().searches())
        .filteredOn(search -> !search.found().isEmpty())
        .isNotEmpty()
        .allSatisfy(search -> assertThat(search.mean()).isEqualTo(1.0));

    observer.execute("UPDATE docs SET embedding = '[9,9,9]' WHERE id = 'id-7'");
    Comparison different = plan.compare();

    assertThat(different.outcome()).isEqualTo(Outcome.DIFFERENT);
    assertThat(codes(different)).contains("compare.not_searched", "compare.different");
    assertThat(different.report().measurements().searches()).isEmpty();
  }
}
