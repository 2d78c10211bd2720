package dev.vectormigrate.sources.lightrag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.sources.files.DamagedFileException;
import dev.vectormigrate.sources.files.Reading;
import dev.vectormigrate.sources.files.SplitChecks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Key-value files, today's and old ones. */
class KeyValueFileTest {

  private static final String NAME = "kv_store_full_docs";
  private static final String CACHE = "kv_store_llm_response_cache";

  @TempDir Path temp;

  private Reading read(String name, String text) throws Exception {
    write(name, text);
    SplitChecks.check(LightRagDirectory.at(temp));
    return Reading.of(LightRagDirectory.at(temp), name);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(temp.resolve(name + ".json"), text);
  }

  private static List<Row> rows(String... keysAndValues) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      rows.add(Row.of(KeyValueFile.SCHEMA, keysAndValues[i], Json.parse(keysAndValues[i + 1])));
    }
    return rows;
  }

  @Test
  void a_member_of_any_kind_is_a_row() throws Exception {
    String text =
        """
        {
          "doc-1": {"content": "\u00FC", "n": 1, "x": 1.0},
          "": "text", "null": null, "list": [1, {"a": []}], "flag": true, "number": -1.5e3
        }
        """;
    for (String begin : new String[] {"", "\uFEFF"}) {
      Reading reading = read(NAME, begin + text);
      assertThat(reading.items)
          .isEqualTo(
              rows(
                  "doc-1", "{\"content\": \"\u00FC\", \"n\": 1, \"x\": 1.0}",
                  "", "\"text\"",
                  "null", "null",
                  "list", "[1, {\"a\": []}]",
                  "flag", "true",
                  "number", "-1500.0"));
    }
  }

  @Test
  void a_file_without_members_is_an_empty_dataset() throws Exception {
    assertThat(read(NAME, "{}").items).isEmpty();
  }

  @Test
  void a_member_that_cannot_be_moved_is_refused_alone() throws Exception {
    Reading reading =
        read(
            NAME,
            "{\"a\": {\"k\": NaN}, \"b\": {\"k\": \"\\udfff\"}, \"d\": Infinity,"
                + " \"e\": {\"k\": 1, \"k\": 1}, \"a\": 1, \"f\": 1}");
    assertThat(reading.refusals())
        .containsExactly(
            "a: value: key 'k': NaN or infinite, which JSON has no number for",
            "b: value: key 'k': lone surrogate, which is not Unicode text",
            "d: value: NaN or infinite, which JSON has no number for",
            "e: value: key 'k': twice, expected once",
            "a: key: of an earlier record of the file too, expected every key once");
    assertThat(reading.rows()).isEqualTo(rows("f", "1"));
    assertThat(Reading.dataset(LightRagDirectory.at(temp), NAME).findings())
        .containsExactly(
            Finding.warning(
                "lightrag.keys.repeated",
                "1 records have the key of an earlier one and will be refused"));
  }

  @Test
  void a_text_that_is_not_utf8_refuses_its_member_alone() throws Exception {
    Path path = temp.resolve(NAME + ".json");
    String bytes = "\u00ED\u00A0\u0080";
    String text = "{'a': 1, 'b': {'k': '" + bytes + "'}, 'c': ['" + bytes + "']}";
    Files.writeString(path, text.replace('\'', '"'), StandardCharsets.ISO_8859_1);
    SplitChecks.check(LightRagDirectory.at(temp));
    Reading reading = Reading.of(LightRagDirectory.at(temp), NAME);
    assertThat(reading.rows()).isEqualTo(rows("a", "1"));
    assertThat(reading.refusals())
        .containsExactly(
            "b: value: not UTF-8, expected Unicode text",
            "c: value: not UTF-8, expected Unicode text");
  }

  @Test
  void a_value_of_megabytes_is_read_and_one_beyond_the_limit_refused() throws Exception {
    String large = "\"" + "x".repeat(5 << 20) + "\"";
    String tooLarge = "\"" + "x".repeat((64 << 20) + 1) + "\"";
    write(NAME, "{\"a\": " + large + ", \"b\": " + tooLarge + ", \"c\": 1}");
    Reading reading = Reading.of(LightRagDirectory.at(temp), NAME);
    assertThat(reading.rows()).isEqualTo(rows("a", large, "c", "1"));
    assertThat(reading.refusals())
        .containsExactly("b: value: too large, expected at most 67108864 bytes");
  }

  @Test
  void an_old_cache_is_made_flat() throws Exception {
    Reading reading =
        read(
            CACHE,
            """
            {"default": {"h1": {"return": "a", "cache_type": "extract"}, "h2": {"return": "b"},
                         "h1": {"return": "again"}, "h5": 7},
             "naive": {"h1": {"cache_type": "query", "return": "c"},
                       "h3": {"return": "d", "cache_type": null}},
             "empty": {}, "local": {"h4": {"return": "e"}},
             "other": {"x": {"y": 1}}, "list": {"x": [{"return": 1}], "z": 2}, "plain": [1],
             "mix:query:h": {"return": "f"}, "last": {"h": {"return": "g"}}}
            """);
    assertThat(reading.rows())
        .isEqualTo(
            rows(
                "default:extract:h1", "{\"return\": \"a\", \"cache_type\": \"extract\"}",
                "default:extract:h2", "{\"return\": \"b\"}",
                "default:extract:h5", "7",
                "naive:query:h1", "{\"cache_type\": \"query\", \"return\": \"c\"}",
                "naive:None:h3", "{\"return\": \"d\", \"cache_type\": null}",
                "empty", "{}",
                "local:extract:h4", "{\"return\": \"e\"}",
                "other", "{\"x\": {\"y\": 1}}",
                "list", "{\"x\": [{\"return\": 1}], \"z\": 2}",
                "plain", "[1]",
                "mix:query:h", "{\"return\": \"f\"}",
                "last:extract:h", "{\"return\": \"g\"}"));
    assertThat(reading.refusals())
        .containsExactly(
            "default:extract:h1: key: of an earlier record of the file too, expected every key"
                + " once");
  }

  @Test
  void an_old_cache_of_many_entries_is_found_from_everywhere() throws Exception {
    StringBuilder text = new StringBuilder("{");
    List<String> expected = new ArrayList<>();
    for (String mode : new String[] {"default", "naive"}) {
      text.append(text.length() > 1 ? "," : "").append("\"" + mode + "\": {");
      for (int i = 0; i < 150; i++) {
        text.append((i > 0 ? ", " : "") + "\"h" + i + "\": {\"return\": \"" + i + "\"}");
        expected.add(mode + ":extract:h" + i);
      }
      text.append("}");
    }
    Reading reading = read(CACHE, text + "}");
    assertThat(reading.rows()).extracting(Row::id).isEqualTo(expected);
  }

  @Test
  void todays_cache_and_other_files_stay_as_they_are() throws Exception {
    String nested = "{\"a:b:c\": {\"return\": 1}, \"default\": {\"h\": {\"return\": 1}}}";
    List<Row> expected = rows("a:b:c", "{\"return\": 1}", "default", "{\"h\": {\"return\": 1}}");
    assertThat(read(CACHE, nested).items).isEqualTo(expected);
    assertThat(read(NAME, "{\"default\": {\"h\": {\"return\": 1}}}").items)
        .isEqualTo(expected.subList(1, 2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          []            | an array, expected a JSON object. Check the file
          ''            | empty, expected a JSON object. Check the file
          {"a": 1       | ends at byte 7, expected more. The file is cut off; restore it from a backup
          {"a": "x      | ends at byte 8, expected more. The file is cut off; restore it from a backup
          {"a": tr      | ends at byte 8, expected more. The file is cut off; restore it from a backup
          {"a": 1} x    | more after its JSON value, expected its end. Check the file
          {"\\ud800": 1} | malformed near byte 8, expected JSON. Check the file
          {a: 1}        | malformed near byte 1, expected JSON. Check the file
          """)
  void a_damaged_file_is_an_error_of_its_dataset_alone(String text, String message)
      throws Exception {
    Path path = write(NAME, text);
    write("kv_store_doc_status", "{\"d\": 1}");
    LightRagDirectory source = LightRagDirectory.at(temp);
    assertThat(Reading.of(source, "doc_status").items).isEqualTo(rows("d", "1"));
    Dataset dataset = Reading.dataset(source, NAME);
    assertThat(dataset.rows()).isEmpty();
    assertThat(dataset.findings())
        .containsExactly(Finding.error("lightrag.file.damaged", path + ": " + message));
    assertThatThrownBy(() -> Reading.of(source, NAME))
        .isInstanceOf(DamagedFileException.class)
        .hasMessage(path + ": " + message);
  }

  @Test
  void nesting_is_limited() throws Exception {
    Path path = write(NAME, "{\"a\": " + "[".repeat(100_000) + "]".repeat(100_000) + "}");
    assertThat(Reading.dataset(LightRagDirectory.at(temp), NAME).findings().get(0).message())
        .matches(
            path
                + ": a value near byte \\d+ is beyond the limits, expected at most 500 levels of"
                + " nesting, numbers of 20000 digits and names of 1 MiB. Check the file");
  }
}
