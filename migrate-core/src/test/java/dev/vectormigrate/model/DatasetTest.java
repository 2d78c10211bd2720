package dev.vectormigrate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DatasetTest {

  private static Dataset named(List<String> namespace, String name) {
    Schema schema = Schema.vectorCollection(2, null);
    return new Dataset(namespace, name, schema, OptionalLong.empty(), "f", List.of());
  }

  @Test
  void the_qualified_name_begins_with_the_namespace() {
    assertThat(named(List.of(), "docs").qualifiedName()).isEqualTo("docs");
    assertThat(named(List.of("tenant", "db"), "docs").qualifiedName()).isEqualTo("tenant/db/docs");
  }

  @Test
  void needs_a_name() {
    assertThatThrownBy(() -> named(List.of(), ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("name of a dataset: empty, expected some text");
  }
}
