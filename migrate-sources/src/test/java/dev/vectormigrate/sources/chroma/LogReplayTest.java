package dev.vectormigrate.sources.chroma;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.sources.chroma.ChromaDirectory.Snapshot;
import dev.vectormigrate.spi.SourceSession;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Entries of the log that a crash kept from the metadata tables count, as they do for Chroma. */
class LogReplayTest {

  private static final int ADD = 0;
  private static final int UPDATE = 1;
  private static final int UPSERT = 2;
  private static final int DELETE = 3;
  private static final String COLLECTION = "cosine_small";

  @TempDir Path temp;

  private Path directory;
  private Edits edits;
  private Rows before;

  @BeforeEach
  void unpack() throws Exception {
    directory = Fixture.V1.unpack(temp);
    edits = new Edits(directory);
    before = Rows.of(directory, COLLECTION);
  }

  private void log(int operation, String id, float[] vector, String metadata) throws Exception {
    edits.log(COLLECTION, operation, id, vector, metadata);
  }

  private Rows read() throws Exception {
    Map<String, String> state = edits.state();
    Rows rows = Rows.of(directory, COLLECTION);
    assertThat(edits.state()).isEqualTo(state);
    assertThat(rows.rejections).isEmpty();
    Rows ofCopy = Rows.of(ChromaDirectory.at(directory).snapshot(Snapshot.ALWAYS), COLLECTION);
    assertThat(ofCopy.rows).isEqualTo(rows.rows);
    return rows;
  }

  private static Object metadata(Row row) {
    return ((Json) row.value("metadata")).toJava();
  }

  @Test
  void addsNewRecordsAndIgnoresExistingOnes() throws Exception {
    float[] vector = {1, 2, 3, 4, 5, 6};
    log(ADD, "late", vector, "{\"chroma:document\":\"L\",\"k\":[1,2.5],\"n\":9007199254740993}");
    log(ADD, "c0", vector, "{\"chroma:document\":\"ignored\"}");
    Rows after = read();
    assertThat(after.ids()).hasSize(50).last().isEqualTo("late");
    Row late = after.row("late");
    assertThat(late.value("text")).isEqualTo("L");
    assertThat(late.value("embedding")).isEqualTo(Vector.of(vector));
    assertThat(late.value("metadata"))
        .isEqualTo(Json.of(Map.of("k", List.of(1.0, 2.5), "n", 9007199254740993L)));
    assertThat(after.row("c0")).isEqualTo(before.row("c0"));
  }

  @Test
  void mergesKeysRemovesNullsAndReplacesArrays() throws Exception {
    log(UPDATE, "c3", null, "{\"i\":null,\"x\":[\"a\",\"b\"],\"y\":true,\"z\":0.5}");
    log(UPSERT, "c3", null, "{\"x\":\"scalar\",\"y\":[false,true],\"chroma:document\":\"new\"}");
    log(UPSERT, "c4", new float[] {6, 5, 4, 3, 2, 1}, "{\"nan\":NaN,\"empty\":[]}");
    Rows after = read();
    assertThat(metadata(after.row("c3")).toString()).isNotEmpty();
    assertThat(after.row("c3").value("metadata"))
        .isEqualTo(Json.of(Map.of("x", "scalar", "y", List.of(false, true), "z", 0.5)));
    assertThat(after.row("c3").value("text")).isEqualTo("new");
    assertThat(after.row("c3").value("embedding")).isEqualTo(before.row("c3").value("embedding"));
    assertThat(after.row("c4").value("embedding")).isEqualTo(Vector.of(6, 5, 4, 3, 2, 1));
    assertThat(after.row("c4").value("metadata")).isEqualTo(before.row("c4").value("metadata"));
  }

  @Test
  void deletesRecordsAndIgnoresUnknownOnes() throws Exception {
    log(DELETE, "c3", null, "{}");
    log(DELETE, "unknown", null, "{}");
    log(UPDATE, "unknown", null, "{\"a\":1}");
    log(UPSERT, "c3", new float[] {0, 0, 0, 0, 0, 1}, "{\"back\":true}");
    Rows after = read();
    assertThat(after.ids()).hasSize(49).doesNotContain("unknown").last().isEqualTo("c3");
    assertThat(after.row("c3").value("metadata")).isEqualTo(Json.of(Map.of("back", true)));
    assertThat(after.row("c3").value("text")).isNull();
  }

  @Test
  void leavesTheOtherCollectionsAlone() throws Exception {
    log(ADD, "late", new float[6], "{}");
    try (SourceSession session = ChromaDirectory.at(directory).open()) {
      assertThat(Rows.of(session, Rows.dataset(session, "meta_types")).rows).hasSize(15);
      assertThat(Rows.dataset(session, COLLECTION).rows()).hasValue(50);
    }
  }
}
