package dev.vectormigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.vectormigrate.cli.Cli.Result;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said, and returned to the shell, when a command cannot do what it should. */
class FailureTest {

  @TempDir private static Path fixtures;
  private static String from;
  private static LocalPostgres.Database database;

  @BeforeAll
  static void prepare() throws IOException {
    from = "chroma:" + ChromaArchive.unpack("chroma-1.x-small", fixtures);
    database = LocalPostgres.shared().createDatabase("cli failures");
  }

  @AfterAll
  static void dropDatabase() {
    database.close();
  }

  @ParameterizedTest(name = "''{0}''")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                            | Missing command.
          copy                                          | Unmatched argument at index 0: 'copy'
          migrate                                       | Missing required option: '--from=KIND:PATH'
          migrate --from unknown:x                      | Invalid value for option '--from' (KIND:PATH): 'unknown:x', expected KIND:PATH, which is one of: chroma:DIR, chroma+http://HOST:PORT, chroma+https://HOST:PORT, csv:FILE, faiss:DIR, json:FILE, jsonl:FILE, langchain-memory:FILE, langchain4j:FILE, lightrag:DIR, llama-index:DIR, nano-vectordb:FILE, numpy:FILE, qdrant://HOST[:PORT][/COLLECTION], qdrant+tls://HOST[:PORT][/COLLECTION], qdrant-local:DIR, simple-vector-store:DIR, spring-ai:FILE, sqlite:FILE.
          migrate --from chroma:x --batch-size 0        | Invalid value for option '--batch-size': 0, expected at least 1.
          migrate --from chroma:x --threads 0           | Invalid value for option '--threads': 0, expected at least 1.
          migrate --from chroma:x --max-rejects -1      | Invalid value for option '--max-rejects': -1, expected at least 0.
          migrate --from chroma:x --batch-size many     | Invalid value for option '--batch-size': 'many' is not an int
          migrate --from chroma:x --replace --direct    | Error: --replace, --direct are mutually exclusive (specify only one)
          status                                        | Missing required option: '--name=NAME'
          rollback --name x --to postgresql://h/d                           | There is no terminal to ask on, expected --yes. Nothing was done.
          discard --name x --to postgresql://h/d                            | There is no terminal to ask on, expected --yes. Nothing was done.
          """)
  void wrongUsageReturns2(String command, String message) {
    String[] args = command.isEmpty() ? new String[0] : command.split(" ");

    Result result = Cli.withoutEnvironment().run(args);

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines().findFirst()).hasValue(message);
    assertThat(result.err()).containsPattern("Try 'vector-migrate( [a-z]+)? --help'\\.");
  }

  @Test
  void aTargetThatIsNotGivenReturns2() {
    Result result = Cli.withoutEnvironment().run("migrate", "--from", from);

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).hasLineCount(1).startsWith("[--to] the target: none, expected one.");
  }

  @Test
  void aDatasetNamedTwiceReturns2() {
    Result result =
        Cli.of(database)
            .on(database, "migrate", "--from", from, "--dataset", "a", "--dataset", "a");

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).hasLineCount(1).contains("dataset 'a': named twice, expected once.");
  }

  @Test
  void helpReturns0AndNamesTheExitCodes() {
    Result result = Cli.withoutEnvironment().run("migrate", "--help");

    assertThat(result.code()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .contains("Exit codes:", "  3     Verification failed:", "  130   Interrupted;");
  }

  @Test
  void aMistypedCollectionReturns4AndNamesThoseThatAreThere() {
    Result result =
        Cli.of(database).on(database, "migrate", "--from", from, "--dataset", "cosine_smal");

    assertThat(result.code()).isEqualTo(4);
    assertThat(result.err())
        .hasLineCount(1)
        .contains("dataset 'cosine_smal': not there, expected one of [")
        .contains("default_tenant/default_database/cosine_small")
        .endsWith("Check the spelling." + System.lineSeparator());
  }

  @Test
  void aFolderThatIsNoChromaDirectoryReturns4(@TempDir Path empty) throws IOException {
    Files.writeString(empty.resolve("notes.txt"), "no database");

    Result migrate = Cli.of(database).on(database, "migrate", "--from", "chroma:" + empty);
    Result inspect = Cli.withoutEnvironment().run("inspect", "--from", "chroma:" + empty);

    assertThat(migrate.code()).isEqualTo(4);
    assertThat(migrate.err()).hasLineCount(1).startsWith("[chroma:" + empty);
    assertThat(inspect.code()).isEqualTo(4);
    assertThat(inspect.err()).isEqualTo(migrate.err());
    assertThat(empty).isDirectoryNotContaining("glob:**chroma.sqlite3");
  }

  @Test
  void aFolderThatIsNotThereReturns4() {
    Path missing = fixtures.resolve("missing");

    Result result = Cli.of(database).on(database, "migrate", "--from", "chroma:" + missing);

    assertThat(result.code()).isEqualTo(4);
    assertThat(result.err()).hasLineCount(1).startsWith("[chroma:" + missing);
    assertThat(missing).doesNotExist();
  }

  @Test
  void aWrongUserReturns5InOneSentence() {
    Result result =
        new Cli(Map.of("PGUSER", "nobody_at_all", "PGPASSWORD", "hunter2"))
            .on(database, "migrate", "--from", from);

    assertThat(result.code()).isEqualTo(5);
    assertThat(result.err())
        .hasLineCount(1)
        .startsWith("[" + place() + "] connection as nobody_at_all: FATAL: ")
        .endsWith(". Check the URL, the user and the password." + System.lineSeparator());
    assertThat(result.out() + result.err()).doesNotContain("hunter2");
  }

  @Test
  void aWrongPasswordReturns5InOneSentence() {
    assumeThat(database.password()).as("a server that asks for no password takes any").isNotEmpty();
    String url =
        database
            .jdbcUrl()
            .replace("jdbc:postgresql://", "postgresql://" + database.username() + ":hunter2@");

    Result result =
        Cli.withoutEnvironment().run("migrate", "--from", from, "--to", url, "--verbose");

    assertThat(result.code()).isEqualTo(5);
    assertThat(result.err().lines().filter(line -> line.startsWith("[" + place())))
        .containsExactly(
            "[%s] connection as %s: FATAL: password authentication failed for user \"%s\". Check the URL, the user and the password."
                .formatted(place(), database.username(), database.username()));
    assertThat(result.out() + result.err()).doesNotContain("hunter2");
  }

  @Test
  void aServerThatIsNotThereReturns5() {
    Result result =
        Cli.withoutEnvironment()
            .run("status", "--name", "x", "--to", "postgresql://me:hunter2@127.0.0.1:1/d");

    assertThat(result.code()).isEqualTo(5);
    assertThat(result.err()).hasLineCount(1).startsWith("[127.0.0.1:1/d] connection as me: ");
    assertThat(result.out() + result.err()).doesNotContain("hunter2");
  }

  @Test
  void aDatabaseWithoutTheExtensionReturns5InOneSentence() {
    try (LocalPostgres.Database plain =
        LocalPostgres.shared().createDatabaseWithoutExtension("cli plain")) {
      Result result = Cli.of(plain).on(plain, "migrate", "--from", from);

      assertThat(result.code()).isEqualTo(5);
      assertThat(result.err())
          .hasLineCount(1)
          .contains("extension vector: not installed in this database, expected ");
    }
  }

  @Test
  void anOptionThatIsMistypedDoesNotShowAPassword() {
    Result result =
        Cli.withoutEnvironment()
            .run("status", "--name", "x", "--too", "postgresql://me:hunter2@h/d");

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err())
        .startsWith("Unknown options: '--too', 'postgresql://***@h/d'")
        .doesNotContain("hunter2");
  }

  @Test
  void aStackTraceIsShownOnDemandOnly() {
    String missing = "chroma:" + fixtures.resolve("missing");

    Result quiet = Cli.withoutEnvironment().run("inspect", "--from", missing);
    Result verbose = Cli.withoutEnvironment().run("inspect", "--from", missing, "--verbose");
    Result debug = new Cli(Map.of("VECTOR_MIGRATE_DEBUG", "1")).run("inspect", "--from", missing);

    assertThat(quiet.err()).doesNotContain("\tat ");
    assertThat(verbose.err()).contains("SourceException: ", "\tat dev.vectormigrate.");
    assertThat(debug.err()).contains("SourceException: ", "\tat dev.vectormigrate.");
  }

  private static String place() {
    return database.jdbcUrl().substring("jdbc:postgresql://".length());
  }
}
