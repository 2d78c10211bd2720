package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Finding.Severity;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** What is found of real databases, of those that fall short and those that can't be reached. */
class DatabaseSetupIT {

  private static final String PASSWORD = "Un1que-" + UUID.randomUUID();

  private LocalPostgres.Database database;
  private String role = "";

  @BeforeEach
  void create() throws SQLException {
    database = LocalPostgres.shared().createDatabase("setup");
    // As every server has it from PostgreSQL 15 on.
    execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
  }

  @AfterEach
  void drop() throws SQLException {
    if (!role.isEmpty()) {
      execute("DROP OWNED BY " + role, "DROP ROLE " + role);
    }
    database.close();
  }

  private void execute(String... statements) throws SQLException {
    try (Connection connection = database.connect()) {
      Sql.execute(connection, statements);
    }
  }

  private String ask(String question) throws SQLException {
    try (Connection connection = database.connect()) {
      return Sql.first(connection, question, row -> row.getString(1)).orElseThrow();
    }
  }

  /** For this database alone. */
  private void set(String setting, String value) throws SQLException {
    execute("ALTER DATABASE %s SET %s = '%s'".formatted(name(), setting, value));
  }

  private String name() throws SQLException {
    return ask("SELECT current_database()");
  }

  private PGSimpleDataSource dataSource(String user, String password) {
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    dataSource.setUrl(database.jdbcUrl());
    dataSource.setUser(user);
    dataSource.setPassword(password);
    return dataSource;
  }

  private PGSimpleDataSource dataSource() {
    return dataSource(database.username(), database.password());
  }

