package dev.vectormigrate.sources.llamaindex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.sources.files.DamagedFileException;
import dev.vectormigrate.sources.files.Reading;
import dev.vectormigrate.sources.files.SplitChecks;
import dev.vectormigrate.spi.SourceSession;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of generations of which there is no library to run, and such as no library wrote. */
class LlamaIndexFolderTest {

  private static final Vector VECTOR = Vector.of(1, 0.5f);

  @TempDir private Path folder;
  @TempDir private Path work;

  private LlamaIndexFolder source() {
    return LlamaIndexFolder.at(folder).workDirectory(work);
  }

  private LlamaIndexFolderTest vectors(String members) throws IOException {
    write("default__vector_store.json", "{\"embedding_dict\":{" + members + "}}");
    return this;
  }

  private LlamaIndexFolderTest nodes(String members) throws IOException {
    write("docstore.json", "{\"docstore/data\":{" + members + "}}");
    return this;
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private static String node(String id, String data) {
    return "\"%s\":{\"__data__\":{%s},\"__type__\":\"1\"}".formatted(id, data);
  }

  private List<Object> read() throws Exception {
    return read("default");
  }

  /** Rows as lists of values, refusals as text. */
  private List<Object> read(String dataset) throws Exception {
    List<Object> read = new ArrayList<>();
    for (Object item : Reading.of(source(), dataset).items) {
      read.add(item instanceof Row row ? values(row) : item);
    }
    return read;
  }

  private static List<Object> values(Row row) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < row.schema().size(); i++) {
      Object value = row.value(i);
      values.add(
          value instanceof Json json ? new String(json.utf8(), StandardCharsets.UTF_8) : value);
    }
    return values;
  }

  /** id, text, ref_doc_id, metadata, relationships, node, embedding. */
  private static List<Object> row(Object... values) {
    return Arrays.asList(values);
  }

  private List<Finding> findings() throws Exception {
    return Reading.dataset(source(), "default").findings();
  }

  private static void assertDamaged(ThrowingCallable reading, String message) {
    assertThatThrownBy(reading)
        .isInstanceOf(DamagedFileException.class)
        .hasMessageEndingWith(message);
  }

  @Test
  void theFirstGeneration() throws Exception {
    write(
        "vector_store.json",
        """
        {"embedding_dict": {"a": [1.0, 0.5], "b": [1.0, 0.5]},
         "text_id_to_ref_doc_id": {"a": "doc", "b": "None"}}
        """);
    write(
        "docstore.json",
        """
        {"docstore/metadata": {"a": {"doc_hash": "x"}},
         "docstore/data": {
           "a": {"__data__": {"text": "T", "doc_id": "a", "embedding": null, "doc_hash": "h",
                 "extra_info": {"page": 1}, "node_info": {"start": 0, "end": 9},
                 "relationships": {"1": "doc", "3": "b"}}, "__type__": "1"},
           "b": {"__data__": {"text": "U", "doc_id": "b", "extra_info": null,
                 "relationships": {}}, "__type__": "1"}},
         "docstore/ref_doc_info": {"doc": {"doc_ids": ["a"], "extra_info": {}}}}
        """);

    assertThat(read())
        .containsExactly(
            row(
                "a",
                "T",
                "doc",
                "{\"page\":1}",
                "{\"1\":\"doc\",\"3\":\"b\"}",
                "{\"__type__\":\"1\",\"doc_hash\":\"h\",\"embedding\":null,"
                    + "\"node_info\":{\"end\":9,\"start\":0}}",
                VECTOR),
            row("b", "U", null, null, "{}", "{\"__type__\":\"1\"}", VECTOR));
    assertThat(findings()).isEmpty();
    SplitChecks.check(source());
  }

  @Test
  void theSourceOfANodeWhoseVectorStoreKnowsNone() throws Exception {
    vectors("\"a\":[1,0.5],\"b\":[1,0.5]")
        .nodes(
            node("a", "\"relationships\":{\"1\":{\"node_id\":\"doc\"}}")
                + ","
                + node("b", "\"text_resource\":{\"text\":\"T\",\"url\":\"u\"}"));

    assertThat(read())
        .containsExactly(
            row(
                "a",
                null,
                "doc",
                null,
                "{\"1\":{\"node_id\":\"doc\"}}",
                "{\"__type__\":\"1\"}",
                VECTOR),
            row(
                "b",
                "T",
                null,
                null,
                null,
                "{\"__type__\":\"1\",\"text_resource\":{\"url\":\"u\"}}",
                VECTOR));
  }

  @Test
  void vectorsAlone() throws Exception {
    write(
        "default__vector_store.json",
        """
        \uFEFF{"embedding_dict": {"a": [1, 0.5], "b": [1, 0.5]},
         "text_id_to_ref_doc_id": {"a": "doc", "c": "gone"},
         "metadata_dict": {"a": {"k": 1.0, "doc_id": "doc"}, "b": null, "d": {}}}
        """);

    assertThat(read())
        .containsExactly(
            row("a", null, "doc", "{\"k\":1.0,\"doc_id\":\"doc\"}", null, null, VECTOR),
            row("b", null, null, null, null, null, VECTOR));
    assertThat(findings())
        .containsExactly(
            Finding.warning(
                "llamaindex.nodes.missing",
                "vectors without a node in docstore.json: 2, moved without text"),
            Finding.warning(
                "llamaindex.entries.stray",
                "ids with a document or metadata but no vector: 2, left out"));
  }

  @Test
  void nodesWithoutVectorBelongToTheDefault() throws Exception {
    vectors("").nodes(node("a", "\"text\":\"T\"") + "," + node("b", "\"text\":\"U\""));
    write(
        "image__vector_store.json", "{\"embedding_dict\":{\"b\":[1,0.5]},\"metadata_dict\":null}");
    write("other__vector_store.json", "{\"embedding_dict\":{}}");
    write("graph_store.json", "{\"graph_dict\": {}}");
    write("property_graph_store.json", "x".repeat(100));

    assertThat(read())
        .containsExactly(row("a", "T", null, null, null, "{\"__type__\":\"1\"}", null));
    assertThat(read("image"))
        .containsExactly(row("b", "U", null, null, null, "{\"__type__\":\"1\"}", VECTOR));
    assertThat(findings())
        .containsExactly(
            Finding.warning(
                "llamaindex.nodes.unembedded", "nodes without a vector: 1, moved without one"),
            Finding.info("llamaindex.namespace.empty", "vector store 'other': empty, left out"),
            Finding.warning(
                "llamaindex.graph.present",
                "property_graph_store.json: holds a graph, not migrated"));
    try (SourceSession session = source().open()) {
      assertThat(session.datasets()).extracting(Dataset::name).containsExactly("default", "image");
    }
  }

  @Test
  void anEmptyStoreHasNoRows() throws Exception {
    vectors("");
    write("docstore.json", "{}");

    assertThat(read()).isEmpty();
    assertThat(findings()).isEmpty();
  }

  @Test
  void aRecordThatCannotBeMovedIsRefusedAlone() throws Exception {
    vectors(
            """
            "good": [1, 0.5], "fine": [1, 0.5], "nan": [1, NaN], "short": [1], "text": "1",
            "surrogate": [1, 0.5], "number": [1, 0.5], "list": [1, 0.5], "other": [1, 0.5],
            "value": [1, 0.5], "twice": [1, 0.5], "twice": [1, 0.5], "bare": [1, 0.5]
            """)
        .nodes(
            String.join(
                ",",
                node("surrogate", "\"text\":\"\\ud800\""),
                node("number", "\"text\":1"),
                node("list", "\"metadata\":[]"),
                node("other", "\"id_\":\"another\""),
                node("value", "\"metadata\":{\"k\":NaN}"),
                "\"bare\":{}"));

    assertThat(read())
        .containsExactly(
            row("good", null, null, null, null, null, VECTOR),
            row("fine", null, null, null, null, null, VECTOR),
            "nan: vector: NaN, infinite or too large for single precision, expected finite numbers",
            "short: vector: dimension 1, expected 2 as most have",
            "text: vector: a text, expected an array of numbers",
            "surrogate: text: lone surrogate, which is not Unicode text",
            "number: text: no text, expected one or null",
            "list: metadata: no object, expected one",
            "other: id: another than the key of its node, expected the same",
            "value: node: key '__data__': key 'metadata': key 'k': NaN or infinite, which JSON has"
                + " no number for",
            "twice: key: twice in a file, expected once",
            "bare: __data__: no object, expected one");
    assertThat(findings())
        .contains(
            Finding.warning("llamaindex.keys.repeated", "records with a key twice: 1, refused"),
            Finding.warning(
                "llamaindex.vectors.dimension",
                "vectors of another dimension than 2, which most have: 1, refused"));
    SplitChecks.check(source());
  }

  @Test
  void aRecordTooLargeIsRefusedAndPassedOver() throws Exception {
    String text = "x".repeat(1 << 20);
    StringBuilder large = new StringBuilder();
    for (int i = 0; i < 65; i++) {
      large.append("\"%d\":\"%s\",".formatted(i, text));
    }
    vectors("\"a\":[1,0.5],\"b\":[1,0.5]").nodes(node("a", large + "\"end\":1"));

    assertThat(read())
        .containsExactly(
            "a: record: too large, expected at most 67108864 bytes",
            row("b", null, null, null, null, null, VECTOR));
  }

  @Test
  void aFileThatIsCutOffAnywhereIsRefused() throws Exception {
    String whole = "{\"docstore/data\":{" + node("a", "\"text\":true") + "}}";
    vectors("\"a\":[1,0.5]");
    for (int length = 1; length < whole.length(); length++) {
      write("docstore.json", whole.substring(0, length));
      assertDamaged(
          () -> read(),
          "docstore.json: ends at byte %d, expected more. The file is cut off; restore it from a backup"
              .formatted(length));
    }
    assertThat(work).isEmptyDirectory();
  }

  @Test
  void deepNestingIsRefused() throws Exception {
    vectors("").nodes("\"a\":" + "[".repeat(100_000) + "]".repeat(100_000));

    assertThatThrownBy(() -> read())
        .isInstanceOf(DamagedFileException.class)
        .hasMessageMatching(
            ".*docstore.json: a value near byte \\d+ is beyond the limits, expected at most 500"
                + " levels of nesting, numbers of 20000 digits and names of 1 MiB. Check the file");
  }

  @Test
  void filesOfOtherKindsAreRefused() throws Exception {
    vectors("");
    write("docstore.json", "{\"a\": {}}");
    assertDamaged(
        () -> read(),
        "docstore.json: no docstore/data in it, expected a file of a LlamaIndex store. Check the"
            + " file");
    write("docstore.json", "{\"docstore/data\": []}");
    assertDamaged(
        () -> read(),
        "docstore.json: docstore/data: an array, expected a file of a LlamaIndex store. Check the"
            + " file");
    write("docstore.json", "{\"docstore/data\": {}, \"docstore/data\": {}}");
    assertDamaged(
        () -> read(),
        "docstore.json: docstore/data: twice, expected a file of a LlamaIndex store. Check the"
            + " file");
    write("docstore.json", "{}");
    write("default__vector_store.json", "{\"data\": []}");
    assertDamaged(
        () -> read(),
        "default__vector_store.json: no embedding_dict in it, expected a file of a LlamaIndex"
            + " store. Check the file");
  }

  @Test
  void aFolderWithoutVectorStoreIsRefused() throws Exception {
    assertThatThrownBy(() -> read())
        .hasMessage(
            "%s: no *__vector_store.json in it, expected a folder that LlamaIndex persisted to."
                + " Check the path",
            folder);
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> LlamaIndexFolder.at(missing).open())
        .hasMessage(
            "%s: missing, expected a folder that LlamaIndex persisted to. Check the path", missing);
    vectors("");
    write("vector_store.json", "{\"embedding_dict\":{}}");
    assertThatThrownBy(() -> read())
        .hasMessage(
            "%s: two vector stores of the namespace 'default', expected one. Move the one that"
                + " LlamaIndex does not use, usually vector_store.json, to another place",
            folder);
  }

  @Test
  void aFileThatChangesMeanwhileIsNoticed() throws Exception {
    vectors("\"a\":[1,0.5]").nodes(node("a", "\"text\":\"T\""));
    try (SourceSession session = source().open()) {
      Dataset dataset = session.datasets().get(0);
      nodes(node("a", "\"text\":\"longer\""));
      assertThatThrownBy(() -> Reading.of(session, dataset))
          .hasMessage(
              "%s: changed while it was read, expected it to rest. Stop what writes it and start"
                  + " again",
              folder.resolve("docstore.json"));
      assertThat(Reading.dataset(source(), "default").fingerprint())
          .isNotEqualTo(dataset.fingerprint());
    }
  }

  @Test
  void scratchFilesAreRemoved() throws Exception {
    vectors("\"a\":[1,0.5]");
    try (SourceSession session = source().open()) {
      assertThat(work).isNotEmptyDirectory();
      assertThat(session.datasets()).hasSize(1);
    }
    assertThat(work).isEmptyDirectory();
  }
}
