package dev.vectormigrate.sources.nanovectordb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.sources.files.Reading;
import dev.vectormigrate.sources.files.SplitChecks;
import dev.vectormigrate.sources.lightrag.Fixture;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.Split;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of nano-vectordb, healthy and strange. */
class NanoVectorDbFileTest {

  private static final String NAN =
      ": vector: NaN or infinite, expected finite numbers; a vector of zeros becomes NaN";

  @TempDir Path temp;

  private Path file(Object text) throws IOException {
    return Files.writeString(temp.resolve("vdb_chunks.json"), text.toString());
  }

  private Reading read(Object text) throws Exception {
    return Reading.of(NanoVectorDbFile.at(file(text)), "vdb_chunks");
  }

  private Dataset describe(Object text) throws Exception {
    return Reading.dataset(NanoVectorDbFile.at(file(text)), "vdb_chunks");
  }

  private void refuses(Object text, String message) throws Exception {
    Path path = file(text);
    assertThatThrownBy(() -> Reading.dataset(NanoVectorDbFile.at(path), "vdb_chunks"))
        .isInstanceOf(IOException.class)
        .hasMessage(path + ": " + message);
  }

  private static VectorFileText two() {
    return new VectorFileText()
        .record("{\"__id__\": \"a\", \"content\": \"first\", \"n\": 1, \"x\": 1.0}")
        .record("{\"text\": \"second\", \"__id__\": \"b\"}")
        .row(0.6f, -0.8f)
        .row(-0.0f, 1f);
  }

  @Test
  void a_record_becomes_id_text_metadata_and_embedding() throws Exception {
    Reading reading = read(two());
    assertThat(reading.refusals()).isEmpty();
    Row first = reading.rows().get(0);
    assertThat(first.id()).isEqualTo("a");
    assertThat(first.value("text")).isEqualTo("first");
    assertThat(first.value("metadata")).isEqualTo(Json.parse("{\"n\": 1, \"x\": 1.0}"));
    assertThat(first.value("embedding")).isEqualTo(Vector.of(0.6f, -0.8f));
    Row second = reading.rows().get(1);
    assertThat(second.value("text")).isEqualTo("second");
    assertThat(second.value("metadata")).isEqualTo(Json.of(Map.of()));
    assertThat(second.value("embedding")).isEqualTo(Vector.of(-0.0f, 1f));
  }

  @Test
  void the_order_of_the_parts_does_not_matter() throws Exception {
    String matrix = VectorFileText.base64(0.6f, -0.8f);
    assertThat(read("{\"matrix\":\"" + matrix + "\",\"data\":[{\"__id__\":\"a\"}]}").rows())
        .singleElement()
        .satisfies(row -> assertThat(row.value("embedding")).isEqualTo(Vector.of(0.6f, -0.8f)));
  }

  @Test
  void a_byte_order_mark_is_tolerated() throws Exception {
    Path path = file("\uFEFF" + two());
    SplitChecks.check(NanoVectorDbFile.at(path));
    assertThat(Reading.of(NanoVectorDbFile.at(path), "vdb_chunks").items)
        .isEqualTo(read(two()).items);
  }

  @Test
  void a_file_of_the_library_is_one_dataset_named_after_it() throws Exception {
    Path path = Fixture.NANO.copyTo(temp).resolve("vdb_mixed.json");
    NanoVectorDbFile source = NanoVectorDbFile.at(path);
    assertThat(source.name()).isEqualTo("nano-vectordb:" + path);
    assertThat(source).hasToString(source.name());
    SplitChecks.check(source);
    Dataset dataset = Reading.dataset(source, "vdb_mixed");
    assertThat(dataset.namespace()).isEmpty();
    assertThat(dataset.findings())
        .containsExactly(
            Finding.info(
                "nanovectordb.data.additional",
                "The file holds data of the application beside the records, which is not"
                    + " migrated"));
  }

  @Test
  void rows_of_many_records_and_a_matrix_of_many_blocks_are_found_from_everywhere()
      throws Exception {
    VectorFileText text = new VectorFileText().dimension("\"embedding_dim\": 701, ");
    for (int i = 0; i < 500; i++) {
      text.record("{\"__id__\": \"r" + i + "\", \"content\": \"" + "x".repeat(i) + "\"}");
      text.row(row(i));
    }
    Path path = file(text);
    try (SourceSession session = NanoVectorDbFile.at(path).open()) {
      Dataset dataset = session.datasets().get(0);
      List<Object> all = Reading.of(session, dataset).items;
      for (int i = 0; i < 500; i++) {
        assertThat(((Row) all.get(i)).value("embedding")).isEqualTo(Vector.wrap(row(i)));
      }
      for (int i = 0; i < 499; i += 7) {
        Position after = new Position(String.valueOf(i));
        try (RowReader reader = session.read(dataset, Split.WHOLE, after)) {
          assertThat(reader.next()).isEqualTo(all.get(i + 1));
        }
      }
    }
  }

