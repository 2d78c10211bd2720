package dev.vectormigrate.sources.chroma;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.model.Row;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damage that something else in the directory makes up for, and records that are beyond repair. */
class DamageTest {

  @TempDir Path temp;

  @Test
  void theUnpurgedQueueMakesUpForALostPickle() throws Exception {
    Path directory = Fixture.V0_4_24.unpack(temp);
    Edits edits = new Edits(directory);
    List<Row> before = Rows.of(directory, "l2_default").rows;
    edits.truncate(edits.indexFile("l2_default", "index_metadata.pickle"), 5_000);
    assertThat(Rows.of(directory, "l2_default").rows).isEqualTo(before);
    edits.truncate(edits.indexFile("l2_default", "index_metadata.pickle"), 0);
    assertThat(Rows.of(directory, "l2_default").rows).isEqualTo(before);
  }

  @Test
  void ranksMakeUpForALostPickleWhereNothingWasEverDeleted() throws Exception {
    Path directory = temp.resolve("generated");
    ChromaDirectoryGenerator.write(directory, 5_000, 4);
    List<Row> before = Rows.of(directory, "documents").rows;
    Edits edits = new Edits(directory);
    edits.truncate(edits.indexFile("documents", "index_metadata.pickle"), 0);
    assertThat(Rows.of(directory, "documents").rows).isEqualTo(before);
  }

  @Test
  void linkListsAreNeverLookedAt() throws Exception {
    Path directory = Fixture.V1.unpack(temp);
    List<Row> before = Rows.of(directory, "cosine_small").rows;
    Files.delete(new Edits(directory).indexFile("cosine_small", "link_lists.bin"));
    assertThat(Rows.of(directory, "cosine_small").rows).isEqualTo(before);
  }

  @Test
  void refusesRecordsWithBrokenText() throws Exception {
    Path directory = Fixture.V1.unpack(temp);
    Edits edits = new Edits(directory);
    String broken = "CAST(X'61FF62' AS TEXT)";
    edits
        .sql(
            "UPDATE embedding_metadata SET string_value = "
                + broken
                + " WHERE key = 'chroma:document' AND string_value = 'upserted 4'")
        .add("cosine_small", "key", new float[6], "d")
        .sql(
            "INSERT INTO embedding_metadata (id, key, int_value) SELECT max(id), "
                + broken
                + ", 1 FROM embeddings")
        .add("cosine_small", "id", new float[6], "d")
        .sql(
            "UPDATE embeddings SET embedding_id = "
                + broken
                + " WHERE id = (SELECT max(id) FROM embeddings)");
    assertThat(Rows.of(directory, "default_tenant/default_database/l2_default").rejections)
        .containsExactly("rec-4: metadata 'chroma:document': not UTF-8 text");
    assertThat(Rows.of(directory, "cosine_small").rejections)
        .containsExactly(
            "key: metadata 'a\uFFFDb': not UTF-8 text", "a\uFFFDb: id: not UTF-8 text");
  }

  @Test
  void keepsTheReplacementCharacterWhereItIsMeant() throws Exception {
    Path directory = Fixture.V1.unpack(temp);
    new Edits(directory).add("cosine_small", "meant", new float[6], "a\uFFFDb");
    assertThat(Rows.of(directory, "cosine_small").row("meant").value("text")).isEqualTo("a\uFFFDb");
  }

  @Test
  void refusesNumbersThatJsonDoesNotHave() throws Exception {
    Path directory = Fixture.V1.unpack(temp);
    new Edits(directory)
        .add("cosine_small", "infinite", new float[6], "d")
        .sql(
            "INSERT INTO embedding_metadata (id, key, float_value)"
                + " SELECT max(id), 'ratio', 9e999 FROM embeddings");
    assertThat(Rows.of(directory, "cosine_small").rejections)
        .containsExactly(
            "infinite: metadata: key 'ratio': NaN or infinite, which JSON has no number for");
  }

  @Test
  void refusesVectorsOfAnotherDimensionOrEncoding() throws Exception {
    Path directory = Fixture.V1.unpack(temp);
    Edits edits =
        new Edits(directory)
            .add("cosine_small", "short", new float[5], "d")
            .add("cosine_small", "int", new float[6], "d");
    edits.sql("UPDATE embeddings_queue SET encoding = 'INT32' WHERE id = 'int'");
    assertThat(Rows.of(directory, "cosine_small").rejections)
        .containsExactly(
            "short: vector: dimension 5, expected 6 as the collection says",
            "int: vector in the queue: encoding INT32, 24 bytes, expected FLOAT32");
  }

  @Test
  void pagesAreCutShortBeforeTheirTextsFillTheMemory() throws Exception {
    Path directory = temp.resolve("generated");
    ChromaDirectoryGenerator.write(directory, 4_500, 3);
    new Edits(directory)
        .sql(
            "UPDATE embedding_metadata SET string_value = string_value || ?"
                + " WHERE key = 'chroma:document' AND id BETWEEN 3000 AND 3100",
            "x".repeat(300_000));
    Rows rows = Rows.of(directory, "documents");
    assertThat(rows.ids()).hasSize(4_500).doesNotHaveDuplicates();
    assertThat(((String) rows.rows.get(3_050).value("text")).getBytes(StandardCharsets.UTF_8))
        .hasSize(300_500);
  }
}
