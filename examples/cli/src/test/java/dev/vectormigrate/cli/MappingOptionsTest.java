package dev.vectormigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.cli.Cli.Result;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SQLite databases, several at once, and what becomes of their columns. */
class MappingOptionsTest {

  @TempDir private Path folder;
  private LocalPostgres.Database database;
  private Cli cli;

  @BeforeEach
  void createDatabase() {
    database = LocalPostgres.shared().createDatabase("mapping");
    cli = Cli.of(database);
  }

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  private String sqlite(String name, String... statements) throws SQLException {
    Path file = folder.resolve(name);
    try (Connection store = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = store.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
    return "sqlite:" + file;
  }

  private String chat() throws SQLException {
    return sqlite(
        "chat.db",
        "CREATE TABLE messages (id INTEGER PRIMARY KEY, body TEXT, doc TEXT, at TEXT, junk TEXT)",
        "INSERT INTO messages VALUES (1, 'a', '{}', '2024-05-01 10:00:00', 'x')",
        "CREATE TABLE users (id TEXT PRIMARY KEY)",
        "INSERT INTO users VALUES ('u')");
  }

  private List<String> rows(String table) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery("SELECT to_jsonb(t)::text FROM " + table + " t ORDER BY 1")) {
      while (result.next()) {
        rows.add(result.getString(1));
      }
    }
    return rows;
  }

  @Test
  void columnsAreConvertedAddedRenamedAndDroppedAndAllTablesMigrated() throws SQLException {
    Result result =
        cli.on(
            database,
            "migrate",
            "--from",
            chat(),
            "--convert",
            "messages.doc=jsonb",
            "--convert",
            "messages.at=timestamp",
            "--add",
            "*.user_id=a=b.c",
            "--add",
            "users.kind=person",
            "--rename",
            "messages.body=said",
            "--drop",
            "messages.junk");

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(rows("messages"))
        .containsExactly(
            "{\"at\": \"2024-05-01T10:00:00\", \"id\": 1, \"doc\": {}, \"said\": \"a\", \"user_id\":"
                + " \"a=b.c\"}");
    assertThat(rows("users"))
        .containsExactly("{\"id\": \"u\", \"kind\": \"person\", \"user_id\": \"a=b.c\"}");
  }

  @Test
  void severalSourcesAreOneMigrationWithABackupOfEach() throws SQLException {
    String other =
        sqlite(
            "more.db",
            "CREATE TABLE notes (id INTEGER PRIMARY KEY)",
            "INSERT INTO notes VALUES (7)");

    Result result =
        cli.on(
            database, "migrate", "--from", chat(), "--from", other, "--only", "notes", "--only",
            "users");

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(result.out())
        .matches(
            "(?s)Migration: sqlite-chat\\.db-[0-9a-f]{8}\\+sqlite-more\\.db-[0-9a-f]{8}\\R"
                + "From:      sqlite:.*chat\\.db\\RFrom:      sqlite:.*more\\.db\\R.*");
    assertThat(rows("notes")).containsExactly("{\"id\": 7}");
    assertThat(rows("users")).containsExactly("{\"id\": \"u\"}");
    assertThat(folder.resolve("chat.db")).exists();
    for (String file : List.of("chat.db", "more.db")) {
      assertThat(cli.run("backup", "list", "--from", "sqlite:" + folder.resolve(file)).out())
          .startsWith("1 backup of " + folder.resolve(file));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--convert|messages.doc|'messages.doc': expected TABLE.COLUMN=....",
        "--convert|messages.doc=xml|type 'xml': unknown, expected jsonb",
        "--convert|*.doc=jsonb|table '*': for --add alone",
        "--drop|junk|'junk': expected TABLE.COLUMN.",
        "--rename|.a=b|'.a': expected TABLE.COLUMN.",
      })
  void whatCannotBeReadIsRefused(String option, String value, String problem) throws SQLException {
    Result result = cli.on(database, "migrate", "--from", chat(), option, value);

    assertThat(result.err()).contains(problem);
    assertThat(result.code()).isNotZero();
  }

  @Test
  void aTableThatIsNotThereIsAnError() throws SQLException {
    Result result =
        cli.on(database, "migrate", "--from", chat(), "--convert", "massages.doc=jsonb");

    assertThat(result.err())
        .contains("dataset 'massages': not there, expected one of [messages, users]");
    assertThat(result.code()).isNotZero();
  }
}
