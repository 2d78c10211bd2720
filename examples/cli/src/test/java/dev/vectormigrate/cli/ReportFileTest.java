package dev.vectormigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.Measurements;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.report.ReportFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFileTest {

  private static final MigrationReport REPORT =
      new MigrationReport(
          "notes",
          Outcome.MIGRATED,
          List.of(),
          "t",
          List.of(),
          Instant.EPOCH,
          Duration.ZERO,
          Map.of(),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          Measurements.NONE);

  @TempDir private Path folder;

  @Test
  void takesThePlaceOfAnOlderOne() throws IOException {
    Path path = Files.writeString(folder.resolve("report.md"), "old");

    ReportFile.parse(path.toString()).write(REPORT);

    assertThat(path).content().isEqualTo(ReportFormat.MARKDOWN.write(REPORT));
    assertThat(folder.toFile().list()).containsExactly("report.md");
  }

  @Test
  void hasTheFormatOfItsExtension() throws IOException {
    for (ReportFormat format : ReportFormat.values()) {
      Path path = folder.resolve("report." + format.extension());

      ReportFile.parse(path.toString()).write(REPORT);

      assertThat(path).content().isEqualTo(format.write(REPORT));
    }
  }

  @Test
  void thatCannotBeWrittenSaysSo() throws IOException {
    Path gone = Files.createDirectory(folder.resolve("gone"));
    ReportFile file = ReportFile.parse(gone.resolve("report.json").toString());
    Files.delete(gone);

    assertThatThrownBy(() -> file.write(REPORT))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("The report was not written to " + gone.resolve("report.json"));
  }
}
