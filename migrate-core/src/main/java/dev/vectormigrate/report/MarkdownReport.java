package dev.vectormigrate.report;

import dev.vectormigrate.Measurements.TenantRows;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.MigrationReport.CheckReport;
import dev.vectormigrate.MigrationReport.DatasetReport;
import dev.vectormigrate.MigrationReport.RejectReport;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.MadeBackup;
import dev.vectormigrate.spi.SearchQuality;
import java.util.List;
import java.util.function.Function;

/** A report as Markdown. */
final class MarkdownReport {

  private final StringBuilder text = new StringBuilder();

  private MarkdownReport() {}

  /** The whole report. */
  static String of(MigrationReport report) {
    MarkdownReport markdown = new MarkdownReport();
    markdown.writeHead(report);
    markdown.writeDatasets(report.datasets());
    markdown.writeTenants(report.measurements().tenants());
    markdown.writeSearches(report.measurements().searches());
    markdown.writePhases(report);
    markdown.writeChecks(report);
    markdown.writeList("Findings", report.findings(), MarkdownReport::finding);
    markdown.writeRejects(report.rejects());
    markdown.writeList("Not checked", report.notChecked(), MarkdownReport::cell);
    markdown.writeStatements(report.statements());
    return markdown.text.toString();
  }

  private void writeHead(MigrationReport report) {
    line("# Migration " + cell(report.migration()) + ": " + Wording.sentence(report));
    line("");
    line("- Sources: " + cell(String.join(", ", report.sources())));
    line("- Target: " + cell(report.target()));
    writeBackups(report.backups());
    line("- Started: " + report.started());
    line("- Took: " + Wording.seconds(report.took()));
    line("");
  }

  private void writeBackups(List<MadeBackup> backups) {
    if (backups.isEmpty()) {
      line("- Backup: none was made");
    }
    for (MadeBackup backup : backups) {
      line("- Backup: " + cell(backup.id()) + ", in " + cell(backup.archive()));
    }
  }

  private void writeDatasets(List<DatasetReport> datasets) {
    line("## Datasets");
    line("");
    line("| dataset | table | mode | read | written | rejected | filtered | digest |");
    line("| --- | --- | --- | ---: | ---: | ---: | ---: | --- |");
    for (DatasetReport dataset : datasets) {
      line(
          "| %s | %s | %s | %s | %s | %s | %s | `%s` |"
              .formatted(
                  cell(dataset.dataset()),
                  cell(dataset.table()),
                  dataset.mode(),
                  Wording.count(dataset.read()),
                  Wording.count(dataset.written()),
                  Wording.count(dataset.rejected()),
                  Wording.count(dataset.filtered()),
                  dataset.digest()));
    }
    line("");
  }

  private void writeTenants(List<TenantRows> tenants) {
    if (!tenants.isEmpty()) {
      line("## Tenants");
      line("");
      line("| table | tenant | rows |");
      line("| --- | --- | ---: |");
      for (TenantRows tenant : tenants) {
        line(
            "| %s | %s | %s |"
                .formatted(
                    cell(tenant.table()),
                    cell(Wording.tenant(tenant)),
                    Wording.count(tenant.rows())));
      }
      line("");
    }
  }

  private void writeSearches(List<SearchQuality> searches) {
    if (!searches.isEmpty()) {
      line("## Searches");
      line("");
      line(
          "| table | column | check | compared | found by | queries | k | found on average | found at"
              + " worst | median | 95 % within |");
      line("| --- | --- | --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |");
      for (SearchQuality search : searches) {
        boolean timed = search.found().isEmpty();
        line(
            "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |"
                .formatted(
                    cell(search.table()),
                    cell(search.column()),
                    cell(search.check()),
                    cell(search.form()),
                    Wording.access(search),
                    Wording.count(search.queries()),
                    Wording.count(search.k()),
                    timed ? "" : Wording.part(search.mean()),
                    timed ? "" : Wording.part(search.worst()),
                    Wording.millis(search.median()),
                    Wording.millis(search.slow())));
      }
      line("");
    }
  }

  private void writePhases(MigrationReport report) {
    if (!report.phases().isEmpty()) {
      line("## Phases");
      line("");
      line("| phase | took |");
      line("| --- | ---: |");
      report
          .phases()
          .forEach(
              (phase, took) ->
                  line("| " + Wording.word(phase) + " | " + Wording.seconds(took) + " |"));
      line("");
    }
  }

  /** Where the tables are not known any more, the names of the checks alone. */
  private void writeChecks(MigrationReport report) {
    if (report.checks().isEmpty()) {
      writeList("Checks", report.checked(), MarkdownReport::cell);
      return;
    }
    line("## Checks");
    line("");
    line("| check | table | verdict | figures |");
    line("| --- | --- | --- | --- |");
    for (CheckReport check : report.checks()) {
      line(
          "| %s | %s | %s | %s |"
              .formatted(
                  cell(check.check()),
                  cell(check.table()),
                  Wording.words(check.verdict()),
                  cell(check.figures())));
    }
    line("");
  }

  private void writeRejects(List<RejectReport> rejects) {
    if (!rejects.isEmpty()) {
      line("## Rejected rows");
      line("");
      line("| dataset | id | position | reason |");
      line("| --- | --- | --- | --- |");
      for (RejectReport reject : rejects) {
        line(
            "| %s | %s | %s | %s |"
                .formatted(
                    cell(reject.dataset()),
                    cell(reject.id()),
                    cell(reject.position()),
                    cell(reject.reason())));
      }
      line("");
    }
  }

  private <T> void writeList(String title, List<T> items, Function<T, String> asText) {
    if (!items.isEmpty()) {
      line("## " + title);
      line("");
      items.forEach(item -> line("- " + asText.apply(item)));
      line("");
    }
  }

  private void writeStatements(List<String> statements) {
    if (!statements.isEmpty()) {
      line("## Statements");
      line("");
      String fence = fence(statements);
      line(fence + "sql");
      statements.forEach(statement -> line(statement + ";"));
      line(fence);
    }
  }

  /** Longer than any in the statements, which hold names of the data. */
  private static String fence(List<String> statements) {
    String fence = "```";
    while (String.join("\n", statements).contains(fence)) {
      fence += "`";
    }
    return fence;
  }

  private static String finding(Finding finding) {
    return "**%s** `%s`: %s"
        .formatted(Wording.word(finding.severity()), finding.code(), cell(finding.message()));
  }

  /** Text of the data, such as an id, must not break out of its place. */
  static String cell(String content) {
    return content
        .replaceAll("\\R|\\p{Cntrl}", " ")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replaceAll("[\\\\`*\\[\\]|~]|\\b_|_\\b", "\\\\$0");
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
