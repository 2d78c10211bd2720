package dev.vectormigrate.sources.inmemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.sources.files.DamagedFileException;
import dev.vectormigrate.sources.files.Reading;
import dev.vectormigrate.spi.SourceStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that no library wrote as they are, and generations of which there is none to run. */
class StoreFileTest {

  @TempDir private Path folder;

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("store.json"), text);
  }

  private SourceStore spring(String records) throws IOException {
    return SpringAiVectorStoreFile.at(write(records));
  }

  private SourceStore langchain4j(String entries) throws IOException {
    return LangChain4jStoreFile.at(write("{\"entries\":[" + entries + "]}"));
  }

  private SourceStore langchain(String records) throws IOException {
    return LangChainMemoryFile.at(write(records));
  }

  /** Rows as lists of values, refusals as text. */
  private static List<Object> read(SourceStore source) throws Exception {
    List<Object> read = new ArrayList<>();
    for (Object item : Reading.of(source, "store").items) {
      read.add(item instanceof Row row ? values(row) : item);
    }
    return read;
  }

  private static List<Object> values(Row row) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < row.schema().size(); i++) {
      Object value = row.value(i);
      values.add(value instanceof Json json ? text(json) : value);
    }
    return values;
  }

  private static String text(Json json) {
    return new String(json.utf8(), StandardCharsets.UTF_8);
  }

  private static List<Object> row(String id, String text, String metadata, Vector vector) {
    List<Object> values = new ArrayList<>();
    values.add(id);
    values.add(text);
    values.add(metadata);
    values.add(vector);
    return values;
  }

  private static final Vector VECTOR = Vector.of(1, 0.5f);

  private static List<Finding> findings(SourceStore source) throws Exception {
    return Reading.dataset(source, "store").findings();
  }

  private static void assertDamaged(ThrowingCallable reading, String message) {
    assertThatThrownBy(reading)
        .isInstanceOf(DamagedFileException.class)
        .hasMessageEndingWith(message);
  }

  @Test
  void springAiOfTheFirstMilestones() throws Exception {
    SourceStore source =
        spring(
            """
            {"a": {"embedding": [1.0, 0.5], "content": "x", "id": "a", "metadata": {"k": 1},
                   "media": []},
             "b": {"embedding": [1.0, 0.5], "content": "y", "id": "b", "metadata": {"k": 1},
                   "media": [{"mimeType": "image/png"}]},
             "c": {"embedding": [1.0, 0.5], "content": null, "id": "c", "metadata": null}}
            """);

    assertThat(read(source))
        .containsExactly(
            row("a", "x", "{\"k\":1}", VECTOR),
            row("b", "y", "{\"k\":1,\"media\":[{\"mimeType\":\"image/png\"}]}", VECTOR),
            row("c", null, null, VECTOR));
  }

  @Test
  void twoTextsThatDifferAreBothKept() throws Exception {
    assertThat(read(spring("{\"a\":{\"embedding\":[1,0.5],\"text\":\"x\",\"content\":\"y\"}}")))
        .containsExactly(row("a", "x", "{\"content\":\"y\"}", VECTOR));
    assertThat(
            read(
                spring(
                    "{\"a\":{\"embedding\":[1,0.5],\"metadata\":{\"z\":1},\"z\":2},"
                        + "\"b\":{\"embedding\":[1,0.5]}}")))
        .containsExactly(
            "a: z: in the record and in its metadata, expected it once",
            row("b", null, null, VECTOR));
  }

  /** Its decimal is beyond the middle of two floats by less than a double can tell. */
  @Test
  void aNumberIsRoundedOnceFromWhatItsWriterHad() throws Exception {
    String middle = "1.00000005960464477539062500000001";

    assertThat(read(spring("{\"a\":{\"embedding\":[" + middle + "]}}")))
        .containsExactly(row("a", null, null, Vector.of(Math.nextUp(1f))));
    assertThat(read(langchain("{\"a\":{\"vector\":[" + middle + "]}}")))
        .containsExactly(row("a", null, null, Vector.of(1f)));
  }

  @Test
  void aByteOrderMarkIsPassedOver() throws Exception {
    SourceStore source =
        spring("\uFEFF{\"a\":{\"embedding\":[1,0.5]},\"b\":{\"embedding\":[1,0.5]}}");

    assertThat(read(source))
        .containsExactly(row("a", null, null, VECTOR), row("b", null, null, VECTOR));
  }

  @Test
  void aVectorThatCannotBeUsedRefusesItsRecord() throws Exception {
    SourceStore source =
        langchain(
            """
            {"good": {"vector": [1, 0.5]}, "fine": {"vector": [1, 0.5]},
             "nan": {"vector": [1, NaN]}, "infinite": {"vector": [1, -Infinity]},
             "large": {"vector": [1, 1e39]}, "word": {"vector": [1, "NaN"]},
             "hole": {"vector": [1, null]}, "nested": {"vector": [[1, 0.5]]},
             "short": {"vector": [1]}, "none": {"vector": []}, "text": {"vector": "1, 0.5"},
             "null": {"vector": null}, "absent": {}}
            """);

    assertThat(read(source))
        .containsExactly(
            row("good", null, null, VECTOR),
            row("fine", null, null, VECTOR),
            "nan: vector: NaN, infinite or too large for single precision, expected finite numbers",
            "infinite: vector: NaN, infinite or too large for single precision, expected finite"
                + " numbers",
            "large: vector: NaN, infinite or too large for single precision, expected finite"
                + " numbers",
            "word: vector: a text among its components, expected only numbers",
            "hole: vector: null among its components, expected only numbers",
            "nested: vector: an array among its components, expected only numbers",
            "short: vector: dimension 1, expected 2 as most have",
            "none: vector: no components, expected some",
            "text: vector: a text, expected an array of numbers",
            row("null", null, null, null),
            row("absent", null, null, null));
    assertThat(findings(source))
        .containsExactly(
            Finding.warning(
                "langchain.vectors.missing", "records without vector: 2, moved without one"),
            Finding.warning(
                "langchain.vectors.dimension",
                "vectors of another dimension than 2, which most have: 1, refused"));
  }

  @Test
  void aVectorOfTooManyComponentsRefusesItsRecord() throws Exception {
    String many = "0,".repeat(1 << 16) + "0";

    assertThat(read(spring("{\"a\":{\"embedding\":[1,0.5]},\"b\":{\"embedding\":[" + many + "]}}")))
        .containsExactly(
            row("a", null, null, VECTOR),
            "b: vector: more than 65536 components, expected at most so many");
  }

  @Test
  void whatIsNoUnicodeOrNoJsonRefusesItsRecord() throws Exception {
    SourceStore source =
        langchain(
            """
            {"text": {"vector": [1, 0.5], "text": "\\ud800"},
             "value": {"vector": [1, 0.5], "metadata": {"k": "\\ud800"}},
             "nan": {"vector": [1, 0.5], "metadata": {"k": NaN}},
             "number": {"vector": [1, 0.5], "text": 1},
             "list": {"vector": [1, 0.5], "metadata": []},
             "other": {"vector": [1, 0.5], "id": "another"},
             "twice": {"vector": [1, 0.5], "text": "a", "text": "b"},
             "vectors": {"vector": [1, 0.5], "vector": [1, 0.5]},
             "good": {"vector": [1, 0.5]}}
            """);

    assertThat(read(source))
        .containsExactly(
            "text: text: lone surrogate, which is not Unicode text",
            "value: metadata: key 'k': lone surrogate, which is not Unicode text",
            "nan: metadata: key 'k': NaN or infinite, which JSON has no number for",
            "number: text: no text, expected one or null",
            "list: metadata: no object, expected one or null",
            "other: id: another than the key of its record, expected the same",
            "twice: text: twice, expected once",
            "vectors: its vector: twice, expected once",
            row("good", null, null, VECTOR));
  }

  @Test
  void anIdThatIsNoUnicode() throws Exception {
    String vector = "\"embedding\":{\"vector\":[1,0.5]}}";

    assertThat(read(langchain4j("{\"id\":\"a\\ud800\",%1$s,{\"id\":\"b\",%1$s".formatted(vector))))
        .containsExactly(
            "a\\ud800: id: lone surrogate, which is not Unicode text",
            row("b", null, null, VECTOR));
    assertDamaged(
        () -> read(spring("{\"a\\ud800\":{\"embedding\":[1,0.5]}}")),
        "malformed near byte 9, expected JSON. Check the file");
  }

  @Test
  void bytesThatAreNoTextRefuseTheirRecordAlone() throws Exception {
    Path file = folder.resolve("store.json");
    String text =
        "{\"a\":{\"vector\":[1,0.5],\"text\":\"\u00ED\u00A0\u0080\"},\"b\":{\"vector\":[1,0.5]}}";
    Files.writeString(file, text, StandardCharsets.ISO_8859_1);

    assertThat(read(LangChainMemoryFile.at(file)))
        .containsExactly(
            "a: record: not UTF-8, expected Unicode text", row("b", null, null, VECTOR));
  }

  @Test
  void aKeyThatIsThereTwiceIsRefused() throws Exception {
    SourceStore source =
        spring("{\"a\":{\"embedding\":[1,0.5],\"text\":\"x\"},\"a\":{\"embedding\":[1,0.5]}}");

    assertThat(read(source))
        .containsExactly(
            row("a", "x", null, VECTOR),
            "a: key: of an earlier record of the file too, expected every key once");
    assertThat(findings(source))
        .containsExactly(
            Finding.warning(
                "springai.ids.refused", "records with the id of an earlier one: 1, refused"));
  }

  @Test
  void anEntryThatCannotBeToldApartIsRefused() throws Exception {
    String vector = "\"embedding\":{\"vector\":[1,0.5]}}";
    SourceStore source =
        langchain4j(
            "{\"id\":\"a\",%1$s,{\"id\":\"a\",%1$s,{\"id\":\"a\",%1$s,{\"id\":\"a#1\",%1$s,{%1$s"
                .formatted(vector));

    assertThat(read(source))
        .containsExactly(
            row("a", null, null, VECTOR),
            "a: key: of an earlier record of the file too, expected every key once",
            row("a#2", null, null, VECTOR),
            row("a#1", null, null, VECTOR),
            "#4: id: missing, expected a text");
  }

  @Test
  void membersThatAnEntryUsuallyHasNotAreKept() throws Exception {
    SourceStore source =
        langchain4j(
            "{\"id\":\"a\",\"embedding\":{\"vector\":[1,0.5],\"model\":\"m\"},\"embedded\":{"
                + "\"text\":\"x\",\"metadata\":{\"metadata\":{\"k\":\"v\"},\"b\":1},\"c\":2},\"d\":3}");

    assertThat(read(source))
        .containsExactly(
            row("a", "x", "{\"b\":1,\"c\":2,\"d\":3,\"k\":\"v\",\"model\":\"m\"}", VECTOR));
  }

  @Test
  void metadataOfAnotherShapeIsRefused() throws Exception {
    String vector = "\"embedding\":{\"vector\":[1,0.5]}";

    assertThat(
            read(
                langchain4j(
                    "{\"id\":\"a\",%1$s,\"embedded\":\"x\"},{\"id\":\"b\",%1$s,\"embedded\":{\"metadata\":1}}"
                        .formatted(vector))))
        .containsExactly(
            "a: embedded: no object, expected one or null",
            "b: metadata: no object, expected one or null");
  }

  @Test
  void aRecordTooLargeIsRefusedAndPassedOver() throws Exception {
    String text = "x".repeat(1 << 20);
    StringBuilder large = new StringBuilder("{\"a\":{\"embedding\":[1,0.5],\"metadata\":{");
    for (int i = 0; i < 65; i++) {
      large.append("\"%d\":\"%s\",".formatted(i, text));
    }
    large.append("\"end\":1}},\"b\":{\"embedding\":[1,0.5]}}");

    assertThat(read(spring(large.toString())))
        .containsExactly(
            "a: record: too large, expected at most 67108864 bytes", row("b", null, null, VECTOR));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", " { } ", "{\"entries\":[]}"})
  void anEmptyStoreHasNoRows(String text) throws Exception {
    Path file = write(text);
    SourceStore source =
        text.contains("entries") ? LangChain4jStoreFile.at(file) : SpringAiVectorStoreFile.at(file);

    assertThat(read(source)).isEmpty();
    assertThat(findings(source)).isEmpty();
  }

  @Test
  void aFileThatIsCutOffAnywhereIsRefused() throws Exception {
    String whole = "{\"a\":{\"embedding\":[1,0.5],\"metadata\":{\"k\":true}}}";
    for (int length = 1; length < whole.length(); length++) {
      SourceStore source = spring(whole.substring(0, length));
      assertDamaged(
          () -> read(source),
          "ends at byte %d, expected more. The file is cut off; restore it from a backup"
              .formatted(length));
    }
    assertDamaged(() -> read(spring("")), "empty, expected a JSON object. Check the file");
  }

  @Test
  void deepNestingIsRefused() throws Exception {
    String deep = "[".repeat(100_000) + "]".repeat(100_000);

    assertThatThrownBy(
            () -> read(spring("{\"a\":{\"embedding\":[1],\"metadata\":{\"k\":" + deep + "}}}")))
        .isInstanceOf(DamagedFileException.class)
        .hasMessageMatching(
            ".*store.json: a value near byte \\d+ is beyond the limits, expected at most 500 levels"
                + " of nesting, numbers of 20000 digits and names of 1 MiB. Check the file");
  }

  @Test
  void filesOfOtherKindsAreRefused() throws Exception {
    assertDamaged(() -> read(spring("[]")), "an array, expected a JSON object. Check the file");
    assertDamaged(
        () -> read(spring("{\"entries\":[]}")),
        "record 0: an array, expected a file of Spring AI's SimpleVectorStore. Check the file");
    assertDamaged(
        () -> read(spring("{\"a\":{\"vector\":[1],\"text\":\"x\"}}")),
        "no vector in any of its 1 records, expected a file of Spring AI's SimpleVectorStore. Check"
            + " the file");
    assertDamaged(
        () -> read(LangChain4jStoreFile.at(write("{\"a\":{\"embedding\":[1]}}"))),
        "no entries in it, expected a file of LangChain4j's InMemoryEmbeddingStore. Check the file");
    assertDamaged(
        () -> read(LangChain4jStoreFile.at(write("{\"entries\":{}}"))),
        "entries: an object, expected a file of LangChain4j's InMemoryEmbeddingStore. Check the"
            + " file");
    assertDamaged(
        () -> read(langchain("{\"__lc_escaped__\":{\"lc\":{\"vector\":[1]}}}")),
        "no vector in any of its 1 records, expected a file of LangChain's InMemoryVectorStore."
            + " Check the file");
    assertDamaged(
        () -> read(spring("{} x")), "more after its JSON value, expected its end. Check the file");
  }

  @Test
  void aMissingFileAndADirectoryAreRefused() {
    Path missing = folder.resolve("missing.json");
    assertThatThrownBy(() -> LangChainMemoryFile.at(missing).open())
        .hasMessage(
            "%s: missing, expected a file of LangChain's InMemoryVectorStore. Check the path",
            missing);
    assertThatThrownBy(() -> SpringAiVectorStoreFile.at(folder).open())
        .hasMessage(
            "%s: a directory, expected a file of Spring AI's SimpleVectorStore. Name a file in it",
            folder);
  }

  @Test
  void aFileThatChangesMeanwhileIsNoticed() throws Exception {
    Path file = write("{\"a\":{\"embedding\":[1,0.5]}}");
    try (var session = SpringAiVectorStoreFile.at(file).open()) {
      var dataset = session.datasets().get(0);
      Files.writeString(file, "{\"a\":{\"embedding\":[1,0.5]}, \"b\":{\"embedding\":[1,0.5]}}");
      assertThatThrownBy(() -> Reading.of(session, dataset))
          .hasMessage(
              "%s: changed while it was read, expected it to rest. Stop what writes it and start"
                  + " again",
              file);
    }
  }
}
