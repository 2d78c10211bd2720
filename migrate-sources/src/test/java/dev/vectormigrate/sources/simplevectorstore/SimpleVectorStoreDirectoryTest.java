package dev.vectormigrate.sources.simplevectorstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.sources.numpy.Fixtures;
import dev.vectormigrate.sources.numpy.Reading;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Stores as the real application writes them, row by row. */
class SimpleVectorStoreDirectoryTest {

  @TempDir Path work;

  private SimpleVectorStoreDirectory source() {
    return SimpleVectorStoreDirectory.at(Fixtures.path("simplevectorstore/user_data"))
        .masterKey(() -> "correct horse".toCharArray())
        .workDirectory(work);
  }

  static Stream<String> stores() throws IOException {
    List<String> names = new ArrayList<>();
    Fixtures.json("simplevectorstore/expected.json").fieldNames().forEachRemaining(names::add);
    return names.stream();
  }

  private static List<Row> expected(String store, Schema schema) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (JsonNode row : Fixtures.json("simplevectorstore/expected.json").get(store)) {
      rows.add(
          Row.of(
              schema,
              row.get("id").asText(),
              row.get("text").textValue(),
              Fixtures.metadata(row.get("metadata")),
              Fixtures.vector(row.get("vector"))));
    }
    return rows;
  }

  @ParameterizedTest
  @MethodSource("stores")
  void every_value_of_every_row_is_read(String store) throws Exception {
    Map<String, String> before = Fixtures.contents(Fixtures.path("simplevectorstore"));
    try (SourceSession session = source().open()) {
      Dataset dataset = Reading.dataset(session, store);
      Reading reading = Reading.of(session, store);
      assertThat(reading.rows).isEqualTo(expected(store, dataset.schema()));
      assertThat(reading.events).hasSize((int) dataset.rows().orElseThrow());
    }
    assertThat(Fixtures.contents(Fixtures.path("simplevectorstore"))).isEqualTo(before);
    assertThat(work).isEmptyDirectory();
  }

  @ParameterizedTest
  @MethodSource("stores")
  void splits_and_positions_mean_the_same_in_every_session(String store) throws Exception {
    Reading.checkRules(source().user(store.substring(0, store.indexOf('/'))), store);
  }

  @Test
  void each_store_is_a_dataset_of_its_user() throws Exception {
    try (SourceSession session = source().open()) {
      assertThat(session.datasets().stream().map(Dataset::qualifiedName))
          .containsExactly(
              "alice/personal_assistant",
              "bob/a_vector_store_b",
              "bob/plain",
              "bob/secret",
              "carol/empty",
              "carol/json",
              "carol/json_object",
              "carol/more_metadata",
              "carol/more_vectors",
              "carol/npy",
              "carol/npz");
      Dataset dataset = session.datasets().get(0);
      assertThat(dataset.namespace()).containsExactly("alice");
      assertThat(dataset.name()).isEqualTo("personal_assistant");
      assertThat(dataset.schema()).isEqualTo(Schema.vectorCollection(4, Distance.COSINE));
      assertThat(Reading.dataset(session, "carol/empty").schema())
          .isEqualTo(Schema.vectorCollection(0, Distance.COSINE));
    }
  }

  @Test
  void a_row_without_text_keeps_its_vector_and_shifts_nobody() throws Exception {
    Reading reading = Reading.of(source(), "alice/personal_assistant");
    assertThat(reading.rows.get(3).value("text")).isNull();
    assertThat(reading.rows.get(4).value("text")).isEqualTo("Text 4, äöü 中文 \uD83D\uDE00");
    assertThat(reading.rows.get(5).value("text")).isEqualTo("Text 5, äöü 中文 \uD83D\uDE00");
    assertThat(reading.rows.get(6).value("text")).isEqualTo("second choice");
    assertThat(reading.rows.get(7).value("text")).isNull();
    assertThat(((Json) reading.rows.get(7).value("metadata")).toJava())
        .asInstanceOf(InstanceOfAssertFactories.MAP)
        .containsEntry("text", 12L)
        .containsEntry("timestamp", "2025-11-10T05:10:07.123456");
  }

  @Test
  void ids_that_are_missing_or_repeated_get_the_number_of_their_row() throws Exception {
    Reading reading = Reading.of(source(), "alice/personal_assistant");
    assertThat(reading.ids().subList(7, 12))
        .containsExactly(
            "doc_7_1762751459.000007",
            "doc_1_1762751459.000001#8",
            "row#9",
            "17",
            "doc_11_1762751459.000011");
  }

  @Test
  void findings_count_everything_that_is_not_as_it_should_be() throws Exception {
    try (SourceSession session = source().open()) {
      assertThat(Reading.dataset(session, "alice/personal_assistant").findings())
          .containsExactly(
              Finding.warning(
                  "simplevectorstore.ids.missing",
                  "rows without id: 1, identified by their number"),
              Finding.warning(
                  "simplevectorstore.ids.repeated",
                  "rows with the id of an earlier one: 1, told apart by # and their number"));
      assertThat(Reading.dataset(session, "carol/npy").findings())
          .containsExactly(
              Finding.warning(
                  "simplevectorstore.vectors.rounded",
                  "rows with a component that is no single precision float: 5, rounded to the"
                      + " nearest one"));
      assertThat(Reading.dataset(session, "carol/more_metadata").findings())
          .containsExactly(
              Finding.warning(
                  "simplevectorstore.vectors.missing",
                  "rows with metadata but no vector: 2, moved without one"));
      assertThat(Reading.dataset(session, "carol/more_vectors").findings())
          .containsExactly(
              Finding.warning(
                  "simplevectorstore.metadata.missing",
                  "rows with a vector but no metadata entry: 2, refused"));
      assertThat(Reading.dataset(session, "carol/json").findings()).isEmpty();
    }
  }

  @Test
  void vectors_beyond_the_last_entry_are_refused() throws Exception {
    assertThat(Reading.of(source(), "carol/more_vectors").rejections)
        .containsExactly(
            "row 3: has a vector but no metadata entry",
            "row 4: has a vector but no metadata entry");
  }

  @Test
  void the_fingerprint_is_that_of_the_content(@TempDir Path temp) throws Exception {
    Path copy = Fixtures.copy("simplevectorstore/user_data", temp.resolve("copy"));
    Path changed = copy.resolve("carol/vector_store_npz/metadata.json");
    try (SourceSession session = source().user("carol").open();
        SourceSession copied = SimpleVectorStoreDirectory.at(copy).user("carol").open()) {
      assertThat(copied.datasets()).isEqualTo(session.datasets());
      assertThat(session.datasets().get(0).fingerprint())
          .matches("simple-vector-store vectors.pkl=\\w{64} metadata.json=\\w{64}");
    }
    Files.writeString(changed, Files.readString(changed).replace("Text 1", "Text 2"));
    try (SourceSession session = source().user("carol").open();
        SourceSession copied = SimpleVectorStoreDirectory.at(copy).user("carol").open()) {
      Dataset before = Reading.dataset(session, "carol/npz");
      Dataset after = Reading.dataset(copied, "carol/npz");
      assertThat(after.fingerprint()).isNotEqualTo(before.fingerprint());
      assertThat(copied.changeSince(after, before.fingerprint()))
          .isEqualTo(SourceSession.Change.CHANGED);
      assertThat(copied.changeSince(after, after.fingerprint()))
          .isEqualTo(SourceSession.Change.NONE);
    }
  }

  @Test
  void tokens_of_another_source_are_refused() throws Exception {
    try (SourceSession session = source().user("alice").open()) {
      Dataset dataset = session.datasets().get(0);
      assertThatThrownBy(() -> session.read(dataset, new Split("x"), Position.START))
          .hasMessage("split 'x': not of this source, expected 0..9");
      assertThatThrownBy(() -> session.read(dataset, Split.WHOLE, new Position("x")))
          .hasMessage("position 'x': not of this source, expected a number");
    }
  }

  @Test
  void a_closed_reader_says_so() throws Exception {
    try (SourceSession session = source().user("alice").open()) {
      RowReader reader = session.read(session.datasets().get(0), Split.WHOLE, Position.START);
      reader.close();
      reader.close();
      assertThatThrownBy(reader::next)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("reader: closed, expected an open one");
    }
  }

  @Test
  void the_name_says_where_and_holds_no_key() {
    assertThat(source().toString())
        .isEqualTo(source().name())
        .isEqualTo("simple-vector-store:" + Fixtures.path("simplevectorstore/user_data"));
  }
}
