package dev.vectormigrate.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.pgvector.testing.LocalPostgres;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickstartTest {

  @TempDir Path temp;

  @Test
  void migratesSearchesAndSaysWhereTheReportsAre() throws Exception {
    Path reports = temp.resolve("target").resolve("quickstart");

    String output = run(reports);

    assertThat(output)
        .contains(
            "migrated: 1,123 rows in 9 tables, checked: counts, digest, tenants, samples, schema",
            "  cosine_small                                    49 read     49 written  digest ",
            "  default_tenant_default_database_l2_default   1,049 read  1,049 written  digest ",
            "Running the same plan again: already migrated",
            "  c0        distance 0.000000  content: cosine doc 0",
            "The rows of l2_default that are nearest to row rec-547, by Euclidean distance:",
            "Reports: " + reports.resolve("report.md") + ", " + reports.resolve("report.json"));
    assertThat(output.lines().filter(line -> line.contains("  distance "))).hasSize(10);
  }

  @Test
  void writesBothReports() throws Exception {
    run(temp);

    assertThat(temp.resolve("report.md"))
        .content()
        .startsWith("# Migration quickstart: 1,123 rows migrated and verified\n");
    assertThat(temp.resolve("report.json")).content().contains("\"outcome\" : \"migrated\"");
  }

  @Test
  void removesWhatItUnpacked() throws Exception {
    String output = run(temp);

    String unpacked =
        output.lines().filter(line -> line.startsWith("Migrating ")).findFirst().orElseThrow();
    assertThat(Path.of(unpacked.substring("Migrating ".length(), unpacked.length() - 1)))
        .hasFileName("chroma-1.x-small")
        .doesNotExist()
        .extracting(Path::getParent)
        .satisfies(parent -> assertThat(parent).doesNotExist());
  }

  private static String run(Path reports) throws Exception {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    try (LocalPostgres.Database database = LocalPostgres.shared().createDatabase("quickstart");
        PrintStream out = new PrintStream(output, true, StandardCharsets.UTF_8)) {
      new Quickstart(database.dataSource(), reports, out).run();
    }
    return output.toString(StandardCharsets.UTF_8);
  }
}
