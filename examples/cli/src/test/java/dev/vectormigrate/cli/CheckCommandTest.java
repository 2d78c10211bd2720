package dev.vectormigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.cli.Cli.Result;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code check} prints of real databases, and what it creates. */
class CheckCommandTest {

  private LocalPostgres.Database database;

  @BeforeEach
  void create() throws SQLException {
    database = LocalPostgres.shared().createDatabaseWithoutExtension("cli check");
    set("maintenance_work_mem", "512MB");
    set("max_parallel_maintenance_workers", "0");
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private String ask(String question) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet answer = statement.executeQuery(question)) {
      answer.next();
      return answer.getString(1);
    }
  }

  private void set(String setting, String value) throws SQLException {
    execute("ALTER DATABASE %s SET %s = '%s'".formatted(name(), setting, value));
  }

  private String name() throws SQLException {
    return ask("SELECT current_database()");
  }

  private Result check(String... options) {
    String[] args = new String[options.length + 1];
    args[0] = "check";
    System.arraycopy(options, 0, args, 1, options.length);
    return Cli.of(database).on(database, args);
  }

  /** Without the faults of the installed version, which are the server's. */
  private static List<String> lines(Result result) {
    assertThat(result.err()).isEmpty();
    return result
        .out()
        .lines()
        .filter(line -> !line.startsWith("warning  extension.fault "))
        .filter(line -> !line.startsWith("ok       extension.update "))
        .map(line -> line.replaceFirst("(error|errors), \\d+ warnings?\\.$", "$1."))
        .toList();
  }

  private List<String> head() throws SQLException {
    return List.of(
        "Target: " + database.jdbcUrl(),
        "",
        "ok       connection                Connected to database '%s' as '%s', without TLS."
            .formatted(name(), database.username()),
        "ok       server.version            PostgreSQL " + ask("SHOW server_version") + ".",
        "ok       server.encoding           The database is in UTF-8.",
        "ok       privileges                The role may create schemas, and tables in schema"
            + " 'public'.");
  }

  private static final List<String> TAIL =
      List.of(
          "ok       memory.index              maintenance_work_mem is 512 MB: an HNSW index is built at full speed for about 77,000 vectors of 1,536 dimensions.",
          "warning  workers.index             No parallel workers build indexes here. Raise max_parallel_maintenance_workers, and max_parallel_workers with it.",
          "ok       timeouts                  No timeout ends statements or sessions.",
          "ok       connections               There are 4 connections at once, as a run takes.",
          "ok       sessions                  Connections are sessions.");

  @Test
  void aDatabaseWithoutTheExtensionReturns5AndTheWayOut() throws SQLException {
    Result result = check();

    assertThat(result.code()).isEqualTo(5);
    assertThat(lines(result))
        .containsExactlyElementsOf(
            all(
                head(),
                List.of(
                    "error    extension.missing         Extension vector is not installed in this database; the server has %s. Run CREATE EXTENSION vector as a role that may."
                        .formatted(available())),
                TAIL,
                List.of(
                    "",
                    "A migration would not work: 1 error.",
                    "With --init-db, what is missing is created.")));
  }

  private String available() throws SQLException {
    return ask("SELECT default_version FROM pg_available_extensions WHERE name = 'vector'");
  }

  private static List<String> all(
      List<String> head, List<String> extension, List<String> tail, List<String> end) {
    return Stream.of(head, extension, tail, end).flatMap(List::stream).toList();
  }

  @Test
  void whatIsMissingIsCreatedOnDemandAndSaidOnce() throws SQLException {
    Result first = check("--init-db", "--name", "chat");
    Result second = check("--init-db", "--name", "chat");

    assertThat(first.code()).isZero();
    assertThat(second.code()).isZero();
    List<String> expected =
        all(
            head(),
            List.of(
                second
                    .out()
                    .lines()
                    .filter(line -> line.startsWith("ok       extension.version "))
                    .findFirst()
                    .orElseThrow(),
                "ok       trial                     Vectors were written, indexed and searched, and rolled back."),
            TAIL,
            List.of(
                "ok       migration                 Migration 'chat' has not begun here.",
                "",
                "A migration would work: 0 errors."));
    assertThat(lines(second)).containsExactlyElementsOf(expected);
    assertThat(lines(first))
        .contains("ok       created.extension         Created extension vector.")
        .filteredOn(line -> !line.startsWith("ok       created.extension "))
        .containsExactlyElementsOf(expected);
    assertThat(ask("SELECT extversion FROM pg_extension WHERE extname = 'vector'"))
        .isEqualTo(available());
  }

  @Test
  void aDatabaseThatIsNotThereIsCreatedOnDemand() throws SQLException {
    String missing = "vm_missing_" + UUID.randomUUID().toString().replace("-", "");
    String url = database.jdbcUrl().replace(name(), missing);

    Result without = Cli.of(database).run("check", "--to", url);
    Result with = Cli.of(database).run("check", "--to", url, "--init-db", "--schema", "store");
    try {
      assertThat(without.code()).isEqualTo(5);
      assertThat(without.out().lines())
          .containsExactly(
              "Target: " + url,
              "",
              "error    connection.database       No connection: database \"%s\" does not exist. Create it, or correct its name."
                  .formatted(missing),
              "",
              "A migration would not work: 1 error, 0 warnings.",
              "With --init-db, what is missing is created.");
      assertThat(with.code()).isZero();
      assertThat(with.out().lines().limit(5))
          .containsExactly(
              "Target: " + url,
              "",
              "ok       created.database          Created database '" + missing + "'.",
              "ok       created.extension         Created extension vector.",
              "ok       created.schema            Created schema 'store'.");
    } finally {
      execute("DROP DATABASE IF EXISTS " + missing);
    }
  }

  @Test
  void aServerThatIsNotThereReturns5AndNoPassword() {
    Result result =
        Cli.withoutEnvironment()
            .run("check", "--to", "postgresql://me:hunter2@127.0.0.1:1/d", "--init-db");

    assertThat(result.code()).isEqualTo(5);
    assertThat(result.out().lines())
        .containsExactly(
            "Target: jdbc:postgresql://127.0.0.1:1/d",
            "",
            "error    connection.refused        Nothing accepts connections at this host and port. Check both, that PostgreSQL runs there, and that it listens on more than localhost.",
            "",
            "A migration would not work: 1 error, 0 warnings.");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void theTargetMayBeInTheEnvironment() throws SQLException {
    Cli cli =
        new Cli(
            Map.of(
                "DATABASE_URL", database.jdbcUrl(),
                "PGUSER", database.username(),
                "PGPASSWORD", database.password()));

    Result result = cli.run("check", "--init-db");

    assertThat(result.code()).isZero();
    assertThat(result.out()).startsWith("Target: " + database.jdbcUrl() + " (DATABASE_URL)");
  }

  @Test
  void noThreadsAreWrongUsage() {
    Result result = check("--threads", "0");

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err().lines().findFirst())
        .hasValue("Invalid value for option '--threads': 0, expected at least 1.");
  }
}
