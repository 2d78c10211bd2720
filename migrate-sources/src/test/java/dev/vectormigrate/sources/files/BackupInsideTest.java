package dev.vectormigrate.sources.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.backup.Backup;
import dev.vectormigrate.backup.Backups;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.sources.chroma.ChromaDirectory;
import dev.vectormigrate.sources.chroma.Fixture;
import dev.vectormigrate.sources.faiss.LangChainFaissFolder;
import dev.vectormigrate.sources.lightrag.LightRagDirectory;
import dev.vectormigrate.sources.nanovectordb.NanoVectorDbFile;
import dev.vectormigrate.sources.numpy.Fixtures;
import dev.vectormigrate.sources.simplevectorstore.SimpleVectorStoreDirectory;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RejectedRowException;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import dev.vectormigrate.spi.Split;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup that is made in the folder of a source while it is open is never taken for data. */
class BackupInsideTest {

  @TempDir Path temp;

  /** Everything that a session has. */
  private static List<Object> contents(SourceSession session) throws Exception {
    List<Object> contents = new ArrayList<>(session.datasets());
    for (Dataset dataset : session.datasets()) {
      for (Split split : session.split(dataset, 2)) {
        try (RowReader reader = session.read(dataset, split, Position.START)) {
          for (Object row = next(reader); row != null; row = next(reader)) {
            contents.add(row);
          }
        }
      }
    }
    return contents;
  }

  private static Object next(RowReader reader) throws Exception {
    try {
      return reader.next();
    } catch (RejectedRowException e) {
      return e.id() + " " + e.reason();
    }
  }

  private static List<Object> contents(SourceStore store) throws Exception {
    try (SourceSession session = store.open()) {
      return contents(session);
    }
  }

  private void check(SourceStore store, Path folder) throws Exception {
    Path files = store.files().orElseThrow();
    List<Object> before = contents(store);
    try (SourceSession session = store.open()) {
      List<Dataset> datasets = session.datasets();
      for (String name : List.of("vdb_chunks", "kv_store_docs", "vector_store_x", "index")) {
        Backups backups = Backups.in(folder.resolve(name));
        Backup backup = backups.create(name, files);
        backups.verify(backup);
        assertThat(backup.fileCount()).isPositive();
      }
      assertThat(session.datasets()).isEqualTo(datasets);
      assertThat(contents(session)).isEqualTo(before);
    }
    assertThat(contents(store)).isEqualTo(before);
  }

  @Test
  void chroma() throws Exception {
    Path store = Fixture.V1.unpack(temp);
    check(ChromaDirectory.at(store), store);
  }

  @Test
  void faiss() throws Exception {
    Path store = Fixtures.copy("faiss/flat_l2", temp);
    check(LangChainFaissFolder.at(store), store);
  }

  @Test
  void lightrag() throws Exception {
    Path store = Fixtures.copy("lightrag/lightrag-new", temp);
    check(LightRagDirectory.at(store), store);
  }

  @Test
  void nano_vectordb() throws Exception {
    Path folder = Fixtures.copy("lightrag/nano-vectordb", temp);
    try (Stream<Path> files = Files.list(folder)) {
      Path file = files.filter(f -> f.toString().endsWith(".json")).findFirst().orElseThrow();
      check(NanoVectorDbFile.at(file), folder);
    }
  }

  @Test
  void simple_vector_store() throws Exception {
    Path store = Fixtures.copy("simplevectorstore/user_data", temp);
    SourceStore source =
        SimpleVectorStoreDirectory.at(store).masterKey(() -> "correct horse".toCharArray());
    check(source, store);
    check(source, store.resolve("alice"));
  }

  @Test
  void a_source_that_is_not_there_still_says_where_it_would_be() {
    Path nowhere = temp.resolve("nowhere");
    Map<SourceStore, Path> stores =
        Map.of(
            ChromaDirectory.at(nowhere), nowhere,
            LangChainFaissFolder.at(nowhere), nowhere,
            LightRagDirectory.at(nowhere), nowhere,
            NanoVectorDbFile.at(nowhere), nowhere,
            SimpleVectorStoreDirectory.at(nowhere), nowhere);

    assertThat(stores).allSatisfy((store, place) -> assertThat(store.files()).contains(place));
    assertThat(temp).isEmptyDirectory();
  }
}
