package dev.vectormigrate.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TextTemplateTest {

  private static final Schema SCHEMA =
      new Schema(
          List.of(
              Field.required("id", FieldType.TEXT),
              Field.optional("title", FieldType.TEXT),
              Field.optional("a.b", FieldType.TEXT),
              Field.optional("metadata", FieldType.JSON),
              Field.optional("n", FieldType.INTEGER),
              Field.optional("embedding", FieldType.vector(3, null))),
          List.of("id"));

  private static String text(
      String template, @Nullable String title, @Nullable Object metadata, @Nullable Long n) {
    Row row =
        Row.of(SCHEMA, "1", title, "dotted", metadata == null ? null : Json.of(metadata), n, null);
    return TextTemplate.of(template, SCHEMA).text(new RowValues(row));
  }

  private static void assertRefused(String template, String message) {
    assertThatThrownBy(() -> TextTemplate.of(template, SCHEMA))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void fields_and_members_stand_in_their_places() {
    Map<String, Object> metadata = Map.of("summary", "S", "deep", Map.of("er", "D"));

    assertThat(
            text("{title}\n\n{metadata.summary} {metadata.deep.er} {a.b} {n}", "T", metadata, 7L))
        .isEqualTo("T\n\nS D dotted 7");
  }

  @Test
  void what_is_not_there_stands_for_nothing() {
    Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
    metadata.put("nothing", null);
    metadata.put("text", "x");

    assertThat(
            text(
                "[{title}|{metadata.nothing}|{metadata.absent}|{metadata.text.below}|{n}]",
                null,
                metadata,
                null))
        .isEqualTo("[||||]");
    assertThat(text("[{metadata.x}]", "T", null, null)).isEqualTo("[]");
    assertThat(text("[{metadata.x}]", "T", List.of(1L), null)).isEqualTo("[]");
  }

  @Test
  void members_are_written_plainly_and_objects_as_json() {
    Map<String, Object> metadata =
        Map.of(
            "i", 12L, "f", 1.5, "t", true, "list", Arrays.asList("a", null), "o", Map.of("k", 1L));

    assertThat(
            text(
                "{metadata.i} {metadata.f} {metadata.t} {metadata.list} {metadata.o}",
                "T",
                metadata,
                null))
        .isEqualTo("12 1.5 true [\"a\",null] {\"k\":1}");
    assertThat(text("{metadata}", "T", "a \"text\"", null)).isEqualTo("a \"text\"");
  }

  @Test
  void two_braces_stand_for_one() {
    assertThat(text("{{title}} {title}}", "T", null, null)).isEqualTo("{title}} T}");
  }

  @Test
  void a_name_that_is_not_there_is_refused_with_those_that_are() {
    assertRefused(
        "{titel}",
        "text to embed: field 'titel': not there, expected one of [id, title, a.b, metadata, n, embedding].");
    assertRefused(
        "{}",
        "text to embed: field '': not there, expected one of [id, title, a.b, metadata, n, embedding].");
  }

  @Test
  void what_has_no_members_or_is_no_text_is_refused() {
    assertRefused(
        "{title.x}", "text to embed: field 'title': text, expected json to take 'x' from.");
    assertRefused("{embedding}", "text to embed: field 'embedding': vector(3), expected text.");
  }

  @Test
  void an_open_brace_and_an_empty_template_are_refused() {
    assertRefused(
        "a {title",
        "text to embed: '{' at character 3 is not closed, expected '}'. Write {{ for a brace.");
    assertRefused("", "text to embed: empty template, expected some field.");
  }
}