  private PGSimpleDataSource plainRole() throws SQLException {
    role = "vm_role_" + UUID.randomUUID().toString().replace("-", "");
    execute("CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(role, PASSWORD));
    return dataSource(role, PASSWORD);
  }

  private DatabaseSetup setup() {
    return DatabaseSetup.of(PgVectorTarget.of(database.dataSource()));
  }

  private static List<Finding> check(PGSimpleDataSource dataSource) {
    return DatabaseSetup.of(PgVectorTarget.of(dataSource)).check();
  }

  /** What stands out of the check: the version's own faults are the server's. */
  private static List<Finding> remarkable(List<Finding> findings) {
    return findings.stream()
        .filter(finding -> finding.severity() != Severity.INFO)
        .filter(finding -> !finding.code().equals("extension.fault"))
        .toList();
  }

  private static List<Finding> without(String code, List<Finding> findings) {
    return findings.stream().filter(finding -> !finding.code().equals(code)).toList();
  }

  private static final Finding LITTLE_MEMORY =
      Finding.warning(
          "memory.index",
          "maintenance_work_mem is 64 MB: an HNSW index is built at full speed for about 9,600 vectors of 1,536 dimensions, and much more slowly beyond. Raise it for the role: ALTER ROLE ... SET maintenance_work_mem = '1GB'.");

  private void setPlenty() throws SQLException {
    set("maintenance_work_mem", "512MB");
    set("max_parallel_maintenance_workers", "1");
  }

  @Test
  void a_good_database_is_described_and_nothing_remains_of_the_check() throws SQLException {
    setPlenty();
    String before = everything();

    List<Finding> findings = setup().writers(3).migration("chat").check();

    List<Finding> expected = new ArrayList<>();
    expected.add(
        Finding.info(
            "connection",
            "Connected to database '%s' as '%s', without TLS."
                .formatted(name(), database.username())));
    expected.add(Finding.info("server.version", "PostgreSQL " + ask("SHOW server_version") + "."));
    expected.add(Finding.info("server.encoding", "The database is in UTF-8."));
    expected.add(
        Finding.info("privileges", "The role may create schemas, and tables in schema 'public'."));
    String installed = ask("SELECT extversion FROM pg_extension WHERE extname = 'vector'");
    expected.addAll(ExtensionCheck.of(installed, installed));
    expected.add(
        Finding.info("trial", "Vectors were written, indexed and searched, and rolled back."));
    expected.add(
        Finding.info(
            "trial.parallel",
            "An HNSW index was built with the shared memory of a parallel build, and rolled back."));
    expected.add(
        Finding.info(
            "memory.index",
            "maintenance_work_mem is 512 MB: an HNSW index is built at full speed for about 77,000 vectors of 1,536 dimensions."));
    expected.add(
        Finding.info(
            "workers.index",
            "Up to 1 workers build an index"
                + (ask("SHOW dynamic_shared_memory_type").equals("posix")
                    ? ", which take maintenance_work_mem from /dev/shm: in a container, it must be as large."
                    : ".")));
    expected.add(Finding.info("timeouts", "No timeout ends statements or sessions."));
    expected.add(Finding.info("connections", "There are 5 connections at once, as a run takes."));
    expected.add(Finding.info("sessions", "Connections are sessions."));
    expected.add(Finding.info("migration", "Migration 'chat' has not begun here."));
    assertThat(findings).containsExactlyElementsOf(expected);
    assertThat(everything()).isEqualTo(before);
  }

  private String everything() throws SQLException {
    return ask(
        """
        SELECT string_agg(name, ',' ORDER BY name) FROM (
          SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp'
          UNION ALL SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
            WHERE nspname !~ '^pg_toast' UNION ALL SELECT typname FROM pg_type) all_of (name)""");
  }

  @Test
  void a_role_without_privileges_is_told_which() throws SQLException {
    List<Finding> findings = check(plainRole());

    assertThat(without("memory.index", remarkable(findings)))
        .containsExactly(
            Finding.error(
                "privilege.create",
                "The role may not create schemas in this database, where the migration keeps its state. Grant it CREATE on the database."),
            Finding.error(
                "privilege.schema",
                "The role may not create tables in schema 'public'. Grant it CREATE and USAGE on the schema."));
    assertThat(findings)
        .contains(
            Finding.info(
                "connection",
                "Connected to database '%s' as '%s', without TLS.".formatted(name(), role)));
  }

  @Test
  void what_is_advised_is_enough() throws SQLException {
    PGSimpleDataSource plain = plainRole();
    execute(
        "GRANT CREATE ON DATABASE %s TO %s".formatted(name(), role),
        "GRANT CREATE, USAGE ON SCHEMA public TO " + role);
    setPlenty();

    assertThat(remarkable(check(plain))).isEmpty();

    MigratingProcess.plan(plain, GeneratedSource.of(20), Mode.CREATE).build().run();
    assertThat(ask("SELECT count(*) FROM docs")).isEqualTo("20");
  }

  @Test
  void a_role_without_temporary_tables_may_migrate() throws SQLException {
    PGSimpleDataSource plain = plainRole();
    execute(
        "GRANT CREATE ON DATABASE %s TO %s".formatted(name(), role),
        "GRANT CREATE, USAGE ON SCHEMA public TO " + role,
        "REVOKE TEMPORARY ON DATABASE %s FROM PUBLIC".formatted(name()));
    setPlenty();

    assertThat(remarkable(check(plain)))
        .containsExactly(
            Finding.warning(
                "trial",
                "Vectors could not be tried: the role may not make temporary tables. A run does without them."));
  }

  @Test
  void what_is_missing_is_created_once() throws SQLException {
    execute("DROP EXTENSION vector");
    setPlenty();
    DatabaseSetup setup =
        DatabaseSetup.of(PgVectorTarget.of(database.dataSource()).schema("my store"));
    String available =
        ask("SELECT default_version FROM pg_available_extensions WHERE name = 'vector'");

    assertThat(remarkable(setup.check()))
        .containsExactly(
            Finding.error(
                "schema.missing",
                "Schema 'my store' is not there, expected it to exist. Create it."),
            Finding.error(
                "extension.missing",
                "Extension vector is not installed in this database; the server has %s. Run CREATE EXTENSION vector as a role that may."
                    .formatted(available)));
    assertThat(setup.create())
        .containsExactly(
            Finding.info("created.extension", "Created extension vector."),
            Finding.info("created.schema", "Created schema 'my store'."));
    assertThat(setup.create()).isEmpty();
    assertThat(remarkable(setup.check())).isEmpty();
  }

  @Test
  void what_a_role_may_not_create_is_named() throws SQLException {
    execute("DROP EXTENSION vector");
    PGSimpleDataSource plain = plainRole();

    assertThat(DatabaseSetup.of(PgVectorTarget.of(plain).schema("store")).create())
        .containsExactly(
            Finding.error(
                "created.extension",
                "Could not create extension vector: the role may not. Have CREATE EXTENSION vector run in this database by a superuser, or by the administrator that the provider names."),
            Finding.error(
                "created.schema",
                "Could not create schema 'store': the role may not. Grant the role CREATE on the database."));
    assertThat(DatabaseSetup.createDatabase(plain, "vm_never"))
        .containsExactly(
            Finding.error(
                "created.database",
                "Could not create database 'vm_never': the role may not. Have it created by a role with CREATEDB."));
  }

  @Test
  void a_database_is_created_once_whatever_its_name() throws SQLException {
    String other = "vm \"odd\" " + UUID.randomUUID();
    try {
      assertThat(DatabaseSetup.createDatabase(database.dataSource(), other))
          .containsExactly(
              Finding.info("created.database", "Created database '%s'.".formatted(other)));
      assertThat(DatabaseSetup.createDatabase(database.dataSource(), other)).isEmpty();
    } finally {
      execute("DROP DATABASE " + Identifiers.quote(other));
    }
  }

  @Test
  void another_encoding_is_a_warning() throws SQLException {
    String latin = "vm_latin_" + UUID.randomUUID().toString().replace("-", "");
    execute(
        "CREATE DATABASE %s ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
            .formatted(latin));
    try {
      PGSimpleDataSource there = dataSource();
      there.setDatabaseName(latin);
      DatabaseSetup setup = DatabaseSetup.of(PgVectorTarget.of(there));
      setup.create();

      assertThat(remarkable(setup.check()))
          .contains(
              Finding.warning(
                  "server.encoding",
                  "The database is in LATIN1, not in UTF-8: a text with a character that it lacks stops the run. Use a database in UTF-8."))
          .noneMatch(Finding::blocks);
    } finally {
      execute("DROP DATABASE " + latin);
    }
  }

  @Test
  void settings_that_hurt_are_warnings() throws SQLException {
    set("maintenance_work_mem", "64MB");
    set("max_parallel_maintenance_workers", "0");
    set("statement_timeout", "30s");
    set("idle_in_transaction_session_timeout", "1500ms");

    assertThat(remarkable(setup().check()))
        .containsExactly(
            LITTLE_MEMORY,
            Finding.warning(
                "workers.index",
                "No parallel workers build indexes here. Raise max_parallel_maintenance_workers, and max_parallel_workers with it."),
            Finding.warning(
                "timeout.statement_timeout",
                "statement_timeout is 30 s: a run lifts it for its own transactions, and short questions outside of them must keep to it. A pooler may enforce one of its own."),
            Finding.warning(
                "timeout.idle_in_transaction_session_timeout",
                "idle_in_transaction_session_timeout is 1500 ms: a run lifts it for its own transactions, and short questions outside of them must keep to it. A pooler may enforce one of its own."));
  }

  @Test
  void a_timeout_of_idle_sessions_is_a_warning() throws SQLException {
    assumeThat(Integer.parseInt(ask("SHOW server_version_num")))
        .as("the setting is there from PostgreSQL 14 on")
        .isGreaterThanOrEqualTo(140_000);
    setPlenty();
    set("idle_session_timeout", "1min");

    assertThat(remarkable(setup().check()))
        .containsExactly(
            Finding.warning(
                "timeout.idle_session_timeout",
                "idle_session_timeout is 60 s: it ends the connection that holds the lock, which idles while rows are copied, and the run with it. Set it to 0 for the role: ALTER ROLE ... SET idle_session_timeout = 0."));
  }

  @Test
  void a_database_that_takes_no_changes_is_an_error() throws SQLException {
    setPlenty();
    set("default_transaction_read_only", "on");
    try {
      List<Finding> findings = setup().check();

      assertThat(remarkable(findings))
          .containsExactly(
              Finding.error(
                  "server.read_only",
                  "Transactions are read-only here, expected them to write. Reset default_transaction_read_only for this role and database."));
      assertThat(findings).extracting(Finding::code).doesNotContain("trial");
    } finally {
      execute(
          "SET default_transaction_read_only = off",
          "ALTER DATABASE %s RESET default_transaction_read_only".formatted(name()));
    }
  }

  @Test
  void a_pooler_in_transaction_mode_is_noticed() throws Exception {
    setPlenty();
    try (TransactionPooler pooler = TransactionPooler.to(database)) {
      List<Finding> findings = DatabaseSetup.of(PgVectorTarget.of(pooler.dataSource())).check();

      assertThat(remarkable(findings))
          .containsExactly(
              Finding.error(
                  "sessions.pooled",
                  "A pooler in transaction mode is between this program and PostgreSQL: while another connection was in a transaction, this one was answered by another server process, or both by the same one. The lock that keeps two runs apart would be lost. Connect past the pooler, or to its port in session mode."));
    }
  }

  @Test
  void a_proxy_that_keeps_sessions_is_none() throws Exception {
    setPlenty();
    try (PostgresProxy proxy = PostgresProxy.to(database)) {
      assertThat(remarkable(DatabaseSetup.of(PgVectorTarget.of(proxy.dataSource())).check()))
          .isEmpty();
    }
  }

  @Test
  void too_few_connections_are_an_error() throws SQLException {
    setPlenty();
    HikariConfig config = new HikariConfig();
    config.setDataSource(database.dataSource());
    config.setMaximumPoolSize(2);
    config.setConnectionTimeout(250);
    try (HikariDataSource pool = new HikariDataSource(config)) {
      assertThat(remarkable(DatabaseSetup.of(PgVectorTarget.of(pool)).check()))
          .containsExactly(
              Finding.error(
                  "connections",
                  "A run takes 3 connections at once; there were 2: the pool gave no connection in time, expected one. A run takes two, and one more for each writer: enlarge the pool, or lower writers(...). Enlarge the pool, max_connections or the role's limit, or use fewer writers."));
      assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
    }
  }

  @Test
  void leftovers_are_listed_with_their_sizes() throws Exception {
    setPlenty();
    Mode.REPLACE.makeTableBefore(database);
    MigrationPlan promoted =
        MigratingProcess.plan(database.dataSource(), GeneratedSource.of(50), Mode.REPLACE).build();
    promoted.run();
    execute("CREATE SCHEMA vector_migrate_stage_77", "CREATE SCHEMA vector_migrate_kept_x");
    String size =
        ask("SELECT pg_size_pretty(pg_total_relation_size('vector_migrate_kept_1.docs'))");

    List<Finding> findings = setup().migration(MigratingProcess.MIGRATION).check();

    assertThat(findings.stream().filter(finding -> finding.code().startsWith("leftovers")))
        .containsExactly(
            Finding.info(
                "leftovers.kept",
                "Migration '%s' keeps %s for a rollback in schema 'vector_migrate_kept_1'. To discard it frees them."
                    .formatted(MigratingProcess.MIGRATION, size)),
            Finding.warning(
                "leftovers.unknown",
                "Schema 'vector_migrate_stage_77' (0 bytes) belongs to no migration that this database remembers. Look into it, and drop it if nobody needs it."));
    assertThat(findings.get(findings.size() - 1))
        .isEqualTo(
            Finding.info(
                "migration",
                "Migration '%s' is promoted; no process is at it."
                    .formatted(MigratingProcess.MIGRATION)));

    promoted.rollback();
    assertThat(setup().check())
        .extracting(Finding::message)
        .anyMatch(
            message ->
                message.matches(
                    "Migration '%s' is rolled_back, with \\d+ kB in schema 'vector_migrate_stage_1'\\. Its next run goes on with them; to discard it frees them\\."
                        .formatted(MigratingProcess.MIGRATION)));
  }

  @Test
  void a_process_at_a_migration_is_seen_by_its_lock() throws Exception {
    MigratingProcess.plan(database.dataSource(), GeneratedSource.of(5), Mode.CREATE).build().run();
    try (Connection other = database.connect()) {
      Sql.list(
          other,
          "SELECT pg_advisory_lock(hashtextextended(?, 0))",
          row -> true,
          PgVectorSession.lockName(MigratingProcess.MIGRATION));

      assertThat(setup().migration(MigratingProcess.MIGRATION).check())
          .contains(
              Finding.warning(
                  "migration",
                  "Migration '%s' is promoted, and a process is at it: another would wait or be refused."
                      .formatted(MigratingProcess.MIGRATION)));
    }
  }

  @Test
  void a_role_that_may_not_read_what_is_remembered_is_told_so() throws Exception {
    MigratingProcess.plan(database.dataSource(), GeneratedSource.of(5), Mode.CREATE).build().run();

    assertThat(remarkable(check(plainRole())))
        .contains(
            Finding.error(
                "control.privilege",
                "The role may not read what migrations have stored in schema vector_migrate. Use the role that ran them."));
  }

  @Test
  void an_unknown_host_is_named_as_such() {
    PGSimpleDataSource nowhere = dataSource();
    nowhere.setServerNames(new String[] {"no-such-host.invalid"});

    assertThat(check(nowhere))
        .containsExactly(
            Finding.error(
                "connection.host",
                "The host is not known. Check its name, and this machine's DNS."));
  }

  @Test
  void a_refused_connection_is_named_as_such() throws IOException {
    PGSimpleDataSource closed = dataSource();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed.setServerNames(new String[] {"127.0.0.1"});
      closed.setPortNumbers(new int[] {taken.getLocalPort()});
    }

    assertThat(check(closed))
        .containsExactly(
            Finding.error(
                "connection.refused",
                "Nothing accepts connections at this host and port. Check both, that PostgreSQL runs there, and that it listens on more than localhost."));
  }

