package dev.vectormigrate.sources.simplevectorstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.sources.numpy.Reading;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.Split;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stores that are not as they should be. */
class StoreDamageTest {

  @TempDir Path temp;
  @TempDir Path work;

  private SimpleVectorStoreDirectory source() {
    return SimpleVectorStoreDirectory.at(temp).workDirectory(work);
  }

  private Path store(String vectors, String metadata) throws IOException {
    Path directory = Files.createDirectories(temp.resolve("u/vector_store_c"));
    Files.writeString(directory.resolve("vectors.json"), vectors);
    Files.writeString(directory.resolve("metadata.json"), metadata);
    return directory;
  }

  private List<String> rejections() throws Exception {
    return Reading.of(source(), "u/c").rejections;
  }

  private void unreadable(String message) throws Exception {
    try (SourceSession session = source().open()) {
      Dataset dataset = Reading.dataset(session, "u/c");
      assertThat(dataset.findings())
          .containsExactly(
              Finding.error("simplevectorstore.unreadable", "store 'u/c': " + message));
      assertThatThrownBy(() -> session.read(dataset, Split.WHOLE, Position.START))
          .isInstanceOf(IOException.class)
          .hasMessage("store 'u/c': " + message);
    }
    assertThat(work).isEmptyDirectory();
  }

  @Test
  void a_missing_directory_is_an_error() {
    Path missing = temp.resolve("missing");
    assertThatThrownBy(() -> SimpleVectorStoreDirectory.at(missing).open())
        .hasMessage(
            missing
                + ": missing, expected the directory with one directory for each user. Check the"
                + " path");
    assertThat(missing).doesNotExist();
  }

  @Test
  void a_directory_without_the_wanted_store_is_an_error() throws Exception {
    store("[]", "[]");
    assertThatThrownBy(() -> source().user("x").collection("y").open())
        .hasMessage(
            temp
                + ": no store of user 'x' called 'y' in it, expected"
                + " USER/vector_store_COLLECTION with vectors and metadata. Check the path");
    try (SourceSession session = source().user("u").collection("c").open()) {
      assertThat(session.datasets()).hasSize(1);
    }
  }

  @Test
  void a_store_without_vectors_or_with_two_kinds_is_unreadable() throws Exception {
    Path directory = store("[]", "[]");
    Files.createFile(directory.resolve("vectors.pkl"));
    unreadable(
        directory
            + ": 2 files of vectors, expected one of vectors.pkl, vectors.npy, vectors.npz,"
            + " vectors.json. Remove those that are outdated");
    Files.delete(directory.resolve("vectors.pkl"));
    Files.delete(directory.resolve("vectors.json"));
    unreadable(
        directory
            + ": no vectors, expected one of vectors.pkl, vectors.npy, vectors.npz,"
            + " vectors.json. Restore it from a backup");
  }

  @Test
  void a_store_without_metadata_is_unreadable_and_spares_the_others() throws Exception {
    Path directory = store("[[1, 2]]", "[]");
    Files.delete(directory.resolve("metadata.json"));
    Path other = Files.createDirectories(temp.resolve("v/vector_store_c"));
    Files.writeString(other.resolve("vectors.json"), "[[1, 2]]");
    Files.writeString(other.resolve("metadata.json"), "[{\"id\": \"a\"}]");
    unreadable(
        directory.resolve("metadata.json")
            + ": missing, expected one entry a vector. Restore it from a backup");
    assertThat(Reading.of(source(), "v/c").ids()).containsExactly("a");
  }

  @Test
  void metadata_that_is_cut_off_is_unreadable() throws Exception {
    String whole = "[{\"id\": \"a\", \"n\": [1, 2]}, {\"id\": \"b\"}]";
    for (int length = 0; length < whole.length(); length++) {
      Path file = store("[[1], [2]]", whole.substring(0, length)).resolve("metadata.json");
      assertThatThrownBy(() -> Reading.of(source(), "u/c"))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("store 'u/c': " + file + ": ");
    }
    Path file = store("[[1], [2]]", whole + "]").resolve("metadata.json");
    unreadable(file + ": malformed near byte 39, expected JSON. Restore it from a backup");
    store("[[1], [2]]", "{}");
    unreadable(file + ": no array, expected one of objects. Check the file");
  }

  @Test
  void entries_that_cannot_be_moved_are_refused_one_by_one() throws Exception {
    store(
        "[[1], [2], [3], [4], [5], [6], [7], [8], [9]]",
        """
        [{"id": "a", "x": NaN},
         {"id": "b", "text": "lone \\ud800"},
         {"id": "c", "x": {"y": ["\\udc00"]}},
         {"id": "d", "x": 1, "x": 2},
         "text", 5,
         {"id": "lone \\ud800"},
         {"id": {"no": "scalar"}},
         {"id": "i"}]
        """);
    Reading reading = Reading.of(source(), "u/c");
    assertThat(reading.rejections)
        .containsExactly(
            "row 0: metadata: key 'x': NaN or infinite, which JSON has no number for",
            "row 1: text: lone surrogate, which is not Unicode text",
            "row 2: metadata: key 'x': key 'y': lone surrogate, which is not Unicode text",
            "row 3: metadata: key 'x': twice, expected once",
            "row 4: metadata: not an object, expected one",
            "row 5: metadata: not an object, expected one",
            "row 6: id: lone surrogate, which is not Unicode text");
    assertThat(reading.ids()).containsExactly("row#7", "i");
    Reading.checkRules(source(), "u/c");
  }

