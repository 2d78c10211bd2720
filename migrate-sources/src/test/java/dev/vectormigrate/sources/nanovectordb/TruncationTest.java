package dev.vectormigrate.sources.nanovectordb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.sources.files.DamagedFileException;
import dev.vectormigrate.sources.files.Reading;
import dev.vectormigrate.sources.files.SplitChecks;
import dev.vectormigrate.spi.SourceSession;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of a file that was being written when its process died, everything complete is kept. */
class TruncationTest {

  private static final int RECORDS = 4;

  @TempDir Path temp;

  private static VectorFileText text() throws Exception {
    VectorFileText text = new VectorFileText();
    for (int i = 0; i < RECORDS; i++) {
      String copy = ", \"vector\": \"" + VectorFileText.compressed(0x3C00 + i, 0xC000) + "\"";
      text.record(
          "{\"__id__\": \"r%d\", \"content\": \"\u00FC\uD83D\uDE00\\n\", \"t\": [true, -1.5e1]%s}"
              .formatted(i, i % 2 == 0 ? copy : ""));
      text.row(i, -i);
    }
    return text;
  }

  private static Vector matrixRow(int record) {
    return Vector.of(record, -record);
  }

  private static Vector copy(int record) {
    return record % 2 == 0 ? Vector.of(1 + record / 1024f, -2f) : null;
  }

  @Test
  void at_every_byte() throws Exception {
    byte[] whole = text().toString().getBytes(StandardCharsets.UTF_8);
    String decoded = new String(whole, StandardCharsets.ISO_8859_1);
    int matrix = decoded.indexOf("matrix") + 10;
    for (int length = 0; length < whole.length; length++) {
      Path path = Files.write(temp.resolve("vdb.json"), Arrays.copyOf(whole, length));
      int complete = complete(decoded.substring(0, length));
      if (complete == 0) {
        assertThatThrownBy(() -> Reading.dataset(NanoVectorDbFile.at(path), "vdb"))
            .isInstanceOf(DamagedFileException.class)
            .hasMessage(
                length == 0
                    ? path + ": empty, expected a JSON object. Check the file"
                    : path
                        + ": ends at byte "
                        + length
                        + ", expected more. The file is cut off; restore it from a backup");
      } else {
        check(path, length, complete, Math.max(0, Math.min(length, decoded.length() - 2) - matrix));
      }
    }
  }

  private static int complete(String text) {
    int count = 0;
    for (int end = text.indexOf('}'); end >= 0; end = text.indexOf('}', end + 1)) {
      count++;
    }
    return count;
  }

  private static void check(Path path, int length, int complete, int characters) throws Exception {
    int rows = characters / 4 * 3 / 8;
    try (SourceSession session = NanoVectorDbFile.at(path).open()) {
      Dataset dataset = session.datasets().get(0);
      List<Row> read = Reading.of(session, dataset).rows();
      assertThat(read).hasSize(complete);
      for (int i = 0; i < complete; i++) {
        assertThat(read.get(i).id()).isEqualTo("r" + i);
        assertThat(read.get(i).value("text")).isEqualTo("\u00FC\uD83D\uDE00\n");
        assertThat(read.get(i).value("embedding"))
            .as("%d bytes, record %d", length, i)
            .isEqualTo(i < rows ? matrixRow(i) : copy(i));
      }
      assertThat(dataset.findings()).singleElement().satisfies(f -> check(f, length, complete));
    }
  }

  private static void check(Finding finding, int length, int complete) {
    assertThat(finding.severity()).isEqualTo(Finding.Severity.WARNING);
    assertThat(finding.message())
        .startsWith(
            "The file is cut off at byte %d. Of %d complete records, ".formatted(length, complete));
  }

  @Test
  void the_finding_counts_where_vectors_come_from() throws Exception {
    String whole = text().toString();
    // One row and a half of four.
    Path path =
        Files.writeString(
            temp.resolve("vdb.json"), whole.substring(0, whole.indexOf("matrix") + 10 + 16));
    Dataset dataset = Reading.dataset(NanoVectorDbFile.at(path), "vdb");
    assertThat(dataset.findings())
        .containsExactly(
            Finding.warning(
                "nanovectordb.file.salvaged",
                "The file is cut off at byte "
                    + Files.size(path)
                    + ". Of 4 complete records, 1 are moved with their vector of the matrix, 1 with"
                    + " their compressed copy of half precision, and 2 without vector: r1, r3"));
    SplitChecks.check(NanoVectorDbFile.at(path));
  }
}
