package dev.vectormigrate.sources.records;

import static dev.vectormigrate.sources.records.Records.findings;
import static dev.vectormigrate.sources.records.Records.read;
import static dev.vectormigrate.sources.records.Records.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.sources.files.SplitChecks;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonRecordsFileTest {

  private static final List<String> ROWS =
      List.of("a | one, [two] \"} | {\"k\":[1,{}]} | <1.0 2.0>", "b | null | {} | <3.0 4.0>");

  @TempDir private Path folder;

  private JsonRecordsFile source(String content) throws Exception {
    return JsonRecordsFile.at(write(folder, "store.json", content));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        [{"id": "a", "text": "one, [two] \\"}", "k": [1, {}], "vector": [1, 2]},
         {"id": "b", "vector": [3, 4]}]
        """,
        "\uFEFF\r\n[{\"id\":\"a\",\"text\":\"one, [two] \\\"}\",\"k\":[1,{}],\"vector\":[1,2]}"
            + ",{\"id\":\"b\",\"vector\":[3,4]}]",
        """
        {"chunks" : [{"id": "a", "text": "one, [two] \\"}", "k": [1, {}], "vector": [1, 2]},
         {"id": "b", "vector": [3, 4]}]}
        """,
        """
        {"a": {"text": "one, [two] \\"}", "metadata": {"k": [1, {}]}, "vector": [1, 2]},
         "b" : {"vector": [3, 4]}}
        """,
        """
        {"ids": ["a", "b"], "texts": ["one, [two] \\"}", null], "metadatas": [{"k": [1, {}]}, null],
         "embeddings": [[1, 2], [3, 4]]}
        """,
        """
        {"vectors": [[1, 2], [3, 4]], "documents": ["one, [two] \\"}", null], "id": ["a", "b"],
         "metadata": [{"k": [1, {}]}, {}]}
        """,
      })
  void recordsAreFoundInEveryShape(String content) throws Exception {
    assertThat(read(source(content))).isEqualTo(ROWS);
    assertThat(findings(source(content))).isEmpty();
    SplitChecks.check(source(content));
  }

  @Test
  void textsAloneAreRecordsToo() throws Exception {
    assertThat(read(source("[\"one\", \"two\"]")))
        .containsExactly("store#0 | one | {} | null", "store#1 | two | {} | null");
    assertThat(read(source("{\"a\": \"one\", \"b\": \"two\"}")))
        .containsExactly("a | one | {} | null", "b | two | {} | null");
  }

  @Test
  void theKeyIsTheIdAndAnIdInsideIsMetadata() throws Exception {
    assertThat(read(source("{\"a\": {\"id\": 7}, \"a\": {\"id\": 8}}")))
        .containsExactly(
            "a | null | {\"id\":7} | null",
            "refused a: key: of an earlier record of the file too, expected every key once");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "{}", " [ ] ", "{\"chunks\": []}"})
  void noRecordsAreNoRows(String content) throws Exception {
    assertThat(read(source(content))).isEmpty();
  }

  @Test
  void whatIsWrongWithOneRecordRefusesThatOne() throws Exception {
    String deep = "[".repeat(100_000) + "]".repeat(100_000);
    JsonRecordsFile source =
        source(
            """
            [{"id": "a"}, {"id": "deep", "k": %s}, 7, [1], null,
             {"id": "ragged", "vector": [1, 2, 3]}, {"id": "x", "vector": [1, 2]},
             {"id": "x", "vector": [NaN, 2]}]
            """
                .formatted(deep));

    assertThat(read(source))
        .containsExactly(
            "a | null | {} | null",
            "refused store#1: record: beyond the limits, expected at most 500 levels of nesting,"
                + " numbers of 20000 digits and names of 1 MiB",
            "refused store#2: record: a number, expected an object",
            "refused store#3: record: an array, expected an object",
            "refused store#4: record: null, expected an object",
            "refused ragged: embedding: dimension 3, expected 2 as most have",
            "x | null | {} | <1.0 2.0>",
            "refused x: embedding: a component is NaN, infinite or too large for single precision,"
                + " expected a number");
    SplitChecks.check(source);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[{\"id\": 1} {\"id\": 2}]", "[{\"id\": 1},]", "[,{\"id\": 1}]", "[nul]"})
  void malformedRecordsAreAnErrorOfTheDataset(String content) throws Exception {
    assertThat(findings(source(content)))
        .contains(
            "ERROR records.malformed: malformed records: 1, so where others begin is in doubt."
                + " Check the file");
    assertThat(read(source(content)))
        .contains(
            "refused store#%d: record: malformed, expected JSON in UTF-8"
                .formatted(content.endsWith(",]") ? 1 : 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{\"id\": \"a,]\", \"k\": [1, {\"l\": \"\\\"\"}]}, {\"id\": 2}]",
        "{\"a\": {\"text\": \"b\"}, \"c\": {}}",
        "{\"ids\": [\"a\", \"b\"], \"texts\": [\"c\", \"d\"]}"
      })
  void aFileThatIsCutOffAnywhereIsNeverTakenForAWholeOne(String whole) throws Exception {
    byte[] bytes = whole.getBytes(StandardCharsets.UTF_8);
    for (int length = 0; length < bytes.length; length++) {
      Path file = Files.write(folder.resolve("store.json"), Arrays.copyOf(bytes, length));
      String expected =
          length == 0
              ? ": no JSON array or object, expected one of records. Check the file"
              : ": ends at byte %d, expected more. The file is cut off; restore it from a backup"
                  .formatted(length);
      assertThatThrownBy(() -> read(JsonRecordsFile.at(file)))
          .as("cut off after %d bytes", length)
          .hasMessage(file + expected);
    }
  }

  @Test
  void whatIsNoArrayOrObjectOfRecordsIsAnError() throws Exception {
    Path file = folder.resolve("store.json");
    assertThatThrownBy(() -> read(source("17")))
        .hasMessage(file + ": no JSON array or object, expected one of records. Check the file");
    assertThatThrownBy(() -> read(source("[] []")))
        .hasMessage(file + ": more after its JSON value, expected its end. Check the file");
    assertThatThrownBy(() -> read(source("[}")))
        .hasMessage(file + ": malformed near byte 1, expected JSON. Check the file");
    assertThatThrownBy(() -> read(source("{\"a\": [1, 2], \"b\": [3, 4]}")))
        .hasMessage(
            file
                + ": an object of several arrays, expected one of them to be called ids, texts,"
                + " metadatas, vectors or embeddings. Save an array of records");
  }

  @Test
  void arraysOfDifferentLengthAreAnError() throws Exception {
    assertThatThrownBy(() -> read(source("{\"ids\": [1, 2], \"texts\": [\"a\"]}")))
        .hasMessage(
            folder.resolve("store.json")
                + ": arrays 'ids' and 'texts' differ in length, expected the same. Save them"
                + " again");
  }

  @Test
  void whatBelongsToNoRecordIsNamed() throws Exception {
    assertThat(findings(source("{\"model\": \"m\", \"chunks\": [{\"id\": 1}], \"dim\": 3}")))
        .containsExactly(
            "WARNING records.others: keys of the file that belong to no record and are not moved:"
                + " model, dim",
            "WARNING records.vectors.missing: records without 'embedding': 1, moved without one");
  }
}
