package dev.vectormigrate.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.model.Digest;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RowHasherTest {

  private static final Schema TYPES =
      new Schema(
          List.of(
              Field.optional("a", FieldType.TEXT),
              Field.optional("b", FieldType.TEXT),
              Field.optional("i", FieldType.INTEGER),
              Field.optional("f", FieldType.FLOAT),
              Field.optional("flag", FieldType.BOOLEAN),
              Field.optional("j", FieldType.JSON),
              Field.optional("v", FieldType.vector(0, null))),
          List.of());

  private static Row row(Object a, Object b, Object i, Object f, Object flag, Object j, Object v) {
    return Row.of(TYPES, a, b, i, f, flag, j, v);
  }

  private static Row row() {
    return row("ab", "cd", 1L, 1.0, true, Json.parse("{\"a\":1}"), Vector.of(1, 2));
  }

  private static Digest hash(Row row) {
    return new RowHasher().hash(row);
  }

  @Test
  void equal_rows_hash_alike_also_one_after_the_other() {
    RowHasher hasher = new RowHasher();

    assertThat(hasher.hash(row())).isEqualTo(hasher.hash(row())).isEqualTo(hash(row()));
  }

  @Test
  void any_single_change_changes_the_hash() {
    Json json = Json.parse("{\"a\":1}");
    Vector vector = Vector.of(1, 2);
    List<Row> rows =
        List.of(
            row(),
            row("ac", "cd", 1L, 1.0, true, json, vector),
            row("AB", "cd", 1L, 1.0, true, json, vector),
            row("ab ", "cd", 1L, 1.0, true, json, vector),
            row("", "cd", 1L, 1.0, true, json, vector),
            row(null, "cd", 1L, 1.0, true, json, vector),
            row("null", "cd", 1L, 1.0, true, json, vector),
            row("a", "bcd", 1L, 1.0, true, json, vector),
            row("abc", "d", 1L, 1.0, true, json, vector),
            row("abcd", "", 1L, 1.0, true, json, vector),
            row("abcd", null, 1L, 1.0, true, json, vector),
            row("cd", "ab", 1L, 1.0, true, json, vector),
            row("ab", "cd", 2L, 1.0, true, json, vector),
            row("ab", "cd", -1L, 1.0, true, json, vector),
            row("ab", "cd", 1L << 32, 1.0, true, json, vector),
            row("ab", "cd", null, 1.0, true, json, vector),
            row("ab", "cd", 1L, Math.nextUp(1.0), true, json, vector),
            row("ab", "cd", 1L, 0.0, true, json, vector),
            row("ab", "cd", 1L, -0.0, true, json, vector),
            row("ab", "cd", 1L, Double.NaN, true, json, vector),
            row("ab", "cd", 1L, 1.0, false, json, vector),
            row("ab", "cd", 1L, 1.0, null, json, vector),
            row("ab", "cd", 1L, 1.0, true, Json.parse("{\"a\":1.0}"), vector),
            row("ab", "cd", 1L, 1.0, true, Json.parse("{\"a\":\"1\"}"), vector),
            row("ab", "cd", 1L, 1.0, true, Json.parse("{\"a\":true}"), vector),
            row("ab", "cd", 1L, 1.0, true, Json.parse("{\"b\":1}"), vector),
            row("ab", "cd", 1L, 1.0, true, Json.parse("{\"a\":1,\"b\":null}"), vector),
            row("ab", "cd", 1L, 1.0, true, Json.parse("{}"), vector),
            row("ab", "cd", 1L, 1.0, true, Json.parse("null"), vector),
            row("ab", "cd", 1L, 1.0, true, null, vector),
            row("ab", "cd", 1L, 1.0, true, json, Vector.of(2, 1)),
            row("ab", "cd", 1L, 1.0, true, json, Vector.of(1, 2, 0)),
            row("ab", "cd", 1L, 1.0, true, json, Vector.of(1)),
            row("ab", "cd", 1L, 1.0, true, json, Vector.of()),
            row("ab", "cd", 1L, 1.0, true, json, Vector.of(1, Math.nextUp(2f))),
            row("ab", "cd", 1L, 1.0, true, json, Vector.of(0f, 2)),
            row("ab", "cd", 1L, 1.0, true, json, Vector.of(-0f, 2)),
            row("ab", "cd", 1L, 1.0, true, json, null));

    Map<Digest, Row> byHash = new LinkedHashMap<>();
    rows.forEach(row -> byHash.put(hash(row), row));

    assertThat(byHash).hasSize(rows.size());
  }

  @Test
  void the_same_bytes_in_another_type_hash_differently() {
    RowHasher hasher = new RowHasher();

    List<Digest> hashes =
        Arrays.asList(
                "{\"a\":1}",
                Json.parse("{\"a\":1}"),
                4607182418800017408L,
                1.0,
                Vector.of(1.875f, 0f),
                true,
                1L,
                "\u0001",
                null,
                "")
            .stream()
            .map(value -> hasher.hash(value))
            .toList();

    assertThat(hashes).doesNotHaveDuplicates();
  }

  @Test
  void a_value_larger_than_the_buffer_is_hashed_whole() {
    RowHasher hasher = new RowHasher();
    String large = "x".repeat(100_000);

    Digest one = hasher.hash(row(large + "a", "b", 1L, 1.0, true, null, null));
    int size = hasher.size();
    Digest other = hasher.hash(row(large, "ab", 1L, 1.0, true, null, null));

    assertThat(one).isNotEqualTo(other);
    assertThat(size).isEqualTo(100_001 + 5 + 6 + 13 + 13 + 6 + 1 + 1);
    assertThat(hasher.hash(row())).isEqualTo(hash(row()));
  }

  @Test
  void the_form_stays_the_same_for_ever_since_digests_are_stored() {
    assertThat(hash(row())).hasToString("ca49045ac9e6da747a6225fe73f381db");
  }
}