  private static float[] row(int record) {
    float[] components = new float[701];
    for (int i = 0; i < components.length; i++) {
      components[i] = 1f / (1 + record * 701 + i);
    }
    return components;
  }

  @Test
  void a_later_record_with_the_same_id_is_refused() throws Exception {
    VectorFileText text = two().record("{\"__id__\": \"a\"}").row(1, 0);
    assertThat(describe(text).findings())
        .containsExactly(
            Finding.warning(
                "nanovectordb.ids.repeated",
                "1 records have the id of an earlier one and will be refused"));
    assertThat(read(text).refusals())
        .containsExactly("a: key: of an earlier record of the file too, expected every key once");
    SplitChecks.check(NanoVectorDbFile.at(file(text)));
  }

  @Test
  void what_one_record_cannot_hold_refuses_that_one() throws Exception {
    VectorFileText text =
        new VectorFileText()
            .record("{\"__id__\": \"nan\", \"score\": NaN}")
            .record("{\"__id__\": \"infinite\", \"a\": {\"b\": [-Infinity]}}")
            .record("{\"__id__\": \"lone\", \"content\": \"\\ud800\"}")
            .record("{\"__id__\": \"\\udc00id\"}")
            .record("{\"__id__\": \"inner\", \"k\": \"\\ud800\"}")
            .record("{\"content\": \"no id\"}")
            .record("{\"__id__\": {}}")
            .record("{\"__id__\": \"wide\", \"w\": 1e999999999}")
            .record("{\"__id__\": \"wider\", \"w\": 1e99999999999}")
            .record("{\"__id__\": \"twice\", \"k\": 1, \"k\": 2}")
            .record("{\"__id__\": \"zero\"}")
            .record("{\"__id__\": 17}");
    for (int i = 0; i < 10; i++) {
      text.row(1, 0);
    }
    text.row(Float.NaN, Float.NaN).row(1, 0);
    Reading reading = read(text);
    assertThat(reading.refusals())
        .containsExactly(
            "nan: record: key 'score': NaN or infinite, which JSON has no number for",
            "infinite: record: key 'a': key 'b': NaN or infinite, which JSON has no number for",
            "lone: content: lone surrogate, which is not Unicode text",
            "\\udc00id: __id__: lone surrogate, which is not Unicode text",
            "inner: record: key 'k': lone surrogate, which is not Unicode text",
            "#5: __id__: missing, expected a text",
            "#6: __id__: neither text nor integer, expected a text",
            "wide: record: key 'w': a number with too large an exponent, expected at most 20000"
                + " digits",
            "wider: record: key 'w': a number with too large an exponent, expected at most 20000"
                + " digits",
            "twice: record: key 'k': twice, expected once",
            "zero" + NAN);
    assertThat(reading.rows()).singleElement().satisfies(r -> assertThat(r.id()).isEqualTo("17"));
    SplitChecks.check(NanoVectorDbFile.at(file(text)));
  }

  @Test
  void a_text_that_is_not_utf8_refuses_its_record_alone() throws Exception {
    String text = two().record("{\"__id__\": \"c\", \"k\": \"\u00ED\u00A0\u0080\"}").row(1, 0) + "";
    Path path = temp.resolve("vdb_chunks.json");
    Files.writeString(
        path, text.replace("\"first\"", "\"\u00ED\u00A0\u0080\""), StandardCharsets.ISO_8859_1);
    SplitChecks.check(NanoVectorDbFile.at(path));
    assertThat(Reading.of(NanoVectorDbFile.at(path), "vdb_chunks").refusals())
        .containsExactly(
            "#0: record: not UTF-8, expected Unicode text",
            "#2: record: not UTF-8, expected Unicode text");
  }

