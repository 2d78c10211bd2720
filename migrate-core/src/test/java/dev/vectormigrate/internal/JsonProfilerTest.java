package dev.vectormigrate.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.spi.JsonProfile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonProfilerTest {

  private static final Schema SCHEMA =
      new Schema(
          List.of(
              Field.required("id", FieldType.TEXT),
              Field.optional("text", FieldType.TEXT),
              Field.optional("data", FieldType.JSON)),
          List.of("id"));

  private static Row row(int number, String json) {
    return Row.of(SCHEMA, "id-" + number, "{\"no\":1}", json == null ? null : Json.parse(json));
  }

  private static JsonProfile profile(List<Row> rows) {
    JsonProfiler profiler = new JsonProfiler(SCHEMA);
    rows.forEach(profiler::add);
    assertThat(profiler.profiles()).hasSize(1);
    return profiler.profiles().get(0);
  }

  private static JsonProfile profile(String... documents) {
    List<Row> rows = new ArrayList<>();
    for (String document : documents) {
      rows.add(row(rows.size(), document));
    }
    return profile(rows);
  }

  @Test
  void counts_kinds_paths_types_and_depth() {
    assertThat(
            profile(
                "{\"a\":1,\"b\":{\"c\":[1,2.5,null]}}",
                "{\"a\":\"x\"}",
                "[{\"a\":true},[]]",
                "7",
                "\"{\\\"a\\\":1}\"",
                "\"text\"",
                "null",
                null,
                "{}"))
        .isEqualTo(
            new JsonProfile(
                "data",
                3,
                1,
                2,
                1,
                2,
                List.of("id-4"),
                3,
                new TreeMap<>(
                    Map.of(
                        "a integer", 1L,
                        "a string", 1L,
                        "b object", 1L,
                        "b.c array", 1L,
                        "b.c[] integer", 1L,
                        "b.c[] decimal", 1L,
                        "b.c[] null", 1L,
                        "[] object", 1L,
                        "[].a boolean", 1L,
                        "[] array", 1L)),
                0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"{}\"",
        "\" [1, 2] \"",
        "\"\\\"{}\\\"\"",
        "\"\\\"\\\\\\\"[]\\\\\\\"\\\"\"",
      })
  void a_text_that_holds_a_document_is_encoded_twice(String document) {
    assertThat(profile(document).encoded()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"\"",
        "\"{\"",
        "\"{not JSON}\"",
        "\"[1] and more\"",
        "\"1\"",
        "\"\\\"quoted\\\"\"",
        "\"null\"",
        "\"[sic]\"",
      })
  void another_text_is_a_scalar(String document) {
    assertThat(profile(document).scalars()).isEqualTo(1);
    assertThat(profile(document).encoded()).isZero();
  }

  @Test
  void memory_is_bounded_and_the_order_of_rows_does_not_matter() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      rows.add(row(i, "{\"k%04d\":1,\"every\":\"x\"}".formatted(i % 1_500)));
      rows.add(row(10_000 + i, "\"[%d]\"".formatted(i)));
    }
    JsonProfile profile = profile(rows);

    assertThat(profile.paths()).hasSize(JsonProfile.MOST_PATHS);
    assertThat(profile.paths())
        .containsEntry("every string", 3_000L)
        .containsEntry("k0000 integer", 2L)
        .containsEntry("k0998 integer", 2L)
        .doesNotContainKey("k0999 integer");
    assertThat(profile.otherPaths()).isEqualTo(2 * 501);
    assertThat(profile.encoded()).isEqualTo(3_000);
    assertThat(profile.encodedRows())
        .containsExactlyElementsOf(IntStream.range(0, 10).mapToObj(i -> "id-1000" + i).toList());
    Collections.reverse(rows);
    assertThat(profile(rows)).isEqualTo(profile);
  }

  @Test
  void a_path_of_any_length_is_counted_with_the_others() {
    String deep = "{\"a\":".repeat(400) + "1" + "}".repeat(400);
    JsonProfile profile = profile(deep, "{\"%s\":[1,{\"b\":2}]}".formatted("k".repeat(10_000)));

    assertThat(profile.depth()).isEqualTo(400);
    assertThat(profile.paths()).hasSize(256);
    assertThat(profile.paths().lastKey()).hasSize(511 + " object".length());
    assertThat(profile.otherPaths()).isEqualTo(400 - 256 + 4);
  }
}
