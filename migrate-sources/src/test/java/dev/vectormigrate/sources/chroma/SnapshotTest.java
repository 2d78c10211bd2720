package dev.vectormigrate.sources.chroma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.sources.chroma.ChromaDirectory.Snapshot;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.Split;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Directories that are in use, were left by a crash, or change while they are read. */
@Timeout(60)
class SnapshotTest {

  private static final String COLLECTION = "cosine_small";

  @TempDir Path temp;
  @TempDir Path work;

  private Path directory;
  private Edits edits;
  private List<Row> before;

  @BeforeEach
  void unpack() throws Exception {
    directory = Fixture.V1.unpack(temp);
    edits = new Edits(directory);
    before = Rows.of(source(), COLLECTION).rows;
  }

  private ChromaDirectory source() {
    return ChromaDirectory.at(directory).workDirectory(work);
  }

  /** Reads everything and checks that the source is untouched and the work directory tidy. */
  private List<Row> readLeavingNoTrace(ChromaDirectory source) throws Exception {
    Map<String, String> state = edits.state();
    List<Row> rows = Rows.of(source, COLLECTION).rows;
    assertThat(edits.state()).isEqualTo(state);
    assertThat(Edits.children(work)).isEmpty();
    return rows;
  }

  private boolean copies() throws Exception {
    try (SourceSession session = source().open()) {
      assertThat(session.datasets()).hasSize(9);
      return Files.exists(Edits.children(work).get(0).resolve("copy"));
    }
  }

  @Test
  void readsARestingDirectoryInPlace() throws Exception {
    assertThat(copies()).isFalse();
    assertThat(readLeavingNoTrace(source())).isEqualTo(before);
  }

  @Test
  void readsACopyWhereAskedTo() throws Exception {
    assertThat(readLeavingNoTrace(source().snapshot(Snapshot.ALWAYS))).isEqualTo(before);
  }

  @Test
  void readsPathsWithUnusualCharacters() throws Exception {
    Path odd = Files.createDirectory(temp.resolve("a?b#c%20 é"));
    Files.delete(odd);
    edits.copyTo(odd);
    assertThat(Rows.of(odd, COLLECTION).rows).isEqualTo(before);
    assertThat(Rows.of(ChromaDirectory.at(odd).snapshot(Snapshot.ALWAYS), COLLECTION).rows)
        .isEqualTo(before);
  }

  @Test
  void readsWhatIsOnlyInTheWriteAheadFileOfSqlite() throws Exception {
    edits.sql("PRAGMA journal_mode = WAL");
    assertThat(copies()).isTrue();
    assertThat(readLeavingNoTrace(source())).isEqualTo(before);
    OtherProcess writer =
        OtherProcess.running(
            directory,
            "PRAGMA wal_autocheckpoint = 0",
            "UPDATE embedding_metadata SET string_value = 'in the wal' WHERE string_value = 'cosine"
                + " doc 3'");
    try (writer) {
      assertThat(readLeavingNoTrace(source())).hasSameSizeAs(before).isNotEqualTo(before);
    }
    assertThat(directory.resolve("chroma.sqlite3-wal")).isNotEmptyFile();
    List<Row> rows = readLeavingNoTrace(source());
    assertThat(rows).extracting(row -> row.value("text")).contains("in the wal");
  }

  @Test
  void undoesATransactionThatACrashInterrupted() throws Exception {
    OtherProcess writer =
        OtherProcess.running(
            directory,
            "PRAGMA cache_size = 2",
            "PRAGMA cache_spill = 1",
            "BEGIN",
            "UPDATE embedding_metadata SET string_value = 'half' WHERE string_value IS NOT NULL",
            "UPDATE embeddings SET embedding_id = embedding_id || 'x'");
    writer.kill();
    assertThat(directory.resolve("chroma.sqlite3-journal")).isNotEmptyFile();
    assertThat(copies()).isTrue();
    assertThat(readLeavingNoTrace(source())).isEqualTo(before);
  }

  @Test
  void readsACopyWhileAnotherProcessHasItOpen() throws Exception {
    try (OtherProcess server = OtherProcess.running(directory, "SELECT count(*) FROM segments")) {
      assertThat(server).isNotNull();
      assertThat(copies()).isTrue();
      assertThat(readLeavingNoTrace(source())).isEqualTo(before);
    }
    assertThat(copies()).isFalse();
  }

  @Test
  void neitherWaitsForALockNorBreaksIt() throws Exception {
    try (OtherProcess server = OtherProcess.running(directory, "BEGIN EXCLUSIVE")) {
      assertThat(server).isNotNull();
      assertThat(readLeavingNoTrace(source())).isEqualTo(before);
    }
  }

  @Test
  void failsWhenTheDirectoryChangesWhileItIsRead() throws Exception {
    try (SourceSession session = source().open()) {
      Dataset dataset = Rows.dataset(session, "default_tenant/default_database/l2_default");
      Split split = session.split(dataset, 1).get(0);
      try (RowReader reader = session.read(dataset, split, Position.START)) {
        assertThat(reader.next()).isNotNull();
        edits.sql("UPDATE collections SET name = 'renamed' WHERE name = 'second'");
        assertThatThrownBy(
                () -> {
                  while (reader.next() != null) {
                    assertThat(reader.position()).isNotEqualTo(Position.START);
                  }
                })
            .hasMessage(
                directory.resolve("chroma.sqlite3")
                    + ": the directory changed while it was read, expected it to rest. Stop the"
                    + " server, or use Snapshot.ALWAYS");
      }
      assertThatThrownBy(() -> session.read(dataset, split, Position.START))
          .hasMessageContaining("the directory changed while it was read");
    }
  }

  @Test
  void aCopyIsIndependentOfTheOriginal() throws Exception {
    try (SourceSession session = source().snapshot(Snapshot.ALWAYS).open()) {
      edits.sql("DELETE FROM embeddings").sql("DELETE FROM collections");
      assertThat(Rows.of(session, Rows.dataset(session, COLLECTION)).rows).isEqualTo(before);
    }
  }

  @Test
  void removesWhatAKilledProcessLeft() throws Exception {
    Path left = Files.createDirectories(work.resolve("vector-migrate-chroma-1/copy")).getParent();
    Files.createFile(left.resolve("lock"));
    Files.createFile(left.resolve("copy/chroma.sqlite3"));
    try (SourceSession first = source().open();
        SourceSession second = source().snapshot(Snapshot.ALWAYS).open()) {
      assertThat(left).doesNotExist();
      assertThat(Edits.children(work)).hasSize(2);
      assertThat(first.datasets()).isEqualTo(second.datasets());
    }
    assertThat(Edits.children(work)).isEmpty();
  }

  @Test
  void closesTwice() throws Exception {
    SourceSession session = source().open();
    RowReader reader = session.read(Rows.dataset(session, COLLECTION), Split.WHOLE, Position.START);
    reader.close();
    reader.close();
    assertThatThrownBy(reader::next).isInstanceOf(IllegalStateException.class);
    session.close();
    session.close();
    assertThat(Edits.children(work)).isEmpty();
  }
}
