package dev.vectormigrate.sources.llamaindex;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.sources.files.Reading;
import dev.vectormigrate.sources.files.SplitChecks;
import dev.vectormigrate.spi.SourceSession;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders that LlamaIndex itself persisted, compared with what it finds in them. */
class FixtureTest {

  private static final Path FIXTURES = Path.of("src/test/resources/llamaindex");

  static LlamaIndexFolder source(String name) {
    return LlamaIndexFolder.at(FIXTURES.resolve(name));
  }

  private static List<Row> expected(String name, Dataset dataset) throws Exception {
    List<Row> rows = new ArrayList<>();
    JsonNode all = new ObjectMapper().readTree(FIXTURES.resolve(name + ".expected.json").toFile());
    for (JsonNode row : all.get(dataset.name())) {
      rows.add(
          Row.of(
              dataset.schema(),
              row.get("id").textValue(),
              row.get("text").textValue(),
              row.get("ref_doc_id").textValue(),
              json(row.get("metadata")),
              json(row.get("relationships")),
              json(row.get("node")),
              vector(row.get("bits"))));
    }
    return rows;
  }

  private static @Nullable Json json(JsonNode node) {
    return node.isNull() ? null : Json.parse(node.toString());
  }

  private static @Nullable Vector vector(JsonNode bits) {
    if (bits.isNull()) {
      return null;
    }
    float[] vector = new float[bits.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = Float.intBitsToFloat(bits.get(i).intValue());
    }
    return Vector.wrap(vector);
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-index-core-0.14.25", "llama-index-core-0.10.68"})
  void everyValueIsAsTheLibraryFindsIt(String name) throws Exception {
    try (SourceSession session = source(name).open()) {
      List<Dataset> datasets = session.datasets();
      assertThat(datasets).extracting(Dataset::name).containsExactly("default", "image");
      assertThat(datasets)
          .extracting(d -> d.schema().fields().get(d.schema().indexOf(Schema.EMBEDDING)).type())
          .containsExactly(
              FieldType.vector(6, Distance.COSINE), FieldType.vector(4, Distance.COSINE));
      for (Dataset dataset : datasets) {
        Reading reading = Reading.of(session, dataset);
        assertThat(reading.refusals()).isEmpty();
        assertThat(reading.rows())
            .hasSize(dataset.name().equals("default") ? 22 : 3)
            .containsExactlyElementsOf(expected(name, dataset));
      }
    }
  }

  @Test
  void everyValueOfTheFirstGenerationIsAsTheLibraryFindsIt() throws Exception {
    String name = "llama-index-0.6.0";
    try (SourceSession session = source(name).open()) {
      assertThat(session.datasets()).extracting(Dataset::name).containsExactly("default");
      Dataset dataset = session.datasets().get(0);
      Reading reading = Reading.of(session, dataset);
      assertThat(reading.refusals()).isEmpty();
      assertThat(reading.rows()).hasSize(8).containsExactlyElementsOf(expected(name, dataset));
      assertThat(dataset.findings())
          .containsExactly(
              Finding.warning(
                  "llamaindex.nodes.unembedded", "nodes without a vector: 1, moved without one"));
    }
    SplitChecks.check(source(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-index-core-0.14.25", "llama-index-core-0.10.68"})
  void whatIsInOneFileOnlyIsCounted(String name) throws Exception {
    assertThat(Reading.dataset(source(name), "default").findings())
        .containsExactly(
            Finding.info(
                "llamaindex.vectors.rounded",
                "vectors with numbers of more than single precision: 2, rounded to the nearest"),
            Finding.warning(
                "llamaindex.nodes.missing",
                "vectors without a node in docstore.json: 1, moved without text"),
            Finding.warning(
                "llamaindex.nodes.unembedded", "nodes without a vector: 1, moved without one"));
    assertThat(Reading.dataset(source(name), "image").findings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-index-core-0.14.25", "llama-index-core-0.10.68"})
  void splitsAndPositions(String name) throws Exception {
    SplitChecks.check(source(name));
  }
}
