package dev.vectormigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.MigrationException;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.cli.Cli.Result;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.pgvector.PgVectorTarget;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.sources.chroma.ChromaDirectory;
import dev.vectormigrate.spi.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be done with a migration that has begun. */
class RecordedCommandsTest {

  private static final String NAME = "notes";

  @TempDir private static Path fixtures;
  private static Path directory;

  @TempDir private Path folder;
  private LocalPostgres.Database database;
  private Cli cli;

  @BeforeAll
  static void unpack() throws IOException {
    directory = ChromaArchive.unpack("chroma-1.x-small", fixtures);
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
  void whatIsStagedAndChangedIsNotMadeLive() throws SQLException {
    stage();
    corruptStaging();
    Path report = folder.resolve("report.md");

    Result result = migrate("--report", report.toString());

    assertThat(result.code()).isEqualTo(3);
    assertThat(result.err())
        .hasLineCount(1)
        .startsWith("[migration notes] ")
        .endsWith("Call discard() to stage everything anew." + System.lineSeparator());
    assertThat(result.out())
        .contains("Different: the target does not hold what was read.", "error digest.mismatch: ");
    assertThat(report).content().startsWith("# Migration notes: verification failed\n");
    assertThat(tableExists()).isFalse();
    assertThat(named("status").out()).contains("State:     verification_failed");
  }

  @Test
  void verifyTellsWhatIsStagedAndChanged() throws SQLException {
    stage();
    corruptStaging();
    Path report = folder.resolve("report.json");

    Result result = named("verify", "--report", report.toString());

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isEqualTo(3);
    assertThat(result.out()).contains("error samples.mismatch: ", "Report: " + report);
    assertThat(report).content().contains("\"outcome\" : \"different\"");
  }

  @Test
  void aRunThatWasStoppedGoesOn() throws SQLException {
    stage();
    assertThat(named("status").out()).contains("State:     staged", "cosine_small");

    Result result = migrate();

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(rows()).isEqualTo(49);
  }

  @Test
  void verifyReadsWhatIsLive() {
    migrate();

    Result result = named("verify");

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(result.out()).contains("Verified: 49 rows are what was read, after ");
  }

  @Test
  void verifySearchesForVectorsOfTheTableAndShowsATable() {
    migrate();

    Result result = named("verify", "--overlap", "0.9", "--forms");

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(result.out().lines().filter(line -> line.startsWith("cosine_small.embedding")))
        .extracting(line -> line.split("  +")[1])
        .containsExactly(
            "vector", "vector", "vector", "halfvec", "bit, 100 ranked again", "vector");
  }

  @Test
  void verifySearchesForVectorsOfAFile() throws IOException {
    migrate();
    Path queries = folder.resolve("queries.jsonl");
    Files.writeString(queries, "[1, 0, 0, 0.5, 0, 0]\n\n[0, 1e-3, 0, 0, 0, 2]\n");

    Result result = named("verify", "--overlap", "0.9", "--queries", queries.toString());

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(result.out())
        .containsPattern("cosine_small.embedding +vector +exact +none +2 +10 +1.000");

    Files.writeString(queries, "[1, 0]\n");

    Result other = named("verify", "--overlap", "0.9", "--queries", queries.toString());

    assertThat(other.code()).isEqualTo(3);
    assertThat(other.out())
        .contains("error query_overlap.dimension: ", "a query of 2 dimensions, expected 6.");
  }

  @Test
  void queriesThatAreNoneAreRefused() throws IOException {
    Path queries = folder.resolve("queries.jsonl");
    Files.writeString(queries, "[1, 2]\n{}\n");

    assertThat(named("verify", "--overlap", "1", "--queries", queries.toString()).err())
        .contains("', line 2: no query, expected a JSON array of numbers, or {\"text\": \"...\"}.");

    Files.writeString(queries, "[1, 2]\n");

    assertThat(named("verify", "--queries", queries.toString()).err())
        .contains("--queries: nothing to search, expected --overlap or --forms beside it.");
    assertThat(named("verify", "--overlap", "1.5").err())
        .contains("Invalid value for option '--overlap': 1.5, expected 0 to 1.");
    assertThat(migrate("--min-recall", "-1").err())
        .contains("Invalid value for option '--min-recall': -1.0, expected 0 to 1.");
  }

  @Test
  void rollbackRemovesWhatWasCreatedAndDiscardForgetsIt() throws SQLException {
    migrate();

    Result rollback = named("rollback", "--yes");

    assertThat(rollback.err()).isEmpty();
    assertThat(rollback.code()).isZero();
    assertThat(rollback.out()).contains("Rolled back: the data from before is live again.");
    assertThat(tableExists()).isFalse();
    assertThat(named("status").out()).contains("State:     rolled_back");
    assertThat(migrate().code()).isEqualTo(6);

    Result discard = named("discard", "-y");

    assertThat(discard.err()).isEmpty();
    assertThat(discard.code()).isZero();
    assertThat(named("status").out()).contains("State:     none");
    assertThat(migrate().code()).isZero();
    assertThat(rows()).isEqualTo(49);
  }

  @Test
  void afterDiscardAReplacedTableCannotBeTakenBack() throws SQLException {
    update(
        "CREATE TABLE cosine_small"
            + " (id text PRIMARY KEY, content text, metadata jsonb, embedding vector(6))");
    update("INSERT INTO cosine_small VALUES ('mine', 'text', '{}', '[1,2,3,4,5,6]')");
    assertThat(migrate("--replace").code()).isZero();
    assertThat(named("discard", "--yes").code()).isZero();

    Result result = named("rollback", "--yes");

    assertThat(result.code()).isNotZero();
    assertThat(result.err()).hasLineCount(1).contains("the data from before was discarded");
    assertThat(rows()).isEqualTo(49);
  }

  @Test
  void aPersonIsAskedBeforeARollback() throws SQLException {
    migrate();

    Result refused = onTerminal("n\n", "rollback");

    assertThat(refused.code()).isZero();
    assertThat(refused.out())
        .isEqualTo(
            "Put the data from before back, of migration 'notes' in %s? [y/N] Nothing was done.%n"
                .formatted(database.jdbcUrl()));
    assertThat(rows()).isEqualTo(49);

    assertThat(onTerminal("y\n", "rollback").code()).isZero();
    assertThat(tableExists()).isFalse();
  }

  @Test
  void aMigrationThatNeverBeganIsRefused() {
    assertThat(named("status").out()).contains("State:     none");
    for (String command : List.of("rollback", "discard", "verify")) {
      Result result = command.equals("verify") ? named(command) : named(command, "-y");

      assertThat(result.code()).isEqualTo(6);
      assertThat(result.err())
          .isEqualTo(
              "[migration notes] not known in this target, expected a migration that was begun. Check the name.%n"
                  .formatted());
    }
  }

  private Result migrate(String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "migrate",
                "--from",
                "chroma:" + directory,
                "--dataset",
                "cosine_small",
                "--name",
                NAME));
    args.addAll(List.of(more));
    return cli.on(database, args.toArray(String[]::new));
  }

  private Result named(String command, String... more) {
    List<String> args = new ArrayList<>(List.of(command, "--name", NAME));
    args.addAll(List.of(more));
    return cli.on(database, args.toArray(String[]::new));
  }

  private Result onTerminal(String typed, String command) {
    return cli.onTerminal(typed, command, "--name", NAME, "--to", database.jdbcUrl());
  }

  /** Runs the plan of {@link #migrate} up to the point where everything is staged. */
  private void stage() {
    MigrationPlan plan =
        MigrationPlan.builder(NAME)
            .from(ChromaDirectory.at(directory))
            .into(PgVectorTarget.of(database.dataSource()))
            .dataset("cosine_small")
            .verify(new Stop())
            .build();
    assertThatThrownBy(plan::run).isInstanceOf(MigrationException.class);
    assertThat(plan.status().state()).isEqualTo("staged");
  }

  /** Ends a run before anything is verified. */
  private static final class Stop implements Verifier {

    @Override
    public String name() {
      return "stop";
    }

    @Override
    public List<Finding> verify(Evidence evidence) throws IOException {
      throw new IOException("stop");
    }
  }

  private void corruptStaging() throws SQLException {
    String schema =
        first("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'vector\\_migrate\\_stage%'");
    update(
        "UPDATE \"%s\".cosine_small SET embedding = embedding + '[1,0,0,0,0,0]'".formatted(schema));
  }

  private void update(String sql) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private boolean tableExists() throws SQLException {
    return first("SELECT to_regclass('public.cosine_small')::text") != null;
  }

  private int rows() throws SQLException {
    return Integer.parseInt(first("SELECT count(*)::text FROM cosine_small"));
  }

  private String first(String sql) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      return result.next() ? result.getString(1) : null;
    }
  }
}