  @Test
  void vectors_that_cannot_be_moved_are_refused_one_by_one() throws Exception {
    store(
        "[[1, 2], [1, NaN], [1, 2, 3], [1, \"2\"], null, [], \"x\", [1e300, 1], [3, 4]]",
        "[{\"id\": \"a\"}, {\"id\": \"b\"}, {\"id\": \"c\"}, {\"id\": \"d\"}, {\"id\": \"e\"},"
            + " {\"id\": \"f\"}, {\"id\": \"g\"}, {\"id\": \"h\"}, {\"id\": \"i\"}]");
    Reading reading = Reading.of(source(), "u/c");
    assertThat(reading.rejections)
        .containsExactly(
            "b: vector: a component is NaN, infinite or too large for single precision, expected"
                + " a number",
            "c: vector: dimension 3, expected 2 as most have",
            "d: vector: something other than numbers in it, expected numbers",
            "f: vector: dimension 0, expected 2 as most have",
            "g: vector: something other than numbers in it, expected numbers",
            "h: vector: a component is NaN, infinite or too large for single precision, expected"
                + " a number");
    assertThat(reading.ids()).containsExactly("a", "e", "i");
    assertThat(reading.rows.get(1).value("embedding")).isNull();
    try (SourceSession session = source().open()) {
      assertThat(session.datasets().get(0).findings())
          .contains(
              Finding.warning(
                  "simplevectorstore.vectors.missing",
                  "rows with metadata but no vector: 1, moved without one"));
    }
    Reading.checkRules(source(), "u/c");
  }

  @Test
  void an_id_that_was_made_up_never_meets_one_that_was_given() throws Exception {
    store(
        "[[1], [2], [3], [4], [5]]",
        "[{\"id\": \"a\"}, {\"id\": \"a\"}, {\"id\": \"a#1\"}, {}, {\"id\": \"row#3\"}]");
    assertThat(Reading.of(source(), "u/c").ids())
        .containsExactly("a", "a#1#1", "a#1", "row#3#3", "row#3");
  }

  @Test
  void numbers_keep_their_types() throws Exception {
    store(
        "[[1]]",
        "[{\"id\": true, \"i\": 1, \"f\": 1.0, \"big\": 123456789012345678901234567890, \"e\":"
            + " 1e2, \"n\": null}]");
    Reading reading = Reading.of(source(), "u/c");
    assertThat(reading.ids()).containsExactly("true");
    assertThat(reading.rows.get(0).value("metadata"))
        .isEqualTo(
            Json.parse(
                "{\"id\": true, \"i\": 1, \"f\": 1.0, \"big\": 123456789012345678901234567890,"
                    + " \"e\": 100.0, \"n\": null}"));
  }

  @Test
  void byte_order_marks_are_skipped() throws Exception {
    store("\uFEFF[[1], [2]]", "\uFEFF[{\"id\": \"a\"},  {\"id\": \"b\"}]");
    assertThat(Reading.of(source(), "u/c").ids()).containsExactly("a", "b");
  }

  @Test
  void an_entry_that_would_fill_the_memory_is_refused() throws Exception {
    Path directory = store("[[1], [2]]", "");
    try (var out = Files.newBufferedWriter(directory.resolve("metadata.json"))) {
      out.write("[{\"id\": \"a\", \"text\": \"");
      String block = "x".repeat(1 << 20);
      for (int i = 0; i < 33; i++) {
        out.write(block);
      }
      out.write("\"}, {\"id\": \"b\"}]");
    }
    assertThat(rejections())
        .containsExactly("row 0: metadata: 34603031 bytes, expected at most 33554432");
    assertThat(Reading.of(source(), "u/c").ids()).containsExactly("b");
  }

  @Test
  void a_pickle_that_would_run_code_is_unreadable_and_spares_the_others() throws Exception {
    Path directory = Files.createDirectories(temp.resolve("u/vector_store_c"));
    Path proof = temp.resolve("proof");
    Path pickle = directory.resolve("vectors.pkl");
    Files.write(
        pickle,
        ("\u0080\u0004cos\nsystem\nX\u0004\0\0\0true\u0085R.")
            .getBytes(StandardCharsets.ISO_8859_1));
    Files.writeString(directory.resolve("metadata.json"), "[{}]");
    unreadable(
        pickle
            + ": byte 2: GLOBAL of os.system, expected lists and arrays of numbers. Nothing of"
            + " it was run; save the data in another format");
    assertThat(proof).doesNotExist();
  }

  @Test
  void a_store_that_changes_while_it_is_read_is_noticed() throws Exception {
    Path file = store("[[1], [2]]", "[{\"id\": \"a\"}, {\"id\": \"b\"}]").resolve("metadata.json");
    try (SourceSession session = source().open()) {
      Dataset dataset = session.datasets().get(0);
      try (RowReader reader = session.read(dataset, Split.WHOLE, Position.START)) {
        assertThat(reader.next()).isNotNull();
        assertThat(reader.next()).isNotNull();
        Files.setLastModifiedTime(file, FileTime.fromMillis(1));
        assertThatThrownBy(reader::next)
            .hasMessage(
                file
                    + ": changed while it was read, expected it to rest. Stop the application"
                    + " that writes it");
      }
    }
  }
}
