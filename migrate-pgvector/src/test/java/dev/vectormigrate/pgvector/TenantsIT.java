package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.MigrationReport.DatasetReport;
import dev.vectormigrate.Tenant;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.testkit.InMemorySource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tables whose rows belong to tenants. */
class TenantsIT {

  private LocalPostgres.Database database;
  private Connection connection;

  @BeforeEach
  void open() throws SQLException {
    database = LocalPostgres.shared().createDatabase("tenants");
    connection = database.connect();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    database.close();
  }

  private MigrationPlan plan(Consumer<DatasetMapping.Builder> mapping) {
    Schema schema = Schema.vectorCollection(2, null);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      String owner = "{\"uid\":\"u" + i % 3 + "\"}";
      Json metadata = Json.parse(i == 11 ? "{}" : owner);
      rows.add(Row.of(schema, "doc " + i, "text " + i, metadata, Vector.of(i, 1)));
    }
    return MigrationPlan.builder("tenants")
        .from(InMemorySource.empty().with("docs", schema, rows))
        .into(PgVectorTarget.of(database.dataSource()))
        .eachDataset(mapping)
        .maxRejects(1)
        .build();
  }

  private List<String> texts(Connection by, String sql) throws SQLException {
    return Sql.list(by, sql, row -> row.getString(1));
  }

  private static List<String> messages(MigrationReport report) {
    return report.findings().stream().filter(Finding::blocks).map(Finding::message).toList();
  }

  @Test
  void rows_of_one_tenant_alone_are_taken_and_the_others_are_counted() throws Exception {
    MigrationReport report =
        plan(d -> d.tenant("user_id", Tenant.fromMetadata("uid")).onlyRows("user_id", "u1")).run();

    DatasetReport docs = report.datasets().get(0);
    assertThat(List.of(docs.read(), docs.written(), docs.rejected(), docs.filtered()))
        .containsExactly(12L, 4L, 1L, 7L);
    assertThat(texts(connection, "SELECT id FROM docs ORDER BY id"))
        .containsExactly("doc 1", "doc 10", "doc 4", "doc 7");
  }

  @Test
  void rows_of_nobody_and_of_strangers_are_seen() throws Exception {
    MigrationPlan plan =
        plan(d -> d.tenant("user_id", Tenant.fromMetadata("uid")).onlyRows("user_id", "u1", "u2"));
    plan.run();
    assertThat(plan.verify().passed()).isTrue();
    assertThat(plan.verify().checked())
        .containsExactly("counts", "digest", "tenants", "samples", "schema");

    Sql.execute(
        connection,
        "UPDATE docs SET user_id = 'u0' WHERE id = 'doc 1'",
        "UPDATE docs SET user_id = '' WHERE id = 'doc 2'");

    assertThat(messages(plan.verify()))
        .contains(
            "table docs: 1 rows belong to no tenant, expected a value in 'user_id' of each.",
            "table docs: rows of the tenants 'u0', expected only those of 'u1', 'u2'.");
  }

  @Test
  void a_policy_shows_a_session_the_rows_of_its_tenant() throws Exception {
    MigrationPlan plan =
        plan(
            d ->
                d.tenant("user_id", Tenant.fromMetadata("uid").or("u0"))
                    .rowLevelSecurity("app.user_id"));
    plan.run();

    assertThat(plan.verify().passed()).isTrue();
    String role = "reader_" + Long.toHexString(System.nanoTime());
    Sql.execute(
        connection,
        "CREATE ROLE " + role,
        "GRANT SELECT, INSERT ON docs TO " + role,
        "SET ROLE " + role);
    try {
      assertThat(texts(connection, "SELECT id FROM docs")).isEmpty();
      Sql.execute(connection, "SET app.user_id = 'u2'");
      assertThat(texts(connection, "SELECT DISTINCT user_id FROM docs")).containsExactly("u2");
      assertThatThrownBy(
              () ->
                  Sql.execute(connection, "INSERT INTO docs (user_id, id) VALUES ('u1', 'stolen')"))
          .hasMessageContaining("row-level security");
    } finally {
      Sql.execute(connection, "RESET ROLE", "DROP OWNED BY " + role, "DROP ROLE " + role);
    }
  }

  @Test
  void each_tenant_has_a_partition_and_all_of_them_move_together() throws Exception {
    MigrationPlan plan =
        plan(
            d ->
                d.tenant("user_id", Tenant.fromMetadata("uid").or("u'9"))
                    .onlyTenants("u1", "u2", "u'9")
                    .partitionByTenant()
                    .rowLevelSecurity("app.user_id"));

    plan.run();

    String partitions =
        """
        SELECT concat_ws(' ', c.oid::regclass, pg_get_expr(c.relpartbound, c.oid),
          (xpath('/row/n/text()', query_to_xml('SELECT count(*) AS n FROM ' || c.oid::regclass,
            false, true, '')))[1])
        FROM pg_class c WHERE c.relispartition AND c.relkind = 'r' ORDER BY c.relname""";
    assertThat(texts(connection, partitions))
        .containsExactly(
            "docs_others DEFAULT 0",
            "docs_t1 FOR VALUES IN ('u''9') 1",
            "docs_t2 FOR VALUES IN ('u1') 4",
            "docs_t3 FOR VALUES IN ('u2') 3");
    assertThat(
            texts(
                connection,
                "SELECT count(*)::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN"
                    + " pg_am m ON m.oid = c.relam WHERE m.amname = 'hnsw' AND indisvalid AND"
                    + " i.indrelid IN (SELECT inhrelid FROM pg_inherits)"))
        .containsExactly("4");
    assertThat(plan.verify().passed()).isTrue();
    Sql.execute(connection, "INSERT INTO docs (user_id, id) VALUES ('new one', 'x')");
    Sql.execute(connection, "DELETE FROM docs WHERE id = 'x'");

    plan.rollback();

    assertThat(
            texts(
                connection,
                "SELECT relname FROM pg_class WHERE relnamespace ="
                    + " 'public'::regnamespace AND relname LIKE 'docs%'"))
        .isEmpty();
    plan.discard();
    assertThat(
            texts(
                connection,
                "SELECT nspname::text FROM pg_namespace WHERE nspname LIKE"
                    + " 'vector_migrate_%'"))
        .isEmpty();
  }
}
