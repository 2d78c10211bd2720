package dev.vectormigrate.sources.chroma;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.spi.SourceSession;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Directories written by real Chromas are read as a real Chroma server reads them. */
class FixtureTest {

  @TempDir Path temp;

  static Stream<Fixture> fixtures() {
    return Stream.of(Fixture.V0_4_24, Fixture.V0_5_5, Fixture.V1);
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void everyRecordIsWhatAServerAnswers(Fixture fixture) throws Exception {
    Path directory = fixture.unpack(temp);
    JsonNode collections = fixture.expected().get("collections");
    try (SourceSession session = ChromaDirectory.at(directory).open()) {
      assertThat(session.datasets()).hasSize(collections.size());
      for (JsonNode expected : collections) {
        check(session, expected);
      }
    }
  }

  static void check(SourceSession session, JsonNode expected) throws Exception {
    String name =
        expected.get("tenant").asText()
            + "/"
            + expected.get("database").asText()
            + "/"
            + expected.get("name").asText();
    Dataset dataset = Rows.dataset(session, name);
    assertThat(dataset.namespace())
        .containsExactly(expected.get("tenant").asText(), expected.get("database").asText());
    assertThat(dataset.rows()).hasValue(expected.get("count").asLong());
    assertThat(dataset.findings()).isEmpty();
    Rows actual = Rows.of(session, dataset);
    assertThat(actual.rejections).isEmpty();
    assertThat(actual.ids()).containsExactlyElementsOf(ids(expected));
    int rounded = 0;
    for (int i = 0; i < actual.rows.size(); i++) {
      rounded += checkRow(dataset, actual.rows.get(i), expected.get("records").get(i));
    }
    assertThat(rounded).as("rounded vectors of " + name).isLessThanOrEqualTo(14);
  }

  private static List<String> ids(JsonNode expected) {
    return StreamSupport.stream(expected.get("records").spliterator(), false)
        .map(r -> r.get("id").asText())
        .toList();
  }

  private static int checkRow(Dataset dataset, Row row, JsonNode expected) {
    assertThat(row.value("text")).as(row.toString()).isEqualTo(text(expected.get("document")));
    if (dataset.schema().indexOf("uri") >= 0) {
      assertThat(dataset.schema().indexOf("uri")).isEqualTo(2);
      assertThat(row.value("uri")).as(row.toString()).isEqualTo(text(expected.get("uri")));
    } else {
      assertThat(expected.get("uri").isNull()).isTrue();
    }
    JsonNode metadata = expected.get("metadata");
    Json json = (Json) row.value("metadata");
    if (metadata.isNull()) {
      assertThat(json).as(row.toString()).isNull();
    } else {
      assertThat(json).as(row.toString()).isEqualTo(Json.of(java(metadata)));
    }
    return checkVector(dataset, row, expected.get("embedding"));
  }

  /** A vector that a server rounds, because its index normalizes what is still in the queue. */
  private static int checkVector(Dataset dataset, Row row, JsonNode expected) {
    float[] vector = new float[expected.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = Float.parseFloat(expected.get(i).asText());
    }
    Vector actual = (Vector) row.value("embedding");
    FieldType type = dataset.schema().field(dataset.schema().indexOf("embedding")).type();
    assertThat(type.dimension()).isEqualTo(vector.length);
    if (type.distance() != Distance.COSINE) {
      assertThat(actual).as(row.toString()).isEqualTo(Vector.wrap(vector));
    }
    for (int i = 0; i < vector.length; i++) {
      assertThat(Math.abs(actual.get(i) - vector[i])).isLessThanOrEqualTo(Math.ulp(vector[i]));
    }
    return actual.equals(Vector.wrap(vector)) ? 0 : 1;
  }

  private static String text(JsonNode node) {
    return node.isNull() ? null : node.asText();
  }

  private static Object java(JsonNode node) {
    if (node.isObject()) {
      Map<String, Object> object = new LinkedHashMap<>();
      node.properties().forEach(e -> object.put(e.getKey(), java(e.getValue())));
      return object;
    }
    if (node.isArray()) {
      List<Object> array = new ArrayList<>();
      node.forEach(e -> array.add(java(e)));
      return array;
    }
    if (node.isTextual()) {
      return node.asText();
    }
    if (node.isBoolean()) {
      return node.asBoolean();
    }
    return node.isIntegralNumber() ? (Object) node.longValue() : (Object) node.doubleValue();
  }
}
