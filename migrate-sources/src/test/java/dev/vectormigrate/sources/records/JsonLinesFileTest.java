package dev.vectormigrate.sources.records;

import static dev.vectormigrate.sources.records.Records.findings;
import static dev.vectormigrate.sources.records.Records.read;
import static dev.vectormigrate.sources.records.Records.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.sources.files.SplitChecks;
import dev.vectormigrate.sources.json.JsonFile;
import dev.vectormigrate.spi.SourceSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesFileTest {

  private static final String THREE =
      """
      {"id": "a", "text": "one", "embedding": [1, -0.0, 0.1], "page": 7}
      {"id": "b", "text": "two", "embedding": [2, 3, 1e-45], "metadata": {"tags": ["x"]}}
      {"id": 3, "text": null, "embedding": null, "page": 1.0}
      """;

  @TempDir private Path folder;

  @Test
  void aLineIsARow() throws Exception {
    JsonLinesFile source = JsonLinesFile.at(write(folder, "chunks.v2.jsonl", THREE));

    assertThat(read(source))
        .containsExactly(
            "a | one | {\"page\":7} | <1.0 -0.0 0.1>",
            "b | two | {\"tags\":[\"x\"]} | <2.0 3.0 1.4E-45>",
            "3 | null | {\"page\":1.0} | null");
    assertThat(findings(source))
        .containsExactly(
            "WARNING records.vectors.missing: records without 'embedding': 1, moved without one");
    try (SourceSession session = source.open()) {
      Dataset dataset = session.datasets().get(0);
      assertThat(dataset.qualifiedName()).isEqualTo("chunks");
      assertThat(dataset.schema()).isEqualTo(Schema.vectorCollection(3, null));
      assertThat(dataset.rows()).isEqualTo(OptionalLong.of(3));
    }
  }

  @Test
  void marksBlankLinesAndLineEndsOfAnySystemDoNotCount() throws Exception {
    String other = "\uFEFF\r\n \t\n" + THREE.replace("\n", "\r\n\r\n").stripTrailing();

    assertThat(read(JsonLinesFile.at(write(folder, "other.jsonl", other))))
        .isEqualTo(read(JsonLinesFile.at(write(folder, "three.jsonl", THREE))));
  }

  @Test
  void compressedLinesAreTheSameLines() throws Exception {
    Path packed = folder.resolve("three.jsonl.gz");
    Files.write(packed, gzip(THREE));

    assertThat(read(JsonLinesFile.at(packed)))
        .isEqualTo(read(JsonLinesFile.at(write(folder, "three.jsonl", THREE))));
    SplitChecks.check(JsonLinesFile.at(packed));
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  @Test
  void compressedLinesThatAreCutOffOrNotCompressedAreAnError() throws Exception {
    Path packed = folder.resolve("three.jsonl.gz");
    byte[] whole = gzip(THREE);
    for (byte[] damaged : new byte[][] {Arrays.copyOf(whole, whole.length - 9), {1, 2, 3}, {}}) {
      Files.write(packed, damaged);
      assertThatThrownBy(() -> read(JsonLinesFile.at(packed)))
          .hasMessage(
              packed + ": not gzip or cut off, expected a whole file. Restore it from a backup");
    }
  }

  @Test
  void whatIsWrongWithOneRecordRefusesThatOne() throws Exception {
    String deep = "[".repeat(100_000) + "]".repeat(100_000);
    String content =
        """
        {"id": "good", "embedding": [1, 2]}
        {"id": "nan", "embedding": [1, NaN]}
        {"id": "infinite", "embedding": [1, 1e39]}
        {"id": "ragged", "embedding": [1, 2, 3]}
        {"id": "nested", "embedding": [[1, 2]]}
        {"id": "empty", "embedding": []}
        {"id": "half \\ud800", "embedding": [1, 2]}
        {"id": "text", "text": "\\udc00", "embedding": [1, 2]}
        {"id": "key", "k": "\\ud83d", "embedding": [1, 2]}
        {"id": "deep", "k": %s}
        {"id": "cut
        [1, 2]
        17
        {"id": "twice", "k": 1, "k": 2}
        {"id": "both", "k": 1, "metadata": {"k": 2}}
        {"id": "huge", "k": 1e999999999}
        {"id": "good", "embedding": [3, 4]}
        {"embedding": [5, 6]}
        {"id": "end", "embedding": [7, 8]} {}
        {"id": "last", "embedding": "[9, 10]"}
        """
            .formatted(deep);
    JsonLinesFile source = JsonLinesFile.at(write(folder, "bad.jsonl", content));

    assertThat(read(source))
        .containsExactly(
            "good | null | {} | <1.0 2.0>",
            "refused nan: embedding: a component is NaN, infinite or too large for single"
                + " precision, expected a number",
            "refused infinite: embedding: a component is NaN, infinite or too large for single"
                + " precision, expected a number",
            "refused ragged: embedding: dimension 3, expected 2 as most have",
            "refused nested: embedding: something other than numbers in it, expected numbers",
            "refused empty: embedding: no components, expected some",
            "refused half \\ud800: id: lone surrogate, which is not Unicode text",
            "refused text: text: lone surrogate, which is not Unicode text",
            "refused key: metadata: key 'k': lone surrogate, which is not Unicode text",
            "refused bad#9: record: beyond the limits, expected at most 500 levels of nesting,"
                + " numbers of 20000 digits and names of 1 MiB",
            "refused bad#10: record: malformed, expected JSON in UTF-8",
            "refused bad#11: record: an array, expected an object",
            "refused bad#12: record: a number, expected an object",
            "refused twice: record: key 'k': twice, expected once",
            "refused both: metadata: key 'k' in it and beside it, expected once. Name other"
                + " fields",
            "refused huge: record: key 'k': a number with too large an exponent, expected at most"
                + " 20000 digits",
            "refused good: key: of an earlier record of the file too, expected every key once",
            "bad#17 | null | {} | <5.0 6.0>",
            "refused bad#18: record: malformed, expected JSON in UTF-8",
            "last | null | {} | <9.0 10.0>");
    assertThat(findings(source))
        .containsExactly(
            "WARNING records.refused: records that cannot be read: 12, refused",
            "WARNING records.ids.missing: records without id: 1, called by file and number",
            "WARNING records.ids.repeated: records with the id of an earlier one: 1, refused");
    SplitChecks.check(source);
  }

  @Test
  void aFileThatIsCutOffAnywhereIsNeverTakenForAWholeOne() throws Exception {
    byte[] whole = THREE.getBytes(StandardCharsets.UTF_8);
    for (int length = whole.length - 2; length > 0; length--) {
      Path file = Files.write(folder.resolve("cut.jsonl"), Arrays.copyOf(whole, length));
      boolean betweenRecords = whole[length - 1] == '\n' || whole[length] == '\n';
      assertThat(
              findings(JsonLinesFile.at(file)).stream()
                  .filter(finding -> finding.startsWith("ERROR")))
          .as("cut off after %d bytes", length)
          .hasSize(betweenRecords ? 0 : 1)
          .allMatch(
              finding ->
                  finding.equals(
                      "ERROR records.cut.off: the last record is cut off, so more may be missing."
                          + " Restore the file from a backup, or remove what is left of that"
                          + " record"));
    }
  }

  @Test
  void bytesThatAreNoTextRefuseTheirRecord() throws Exception {
    Path file = folder.resolve("bytes.jsonl");
    Files.write(
        file, "{\"id\": \"\u00ff\"}\n{\"id\": \"b\"}\n".getBytes(StandardCharsets.ISO_8859_1));

    assertThat(read(JsonLinesFile.at(file)))
        .containsExactly(
            "refused bytes#0: record: malformed, expected JSON in UTF-8", "b | null | {} | null");
  }

  @Test
  void aLineThatIsTooLargeIsRefusedInBoundedMemory() throws Exception {
    Path file = folder.resolve("large.jsonl");
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write("{\"id\": \"a\", \"text\": \"".getBytes(StandardCharsets.UTF_8));
      byte[] block = new byte[1 << 20];
      Arrays.fill(block, (byte) 'x');
      for (int i = 0; i < JsonFile.MOST_RECORD_BYTES >> 20; i++) {
        out.write(block);
      }
      out.write("\"}\n{\"id\": \"b\"}".getBytes(StandardCharsets.UTF_8));
    }

    assertThat(read(JsonLinesFile.at(file)))
        .containsExactly(
            "refused large#0: record: too large, expected at most 67108864 bytes",
            "b | null | {} | null");
  }

  @Test
  void fieldsAreWhereTheCallerSaysAndNothingIsDropped() throws Exception {
    String content =
        """
        {"key": 1, "id": "x", "p": {"body": "t", "v": [1], "q": 2}, "title.v": [3, 4], "m": {"a": 1}, "text": "u"}
        {"key": 2, "p": {"body": 5, "v": [1]}, "title.v": [3, 4]}
        {"id": "x", "p": {"body": "t"}}
        {"key": 4, "m": [1]}
        {"key": 5, "p": {"v": 6}}
        {"key": {}}
        """;
    RecordFields fields =
        RecordFields.DEFAULT
            .withId("key")
            .withText("p.body")
            .withVectors("p.v", "title.v")
            .withMetadata("m");

    assertThat(read(JsonLinesFile.at(write(folder, "f.jsonl", content)).fields(fields)))
        .containsExactly(
            "1 | t | {\"a\":1,\"p\":{\"q\":2},\"id\":\"x\",\"text\":\"u\"} | <1.0> | <3.0 4.0>",
            "refused 2: text: 'p.body' is no text",
            "refused f#2: id: no 'key', expected a text or an integer",
            "refused 4: metadata: 'm' is no object, expected one",
            "refused 5: vector: 'p.v' is no array, expected one of numbers",
            "refused f#5: id: 'key' is neither text nor integer");
  }

  @Test
  void ofSeveralUsualNamesTheFirstOneIsThePartAndTheOthersAreMetadata() throws Exception {
    String content =
        """
        {"_id": "u", "id": "i", "content": "c", "text": "t", "values": [0.1, 1], "vector": [2, 3], "metadata": "m"}
        {"_id": "u2", "id": {}, "content": "c", "text": ["t"], "values": ["a"], "embedding": "none"}
        """;

    assertThat(read(JsonLinesFile.at(write(folder, "usual.jsonl", content))))
        .containsExactly(
            "i | t | {\"_id\":\"u\",\"values\":[0.1,1],\"content\":\"c\",\"metadata\":\"m\"} | <2.0"
                + " 3.0>",
            "refused u2: embedding: something other than numbers in it, expected numbers");
  }

  @Test
  void aKeyThatIsNotUnicodeRefusesItsRecord() throws Exception {
    assertThat(read(JsonLinesFile.at(write(folder, "f.jsonl", "{\"\\ud800\": 1, \"\\ud800\": 2}"))))
        .containsExactly("refused f#0: record: malformed, expected JSON in UTF-8");
  }

  @Test
  void otherFieldsAreAnotherFingerprint() throws Exception {
    JsonLinesFile source = JsonLinesFile.at(write(folder, "three.jsonl", THREE));

    assertThat(fingerprint(source))
        .startsWith("bytes=" + THREE.length() + " sha256=")
        .isEqualTo(fingerprint(source.fields(RecordFields.DEFAULT)))
        .isNotEqualTo(fingerprint(source.fields(RecordFields.DEFAULT.withText("page"))));
  }

  private static String fingerprint(JsonLinesFile source) throws Exception {
    try (SourceSession session = source.open()) {
      return session.datasets().get(0).fingerprint();
    }
  }

  @Test
  void whatIsNotThereIsAnError() {
    assertThatThrownBy(() -> JsonLinesFile.at(folder.resolve("none.jsonl")).open())
        .hasMessage(
            folder.resolve("none.jsonl")
                + ": missing, expected a file of JSON lines. Check the path");
    assertThatThrownBy(() -> JsonLinesFile.at(folder).open())
        .hasMessage(folder + ": a directory, expected a file of JSON lines. Name a file in it");
  }
}