  @Test
  void an_empty_matrix_leaves_the_compressed_vectors() throws Exception {
    // 1, -2, the largest half, the least subnormal half: all widened exactly.
    String first = VectorFileText.compressed(0x3C00, 0xC000);
    String second = VectorFileText.compressed(0x7BFF, 0x0001);
    VectorFileText text =
        new VectorFileText()
            .record("{\"__id__\": \"a\", \"vector\": \"" + first + "\"}")
            .record("{\"__id__\": \"b\", \"vector\": \"" + second + "\", \"k\": 1}")
            .record("{\"__id__\": \"c\"}")
            .record(
                "{\"__id__\": \"inf\", \"vector\": \""
                    + VectorFileText.compressed(0x7C00, 0)
                    + "\"}")
            .record("{\"__id__\": \"short\", \"vector\": \"" + VectorFileText.compressed(0) + "\"}")
            .record(
                "{\"__id__\": \"long\", \"vector\": \""
                    + VectorFileText.compressed(0, 0, 0)
                    + "\"}")
            .record("{\"__id__\": \"cut\", \"vector\": \"" + first.substring(0, 8) + "\"}")
            .record("{\"__id__\": \"odd\", \"vector\": \"" + first.substring(0, 9) + "\"}");
    Reading reading = read(text);
    assertThat(reading.rows()).hasSize(3);
    assertThat(reading.rows().get(0).value("embedding")).isEqualTo(Vector.of(1f, -2f));
    assertThat(reading.rows().get(1).value("embedding")).isEqualTo(Vector.of(65_504f, 0x1p-24f));
    assertThat(reading.rows().get(1).value("metadata")).isEqualTo(Json.of(Map.of("k", 1)));
    assertThat(reading.rows().get(2).value("embedding")).isNull();
    assertThat(reading.refusals())
        .containsExactly(
            "inf" + NAN,
            "short: vector: dimension 1, expected 2",
            "long: vector: more bytes of half precision floats, expected 2 to 4",
            "cut: vector: a damaged zlib stream, expected a whole one",
            "odd: vector: not base64, expected base64 of a zlib stream");
    assertThat(describe(text).findings())
        .containsExactly(
            Finding.warning(
                "nanovectordb.file.salvaged",
                "The file's matrix is empty. Of 8 complete records, 0 are moved with their vector of"
                    + " the matrix, 7 with their compressed copy of half precision, and 1 without"
                    + " vector: c"));
  }

  @Test
  void ids_of_records_without_vector_are_named_up_to_ten() throws Exception {
    VectorFileText text = new VectorFileText();
    for (int i = 0; i < 12; i++) {
      text.record("{\"__id__\": \"r" + i + "\"}");
    }
    assertThat(describe(text).findings().get(0).message())
        .endsWith("and 12 without vector: r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, ...");
  }

  @Test
  void the_dimension_may_come_from_every_place_that_knows_it() throws Exception {
    VectorFileText text = two().dimension("");
    assertThat(describe(text).schema().field(3).type().dimension()).isEqualTo(2);
    String copy = VectorFileText.compressed(0x3C00, 0, 0);
    VectorFileText copies =
        new VectorFileText()
            .dimension("")
            .record("{\"__id__\": \"a\", \"vector\": \"" + copy + "\"}");
    assertThat(describe(copies).schema().field(3).type().dimension()).isEqualTo(3);
    VectorFileText nothing = new VectorFileText().dimension("").record("{\"__id__\": \"a\"}");
    refuses(
        nothing,
        "dimension: unknown, expected embedding_dim, a whole matrix or compressed vectors. Set the"
            + " dimension");
    Dataset asked = Reading.dataset(NanoVectorDbFile.at(file(nothing)).dimension(5), "vdb_chunks");
    assertThat(asked.schema().field(3).type().dimension()).isEqualTo(5);
  }

  @Test
  void places_that_disagree_about_the_dimension_are_refused_with_both() throws Exception {
    Path path = file(two());
    assertThatThrownBy(() -> Reading.dataset(NanoVectorDbFile.at(path).dimension(3), "vdb_chunks"))
        .hasMessage(
            path + ": dimension: 2, but 3 is that asked for, expected the same. Check the file");
    String copy = VectorFileText.compressed(0, 0, 0, 0);
    refuses(
        new VectorFileText().record("{\"__id__\": \"a\", \"vector\": \"" + copy + "\"}").row(1, 0),
        "dimension: 2, but 4 is that of the first compressed vector, expected the same. Check the"
            + " file");
    refuses(
        two().dimension("\"embedding_dim\": 4, "),
        "matrix: 16 bytes, expected 32 for 2 records of dimension 4; it would fit dimension 2."
            + " Restore it from a backup");
    refuses(
        two().row(1, 0),
        "matrix: 24 bytes, expected 16 for 2 records of dimension 2; it would fit dimension 3."
            + " Restore it from a backup");
    refuses(
        two().row(1),
        "matrix: 20 bytes, expected 16 for 2 records of dimension 2. Restore it from a backup");
    refuses(
        new VectorFileText().row(1, 0),
        "matrix: 8 bytes, expected none for no records. Restore it from a backup");
  }