  @Test
  void a_server_that_does_not_answer_is_named_as_such() throws IOException {
    PGSimpleDataSource silent = dataSource();
    try (ServerSocket listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      silent.setServerNames(new String[] {"127.0.0.1"});
      silent.setPortNumbers(new int[] {listening.getLocalPort()});
      silent.setConnectTimeout(1);
      silent.setSocketTimeout(1);

      assertThat(check(silent))
          .containsExactly(
              Finding.error(
                  "connection.timeout",
                  "The server does not answer in time. Check host and port, and the firewall or security group between."));
    }
  }

  @Test
  void a_wrong_password_is_named_as_such_and_not_shown() {
    assumeThat(database.password()).as("a server that asks for no password takes any").isNotEmpty();

    List<Finding> findings = check(dataSource(database.username(), PASSWORD));

    assertThat(findings)
        .containsExactly(
            Finding.error(
                "connection.password",
                "No connection: password authentication failed for user \"%s\". Check user and password."
                    .formatted(database.username())));
  }

  @Test
  void a_missing_password_is_named_as_such() {
    assumeThat(database.password()).as("a server that asks for no password takes any").isNotEmpty();

    assertThat(check(dataSource(database.username(), null)))
        .singleElement()
        .returns("connection.password", Finding::code)
        .returns(true, finding -> finding.message().endsWith(". Pass one."));
  }

