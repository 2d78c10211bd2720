package dev.vectormigrate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchemaTest {

  private static final Field A = Field.required("a", FieldType.TEXT);
  private static final Field B = Field.optional("b", FieldType.INTEGER);

  private static void refuses(List<Field> fields, List<String> key, String message) {
    assertThatThrownBy(() -> new Schema(fields, key))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void a_vector_collection_has_the_conventional_fields() {
    assertThat(Schema.vectorCollection(384, Distance.COSINE))
        .hasToString(
            "(id text not null, text text, metadata json, embedding vector(384) cosine) key (id)");
    assertThat(Schema.vectorCollection(0, null))
        .hasToString("(id text not null, text text, metadata json, embedding vector) key (id)");
  }

  @Test
  void finds_fields_by_name_and_position() {
    Schema schema = new Schema(List.of(A, B), List.of("b", "a"));

    assertThat(schema.size()).isEqualTo(2);
    assertThat(schema.field(1)).isEqualTo(B);
    assertThat(schema.indexOf("b")).isEqualTo(1);
    assertThat(schema.indexOf("B")).isEqualTo(-1);
    assertThat(schema.keyIndexes()).containsExactly(1, 0);
  }

  @Test
  void what_contradicts_itself_is_refused() {
    refuses(List.of(A, B, A), List.of(), "field 'a': twice, expected once");
    refuses(List.of(), List.of(), "fields: none, expected at least one");
    refuses(List.of(A, B), List.of("c"), "key [c]: expected different fields out of [a, b]");
    refuses(
        List.of(A, B), List.of("a", "a"), "key [a, a]: expected different fields out of [a, b]");
    assertThatThrownBy(() -> Field.required("", FieldType.TEXT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("name of a field: empty, expected some text");
  }

  @Test
  void does_not_follow_later_changes_of_what_it_was_made_of() {
    List<Field> fields = new ArrayList<>(List.of(A));
    List<String> key = new ArrayList<>(List.of("a"));
    Schema schema = new Schema(fields, key);
    fields.add(B);
    key.clear();

    assertThat(schema).isEqualTo(new Schema(List.of(A), List.of("a")));
  }

  @Test
  void a_field_is_renamed_with_all_else_as_it_is() {
    assertThat(B.named("c")).isEqualTo(Field.optional("c", FieldType.INTEGER));
  }
}
