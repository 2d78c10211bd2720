package dev.vectormigrate.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowFingerprintTest {

  private static final Schema DOCS = Schema.vectorCollection(2, null);
  private static final String METADATA = "{\"page\":1,\"in\":{\"x\":[1]}}";

  private static String of(String text, String metadata, Vector vector) {
    return RowFingerprint.of(
        Row.of(DOCS, "a", text, metadata == null ? null : Json.parse(metadata), vector));
  }

  private static List<String> differences(String text, String metadata, Vector vector) {
    return RowFingerprint.differences(
        of("secret", METADATA, Vector.of(1, 2)), of(text, metadata, vector));
  }

  private static List<String> differencesOfMetadata(String metadata) {
    return differences("secret", metadata, Vector.of(1, 2));
  }

  @Test
  void nothing_differs_between_equal_rows() {
    assertThat(differencesOfMetadata("{\"in\":{\"x\":[1]},\"page\":1}")).isEmpty();
  }

  @Test
  void names_the_field_whose_value_differs() {
    assertThat(differences("other", METADATA, Vector.of(1, 3)))
        .containsExactly("field 'text' has another value", "field 'embedding' has another value");
  }

  @Test
  void names_the_type_that_differs() {
    assertThat(differences(null, METADATA, Vector.of(1, 2)))
        .containsExactly("field 'text' is of type null, expected String");
    assertThat(differencesOfMetadata("{\"page\":1.0,\"in\":{\"x\":[1]}}"))
        .containsExactly("field 'metadata.page' is of type decimal, expected integer");
    assertThat(differencesOfMetadata("{\"page\":\"1\",\"in\":{\"x\":[1]}}"))
        .containsExactly("field 'metadata.page' is of type string, expected integer");
    assertThat(differencesOfMetadata("{\"page\":true,\"in\":{\"x\":[1]}}"))
        .containsExactly("field 'metadata.page' is of type boolean, expected integer");
    assertThat(differencesOfMetadata("{\"page\":null,\"in\":{\"x\":[1]}}"))
        .containsExactly("field 'metadata.page' is of type null, expected integer");
  }

  @Test
  void names_the_keys_that_are_missing_or_new() {
    assertThat(differencesOfMetadata("{\"Page\":1,\"in\":{\"x\":[1]}}"))
        .containsExactly("field 'metadata.page' is missing", "field 'metadata.Page' was added");
    assertThat(differencesOfMetadata("{\"page\":1,\"in\":{}}"))
        .containsExactly("field 'metadata.in.x' is missing");
    assertThat(differencesOfMetadata(null))
        .containsExactly(
            "field 'metadata' is of type null, expected object",
            "field 'metadata.in' is missing",
            "field 'metadata.in.x' is missing",
            "field 'metadata.page' is missing");
  }

  @Test
  void an_array_is_one_value() {
    assertThat(differencesOfMetadata("{\"page\":1,\"in\":{\"x\":[1,2]}}"))
        .containsExactly("field 'metadata.in.x' has another value");
  }

  @Test
  void keys_with_control_characters_stay_on_their_line() {
    assertThat(
            RowFingerprint.differences(
                of("t", "{\"a\\rb\\n\\tc\":1}", null), of("t", "{\"a\\rb\\n\\tc\":2}", null)))
        .containsExactly("field 'metadata.a b  c' has another value");
  }

  @Test
  void two_keys_of_one_path_do_not_hide_a_difference() {
    assertThat(
            RowFingerprint.differences(
                of("t", "{\"a.b\":1,\"a\":{\"b\":2}}", null),
                of("t", "{\"a.b\":2,\"a\":{\"b\":2}}", null)))
        .isNotEmpty();
    assertThat(
            RowFingerprint.differences(
                of("t", "{\"a\":{\"b\":1},\"a.b\":2}", null),
                of("t", "{\"a\":{\"b\":3},\"a.b\":2}", null)))
        .containsExactly("a value differs");
  }

  @Test
  void holds_types_and_hashes_but_no_content() {
    assertThat(of("secret", METADATA, Vector.of(1, 2)).lines())
        .allMatch(line -> line.matches("[a-z.]+\t[A-Za-z]+\t[0-9a-f]{16}"))
        .hasSize(7);
  }
}
