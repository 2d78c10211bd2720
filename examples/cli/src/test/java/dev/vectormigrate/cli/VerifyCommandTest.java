package dev.vectormigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.cli.Cli.Result;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares a source with live tables, whoever filled them. */
class VerifyCommandTest {

  @TempDir private Path folder;
  private LocalPostgres.Database database;
  private Path lines;

  @BeforeEach
  void createTable() throws IOException, SQLException {
    lines = folder.resolve("notes.jsonl");
    Files.writeString(lines, record(1) + record(2) + record(3));
    database = LocalPostgres.shared().createDatabase("cli");
    update(
        "CREATE EXTENSION IF NOT EXISTS vector",
        "CREATE TABLE filled (id text, content text, metadata jsonb, embedding vector(2))",
        "INSERT INTO filled SELECT n::text, 'text ' || n, jsonb_build_object('n', n), '[1,2]'"
            + " FROM generate_series(1, 3) n");
  }

  private static String record(int number) {
    return "{\"id\": \"%1$d\", \"text\": \"text %1$d\", \"metadata\": {\"n\": %1$d}, \"embedding\": [1, 2]}\n"
        .formatted(number);
  }

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  private void update(String... sql) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      for (String one : sql) {
        statement.execute(one);
      }
    }
  }

  private Result verify(String... more) {
    List<String> args =
        new ArrayList<>(List.of("verify", "--from", "jsonl:" + lines, "--dataset", "notes=filled"));
    args.addAll(List.of(more));
    return Cli.of(database).on(database, args.toArray(String[]::new));
  }

  @Test
  void aTableThatHoldsTheSourceIsTheSame() {
    Result result = verify();

    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .contains(
            "The same: 3 rows are in the target as in the source, after ",
            "info compare.counted: table filled: 3 rows in the source, 3 in the table, 3 of them"
                + " the same.");
    assertThat(result.code()).isZero();
  }

  @Test
  void everyRowThatDiffersGoesToAFile() throws Exception {
    update(
        "UPDATE filled SET metadata = '{\"n\": 2.0}' WHERE id = '2'",
        "DELETE FROM filled WHERE id = '3'",
        "INSERT INTO filled (id) VALUES ('4')");
    Path differences = folder.resolve("diff.jsonl");
    Path report = folder.resolve("report.json");

    Result result = verify("--diff", differences.toString(), "--report", report.toString());

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isEqualTo(3);
    assertThat(result.out())
        .contains(
            "Different: ",
            "error compare.missing: ",
            "error compare.extra: ",
            "error compare.different: ",
            "Rows that differ: " + differences);
    assertThat(Files.readAllLines(differences))
        .containsExactlyInAnyOrder(
            "{\"table\":\"filled\",\"id\":\"2\",\"kind\":\"different\",\"columns\":[{\"path\":\"metadata.n\",\"change\":\"type\",\"expected\":\"integer\",\"actual\":\"decimal\"}]}",
            "{\"table\":\"filled\",\"id\":\"3\",\"kind\":\"missing\",\"columns\":[]}",
            "{\"table\":\"filled\",\"id\":\"4\",\"kind\":\"extra\",\"columns\":[]}");
    assertThat(report).content().contains("\"outcome\" : \"different\"");
    try (java.util.stream.Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactlyInAnyOrder(lines, differences, report);
    }
  }

  @Test
  void rowsThatWereAddedSinceTheMigrationAreTold() throws Exception {
    Result migrated =
        Cli.of(database).on(database, "migrate", "--from", "jsonl:" + lines, "--no-backup", "-y");
    assertThat(migrated.code()).as(migrated.err()).isZero();
    Files.writeString(lines, record(1) + record(2) + record(3) + record(4));

    Result result = Cli.of(database).on(database, "verify", "--from", "jsonl:" + lines);

    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .contains("Grown: what was migrated is unchanged, and rows were added since.");
    assertThat(result.code()).isEqualTo(7);
  }

  @Test
  void whatIsMissingOrMeansNothingIsNamed() {
    Cli cli = Cli.of(database);

    Result neither = cli.on(database, "verify");
    Result layout = cli.on(database, "verify", "--name", "x", "--layout", "lightrag");
    Result file = verify("--diff", folder.resolve("none/diff.jsonl").toString());

    assertThat(List.of(neither.code(), layout.code(), file.code())).containsOnly(2);
    assertThat(neither.err())
        .startsWith(
            "Missing required option: '--name=NAME', or '--from=KIND:PATH' to compare a source.");
    assertThat(layout.err()).startsWith("--layout: without a source, expected --from beside it.");
    assertThat(file.err()).contains("expected a file in a folder that is there.");
  }
}
