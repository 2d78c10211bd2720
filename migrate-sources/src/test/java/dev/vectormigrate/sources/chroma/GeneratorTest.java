package dev.vectormigrate.sources.chroma;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Vector;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the generator writes is what the source reads. */
class GeneratorTest {

  @TempDir Path temp;

  @Test
  void writesEveryRecordOnce() throws Exception {
    ChromaDirectoryGenerator.write(temp, 2_001, 7);
    Rows rows = Rows.of(temp, ChromaDirectoryGenerator.COLLECTION);
    assertThat(rows.rejections).isEmpty();
    assertThat(rows.rows).hasSize(2_001);
    for (int i = 0; i < 2_001; i++) {
      Row row = rows.rows.get(i);
      assertThat(row.id()).isEqualTo(ChromaDirectoryGenerator.id(i));
      assertThat((String) row.value("text")).hasSize(500);
      check((Vector) row.value("embedding"), ChromaDirectoryGenerator.vector(i, 7));
    }
    assertThat(rows.rows.get(1_999).value("embedding"))
        .isEqualTo(Vector.of(ChromaDirectoryGenerator.vector(1_999, 7)));
    assertThat(rows.rows.get(13).value("metadata"))
        .isEqualTo(
            Json.of(
                Map.of(
                    "source",
                    "https://example.org/articles/1",
                    "language",
                    "fr",
                    "page",
                    3L,
                    "score",
                    1.625,
                    "reviewed",
                    true)));
  }

  private static void check(Vector actual, float[] sent) {
    for (int i = 0; i < sent.length; i++) {
      assertThat(Math.abs(actual.get(i) - sent[i])).isLessThanOrEqualTo(2 * Math.ulp(sent[i]));
    }
  }
}
