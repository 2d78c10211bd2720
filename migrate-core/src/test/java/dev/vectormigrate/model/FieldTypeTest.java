package dev.vectormigrate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.model.FieldType.Kind;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FieldTypeTest {

  @Test
  void the_text_tells_types_apart() {
    assertThat(
            Stream.of(
                FieldType.TEXT,
                FieldType.INTEGER,
                FieldType.FLOAT,
                FieldType.BOOLEAN,
                FieldType.JSON,
                FieldType.vector(0, null),
                FieldType.vector(384, null),
                FieldType.vector(0, Distance.L2),
                FieldType.vector(384, Distance.INNER_PRODUCT)))
        .extracting(FieldType::toString)
        .containsExactly(
            "text",
            "integer",
            "float",
            "boolean",
            "json",
            "vector",
            "vector(384)",
            "vector l2",
            "vector(384) inner_product");
  }

  @Test
  void each_kind_has_one_java_type() {
    assertThat(Stream.of(Kind.values()).map(Kind::javaType))
        .containsExactly(
            String.class,
            Long.class,
            Double.class,
            BigDecimal.class,
            Boolean.class,
            UUID.class,
            LocalDateTime.class,
            Instant.class,
            Bytes.class,
            Json.class,
            List.class,
            Vector.class,
            Vector.class,
            SparseVector.class);
  }

  @Test
  void only_vectors_have_a_dimension_or_distance() {
    assertThatThrownBy(() -> FieldType.vector(-1, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("dimension: -1, expected 0 or more");
    assertThatThrownBy(() -> new FieldType(Kind.JSON, 3, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("type JSON: has no size or distance");
    assertThatThrownBy(() -> new FieldType(Kind.JSON, 0, Distance.L2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("type JSON: has no size or distance");
  }
}
