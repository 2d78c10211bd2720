package dev.vectormigrate.report;

import dev.vectormigrate.MigrationReport;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The forms that a report can be written in. Names, ids and messages are escaped in each, so that
 * what a store holds can't break out of its place. The same report gives the same text everywhere:
 * numbers do not depend on the country, lines end with a line feed.
 */
public enum ReportFormat {
  /** For people who read it in a terminal, a pull request or a wiki. */
  MARKDOWN("md"),

  /**
   * For programs: {@code /dev/vectormigrate/report/report.schema.json} on the class path is its
   * JSON Schema. Its field {@code format} goes up when a reader may have to change; new fields may
   * come without that.
   */
  JSON("json"),

  /**
   * For build servers: one suite as Maven Surefire writes it. Each check and each dataset is a test
   * case; a finding that is an error is a failure of its case; other findings are the output; what
   * was not checked is skipped. A finding belongs to the check whose name its code begins with, as
   * {@code digest.mismatch} to {@code digest}; all others have cases of their own.
   */
  JUNIT_XML("xml"),

  /**
   * For people who look at it in a browser or print it: one page that needs no script and no other
   * file, for light and dark screens of every width.
   */
  HTML("html");

  private final String extension;

  ReportFormat(String extension) {
    this.extension = extension;
  }

  /** How names of such files end, without the dot. */
  public String extension() {
    return extension;
  }

  /** The format of a file, by how its name ends; empty if it ends otherwise. */
  public static Optional<ReportFormat> ofFile(String name) {
    return Stream.of(values()).filter(f -> name.endsWith("." + f.extension)).findFirst();
  }

  /** The whole report, to be stored as UTF-8. */
  public String write(MigrationReport report) {
    return switch (this) {
      case MARKDOWN -> MarkdownReport.of(report);
      case JSON -> JsonReport.of(report);
      case JUNIT_XML -> JUnitReport.of(report);
      case HTML -> HtmlReport.of(report);
    };
  }
}
