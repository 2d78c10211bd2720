package dev.vectormigrate.sources.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.sources.files.Reading;
import dev.vectormigrate.sources.files.SplitChecks;
import dev.vectormigrate.sources.numpy.Fixtures;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What NumPy and pandas wrote, against what their generator says that it wrote. */
class FixtureTest {

  private static final Path ROOT = Fixtures.path("records");

  static List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    Fixtures.json("records/expected.json").fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static SourceStore source(String name) {
    Path file = ROOT.resolve(name);
    if (name.endsWith(".csv")) {
      return CsvFile.at(file);
    }
    if (name.endsWith(".tsv")) {
      return CsvFile.at(file).delimiter('\t');
    }
    if (name.contains(".jsonl")) {
      return JsonLinesFile.at(file);
    }
    return name.endsWith(".json")
        ? JsonRecordsFile.at(file)
        : name.startsWith("archive/")
            ? ArrayWithSidecar.at(file).array("vectors")
            : ArrayWithSidecar.at(file);
  }

  @Test
  void thereIsAFixtureOfEveryLayout() throws Exception {
    assertThat(names())
        .containsExactly(
            "array_meta/store.npy",
            "array_lines/vectors.npy",
            "array_texts/embeddings.npy",
            "array_keyed/vectors.npz",
            "array_columns/store.npz",
            "archive/all.npz",
            "alone/alone.npy",
            "frame.json",
            "frame.jsonl",
            "packed.jsonl.gz",
            "frame.csv",
            "spaced.tsv");
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyRowIsWhatWasWritten(String name) throws Exception {
    Map<String, String> before = Fixtures.contents(ROOT);
    try (SourceSession session = source(name).open()) {
      Reading reading = Reading.of(session, session.datasets().get(0));
      assertThat(reading.items).isEqualTo(expected(name));
    }
    assertThat(Fixtures.contents(ROOT)).isEqualTo(before);
  }

  private static List<Object> expected(String name) throws IOException {
    Schema schema = Schema.vectorCollection(4, null);
    List<Object> rows = new ArrayList<>();
    for (JsonNode row : Fixtures.json("records/expected.json").get(name)) {
      rows.add(
          Row.of(
              schema,
              row.get("id").textValue(),
              row.get("text").textValue(),
              Fixtures.metadata(row.get("metadata")),
              Fixtures.vector(row.get("embedding"))));
    }
    return rows;
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyPartIsReadTheSame(String name) throws Exception {
    SplitChecks.check(source(name));
  }

  @Test
  void findingsTellWhatIsNotMoved() throws Exception {
    assertThat(Records.findings(source("array_meta/store.npy"))).isEmpty();
    assertThat(Records.findings(source("array_columns/store.npz")))
        .containsExactly(
            "WARNING records.others: keys of the file that belong to no record and are not moved:"
                + " model, dim");
    assertThat(Records.findings(source("archive/all.npz")))
        .containsExactly(
            "WARNING numpy.others: arrays that are no column of texts or integers of the same"
                + " length and are not moved: mean");
    assertThat(Records.findings(source("alone/alone.npy")))
        .containsExactly(
            "WARNING numpy.alone: no file with texts and metadata beside the array, so only"
                + " vectors are moved; looked for alone.meta.json, alone.json, alone.meta.jsonl,"
                + " alone.jsonl, meta.json, metadata.json, chunks.json, docs.json,"
                + " documents.json, meta.jsonl, metadata.jsonl, chunks.jsonl, docs.jsonl,"
                + " documents.jsonl");
  }

  @Test
  void whatNumpyPrintsIsRefused() throws Exception {
    assertThat(Records.read(source("printed.csv")))
        .hasSize(7)
        .startsWith(
            "refused chunk-0: embedding: printed by NumPy, which leaves digits or numbers out,"
                + " expected a JSON array. Write it with json.dumps(vector.tolist())")
        .allMatch(line -> line.matches("(?s)refused chunk-\\d: embedding: printed by NumPy, .*"));
  }

  @Test
  void sparseMatricesObjectsAndSeveralArraysAreRefusedByName() {
    assertThatThrownBy(() -> Records.read(source("refused/sparse.npz")))
        .hasMessage(
            ROOT.resolve("refused/sparse.npz")
                + ": a sparse matrix of SciPy, expected dense vectors. Save the matrix's"
                + " toarray()");
    assertThatThrownBy(() -> Records.read(source("refused/objects.npy")))
        .hasMessage(
            ROOT.resolve("refused/objects.npy")
                + ": elements of type '|O': Python objects, expected numbers. Save the vectors as"
                + " an array of float32");
    assertThatThrownBy(() -> Records.read(source("refused/two.npz")))
        .hasMessage(
            ROOT.resolve("refused/two.npz")
                + ": arrays of vectors: [a, b], expected one array of floats in two dimensions."
                + " Say which of [a, b]");
  }
}
