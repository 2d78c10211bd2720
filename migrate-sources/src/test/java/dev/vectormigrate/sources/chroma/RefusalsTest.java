package dev.vectormigrate.sources.chroma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be read is refused with one sentence that says what to do. */
class RefusalsTest {

  @TempDir Path temp;
  @TempDir Path work;

  @BeforeEach
  void nothingIsLeftBehind() throws Exception {
    assertThat(Edits.children(work)).isEmpty();
  }

  private void refuses(Path path, String message) throws Exception {
    assertThatThrownBy(() -> ChromaDirectory.at(path).workDirectory(work).open().close())
        .isInstanceOf(IOException.class)
        .hasMessage(message);
    assertThat(Edits.children(work)).isEmpty();
  }

  private void refusesToRead(Path directory, String collection, String message) throws Exception {
    assertThatThrownBy(() -> Rows.of(ChromaDirectory.at(directory).workDirectory(work), collection))
        .isInstanceOf(IOException.class)
        .hasMessage(message);
    assertThat(Edits.children(work)).isEmpty();
  }

  @Test
  void aMissingDirectory() throws Exception {
    Path path = temp.resolve("nowhere");
    refuses(
        path, path + ": missing, expected the directory that Chroma persists to. Check the path");
    assertThat(path).doesNotExist();
  }

  @Test
  void aMissingWorkDirectory() throws Exception {
    Path directory = Fixture.V1.unpack(temp);
    Path nowhere = temp.resolve("nowhere");
    assertThatThrownBy(() -> ChromaDirectory.at(directory).workDirectory(nowhere).open())
        .hasMessage("work directory " + nowhere + ": missing, expected an existing one. Create it");
  }

  @Test
  void aPickleWithoutItsIndex() throws Exception {
    Path directory = Fixture.V1.unpack(temp);
    Path header = new Edits(directory).indexFile("cosine_small", "header.bin");
    Files.delete(header);
    refusesToRead(
        directory,
        "cosine_small",
        header + ": missing, expected the vector index. Restore the whole directory");
  }

  @Test
  void aFile() throws Exception {
    Path path = Files.createFile(temp.resolve("file"));
    refuses(
        path,
        path + ": a file, expected the directory that Chroma persists to. Name the directory");
  }

  @Test
  void aDirectoryWithoutDatabase() throws Exception {
    refuses(
        temp,
        temp
            + ": no chroma.sqlite3 in it, expected the directory that Chroma persists to."
            + " Check the path");
    assertThat(Edits.children(temp)).isEmpty();
  }

  @Test
  void anOldGeneration() throws Exception {
    Files.createFile(temp.resolve("chroma-collections.parquet"));
    refuses(
        temp,
        temp
            + ": written by Chroma 0.3 or older, expected 0.4.0 or later. Upgrade a copy of it with"
            + " Chroma's tool chroma-migrate first");
  }

  @Test
  void aDatabaseOfSomethingElse() throws Exception {
    new Edits(temp).sql("CREATE TABLE t (x)");
    refuses(
        temp,
        temp.resolve("chroma.sqlite3")
            + ": table collections is missing, expected a database of Chroma 0.4.0 or later."
            + " Name Chroma's own directory");
  }

  @Test
  void somethingThatIsNotADatabase() throws Exception {
    Path file = Files.writeString(temp.resolve("chroma.sqlite3"), "x".repeat(4096));
    refuses(temp, file + ": not a SQLite database, expected Chroma's. Restore it from a backup");
  }

  @Test
  void elementsThatAreCutOff() throws Exception {
    Path directory = Fixture.V1.unpack(temp);
    Edits edits = new Edits(directory);
    Path elements = edits.indexFile("l2_default", "data_level0.bin");
    edits.truncate(elements, 1_000);
    refusesToRead(
        directory,
        "default_tenant/default_database/l2_default",
        elements
            + ": 1000 bytes, expected at least 163800 for 1050 elements. The file is cut off;"
            + " restore it from a backup");
  }

  @Test
  void anUnknownPersistenceVersion() throws Exception {
    Path directory = Fixture.V1.unpack(temp);
    Path header = new Edits(directory).indexFile("cosine_small", "header.bin");
    ByteBuffer bytes = header(header).putInt(0, 2);
    Files.write(header, bytes.array());
    refusesToRead(
        directory,
        "cosine_small",
        header + ": persistence version 2, expected 1. This format is not supported yet");
  }

  @Test
  void aHeaderThatWouldTakeAllMemory() throws Exception {
    Path directory = Fixture.V1.unpack(temp);
    Path header = new Edits(directory).indexFile("cosine_small", "header.bin");
    ByteBuffer bytes = header(header).putLong(28, 1L << 40).putLong(36, (1L << 40) - 8);
    Files.write(header, bytes.array());
    assertThatThrownBy(() -> Rows.of(directory, "cosine_small"))
        .hasMessageStartingWith(header.toString())
        .hasMessageContaining("expected sizes that fit together");
  }

  private static ByteBuffer header(Path header) throws IOException {
    return ByteBuffer.wrap(Files.readAllBytes(header)).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void aPickleThatIsCutOffWhereTheQueueWasPurged() throws Exception {
    Path directory = Fixture.V1.unpack(temp);
    Edits edits = new Edits(directory);
    Path pickle = edits.indexFile("cosine_small", "index_metadata.pickle");
    edits.truncate(pickle, 300);
    refusesToRead(
        directory,
        "cosine_small",
        "collection 'cosine_small': "
            + pickle
            + ": ends early; and the queue does not tell the vectors of 49 of 49 records."
            + " Restore the directory from a backup");
  }

  @Test
  void aPickleThatWouldRunCode() throws Exception {
    Path directory = Fixture.V1.unpack(temp);
    Path pickle = new Edits(directory).indexFile("cosine_small", "index_metadata.pickle");
    Files.write(
        pickle, "\u0080\u0003cos\nsystem\n(S'x'\ntR.".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> Rows.of(directory, "cosine_small"))
        .hasMessageContaining(
            pickle + ": opcode 0x63, which Chroma does not write at byte 3; and the queue");
  }

  @Test
  void aSegmentThatLeadsElsewhere() throws Exception {
    Path directory = Fixture.V1.unpack(temp);
    Edits edits = new Edits(directory);
    edits.sql(
        "UPDATE segments SET id = '../../etc' WHERE id = ?", edits.segment("second", "VECTOR"));
    refusesToRead(directory, "second", "segment '../../etc': not a UUID, expected one");
  }

  @Test
  void anUnknownSpace() throws Exception {
    Path directory = Fixture.V0_4_24.unpack(temp);
    new Edits(directory)
        .sql("UPDATE segment_metadata SET str_value = 'taxi' WHERE str_value = 'ip'");
    refuses(directory, "collection 'ip_wal_only': space: 'taxi', expected l2, ip or cosine");
  }
}
