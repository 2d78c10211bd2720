package dev.vectormigrate.pgvector;

import dev.vectormigrate.model.Finding;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Does to a handful of rows what a run does, in transactions that are rolled back. */
final class VectorTrial {

  private static final String DISK_OR_MEMORY_FULL = "53";

  /** Above it, a trial would itself be a load on the server. */
  private static final int MOST_SHARED_KILOBYTES = 1 << 20;

  private final Connection connection;

  VectorTrial(Connection connection) {
    this.connection = connection;
  }

  List<Finding> run() throws SQLException {
    String types = new Catalog(connection).extensionSchema().orElseThrow();
    List<Finding> findings = new ArrayList<>();
    findings.add(temporary(types));
    if (findings.stream().noneMatch(Finding::blocks) && usesWorkers()) {
      parallelBuild(types, findings);
    }
    return findings;
  }

  private Finding temporary(String types) throws SQLException {
    if (!Sql.isTrue(
        connection,
        """
        SELECT pg_catalog.has_database_privilege(
          current_user, pg_catalog.current_database(), 'TEMPORARY')""")) {
      return Finding.warning(
          "trial",
          "Vectors could not be tried: the role may not make temporary tables. A run does without"
              + " them.");
    }
    return rolledBack(
        "trial",
        () -> {
          String table = "pg_temp.vector_migrate_trial";
          Sql.execute(
              connection,
              "CREATE TEMPORARY TABLE vector_migrate_trial (id int, v %s(3)) ON COMMIT DROP"
                  .formatted(Identifiers.quote(types, "vector")));
          fill(table);
          Sql.execute(connection, index(table, types));
          boolean right =
              Sql.isTrue(
                  connection,
                  "SELECT id = 2 FROM %s ORDER BY v OPERATOR(%s.<->) '[2,1,0]' LIMIT 1"
                      .formatted(table, Identifiers.quote(types)));
          return right
              ? Finding.info(
                  "trial", "Vectors were written, indexed and searched, and rolled back.")
              : Finding.error(
                  "trial", "A search for a vector did not find it. Install pgvector anew.");
        });
  }

  private void fill(String table) throws SQLException {
    Sql.execute(
        connection, "INSERT INTO %s VALUES (1, '[1,1,0]'), (2, '[2,1,0]')".formatted(table));
  }

  private static String index(String table, String types) {
    return "CREATE INDEX ON %s USING hnsw (v %s)"
        .formatted(table, Identifiers.quote(types, "vector_l2_ops"));
  }

  /** Whether an index build takes its memory from what processes share. */
  private boolean usesWorkers() throws SQLException {
    return Sql.isTrue(
        connection,
        """
        SELECT pg_catalog.current_setting('max_parallel_maintenance_workers')::int > 0
          AND (SELECT setting::bigint FROM pg_catalog.pg_settings
            WHERE name = 'maintenance_work_mem') <= ?""",
        MOST_SHARED_KILOBYTES);
  }

  /** Temporary tables are never built in parallel, so this one is none. */
  private void parallelBuild(String types, List<Finding> findings) throws SQLException {
    Finding finding =
        rolledBack(
            "trial.parallel",
            () -> {
              String schema =
                  Sql.first(
                          connection,
                          "SELECT 'vector_migrate_trial_' || pg_catalog.pg_backend_pid()",
                          row -> row.getString(1))
                      .orElseThrow();
              String table = Identifiers.quote(schema, "trial");
              Sql.execute(
                  connection,
                  "CREATE SCHEMA " + Identifiers.quote(schema),
                  "CREATE TABLE %s (id int, v %s(3)) WITH (parallel_workers = 1)"
                      .formatted(table, Identifiers.quote(types, "vector")));
              fill(table);
              Sql.execute(connection, index(table, types));
              return Finding.info(
                  "trial.parallel",
                  "An HNSW index was built with the shared memory of a parallel build, and rolled"
                      + " back.");
            });
    findings.add(finding);
  }

  private interface Work {
    Finding run() throws SQLException;
  }

  private Finding rolledBack(String code, Work work) throws SQLException {
    connection.setAutoCommit(false);
    try {
      return work.run();
    } catch (SQLException e) {
      return failed(code, e);
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  private static Finding failed(String code, SQLException e) {
    String message = String.valueOf(SqlErrors.clean(e).getMessage());
    String state = String.valueOf(e.getSQLState());
    return state.startsWith(DISK_OR_MEMORY_FULL)
        ? Finding.error(
            code,
            "An index could not be built. %s Give the server more shared memory (Docker: --shm-size), or lower maintenance_work_mem."
                .formatted(message))
        : Finding.error(code, "Vectors could not be written and searched. " + message);
  }
}
