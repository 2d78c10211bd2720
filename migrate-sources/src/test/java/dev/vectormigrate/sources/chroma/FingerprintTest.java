package dev.vectormigrate.sources.chroma;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.sources.chroma.ChromaDirectory.Snapshot;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceSession.Change;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fingerprint follows the content and nothing else. */
class FingerprintTest {

  private static final String COLLECTION = "cosine_small";

  @TempDir Path temp;

  private Path directory;
  private Edits edits;
  private String before;

  @BeforeEach
  void unpack() throws Exception {
    directory = Fixture.V1.unpack(temp);
    edits = new Edits(directory);
    before = fingerprint(ChromaDirectory.at(directory));
  }

  private static String fingerprint(ChromaDirectory source) throws Exception {
    try (SourceSession session = source.open()) {
      return Rows.dataset(session, COLLECTION).fingerprint();
    }
  }

  private Change change() throws Exception {
    try (SourceSession session = ChromaDirectory.at(directory).open()) {
      Dataset now = Rows.dataset(session, COLLECTION);
      return session.changeSince(now, before);
    }
  }

  @Test
  void isPrintableAndNamesTheCounts() {
    assertThat(before)
        .matches(
            "chroma [0-9a-f-]{36} rows=49 maxId=\\d+ maxSeq=1117 index=[0-9a-f]{24} state=[0-9a-f]{24}")
        .hasSizeLessThan(200);
  }

  @Test
  void isTheSameForCopiesAndSnapshots() throws Exception {
    assertThat(fingerprint(ChromaDirectory.at(edits.copyTo(temp.resolve("copy")))))
        .isEqualTo(before);
    assertThat(fingerprint(ChromaDirectory.at(directory).snapshot(Snapshot.ALWAYS)))
        .isEqualTo(before);
    Path moved = temp.resolve("moved");
    Files.move(directory, moved);
    assertThat(fingerprint(ChromaDirectory.at(moved))).isEqualTo(before);
  }

  @Test
  void staysWhenAnotherCollectionGrows() throws Exception {
    edits.add("second", "other", new float[] {1, 2}, "d");
    assertThat(change()).isEqualTo(Change.NONE);
  }

  @Test
  void knowsThatACollectionGrew() throws Exception {
    edits.add(COLLECTION, "n1", new float[6], "d").add(COLLECTION, "n2", new float[6], "d");
    assertThat(change()).isEqualTo(Change.GREW);
    edits.sql("UPDATE embeddings_queue SET operation = 2 WHERE id = 'n2'");
    assertThat(change()).isEqualTo(Change.GREW);
  }

  @Test
  void isNotFooledByChangesOfOldRecords() throws Exception {
    edits.add(COLLECTION, "n1", new float[6], "d");
    edits.log(COLLECTION, 2, "c3", new float[6], "{}");
    assertThat(change()).isEqualTo(Change.CHANGED);
  }

  @Test
  void isNotFooledByDeletions() throws Exception {
    edits.add(COLLECTION, "n1", new float[6], "d");
    edits.log(COLLECTION, 3, "c3", null, "{}");
    assertThat(change()).isEqualTo(Change.CHANGED);
  }

  @Test
  void isNotFooledByAPurgedQueue() throws Exception {
    edits
        .add(COLLECTION, "n1", new float[6], "d")
        .sql("DELETE FROM embeddings_queue WHERE seq_id <= 1117");
    assertThat(change()).isEqualTo(Change.CHANGED);
  }

  @Test
  void seesAFlush() throws Exception {
    Path header = edits.indexFile(COLLECTION, "header.bin");
    byte[] bytes = Files.readAllBytes(header);
    bytes[92]++;
    Files.write(header, bytes);
    assertThat(change()).isEqualTo(Change.CHANGED);
  }

  @Test
  void seesThatAFlushRoundedVectorsWhileItGrew() throws Exception {
    edits.add(COLLECTION, "n1", new float[6], "d");
    Files.write(
        edits.indexFile(COLLECTION, "index_metadata.pickle"),
        Files.readAllBytes(edits.indexFile("meta_types", "index_metadata.pickle")));
    assertThat(change()).isEqualTo(Change.CHANGED);
  }

  @Test
  void knowsNothingAboutForeignOnes() throws Exception {
    before = "something else";
    assertThat(change()).isEqualTo(Change.CHANGED);
  }
}
