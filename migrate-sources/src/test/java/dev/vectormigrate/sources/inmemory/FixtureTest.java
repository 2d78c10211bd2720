package dev.vectormigrate.sources.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.sources.files.Reading;
import dev.vectormigrate.sources.files.SplitChecks;
import dev.vectormigrate.spi.SourceStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that the real libraries wrote, compared with what the libraries find in them. */
class FixtureTest {

  private static final Path FIXTURES = Path.of("src/test/resources/inmemory");

  static SourceStore source(String name) {
    Path file = FIXTURES.resolve(name + ".json");
    if (name.startsWith("spring-ai")) {
      return SpringAiVectorStoreFile.at(file);
    }
    return name.startsWith("langchain4j")
        ? LangChain4jStoreFile.at(file)
        : LangChainMemoryFile.at(file);
  }

  private static List<Row> expected(String name, Schema schema) throws Exception {
    List<Row> rows = new ArrayList<>();
    for (JsonNode record :
        new ObjectMapper().readTree(FIXTURES.resolve(name + ".expected.json").toFile())) {
      float[] vector = new float[record.get("bits").size()];
      for (int i = 0; i < vector.length; i++) {
        vector[i] = Float.intBitsToFloat(record.get("bits").get(i).intValue());
      }
      rows.add(
          Row.of(
              schema,
              record.get("id").textValue(),
              record.get("text").textValue(),
              record.get("metadata").isNull()
                  ? null
                  : Json.parse(record.get("metadata").toString()),
              Vector.wrap(vector)));
    }
    return rows;
  }

  /** As a search finds them, which cannot tell entries of one id apart. */
  private static List<Row> withoutNumbers(List<Row> rows) {
    return rows.stream()
        .map(
            row ->
                Row.of(
                    row.schema(),
                    row.id().replaceFirst("^(segment-3)#\\d+$", "$1"),
                    row.value("text"),
                    row.value("metadata"),
                    row.value("embedding")))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spring-ai-1.0.0-M5",
        "spring-ai-1.0.0",
        "langchain4j-0.36.2",
        "langchain4j-1.11.0",
        "langchain-core-0.2.43",
        "langchain-core-1.7.2"
      })
  void everyValueIsAsTheLibraryFindsIt(String name) throws Exception {
    Dataset dataset = Reading.dataset(source(name), name);
    int dimension = name.startsWith("langchain-core") ? 8 : 10;
    assertThat(dataset.schema()).isEqualTo(Schema.vectorCollection(dimension, Distance.COSINE));

    Reading reading = Reading.of(source(name), name);

    assertThat(reading.refusals()).isEmpty();
    assertThat(withoutNumbers(reading.rows()))
        .hasSizeGreaterThan(20)
        .containsExactlyInAnyOrderElementsOf(expected(name, dataset.schema()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"spring-ai-1.0.0", "langchain4j-1.11.0", "langchain-core-1.7.2"})
  void splitsAndPositions(String name) throws Exception {
    SplitChecks.check(source(name));
  }

  @Test
  void entriesOfOneIdAreToldApart() throws Exception {
    Dataset dataset = Reading.dataset(source("langchain4j-1.11.0"), "langchain4j-1.11.0");
    assertThat(dataset.findings())
        .containsExactly(
            Finding.warning(
                "langchain4j.ids.repeated",
                "records with the id of an earlier one: 2, told apart by # and their number"));

    Map<String, Object> texts = new HashMap<>();
    for (Row row : Reading.of(source("langchain4j-1.11.0"), "langchain4j-1.11.0").rows()) {
      texts.put(row.id(), row.value("text"));
    }

    assertThat(texts)
        .containsEntry("segment-3", "Text 3")
        .containsEntry("segment-3#22", "added again")
        .containsEntry("segment-3#23", "and again");
  }

  @Test
  void doublesThatAreNoFloatsAreCounted() throws Exception {
    assertThat(Reading.dataset(source("langchain-core-1.7.2"), "langchain-core-1.7.2").findings())
        .containsExactly(
            Finding.info(
                "langchain.vectors.rounded",
                "vectors with numbers of more than single precision: 4, rounded to the nearest"));
    assertThat(Reading.dataset(source("spring-ai-1.0.0"), "spring-ai-1.0.0").findings()).isEmpty();
  }
}
