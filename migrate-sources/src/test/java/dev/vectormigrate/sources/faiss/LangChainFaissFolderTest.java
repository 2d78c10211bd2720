package dev.vectormigrate.sources.faiss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.sources.numpy.Fixtures;
import dev.vectormigrate.sources.numpy.Reading;
import dev.vectormigrate.spi.SourceSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Folders that LangChain itself saved, of two generations. */
class LangChainFaissFolderTest {

  private static final List<String> ODD_OR_LOSSY = List.of("odd", "sq8", "hnsw_sq8", "transformed");

  @TempDir Path temp;
  @TempDir Path work;

  static Stream<String> folders() throws IOException {
    List<String> names = new ArrayList<>();
    for (String file : List.of("expected.json", "expected-older.json")) {
      Fixtures.json("faiss/" + file).fieldNames().forEachRemaining(names::add);
    }
    names.removeAll(ODD_OR_LOSSY);
    return names.stream();
  }

  private static JsonNode expected(String folder) throws IOException {
    String file = folder.startsWith("older_") ? "expected-older.json" : "expected.json";
    return Fixtures.json("faiss/" + file).get(folder);
  }

  private static List<Row> expectedRows(JsonNode rows, Schema schema) {
    List<Row> expected = new ArrayList<>();
    for (JsonNode row : rows) {
      expected.add(
          Row.of(
              schema,
              row.get("id").asText(),
              row.get("text").textValue(),
              Fixtures.metadata(row.get("metadata")),
              Fixtures.vector(row.get("vector"))));
    }
    return expected;
  }

  private LangChainFaissFolder source(String folder) throws IOException {
    return LangChainFaissFolder.at(Fixtures.path("faiss/" + folder))
        .indexName(expected(folder).get("index").asText())
        .workDirectory(work);
  }

  @ParameterizedTest
  @MethodSource("folders")
  void every_value_of_every_row_is_read_in_the_order_of_the_index(String folder) throws Exception {
    Map<String, String> before = Fixtures.contents(Fixtures.path("faiss/" + folder));
    JsonNode expected = expected(folder);
    String name = expected.get("index").asText();
    try (SourceSession session = source(folder).open()) {
      Dataset dataset = Reading.dataset(session, name);
      JsonNode distance = expected.get("distance");
      assertThat(dataset.schema())
          .isEqualTo(
              Schema.vectorCollection(
                  5, distance.isNull() ? null : Distance.valueOf(distance.asText())));
      assertThat(dataset.findings()).hasSize(distance.isNull() ? 1 : 0);
      assertThat(dataset.fingerprint()).matches("faiss index=\\w{64} docstore=\\w{64}");
      Reading reading = Reading.of(session, name);
      assertThat(reading.rejections).isEmpty();
      assertThat(reading.rows).isEqualTo(expectedRows(expected.get("rows"), dataset.schema()));
    }
    assertThat(Fixtures.contents(Fixtures.path("faiss/" + folder))).isEqualTo(before);
    assertThat(work).isEmptyDirectory();
  }

  @ParameterizedTest
  @MethodSource("folders")
  void splits_and_positions_mean_the_same_in_every_session(String folder) throws Exception {
    Reading.checkRules(source(folder), expected(folder).get("index").asText());
  }

  @Test
  void what_is_odd_is_counted_refused_by_name_or_told_apart() throws Exception {
    try (SourceSession session = source("odd").open()) {
      Dataset dataset = Reading.dataset(session, "index");
      assertThat(dataset.findings())
          .containsExactly(
              Finding.warning(
                  "faiss.vectors.missing",
                  "rows with a document but no vector: 1, moved without one"),
              Finding.warning(
                  "faiss.documents.missing", "rows without document in the docstore: 2, refused"),
              Finding.warning(
                  "faiss.documents.unreachable",
                  "documents that belong to no vector, so that no search finds them: 2, left out"),
              Finding.warning(
                  "faiss.ids.repeated",
                  "rows with the id of an earlier one: 1, told apart by # and their label"));
      Reading reading = Reading.of(session, "index");
      assertThat(reading.rejections)
          .containsExactly(
              "id-1: metadata: key 'path': pathlib.PurePosixPath, which JSON has no value for",
              "id-2: metadata: key 'set': a set, which JSON has no value for",
              "id-4: metadata: key 'not_a_number': NaN or infinite, which JSON has no number for",
              "id-5: text: lone surrogate, which is not Unicode text",
              "id-6: metadata: a key that is Long, expected a short text",
              "id-8: has a vector but no document",
              "label 10: has a vector but no document");
      assertThat(reading.ids()).containsExactly("id-0", "id-3", "id-7", "id-7#9", "id-11", "id-9");
      assertThat(reading.rows.get(5).value("embedding")).isNull();
      assertThat(reading.rows.subList(0, 3))
          .isEqualTo(expectedRows(expected("odd").get("rows"), dataset.schema()));
    }
    Reading.checkRules(source("odd"), "index");
  }