  @Test
  void a_database_that_is_not_there_is_named_as_such() {
    PGSimpleDataSource missing = dataSource();
    missing.setDatabaseName("vm_never_made");

    assertThat(check(missing))
        .containsExactly(
            Finding.error(
                "connection.database",
                "No connection: database \"vm_never_made\" does not exist. Create it, or correct its name."));
  }

  @Test
  void a_role_that_may_not_connect_is_told_so() throws SQLException {
    PGSimpleDataSource plain = plainRole();
    execute("REVOKE CONNECT ON DATABASE %s FROM PUBLIC".formatted(name()));

    assertThat(check(plain))
        .containsExactly(
            Finding.error(
                "connection.privilege",
                "No connection: permission denied for database \"%s\". Grant the role CONNECT on the database."
                    .formatted(name())));
  }

  @Test
  void a_role_with_too_low_a_limit_is_told_so() throws SQLException {
    PGSimpleDataSource plain = plainRole();
    execute("ALTER ROLE %s CONNECTION LIMIT 2".formatted(role));

    assertThat(remarkable(check(plain)))
        .contains(
            Finding.error(
                "connections",
                "A run takes 3 connections at once; there were 2: too many connections for role \"%s\". Enlarge the pool, max_connections or the role's limit, or use fewer writers."
                    .formatted(role)));
  }

  @Test
  void tls_that_the_server_does_not_speak_is_named_as_such() throws SQLException {
    assumeThat(ask("SHOW ssl")).as("a server without TLS").isEqualTo("off");
    PGSimpleDataSource encrypted = dataSource();
    encrypted.setSslMode("require");

    assertThat(check(encrypted))
        .containsExactly(
            Finding.error(
                "connection.tls",
                "No connection: The server does not support SSL. Change sslmode, or turn TLS on at the server."));
  }

  @Test
  void no_writers_are_no_run() {
    assertThatThrownBy(() -> setup().writers(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("writers: 0, expected at least 1.");
  }
}
