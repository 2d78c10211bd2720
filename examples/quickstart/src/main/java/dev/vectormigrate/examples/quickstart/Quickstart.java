package dev.vectormigrate.examples.quickstart;

import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.MigrationReport.DatasetReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.pgvector.PgVectorTarget;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.report.ReportFormat;
import dev.vectormigrate.sources.chroma.ChromaDirectory;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Locale;
import javax.sql.DataSource;

/**
 * Moves a directory of Chroma into PostgreSQL, proves that all of it arrived, and searches there.
 */
public final class Quickstart {

  private final DataSource dataSource;
  private final Path reports;
  private final PrintStream out;

  Quickstart(DataSource dataSource, Path reports, PrintStream out) {
    this.dataSource = dataSource;
    this.reports = reports;
    this.out = out;
  }

  /** Runs it on a database that is dropped at the end. */
  public static void main(String[] args) throws IOException, SQLException {
    try (LocalPostgres.Database database = LocalPostgres.shared().createDatabase("quickstart")) {
      new Quickstart(database.dataSource(), Path.of("target", "quickstart"), System.out).run();
    }
  }

  void run() throws IOException, SQLException {
    try (BundledChroma chroma = BundledChroma.unpack()) {
      migrate(chroma.directory());
    }
    title("The rows of cosine_small that are nearest to row c0, by cosine distance:");
    Search.COSINE.print(dataSource, "c0", out);
    title("The rows of l2_default that are nearest to row rec-547, by Euclidean distance:");
    Search.EUCLIDEAN.print(dataSource, "rec-547", out);
    title("Reports: " + reports.resolve("report.md") + ", " + reports.resolve("report.json"));
  }

  private void migrate(Path directory) throws IOException {
    title("Migrating " + directory + ":");
    // tag::example[]
    MigrationPlan plan =
        MigrationPlan.builder("quickstart")
            .from(ChromaDirectory.at(directory))
            .into(PgVectorTarget.of(dataSource))
            .listener(new PhasePrinter(out))
            .build();
    MigrationReport report = plan.run();
    Files.createDirectories(reports);
    Files.writeString(reports.resolve("report.md"), ReportFormat.MARKDOWN.write(report));
    // end::example[]
    Files.writeString(reports.resolve("report.json"), ReportFormat.JSON.write(report));
    print(report);
    title("Running the same plan again: " + word(plan.run().outcome()));
  }

  private void print(MigrationReport report) {
    title(
        "%s: %,d rows in %d tables, checked: %s"
            .formatted(
                word(report.outcome()),
                report.written(),
                report.datasets().size(),
                String.join(", ", report.checked())));
    report.datasets().forEach(this::print);
    report.findings().forEach(finding -> out.println("  " + finding.message()));
  }

  private void print(DatasetReport dataset) {
    out.printf(
        Locale.ROOT,
        "  %-43s %,6d read %,6d written  digest %s%n",
        dataset.table(),
        dataset.read(),
        dataset.written(),
        dataset.digest());
  }

  private void title(String text) {
    out.println();
    out.println(text);
  }

  private static String word(Outcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
