package dev.vectormigrate.sources.lightrag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.sources.files.Reading;
import dev.vectormigrate.spi.SourceSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Working directories as a whole. */
class LightRagDirectoryTest {

  @TempDir Path temp;

  private static List<String> names(LightRagDirectory source) throws Exception {
    try (SourceSession session = source.open()) {
      return session.datasets().stream().map(Dataset::qualifiedName).toList();
    }
  }

  @Test
  void every_workspace_is_a_namespace() throws Exception {
    LightRagDirectory source = LightRagDirectory.at(Fixture.NEW.copyTo(temp));
    assertThat(names(source))
        .contains("default/vdb_chunks", "tenant_2/vdb_chunks", "tenant_2/doc_status")
        .doesNotHaveDuplicates();
    assertThat(names(source.workspace("tenant_2")))
        .hasSize(names(source).size() / 2)
        .allMatch(name -> name.startsWith("tenant_2/"));
    assertThat(names(source.workspace("")))
        .hasSize(names(source).size() / 2)
        .allMatch(name -> name.startsWith("default/"));
  }

  @Test
  void other_files_are_no_datasets() throws Exception {
    Files.writeString(temp.resolve("kv_store_a.json"), "{}");
    Files.writeString(temp.resolve("kv_store_a.json.tmp.1.2.3"), "{");
    Files.writeString(temp.resolve("notes.json"), "{");
    Files.createDirectory(temp.resolve("vdb_folder.json"));
    Files.createDirectory(temp.resolve("inputs"));
    assertThat(names(LightRagDirectory.at(temp))).containsExactly("default/kv_store_a");
  }

  @Test
  void other_graphs_have_their_own_names() throws Exception {
    Files.writeString(
        temp.resolve("graph_other.graphml"), "<graphml><graph><node id='a'/></graph></graphml>");
    assertThat(names(LightRagDirectory.at(temp)))
        .containsExactly("default/graph_other_nodes", "default/graph_other_edges");
  }

  @Test
  void nothing_is_written_to_the_directory() throws Exception {
    Path directory = Fixture.NEW.copyTo(temp);
    Map<String, String> before = hashes(directory);
    try (SourceSession session = LightRagDirectory.at(directory).open()) {
      for (Dataset dataset : session.datasets()) {
        session.split(dataset, 3);
        Reading.of(session, dataset);
      }
    }
    assertThat(hashes(directory)).isEqualTo(before);
  }

  private static Map<String, String> hashes(Path directory) throws Exception {
    Map<String, String> hashes = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(directory)) {
      for (Path path : walk.toList()) {
        hashes.put(
            path + " " + Files.getLastModifiedTime(path),
            Files.isDirectory(path) ? "" : hash(Files.readAllBytes(path)));
      }
    }
    return hashes;
  }

  private static String hash(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @Test
  void fingerprints_are_the_same_for_a_copy() throws Exception {
    LightRagDirectory first = LightRagDirectory.at(Fixture.NEW.copyTo(temp));
    Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
    LightRagDirectory second = LightRagDirectory.at(Fixture.NEW.copyTo(elsewhere));
    try (SourceSession a = first.open();
        SourceSession b = second.open()) {
      assertThat(a.datasets()).isEqualTo(b.datasets());
    }
  }

  @Test
  void what_is_no_working_directory_is_refused() throws Exception {
    Path missing = temp.resolve("missing");
    Path file = Files.createFile(temp.resolve("file"));
    Path empty = Files.createDirectory(temp.resolve("empty"));
    refuses(
        LightRagDirectory.at(missing),
        missing + ": missing, expected a working directory of LightRAG. Check the path");
    refuses(
        LightRagDirectory.at(file),
        file + ": a file, expected a working directory of LightRAG. Name the directory");
    refuses(
        LightRagDirectory.at(empty),
        empty
            + ": no vdb_*.json, kv_store_*.json or graph_*.graphml in it or in a folder of it,"
            + " expected a working directory of LightRAG. Check the path");
  }

  @Test
  void a_workspace_must_be_there_and_be_one() throws Exception {
    Path folder = Files.createDirectory(temp.resolve("default"));
    Files.writeString(folder.resolve("kv_store_a.json"), "{}");
    assertThat(names(LightRagDirectory.at(temp))).containsExactly("default/kv_store_a");
    Files.writeString(temp.resolve("kv_store_b.json"), "{}");
    refuses(
        LightRagDirectory.at(temp),
        temp
            + ": workspace 'default' twice, as the directory itself and as a folder of it, expected"
            + " one. Choose workspace \"\" or \"default\"");
    refuses(
        LightRagDirectory.at(temp).workspace("x"),
        temp + ": no workspace 'x', expected one of '', 'default'. Check the spelling");
    assertThat(names(LightRagDirectory.at(temp).workspace("")))
        .containsExactly("default/kv_store_b");
    assertThat(names(LightRagDirectory.at(temp).workspace("default")))
        .containsExactly("default/kv_store_a");
  }

  private static void refuses(LightRagDirectory source, String message) {
    assertThatThrownBy(source::open).isInstanceOf(IOException.class).hasMessage(message);
  }

  @Test
  void a_dataset_that_is_gone_is_an_error() throws Exception {
    Path file = Files.writeString(temp.resolve("kv_store_a.json"), "{}");
    Dataset dataset = Reading.dataset(LightRagDirectory.at(temp), "kv_store_a");
    Files.move(file, temp.resolve("kv_store_b.json"));
    try (SourceSession session = LightRagDirectory.at(temp).open()) {
      assertThatThrownBy(() -> session.split(dataset, 1))
          .isInstanceOf(IOException.class)
          .hasMessage("dataset 'default/kv_store_a': missing, expected it as it was planned");
    }
  }

  @Test
  void it_is_named_after_its_path() {
    assertThat(LightRagDirectory.at(Path.of("rag")).name()).isEqualTo("lightrag:rag");
    assertThat(LightRagDirectory.at(Path.of("rag"))).hasToString("lightrag:rag");
  }
}