  @ParameterizedTest
  @CsvSource({
    "sq8, IxSQ (scalar quantization)",
    "hnsw_sq8, IHNs (scalar quantization)",
    "transformed, IxPT (vectors after a transformation)"
  })
  void indexes_that_lose_the_vectors_are_refused_by_name(String folder, String kind)
      throws Exception {
    Path file = Fixtures.path("faiss/" + folder + "/index.faiss");
    assertThatThrownBy(() -> source(folder).open())
        .isInstanceOf(IOException.class)
        .hasMessage(
            file
                + ": index of kind "
                + kind
                + ", expected a flat, HNSW or IVF one that keeps the vectors. Build such an"
                + " index from the original vectors");
    assertThat(work).isEmptyDirectory();
  }

  @Test
  void a_missing_file_is_an_error() throws Exception {
    assertThatThrownBy(() -> LangChainFaissFolder.at(temp).open())
        .hasMessage(
            temp.resolve("index.faiss")
                + ": missing, expected a folder that LangChain saved a FAISS store to. Check the"
                + " path");
    assertThat(temp).isEmptyDirectory();
    assertThatThrownBy(() -> LangChainFaissFolder.at(temp).indexName("../x"))
        .hasMessage("index name: '../x', expected that of a file");
  }

  @Test
  void every_truncation_is_an_error() throws Exception {
    for (String folder : List.of("flat_l2", "hnsw", "ivf", "id_map", "ivf_direct_map")) {
      Path copy = Fixtures.copy("faiss/" + folder, temp.resolve(folder));
      LangChainFaissFolder source = LangChainFaissFolder.at(copy).workDirectory(work);
      for (String name : List.of("index.faiss", "index.pkl")) {
        byte[] whole = Files.readAllBytes(copy.resolve(name));
        for (int length = 0; length < whole.length; length += 37) {
          Files.write(copy.resolve(name), Arrays.copyOf(whole, length));
          assertThatThrownBy(source::open)
              .isInstanceOf(IOException.class)
              .hasMessageStartingWith(copy.resolve(name) + ": ");
        }
        Files.write(copy.resolve(name), whole);
      }
    }
    assertThat(work).isEmptyDirectory();
  }

  @Test
  void sizes_that_lie_are_refused_before_memory_is_taken() throws Exception {
    Path copy = Fixtures.copy("faiss/flat_l2", temp.resolve("copy"));
    Path file = copy.resolve("index.faiss");
    byte[] index = Files.readAllBytes(file);
    ByteBuffer bytes = ByteBuffer.wrap(index).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(8, 1L << 40).putLong(37, 5L << 40);
    Files.write(file, index);
    assertThatThrownBy(() -> LangChainFaissFolder.at(copy).open())
        .hasMessage(
            file
                + ": 1099511627776 times 20 bytes at byte 45, the file has 285. It is cut off;"
                + " restore it from a backup");
    bytes.putLong(37, 7);
    Files.write(file, index);
    assertThatThrownBy(() -> LangChainFaissFolder.at(copy).open())
        .hasMessage(file + ": 7 components, expected 1099511627776 times 5");
    bytes.putInt(4, 0);
    Files.write(file, index);
    assertThatThrownBy(() -> LangChainFaissFolder.at(copy).open())
        .hasMessage(
            file + ": dimension 0 and 1099511627776 vectors, expected 1 to 1048576 and 0 or more");
  }

  @Test
  void a_pickle_that_would_run_code_is_refused_and_not_run() throws Exception {
    Path copy = Fixtures.copy("faiss/flat_l2", temp.resolve("copy"));
    Path proof = temp.resolve("proof");
    String command = "touch " + proof;
    Path pickle = copy.resolve("index.pkl");
    Files.write(
        pickle,
        ("\u0080\u0004cos\nsystem\nX" + (char) command.length() + "\0\0\0" + command + "\u0085R.")
            .getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> LangChainFaissFolder.at(copy).open())
        .hasMessage(
            pickle
                + ": no pair of a docstore and its labels, expected what LangChain saves."
                + " Nothing of it was run");
    assertThat(proof).doesNotExist();
  }

  @Test
  void the_fingerprint_is_that_of_the_content() throws Exception {
    Path copy = Fixtures.copy("faiss/flat_l2", temp.resolve("copy"));
    String original;
    try (SourceSession session = source("flat_l2").open();
        SourceSession copied = LangChainFaissFolder.at(copy).open()) {
      assertThat(copied.datasets()).isEqualTo(session.datasets());
      original = session.datasets().get(0).fingerprint();
    }
    Files.copy(
        Fixtures.path("faiss/deleted/index.pkl"),
        copy.resolve("index.pkl"),
        StandardCopyOption.REPLACE_EXISTING);
    try (SourceSession copied = LangChainFaissFolder.at(copy).open()) {
      assertThat(copied.datasets().get(0).fingerprint()).isNotEqualTo(original);
    }
  }

  @Test
  void the_name_says_where() {
    assertThat(LangChainFaissFolder.at(Path.of("data/faiss")).toString())
        .isEqualTo("faiss:data/faiss");
  }
}
