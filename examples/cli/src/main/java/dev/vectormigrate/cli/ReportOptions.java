package dev.vectormigrate.cli;

import dev.vectormigrate.MigrationReport;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options that say where a report goes, besides the terminal. */
final class ReportOptions {

  private final Terminal terminal;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      converter = ReportFile.Converter.class,
      description =
          "Also write the report to FILE.md, .json, .xml (as JUnit does) or .html; may be repeated.")
  private List<ReportFile> files = new ArrayList<>();

  ReportOptions(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Prints a report, and writes it where it was asked for. */
  void show(MigrationReport report) {
    new ReportPrinter(terminal).print(report);
    for (ReportFile file : files) {
      file.write(report);
      terminal.line("Report: " + file.path());
    }
  }
}
