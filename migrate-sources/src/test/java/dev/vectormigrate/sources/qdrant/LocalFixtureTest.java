package dev.vectormigrate.sources.qdrant;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.SparseVector;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.sources.files.Reading;
import dev.vectormigrate.sources.numpy.Fixtures;
import dev.vectormigrate.spi.SourceSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories that the Python client wrote hold what was given to it, point by point. */
class LocalFixtureTest {

  @ParameterizedTest
  @ValueSource(strings = {"local-small", "local", "local-pydantic1"})
  void everyPointIsThere(String fixture) throws Exception {
    JsonNode collections = expected(fixture).get("collections");
    try (SourceSession session =
        QdrantLocalDirectory.at(Fixtures.path("qdrant/" + fixture)).open()) {
      assertThat(session.datasets()).hasSize(collections.size());
      for (JsonNode expected : collections) {
        Dataset dataset = Reading.dataset(session, expected.get("name").asText());
        assertThat(dataset.rows()).hasValue(expected.get("count").asLong());
        Reading reading = Reading.of(session, dataset);
        assertThat(reading.items).hasSize(expected.get("count").asInt());
        assertThat(byId(reading)).isEqualTo(byId(dataset, expected.get("points")));
      }
    }
  }

  /** With doubles as numbers, which know negative zeros. */
  private static JsonNode expected(String fixture) throws IOException {
    Path file = Fixtures.path("qdrant/" + fixture + ".expected.json");
    return new ObjectMapper().readTree(Files.readAllBytes(file));
  }

  private static Map<String, Map<String, Object>> byId(Reading reading) {
    Map<String, Map<String, Object>> byId = new TreeMap<>();
    for (Row row : reading.rows()) {
      byId.put(row.id(), values(row));
    }
    return byId;
  }

  static Map<String, Object> values(Row row) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (Field field : row.schema().fields()) {
      values.put(field.name(), row.value(field.name()));
    }
    return values;
  }

  private static Map<String, Map<String, Object>> byId(Dataset dataset, JsonNode points) {
    Map<String, Map<String, Object>> byId = new TreeMap<>();
    for (JsonNode point : points) {
      Map<String, Object> row = new LinkedHashMap<>();
      String id = canonical(point.get("id").asText());
      row.put("id", id);
      row.put("metadata", Fixtures.metadata(point.get("payload")));
      for (Field field : dataset.schema().fields().subList(2, dataset.schema().size())) {
        row.put(field.name(), vector(field, point.get("vector")));
      }
      byId.put(id, row);
    }
    return byId;
  }

  private static String canonical(String id) {
    String digits = id.toLowerCase(Locale.ROOT).replace("urn:uuid:", "").replace("-", "");
    return digits.length() < 32
        ? id
        : digits.replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");
  }

  private static Object vector(Field field, JsonNode vectors) {
    String name = field.name().replace("_vector", "");
    JsonNode vector = vectors.isArray() ? vectors : vectors.get(name);
    if (vector == null) {
      return null;
    }
    if (field.type().kind() == FieldType.Kind.VECTOR) {
      return Vector.wrap(floats(vector));
    }
    if (field.type().kind() == FieldType.Kind.SPARSE_VECTOR) {
      int[] positions = new int[vector.get("indices").size()];
      for (int i = 0; i < positions.length; i++) {
        positions[i] = vector.get("indices").get(i).intValue();
      }
      return SparseVector.of(field.type().dimension(), positions, floats(vector.get("values")));
    }
    return json(vector);
  }

  private static Json json(JsonNode vector) {
    if (vector.isArray()) {
      List<Object> parts = new ArrayList<>();
      vector.forEach(part -> parts.add(list(floats(part))));
      return Json.of(parts);
    }
    return Json.of(
        Map.of(
            "indices",
            Fixtures.metadata(vector.get("indices")).toJava(),
            "values",
            list(floats(vector.get("values")))));
  }

  private static float[] floats(JsonNode numbers) {
    float[] floats = new float[numbers.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers.get(i).asDouble();
    }
    return floats;
  }

  private static List<Float> list(float[] floats) {
    List<Float> list = new ArrayList<>();
    for (float component : floats) {
      list.add(component);
    }
    return list;
  }
}
