package dev.vectormigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.cli.Cli.Result;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every refused row is listed, not the first ones alone. */
class RejectFileTest {

  /** More than are fetched at once, and than a report holds. */
  private static final int BAD = 2_345;

  @TempDir private Path folder;
  private LocalPostgres.Database database;
  private Path store;
  private Path rejects;

  @BeforeEach
  void prepare() throws IOException {
    database = LocalPostgres.shared().createDatabase("cli rejects");
    rejects = folder.resolve("rejects.jsonl");
    store = folder.resolve("store.jsonl");
    String lines =
        IntStream.range(0, BAD)
            .mapToObj(i -> line("bad \\\"%d\\\"".formatted(i), "a\\u0000b"))
            .collect(Collectors.joining());
    Files.writeString(store, line("good", "a") + lines);
  }

  private static String line(String id, String text) {
    return "{\"id\": \"%s\", \"text\": \"%s\", \"vector\": [1, 2]}\n".formatted(id, text);
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private Result migrate(String... options) {
    String[] args = new String[options.length + 3];
    args[0] = "migrate";
    args[1] = "--from";
    args[2] = "jsonl:" + store;
    System.arraycopy(options, 0, args, 3, options.length);
    return Cli.of(database).on(database, args);
  }

  @Test
  void everyRefusedRowIsALine() throws IOException {
    Files.writeString(rejects, "of yesterday");

    Result result =
        migrate("--no-backup", "--max-rejects", "3000", "--rejects", rejects.toString());

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    List<String> expected = IntStream.range(0, BAD).mapToObj(RejectFileTest::rejected).toList();
    List<String> lines = Files.readAllLines(rejects);
    assertThat(lines.stream().map(line -> line.replaceFirst("\"position\":\\s*\"\\d+\"", "P")))
        .containsExactlyInAnyOrderElementsOf(expected);
    assertThat(lines.stream().distinct()).hasSize(BAD);
    try (var left = Files.list(folder)) {
      assertThat(left).containsExactlyInAnyOrder(store, rejects);
    }
  }

  private static String rejected(int i) {
    return "{\"id\":\"bad \\\"%d\\\"\",\"reason\":\"column 'content': text with the character U+0000, which PostgreSQL can't hold\",\"dataset\":\"store\",P}"
        .formatted(i);
  }

  @Test
  void noRefusedRowIsAnEmptyFile() throws IOException {
    Files.writeString(store, line("good", "a"));

    assertThat(migrate("--rejects", rejects.toString()).code()).isZero();

    assertThat(rejects).isEmptyFile();
  }

  @Test
  void aDryRunAndAFolderThatIsNotThereAreWrongUsage() {
    Result dry = migrate("--dry-run", "--rejects", rejects.toString());
    Result nowhere = migrate("--rejects", folder.resolve("no/r.jsonl").toString());

    assertThat(dry.code()).isEqualTo(2);
    assertThat(dry.err().lines().findFirst())
        .hasValue(
            "--dry-run: it stores no refused rows and reports the first hundred, expected without --rejects.");
    assertThat(nowhere.code()).isEqualTo(2);
    assertThat(nowhere.err().lines().findFirst())
        .hasValue(
            "Invalid value for option '--rejects': '%s', expected a file in a folder that is there."
                .formatted(folder.resolve("no/r.jsonl")));
    assertThat(rejects).doesNotExist();
  }
}
