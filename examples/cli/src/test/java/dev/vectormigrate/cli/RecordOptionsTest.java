package dev.vectormigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.cli.Cli.Result;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
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

class RecordOptionsTest {

  @TempDir private Path folder;
  private LocalPostgres.Database database;

  @BeforeEach
  void createDatabase() {
    database = LocalPostgres.shared().createDatabase("cli records");
  }

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private List<String> migrate(String kind, Path file, String... options) throws SQLException {
    List<String> args = new ArrayList<>(List.of("migrate", "--from", kind + ":" + file));
    args.addAll(List.of(options));
    Result result = Cli.of(database).on(database, args.toArray(String[]::new));
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    return rows();
  }

  private List<String> rows() throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT id || ' ' || content || ' ' || metadata || ' ' || embedding FROM store"
                    + " ORDER BY id")) {
      List<String> rows = new ArrayList<>();
      while (result.next()) {
        rows.add(result.getString(1));
      }
      return rows;
    }
  }

  @Test
  void linesMigrateWithTheirUsualFields() throws Exception {
    Path file =
        write("store.jsonl", "{\"id\": 1, \"text\": \"a\", \"vector\": [1, 2.5], \"page\": 3}\n");

    assertThat(migrate("jsonl", file)).containsExactly("1 a {\"page\": 3} [1,2.5]");
  }

  @Test
  void jsonMigratesWithFieldsByName() throws Exception {
    Path file =
        write(
            "store.json", "[{\"k\": {\"i\": 1}, \"body\": \"a\", \"e\": [1], \"m\": {\"p\": 3}}]");

    assertThat(
            migrate(
                "json",
                file,
                "--id-field=k.i",
                "--text-field=body",
                "--vector-field=e",
                "--metadata-field=m"))
        .containsExactly("1 a {\"k\": {}, \"p\": 3} [1]");
  }

  @Test
  void columnsMigrateWithTheirDelimiter() throws Exception {
    Path file = write("store.csv", "id\ttext\tembedding\tpage\n1\ta\t1 2\t3\n");

    assertThat(migrate("csv", file, "--delimiter", "tab"))
        .containsExactly("1 a {\"page\": \"3\"} [1,2]");
  }

  @Test
  void anArrayMigratesWithTheFileBesideIt() throws Exception {
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }\n";
    ByteBuffer array = ByteBuffer.allocate(10 + header.length() + 8).order(ByteOrder.LITTLE_ENDIAN);
    array.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    array.putShort((short) header.length()).put(header.getBytes(StandardCharsets.US_ASCII));
    array.putFloat(1).putFloat(-2);
    Path file = Files.write(folder.resolve("store.npy"), array.array());
    write("chunks.json", "[\"other\"]");
    write("meta.json", "[\"other\"]");
    Path beside = write("texts.jsonl", "{\"chunk\": \"a\", \"page\": 3}\n");

    assertThat(migrate("numpy", file, "--sidecar", beside.toString()))
        .containsExactly("store#0 a {\"page\": 3} [1,-2]");
  }

  @ParameterizedTest(name = "''{0}''")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          inspect --from chroma:x --id-field i                     | [--id-field, --vector-field, --metadata-field] of csv, json, jsonl and numpy, not of chroma. Leave it out.
          inspect --from json:x --sidecar y                        | [--sidecar] of numpy, not of json. Leave it out.
          inspect --from jsonl:x --delimiter ;                     | [--delimiter] of csv, not of jsonl. Leave it out.
          inspect --from csv:x --delimiter ;;                      | [--delimiter] the delimiter: ';;', expected one character or 'tab'.
          inspect --from csv:x --delimiter "                       | [--delimiter] delimiter: U+0022, expected an ASCII character that is no quotation mark or line end
          inspect --from numpy:x --vector-field a --vector-field b | [--vector-field] several, expected at most one array of numpy. Leave it out.
          inspect --from csv:x --vector-field a --vector-field a   | [--*-field] field 'a': twice, expected once
          """)
  void optionsOfOtherKindsAreRefused(String command, String message) {
    Result result = Cli.withoutEnvironment().run(command.split(" "));

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).isEqualToIgnoringNewLines(message);
  }
}
