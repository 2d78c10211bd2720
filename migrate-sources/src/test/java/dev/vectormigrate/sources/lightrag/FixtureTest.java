package dev.vectormigrate.sources.lightrag;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.sources.files.Reading;
import dev.vectormigrate.sources.files.SplitChecks;
import dev.vectormigrate.spi.SourceSession;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the real libraries wrote is read as Python reads it, every value. */
class FixtureTest {

  @TempDir Path temp;

  static Stream<Fixture> fixtures() {
    return Stream.of(Fixture.NANO, Fixture.OLD, Fixture.NEW);
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void every_value_is_what_python_reads(Fixture fixture) throws Exception {
    JsonNode expected = fixture.expected();
    try (SourceSession session = LightRagDirectory.at(fixture.copyTo(temp)).open()) {
      Set<String> names = new HashSet<>();
      for (Dataset dataset : session.datasets()) {
        names.add(dataset.qualifiedName());
        check(Reading.of(session, dataset), dataset, expected.get(dataset.qualifiedName()));
      }
      List<String> expectedNames = new ArrayList<>();
      expected.fieldNames().forEachRemaining(expectedNames::add);
      assertThat(names).containsExactlyInAnyOrderElementsOf(expectedNames);
    }
  }

  private static void check(Reading actual, Dataset dataset, JsonNode expected) {
    JsonNode rows = expected.get("rows");
    assertThat(dataset.rows()).hasValue(rows.size());
    if (expected.has("dimension")) {
      assertThat(dataset.schema())
          .isEqualTo(
              Schema.vectorCollection(expected.get("dimension").intValue(), Distance.COSINE));
      checkVectors(actual, rows);
      return;
    }
    List<Row> wanted = new ArrayList<>();
    rows.forEach(row -> wanted.add(row(dataset.schema(), row)));
    assertThat(actual.refusals()).isEmpty();
    // The library has its own order of edges.
    assertThat(sorted(actual.rows())).isEqualTo(sorted(wanted));
  }

  private static List<Row> sorted(List<Row> rows) {
    return rows.stream().sorted(Comparator.comparing(Row::id)).toList();
  }

  private static Row row(Schema schema, JsonNode expected) {
    Object[] values = new Object[schema.size()];
    for (int i = 0; i < values.length; i++) {
      JsonNode value = expected.get(schema.field(i).name());
      values[i] =
          schema.field(i).type().kind().javaType() == Json.class ? json(value) : value.asText();
    }
    return Row.of(schema, values);
  }

  private static Json json(JsonNode node) {
    return Json.parse(node.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void checkVectors(Reading actual, JsonNode expected) {
    assertThat(actual.items).hasSize(expected.size());
    for (int i = 0; i < expected.size(); i++) {
      JsonNode wanted = expected.get(i);
      String id = wanted.get("id").asText();
      if (wanted.get("embedding").isNull()) {
        assertThat(actual.items.get(i))
            .isEqualTo(
                id
                    + ": vector: NaN or infinite, expected finite numbers; a vector of zeros"
                    + " becomes NaN");
        continue;
      }
      Row row = (Row) actual.items.get(i);
      assertThat(row.id()).isEqualTo(id);
      JsonNode text = wanted.get("text");
      assertThat(row.value("text")).isEqualTo(text.isNull() ? null : text.asText());
      assertThat(row.value("metadata")).isEqualTo(json(wanted.get("metadata")));
      assertThat(row.value("embedding")).isEqualTo(vector(wanted.get("embedding")));
    }
  }

  private static Vector vector(JsonNode numbers) {
    float[] components = new float[numbers.size()];
    for (int i = 0; i < components.length; i++) {
      components[i] = (float) numbers.get(i).doubleValue();
    }
    return Vector.wrap(components);
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void splits_and_positions_mean_the_same_in_every_session(Fixture fixture) throws Exception {
    SplitChecks.check(LightRagDirectory.at(fixture.copyTo(temp)));
  }

  @Test
  void the_generations_are_those_that_the_readers_must_know() throws Exception {
    Path old = Fixture.OLD.copyTo(temp);
    assertThat(Reading.of(LightRagDirectory.at(old), "vdb_entities").rows())
        .allSatisfy(row -> assertThat(row.value("text")).isNull())
        .anySatisfy(
            row ->
                assertThat(text(row, "metadata"))
                    .contains("\"entity_name\":\"\\\"ADA LOVELACE\\\"\""));
    assertThat(Reading.of(LightRagDirectory.at(old), "kv_store_llm_response_cache").rows())
        .isNotEmpty()
        .allSatisfy(row -> assertThat(row.id()).matches("default:extract:[0-9a-f]{32}"));
    assertThat(Reading.of(LightRagDirectory.at(old), "graph_nodes").rows())
        .isNotEmpty()
        .allSatisfy(row -> assertThat(text(row, "properties")).doesNotContain("entity_id"));
  }

  private static String text(Row row, String field) {
    return new String(((Json) row.value(field)).utf8(), StandardCharsets.UTF_8);
  }
}
