package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.PGConnection;

/** Looks at a database, and waits for what others do there, over a connection of its own. */
final class Observer implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String RELATIONS =
      """
      SELECT n.nspname || '.' || c.relname || ' ' || c.relkind::text
        || coalesce(' valid=' || i.indisvalid || ' ready=' || i.indisready, '')
        || coalesce(' ' || pg_get_indexdef(i.indexrelid), '')
        || coalesce(' ' || obj_description(c.oid, 'pg_class'), '')
        || coalesce(' ' || c.relacl::text, '')
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_index i ON i.indexrelid = c.oid
      WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' ORDER BY 1""";
  private static final String COLUMNS =
      """
      SELECT c.oid::regclass || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
        || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE (n.nspname = 'public' OR n.nspname LIKE 'vector\\_migrate\\_%')
        AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY c.oid::regclass::text, a.attnum""";
  private static final String TABLES =
      """
      SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE (n.nspname = 'public' OR n.nspname LIKE 'vector\\_migrate\\_%') AND c.relkind = 'r'
      ORDER BY 1""";

  private final LocalPostgres.Database database;
  private final Connection connection;
  private final int pid;

  private Observer(LocalPostgres.Database database) throws SQLException {
    this.database = database;
    connection = database.connect();
    pid = connection.unwrap(PGConnection.class).getBackendPID();
  }

  static Observer of(LocalPostgres.Database database) throws SQLException {
    return new Observer(database);
  }

  /** Another one of the same database. */
  Observer another() throws SQLException {
    return new Observer(database);
  }

  /** The first column of a query. */
  List<String> query(String sql) throws SQLException {
    return Sql.list(connection, sql, row -> row.getString(1));
  }

  /** The only value of a query. */
  String value(String sql) throws SQLException {
    List<String> values = query(sql);
    assertThat(values).as(sql).hasSize(1);
    return values.get(0);
  }

  long number(String sql) throws SQLException {
    return Long.parseLong(value(sql));
  }

  void execute(String... sql) throws SQLException {
    Sql.execute(connection, sql);
  }

  /** Begins a transaction that holds what the statements lock. */
  void hold(String... sql) throws SQLException {
    connection.setAutoCommit(false);
    Sql.execute(connection, sql);
  }

  /** Ends that transaction. */
  void release() throws SQLException {
    connection.rollback();
    connection.setAutoCommit(true);
  }

  /** Waits until a query for a truth value says true. */
  void await(String condition) throws SQLException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!Sql.isTrue(connection, condition)) {
      assertThat(System.nanoTime()).as("waiting for: " + condition).isLessThan(deadline);
      LockSupport.parkNanos(5_000_000);
      // Inside a transaction, the list of sessions is otherwise the same every time.
      execute("SELECT pg_stat_clear_snapshot()");
    }
  }

  /** Waits until a session waits for what this one holds. */
  void awaitBlocked() throws SQLException {
    awaitBlockedBy(this);
  }

  /** Waits until a session waits for what another observer holds. */
  void awaitBlockedBy(Observer holder) throws SQLException {
    await(
        """
        SELECT EXISTS (SELECT 1 FROM pg_stat_activity
          WHERE datname = current_database() AND %d = ANY (pg_blocking_pids(pid)))"""
            .formatted(holder.pid));
  }

  /** Waits until nobody else is connected to the database. */
  void awaitAlone() throws SQLException {
    await(
        """
        SELECT NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database()
          AND pid <> pg_backend_pid() AND backend_type = 'client backend')""");
  }

  /** What a table holds: how many rows, and a hash of them all; whether it is there at all. */
  String content(String table) throws SQLException {
    if (query("SELECT to_regclass('" + table + "')").contains(null)) {
      return "absent";
    }
    return value(
        """
        SELECT count(*) || ' rows '
          || md5(coalesce(string_agg(t::text, E'\\x01' ORDER BY t::text COLLATE "C"), ''))
        FROM %s t"""
            .formatted(table));
  }

  /** Everything that a finished migration leaves; equal for equal ends, however they came about. */
  List<String> endState(MigrationPlan plan, MigrationReport report) throws SQLException {
    List<String> lines = new ArrayList<>();
    report.datasets().forEach(dataset -> lines.add(dataset.toString()));
    report.rejects().forEach(reject -> lines.add(reject.toString()));
    MigrationReport verified = plan.verify();
    lines.add(verified.outcome() + " " + verified.findings() + " " + verified.datasets());
    awaitAlone();
    lines.addAll(query(RELATIONS));
    lines.addAll(query(COLUMNS));
    for (String table : query(TABLES)) {
      lines.add(table + ": " + content(table));
    }
    lines.addAll(query("SELECT name || ' ' || state FROM vector_migrate.run ORDER BY id"));
    lines.addAll(query("SELECT t::text FROM vector_migrate.split t ORDER BY 1"));
    lines.addAll(query("SELECT t::text FROM vector_migrate.reject t ORDER BY 1"));
    lines.add("samples: " + content("vector_migrate.sample"));
    lines.addAll(
        query("SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' ORDER BY 1"));
    lines.add("locks: " + query("SELECT pid FROM pg_locks WHERE locktype = 'advisory'"));
    return lines;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
