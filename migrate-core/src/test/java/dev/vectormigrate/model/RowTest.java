package dev.vectormigrate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class RowTest {

  private static final Schema DOCS = Schema.vectorCollection(2, Distance.COSINE);
  private static final Schema PAIRS =
      new Schema(
          List.of(
              Field.required("a", FieldType.TEXT),
              Field.optional("b", FieldType.TEXT),
              Field.optional("n", FieldType.INTEGER)),
          List.of("a", "b"));

  private static String pairId(String a, String b) {
    return Row.of(PAIRS, a, b, null).id();
  }

  private static void refuses(String message, Schema schema, Object... values) {
    assertThatThrownBy(() -> Row.of(schema, values))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void gives_values_by_position_and_by_name() {
    Row row = Row.of(DOCS, "a", null, Json.parse("{}"), Vector.of(1, 2));

    assertThat(row.value(0)).isEqualTo("a");
    assertThat(row.value("text")).isNull();
    assertThat(row.value("embedding")).isEqualTo(Vector.of(1, 2));
    assertThat(row.schema()).isEqualTo(DOCS);
    assertThatThrownBy(() -> row.value("Text"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("field 'Text': unknown, expected " + DOCS);
  }

  @Test
  void values_are_checked_against_the_schema_without_being_told() {
    refuses("values of a row: 2, expected 3", PAIRS, "a", "b");
    refuses("field 'a': null, expected String", PAIRS, null, "b", 1L);
    refuses("field 'n': Integer, expected Long", PAIRS, "a", "b", 1);
    refuses("field 'n': String, expected Long", PAIRS, "a", "b", "secret");
    refuses("field 'embedding': float[], expected Vector", DOCS, "a", "b", null, new float[2]);
  }

  @Test
  void equality_is_that_of_schema_and_values() {
    Row row = Row.of(PAIRS, "a", null, 1L);

    assertThat(row).isEqualTo(Row.of(PAIRS, "a", null, 1L));
    assertThat(row).hasSameHashCodeAs(Row.of(PAIRS, "a", null, 1L));
    assertThat(row).isNotEqualTo(Row.of(PAIRS, "a", "", 1L));
    Schema unkeyed = new Schema(PAIRS.fields(), List.of());
    assertThat(row).isNotEqualTo(Row.of(unkeyed, "a", null, 1L));
  }

  @Test
  void the_id_of_a_key_of_one_field_is_its_value() {
    assertThat(Row.of(DOCS, "a/b\\c", "secret", null, null).id()).isEqualTo("a/b\\c");
    assertThat(Row.of(DOCS, "", null, null, null).id()).isEmpty();
  }

  @Test
  void the_id_of_a_key_of_several_fields_is_their_values_joined() {
    assertThat(pairId("a", "b")).isEqualTo("a/b");
    assertThat(pairId("", "b")).isEqualTo("/b");
    assertThat(pairId("b", "")).isEqualTo("b/");
    assertThat(pairId("a", null)).isEqualTo("a/null");
    assertThat(pairId("a/b", "c")).isEqualTo("a\\/b/c");
    assertThat(pairId("a", "b/c")).isEqualTo("a/b\\/c");
    assertThat(pairId("a\\", "b")).isEqualTo("a\\\\/b");
  }

  @Test
  void a_row_without_a_key_has_no_id() {
    Row row = Row.of(new Schema(PAIRS.fields(), List.of()), "a", "b", 1L);

    assertThat(row.id()).isEmpty();
  }

  @Test
  void the_text_for_logs_holds_the_key_alone() {
    assertThat(Row.of(DOCS, "a", "secret", null, null)).hasToString("row a");
  }
}
