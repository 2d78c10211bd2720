package dev.vectormigrate.cli;

import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.MigrationReport.DatasetReport;
import dev.vectormigrate.MigrationReport.RejectReport;
import dev.vectormigrate.cli.Terminal.Style;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.MadeBackup;
import dev.vectormigrate.spi.SearchQuality;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Shows a report to a person. */
final class ReportPrinter {

  private static final int MOST_REJECTS = 10;

  private final Terminal terminal;

  ReportPrinter(Terminal terminal) {
    this.terminal = terminal;
  }

  void print(MigrationReport report) {
    terminal.line("");
    terminal.line(report.passed() ? Style.GOOD : Style.BAD, sentence(report));
    terminal.line("");
    printDatasets(report.datasets());
    printBackups("Backup: ", report.backups());
    terminal.line("");
    printSearches(report.measurements().searches());
    printFindings(report.findings());
    printRejects(report.rejects());
    printStatements(report.statements());
  }

  private static String sentence(MigrationReport report) {
    int leftOut = report.leftOut().size();
    return outcome(report)
        + (leftOut == 0 ? "" : " Left out: " + Numbers.count(leftOut, "dataset") + ".");
  }

  private static String outcome(MigrationReport report) {
    String rows = Numbers.count(report.written(), "row");
    String took = Numbers.seconds(report.took());
    return switch (report.outcome()) {
      case MIGRATED -> "Migrated: %s, read back and compared, live after %s.".formatted(rows, took);
      case ALREADY_MIGRATED -> "Already migrated: %s; nothing was done.".formatted(rows);
      case PREVIEWED ->
          report.isRefused()
              ? "Dry run: a run would be refused; nothing was changed."
              : "Dry run: %s would be migrated; nothing was changed.".formatted(rows);
      case VERIFIED -> "Verified: %s are what was read, after %s.".formatted(rows, took);
      case DIFFERENT -> "Different: the target does not hold what was read.";
      case SAME ->
          "The same: %s are in the target as in the source, after %s.".formatted(rows, took);
      case GROWN -> "Grown: what was migrated is unchanged, and rows were added since.";
    };
  }

  private void printDatasets(List<DatasetReport> datasets) {
    TextTable table = new TextTable("dataset", "table", "mode", "read", "written", "rejected");
    for (DatasetReport dataset : datasets) {
      table.add(
          dataset.dataset(),
          dataset.table(),
          dataset.mode(),
          Numbers.grouped(dataset.read()),
          Numbers.grouped(dataset.written()),
          Numbers.grouped(dataset.rejected()));
    }
    table.print(terminal);
    long filtered = datasets.stream().mapToLong(DatasetReport::filtered).sum();
    if (filtered > 0) {
      terminal.line("Left out by the plan: " + Numbers.count(filtered, "row"));
    }
    terminal.line("");
  }

  private void printSearches(List<SearchQuality> searches) {
    if (searches.isEmpty()) {
      return;
    }
    TextTable table =
        new TextTable(
            "searched",
            "compared",
            "by",
            "index",
            "queries",
            "k",
            "found",
            "worst",
            "median",
            "95 %");
    for (SearchQuality search : searches) {
      boolean timed = search.found().isEmpty();
      table.add(
          search.table() + "." + search.column(),
          search.form(),
          word(search.access()),
          word(search.index()),
          Numbers.grouped(search.queries()),
          Numbers.grouped(search.k()),
          timed ? "" : part(search.mean()),
          timed ? "" : part(search.worst()),
          millis(search.median()),
          millis(search.slow()));
    }
    table.print(terminal);
    terminal.line("");
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String part(double part) {
    return String.format(Locale.ROOT, "%.3f", part);
  }

  private static String millis(Duration took) {
    return String.format(Locale.ROOT, "%.1f ms", took.toNanos() / 1e6);
  }

  /** A line for each, or one that says that there is none. */
  void printBackups(String before, List<MadeBackup> backups) {
    if (backups.isEmpty()) {
      terminal.line(before + "none was made");
    }
    backups.forEach(backup -> terminal.line(before + backup.id() + ", in " + backup.archive()));
  }

  void printFindings(List<Finding> findings) {
    for (Finding finding : findings) {
      String severity = finding.severity().name().toLowerCase(Locale.ROOT);
      terminal.line(style(finding), severity + " " + finding.code() + ": " + finding.message());
    }
    if (!findings.isEmpty()) {
      terminal.line("");
    }
  }

  private static Style style(Finding finding) {
    return switch (finding.severity()) {
      case INFO -> Style.PLAIN;
      case WARNING -> Style.WARNING;
      case ERROR -> Style.BAD;
    };
  }

  private void printRejects(List<RejectReport> rejects) {
    for (RejectReport reject : rejects.subList(0, Math.min(rejects.size(), MOST_REJECTS))) {
      terminal.line(
          Style.WARNING,
          "rejected %s, row '%s': %s".formatted(reject.dataset(), reject.id(), reject.reason()));
    }
    if (rejects.size() > MOST_REJECTS) {
      terminal.line(Style.WARNING, "More rejected rows are in the files of --report.");
    }
    if (!rejects.isEmpty()) {
      terminal.line("");
    }
  }

  private void printStatements(List<String> statements) {
    if (!statements.isEmpty()) {
      terminal.line("A run would execute:");
      statements.forEach(statement -> terminal.line("  " + statement + ";"));
      terminal.line("");
    }
  }
}