  @Test
  void a_file_without_records_is_an_empty_dataset() throws Exception {
    Dataset dataset = describe(new VectorFileText());
    assertThat(dataset.rows()).hasValue(0);
    assertThat(dataset.schema().field(3).type().dimension()).isEqualTo(2);
    assertThat(read(new VectorFileText()).items).isEmpty();
    SplitChecks.check(NanoVectorDbFile.at(file(new VectorFileText())));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [1]                    | an array, expected a JSON object. Check the file
          7                      | a number, expected a JSON object. Check the file
          ''                     | empty, expected a JSON object. Check the file
          {}                     | no data in it, expected a file of nano-vectordb. Check the file
          {"data": {}}           | data: an object, expected an array. Check the file
          {"data": [null]}       | data: null for record 0, expected an object. Check the file
          {"data": [], "data": []} | data: twice, expected once. Check the file
          {"data": [], "matrix": null} | matrix: null, expected a text. Check the file
          {"data": [], "matrix": "AAAA AAAA"} | matrix: written with escapes or spaces, expected plain base64. Load and save it with nano-vectordb
          {"data": [], "matrix": "\\u0041AAA"} | matrix: written with escapes or spaces, expected plain base64. Load and save it with nano-vectordb
          {"data": [], "matrix": "a*=="} | matrix: not base64 near byte 26, expected base64. Restore it from a backup
          {"data": [], "matrix": "AAA"} | malformed near byte 27, expected JSON. Check the file
          {"data": []} x         | more after its JSON value, expected its end. Check the file
          {"embedding_dim": 0, "data": []} | embedding_dim: out of range, expected 1 to 65536. Check the file
          {"embedding_dim": 99999999999, "data": []} | embedding_dim: out of range, expected 1 to 65536. Check the file
          {"embedding_dim": "2"} | embedding_dim: a text, expected a number. Check the file
          {"data": []} {}        | more after its JSON value, expected its end. Check the file
          {"data": [{"a" 1}]}    | malformed near byte 15, expected JSON. Check the file
          {"embedding_dim": 2, " | ends at byte 22, expected more. The file is cut off; restore it from a backup
          """)
  void a_file_of_something_else_is_refused(String text, String message) throws Exception {
    refuses(text, message);
  }

  @ParameterizedTest
  @ValueSource(ints = {501, 100_000})
  void nesting_is_limited(int depth) throws Exception {
    String deep = "[".repeat(depth) + "]".repeat(depth);
    String message =
        ": a value near byte 512 is beyond the limits, expected at most 500 levels of nesting,"
            + " numbers of 20000 digits and names of 1 MiB. Check the file";
    Path path = file("{\"data\": [{\"d\": " + deep + "}]}");
    assertThatThrownBy(() -> Reading.dataset(NanoVectorDbFile.at(path), "vdb_chunks"))
        .hasMessageMatching(Pattern.quote(path.toString()) + message.replace("512", "\\d+"));
  }

  @Test
  void missing_files_are_refused() {
    Path missing = temp.resolve("no.json");
    assertThatThrownBy(() -> NanoVectorDbFile.at(missing).open())
        .isInstanceOf(IOException.class)
        .hasMessage(missing + ": missing, expected a file of nano-vectordb. Check the path");
    assertThatThrownBy(() -> NanoVectorDbFile.at(temp).open())
        .isInstanceOf(IOException.class)
        .hasMessage(temp + ": a directory, expected a file of nano-vectordb. Name a file in it");
    assertThatThrownBy(() -> NanoVectorDbFile.at(missing).dimension(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("dimension: 0, expected 1 to 65536");
  }

  @Test
  void a_file_that_changes_meanwhile_is_noticed() throws Exception {
    Path path = file(two());
    String changed =
        path
            + ": changed while it was read, expected it to rest. Stop what writes it and start"
            + " again";
    try (SourceSession session = NanoVectorDbFile.at(path).open()) {
      Dataset dataset = session.datasets().get(0);
      try (RowReader reader = session.read(dataset, Split.WHOLE, Position.START)) {
        assertThat(reader.next()).isNotNull();
        assertThat(reader.next()).isNotNull();
        Files.writeString(path, two().row(1, 0).toString());
        assertThatThrownBy(reader::next).isInstanceOf(IOException.class).hasMessage(changed);
      }
      assertThatThrownBy(() -> session.read(dataset, Split.WHOLE, Position.START))
          .hasMessage(changed);
    }
  }

  @Test
  void the_fingerprint_is_of_the_content_alone() throws Exception {
    Path path = file(two());
    String fingerprint = Reading.dataset(NanoVectorDbFile.at(path), "vdb_chunks").fingerprint();
    assertThat(fingerprint).matches("bytes=\\d+ sha256=[0-9a-f]{64}");
    Path copy = Files.createDirectory(temp.resolve("elsewhere")).resolve("vdb_chunks.json");
    Files.copy(path, copy);
    assertThat(Reading.dataset(NanoVectorDbFile.at(copy), "vdb_chunks").fingerprint())
        .isEqualTo(fingerprint);
    byte[] bytes = two().toString().replace("first", "First").getBytes(StandardCharsets.UTF_8);
    Files.write(copy, bytes);
    assertThat(Reading.dataset(NanoVectorDbFile.at(copy), "vdb_chunks").fingerprint())
        .isNotEqualTo(fingerprint);
  }
}
