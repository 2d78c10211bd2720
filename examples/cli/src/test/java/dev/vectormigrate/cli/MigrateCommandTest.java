package dev.vectormigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.cli.Cli.Result;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MigrateCommandTest {

  @TempDir private static Path fixtures;
  private static String from;

  @TempDir private Path folder;
  private LocalPostgres.Database database;
  private Cli cli;

  @BeforeAll
  static void unpack() throws IOException {
    from = "chroma:" + ChromaArchive.unpack("chroma-1.x-small", fixtures);
  }

  @BeforeEach
  void createDatabase() {
    database = LocalPostgres.shared().createDatabase("cli");
    cli = Cli.of(database);
  }

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  @Test
  void migratesAllDatasetsAndSaysWhatItDid() throws SQLException {
    Result result = cli.on(database, "migrate", "--from", from);

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(result.out())
        .matches("(?s)Migration: chroma-chroma-1\\.x-small-[0-9a-f]{8}\\R.*")
        .contains(
            "From:      " + from,
            "To:        " + database.jdbcUrl(),
            "Migrated: 1,123 rows, read back and compared, live after ",
            "default_tenant/default_database/cosine_small      cosine_small                                create     49       49         0",
            "warning index.left_out: ",
            "To take it back: vector-migrate rollback --to '"
                + database.jdbcUrl()
                + "' --name 'chr");
    assertThat(rows("SELECT id FROM cosine_small")).hasSize(49);
    assertThat(rows("SELECT id FROM default_tenant_default_database_l2_default")).hasSize(1049);
  }

  @Test
  void joinsACollectionOfLangChainThatIsThere() throws SQLException {
    assertThat(
            rows(
                "CREATE TABLE langchain_pg_collection (uuid uuid PRIMARY KEY,"
                    + " name varchar NOT NULL UNIQUE, cmetadata json); "
                    + "INSERT INTO langchain_pg_collection VALUES"
                    + " ('00000000-0000-4000-8000-000000000001', 'cosine_small', '{}')"
                    + " RETURNING name"))
        .containsExactly("cosine_small");

    Result result =
        cli.on(
            database,
            "migrate",
            "--from",
            from,
            "--layout",
            "langchain",
            "--dataset",
            "cosine_small");

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(
            rows(
                "SELECT collection_id || ' ' || count(*) FROM langchain_pg_embedding"
                    + " GROUP BY collection_id"))
        .containsExactly("00000000-0000-4000-8000-000000000001 49");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          spring-ai        | inmemory/spring-ai-1.0.0.json       | spring-ai-1.0.0      | doc-3            | Text 3
          langchain4j      | inmemory/langchain4j-1.11.0.json    | langchain4j-1.11.0   | segment-3#23     | and again
          langchain-memory | inmemory/langchain-core-1.7.2.json  | langchain-core-1.7.2 | doc-3            | single text 3
          llama-index      | llamaindex/llama-index-core-0.14.25 | default              | index-node       | points elsewhere
          """)
  void migratesFilesOfInMemoryStores(
      String kind, String path, String dataset, String id, String text) throws SQLException {
    Path place = Path.of("../../migrate-sources/src/test/resources").resolve(path);

    Result result =
        cli.on(
            database,
            "migrate",
            "--from",
            kind + ":" + place,
            "--dataset",
            dataset + "=documents",
            "--no-backup");

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(rows("SELECT content FROM documents WHERE id = '" + id + "'")).containsExactly(text);
  }

  @Test
  void runAgainSaysThatItIsDone() {
    cli.on(database, "migrate", "--from", from);

    Result result = cli.on(database, "migrate", "--from", from);

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(result.out()).contains("Already migrated: 1,123 rows; nothing was done.");
  }

  @Test
  void aDryRunChangesNothing() throws SQLException {
    List<String> catalog = rows("SELECT oid::text FROM pg_class ORDER BY oid");

    Result result = cli.on(database, "migrate", "--from", from, "--dry-run");

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(result.out())
        .contains(
            "Dry run: 1,123 rows would be migrated; nothing was changed.",
            "A run would execute:",
            "CREATE TABLE ")
        .doesNotContain("To take it back");
    assertThat(rows("SELECT oid::text FROM pg_class ORDER BY oid")).isEqualTo(catalog);
  }

  @Test
  void aDryRunOfWhatWouldBeRefusedSaysSo() throws SQLException {
    fill("cosine_small");

    Result result = cli.on(database, "migrate", "--from", from, "--dry-run");

    assertThat(result.code()).isEqualTo(6);
    assertThat(result.out())
        .contains("Dry run: a run would be refused; nothing was changed.", "error ");
  }

  @Test
  void aFilledTableIsRefused() throws SQLException {
    fill("cosine_small");

    Result result = cli.on(database, "migrate", "--from", from, "--dataset", "cosine_small");

    assertThat(result.code()).isEqualTo(6);
    assertThat(result.err()).hasLineCount(1).startsWith("[").contains("cosine_small");
    assertThat(rows("SELECT id FROM cosine_small")).containsExactly("mine");
  }

  @Test
  void aFilledTableCanBeReplaced() throws SQLException {
    fill("cosine_small");

    Result result =
        cli.on(database, "migrate", "--from", from, "--dataset", "cosine_small", "--replace");

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(rows("SELECT id FROM cosine_small")).hasSize(49).doesNotContain("mine");
  }

  @Test
  void aFilledTableCanBeAddedTo() throws SQLException {
    fill("cosine_small");

    Result result =
        cli.on(
            database, "migrate", "--from", from, "--dataset", "cosine_small", "--append", "skip");

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(rows("SELECT id FROM cosine_small")).hasSize(50).contains("mine");
  }

  @Test
  void rowsCanBeWrittenStraightIntoATable() throws SQLException {
    fill("cosine_small");

    Result result =
        cli.on(database, "migrate", "--from", from, "--dataset", "cosine_small", "--direct");

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(rows("SELECT id FROM cosine_small")).hasSize(50).contains("mine");
  }

  @Test
  void aDatasetCanGoIntoATableOfAnotherSchema() throws SQLException {
    rows("CREATE SCHEMA chat; SELECT 'done'");

    Result result =
        cli.on(
            database,
            "migrate",
            "--from",
            from,
            "--dataset",
            "acme/prod/l2_default=chat.notes",
            "--dataset",
            "meta_types",
            "--index",
            "none");

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(rows("SELECT id FROM chat.notes")).hasSize(6);
    assertThat(rows("SELECT id FROM meta_types")).hasSize(15);
    assertThat(rows("SELECT indexname FROM pg_indexes WHERE indexdef LIKE '%hnsw%'")).isEmpty();
  }

  @Test
  void reportsAreWrittenByExtension() {
    Path markdown = folder.resolve("report.md");
    Path json = folder.resolve("report.json");

    Result result =
        cli.on(
            database,
            "migrate",
            "--from",
            from,
            "--report",
            markdown.toString(),
            "--report",
            json.toString());

    assertThat(result.out()).contains("Report: " + markdown, "Report: " + json);
    assertThat(markdown).content().startsWith("# Migration chroma-chroma-1.x-small-");
    assertThat(json).content().contains("\"outcome\" : \"migrated\"");
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("report.md", "report.json");
  }

  @Test
  void aReportOfAnotherKindIsRefusedBeforeAnythingRuns() throws SQLException {
    Result result = cli.on(database, "migrate", "--from", from, "--report", folder + "/r.pdf");

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err())
        .startsWith(
            "Invalid value for option '--report' (FILE): '%s/r.pdf', expected a name that ends with .md, .json, .xml or .html."
                .formatted(folder));
    assertThat(rows("SELECT 1 FROM pg_namespace WHERE nspname = 'vector_migrate'")).isEmpty();
  }

  @Test
  void aReportInAFolderThatIsNotThereIsRefusedBeforeAnythingRuns() {
    Result result = cli.on(database, "migrate", "--from", from, "--report", folder + "/x/r.md");

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("expected a file in a folder that is there.");
  }

  @Test
  void aMigrationCanBeNamed() {
    Result result = cli.on(database, "migrate", "--from", from, "--name", "notes 2026");

    assertThat(result.code()).isZero();
    assertThat(result.out()).startsWith("Migration: notes 2026").contains(" --name 'notes 2026'");
  }

  @Test
  void whereAPersonIsTheyAreAskedFirst() throws SQLException {
    Result refused = cli.onTerminal("n\n", "migrate", "--from", from, "--to", database.jdbcUrl());

    assertThat(refused.code()).isZero();
    assertThat(refused.out()).contains("Go on? [y/N] ").contains("Nothing was done.");
    assertThat(rows("SELECT 1 FROM pg_namespace WHERE nspname = 'vector_migrate'")).isEmpty();

    Result agreed = cli.onTerminal("y\n", "migrate", "--from", from, "--to", database.jdbcUrl());

    assertThat(agreed.code()).isZero();
    assertThat(agreed.out()).contains("Go on? [y/N] ", "\u001b[32mMigrated: 1,123 rows");
  }

  @Test
  void withYesNobodyIsAsked() {
    Result result = cli.onTerminal("", "migrate", "--from", from, "--to", database.jdbcUrl(), "-y");

    assertThat(result.code()).isZero();
    assertThat(result.out()).doesNotContain("Go on?", "%");
    assertThat(result.progress())
        .contains("\r\u001b[KSTAGE  [####################] 100 %  ")
        .contains("\r\u001b[KSTAGE  1,123 rows in ");
  }

  @Test
  void plainProgressIsALineAPhaseOnStandardError() {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] arguments = {
      "migrate", "--from", from, "--to", database.jdbcUrl(), "--progress", "plain", "--no-backup"
    };

    int code = Main.run(arguments, cli.environment(), new PrintWriter(out), new PrintWriter(err));

    assertThat(code).isZero();
    assertThat(err.toString().replaceAll("\\d+\\.\\d s", "# s").lines())
        .containsExactly(
            "PLAN   # s",
            "STAGE  1,123 rows in # s",
            "INDEX  # s",
            "VERIFY 1,123 rows in # s",
            "PROMOTE # s");
    assertThat(out.toString()).doesNotContain("STAGE").contains("Migrated: 1,123 rows");
  }

  @Test
  void withoutProgressNothingIsShownOfIt() {
    Result result =
        cli.onTerminal(
            "", "migrate", "--from", from, "--to", database.jdbcUrl(), "-y", "--progress", "none");

    assertThat(result.code()).isZero();
    assertThat(result.progress()).isEmpty();
  }

  @Test
  void noPasswordIsPrintedOrReported() {
    String password = database.password().isEmpty() ? "hunter2" : database.password();
    Path report = folder.resolve("report.json");
    String url =
        "postgresql://%s:%s@%s?sslpassword=hunter2"
            .formatted(
                database.username(),
                password,
                database.jdbcUrl().substring("jdbc:postgresql://".length()));

    Result result =
        Cli.withoutEnvironment()
            .run("migrate", "--from", from, "--to", url, "--report", report.toString());

    assertThat(result.code()).isZero();
    assertThat(result.out() + result.err()).doesNotContain(password, "hunter2");
    assertThat(report).content().doesNotContain(password, "hunter2");
  }

  @Test
  void aTargetOfTheEnvironmentIsNamed() {
    String url = database.jdbcUrl().substring("jdbc:".length());
    Result result =
        new Cli(
                Map.of(
                    "DATABASE_URL",
                    url,
                    "PGUSER",
                    database.username(),
                    "PGPASSWORD",
                    database.password()))
            .run("migrate", "--from", from, "--dataset", "meta_types");

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(result.out())
        .contains(
            "To:        " + database.jdbcUrl() + " (DATABASE_URL)",
            "To take it back: vector-migrate rollback --name '");
  }

  private void fill(String table) throws SQLException {
    rows(
        """
        CREATE TABLE %1$s (id text PRIMARY KEY, content text, metadata jsonb, embedding vector(6));
        INSERT INTO %1$s VALUES ('mine', 'text', '{}', '[1,2,3,4,5,6]');
        SELECT 'done'"""
            .formatted(table));
  }

  /** The first column of the last statement's result. */
  private List<String> rows(String sql) throws SQLException {
    List<String> values = new ArrayList<>();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      boolean isResult = statement.execute(sql);
      while (!isResult) {
        isResult = statement.getMoreResults();
      }
      try (ResultSet result = statement.getResultSet()) {
        while (result.next()) {
          values.add(result.getString(1));
        }
      }
    }
    return values;
  }
}
