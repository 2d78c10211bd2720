package dev.vectormigrate.report;

import dev.vectormigrate.Measurements.TenantRows;
import dev.vectormigrate.Measurements.VectorColumn;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.MigrationReport.CheckReport;
import dev.vectormigrate.MigrationReport.DatasetReport;
import dev.vectormigrate.MigrationReport.RejectReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.Phase;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Finding.Severity;
import dev.vectormigrate.spi.MadeBackup;
import dev.vectormigrate.spi.SearchQuality;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * A report as one page of HTML without scripts: all text of the data is escaped, and the page's own
 * policy forbids the browser to load or run anything. The page is well-formed XML, too, so that a
 * test can tell that nothing breaks out of its place.
 */
final class HtmlReport {

  private static final int MOST_STATEMENTS = 1_000;
  private static final int MOST_SPREADS = 12;

  private final MigrationReport report;
  private final StringBuilder page = new StringBuilder();

  private HtmlReport(MigrationReport report) {
    this.report = report;
  }

  /** The whole page. */
  static String of(MigrationReport report) {
    HtmlReport html = new HtmlReport(report);
    html.writeHead();
    html.writeSummary();
    html.writeFindings();
    html.writeDatasets();
    html.writeTenants();
    html.writeChecks();
    html.writeTimes();
    html.writeSearches();
    html.writeVectors();
    html.writeRejects();
    html.writeOrigin();
    html.writeStatements();
    html.line("</main>\n</body>\n</html>");
    return html.page.toString();
  }

  private void writeHead() {
    line(
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8"/>
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="color-scheme" content="light dark"/>
        <title>%s: migration report</title>
        <style>
        %s</style>
        </head>
        <body>
        <main>"""
            .formatted(text(report.migration()), style()));
  }

  private static String style() {
    try (InputStream css =
        Objects.requireNonNull(HtmlReport.class.getResourceAsStream("report.css"))) {
      return new String(css.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void writeSummary() {
    Verdict verdict = Verdict.of(report);
    line("<header>");
    line("<p class=\"kind\">Migration report</p>");
    line("<h1>%s</h1>".formatted(text(report.migration())));
    line(
        "<p class=\"outcome %s\"><strong class=\"verdict\">%s</strong> <span>%s</span></p>"
            .formatted(verdict.style(), verdict.word(), text(verdict.sentence())));
    line("</header>");
    line("<dl class=\"numbers\">");
    number(isPreview() ? "Rows to store" : "Rows stored", Wording.count(report.written()));
    number("Rows read", Wording.count(sum(DatasetReport::read)));
    number("Rejected", Wording.count(sum(DatasetReport::rejected)));
    number("Filtered", Wording.count(sum(DatasetReport::filtered)));
    number("Data", Wording.bytes(sum(DatasetReport::bytes)));
    number("Time", Wording.time(report.took()));
    line("</dl>");
  }

  private boolean isPreview() {
    return report.outcome() == Outcome.PREVIEWED;
  }

  private long sum(ToLongFunction<DatasetReport> count) {
    return report.datasets().stream().mapToLong(count).sum();
  }

  private void number(String name, String value) {
    line("<div><dt>%s</dt><dd>%s</dd></div>".formatted(name, value));
  }

  private void writeFindings() {
    if (report.findings().isEmpty()) {
      return;
    }
    section("findings", "Findings");
    line("<ul class=\"findings\">");
    report.findings().stream()
        .sorted(Comparator.comparing(Finding::severity).reversed())
        .forEach(
            finding ->
                line(
                    "<li class=\"%s\"><p><strong>%s</strong> <code>%s</code></p><p>%s</p></li>"
                        .formatted(
                            style(finding.severity()),
                            capitalised(Wording.word(finding.severity())),
                            text(finding.code()),
                            text(finding.message()))));
    line("</ul>\n</section>");
  }

  private static String style(Severity severity) {
    return switch (severity) {
      case ERROR -> "bad";
      case WARNING -> "warn";
      case INFO -> "plain";
    };
  }

  private static String style(MigrationReport.Verdict verdict) {
    return switch (verdict) {
      case PASSED -> "good";
      case WARNED -> "warn";
      case FAILED -> "bad";
      case NOTHING_TO_CHECK -> "plain";
    };
  }

  private void writeDatasets() {
    section("rows", "Rows of each dataset");
    if (report.datasets().isEmpty()) {
      line("<p>There was no dataset.</p>\n</section>");
      return;
    }
    long most = report.datasets().stream().mapToLong(DatasetReport::read).max().orElse(0);
    line(
        "<p class=\"legend\">%s%s%s</p>"
            .formatted(
                Charts.key("one", "stored"),
                Charts.key("bad", "rejected"),
                Charts.key("mute", "filtered by the plan")));
    beginTable("Rows of each dataset", "barred");
    line(
        "<tr><th scope=\"col\">Dataset</th><th scope=\"col\" class=\"n\">Read</th>"
            + "<th scope=\"col\" class=\"n\">Stored</th><th scope=\"col\" class=\"n\">Rejected</th>"
            + "<th scope=\"col\" class=\"n\">Filtered</th><th scope=\"col\" class=\"n\">Data</th>"
            + "<th scope=\"col\">Table</th><th scope=\"col\">Digest</th></tr>\n</thead>\n<tbody>");
    report.datasets().forEach(dataset -> writeDataset(dataset, most));
    line("</tbody>\n</table>\n</div>\n</section>");
  }

  private void writeDataset(DatasetReport dataset, long most) {
    line(
        "<tr><th scope=\"row\"><bdi>%s</bdi>%s</th><td class=\"n\">%s<small>%s</small></td>"
            .formatted(
                text(dataset.dataset()),
                Charts.rows(dataset, most),
                Wording.count(dataset.read()),
                expected(dataset)));
    cell(Wording.count(dataset.written()));
    cell(Wording.count(dataset.rejected()));
    cell(Wording.count(dataset.filtered()));
    cell(Wording.bytes(dataset.bytes()));
    line(
        "<td><bdi>%s</bdi><small>%s</small></td><td><code class=\"digest\">%s</code></td></tr>"
            .formatted(text(dataset.table()), text(dataset.mode()), dataset.digest()));
  }

  private void cell(String number) {
    line("<td class=\"n\">%s</td>".formatted(number));
  }

  private static String expected(DatasetReport dataset) {
    if (dataset.expected() < 0) {
      return "not counted before";
    }
    return dataset.expected() == dataset.read()
        ? "as counted before"
        : "of " + Wording.count(dataset.expected());
  }

  private void writeTenants() {
    List<TenantRows> tenants = report.measurements().tenants();
    if (tenants.isEmpty()) {
      return;
    }
    long most = tenants.stream().mapToLong(TenantRows::rows).max().orElse(0);
    section("tenants", "Rows of each tenant");
    line("<p>As they were read back from the target.</p>");
    beginTable("Rows of each tenant", "barred");
    line(
        "<tr><th scope=\"col\">Tenant</th><th scope=\"col\" class=\"n\">Rows</th>"
            + "<th scope=\"col\">Table</th></tr>\n</thead>\n<tbody>");
    for (TenantRows tenant : tenants) {
      line(
          "<tr><th scope=\"row\"><bdi>%s</bdi>%s</th><td class=\"n\">%s</td><td><bdi>%s</bdi></td></tr>"
              .formatted(
                  text(Wording.tenant(tenant)),
                  Charts.bar(tenant.rows(), most),
                  Wording.count(tenant.rows()),
                  text(tenant.table())));
    }
    line("</tbody>\n</table>\n</div>\n</section>");
  }

  private void writeChecks() {
    section("checks", "What was checked");
    writeCheckTable();
    line("<div class=\"pair\">\n<div>\n<h3>Checked</h3>");
    if (report.checked().isEmpty()) {
      line("<p>Nothing in this call.</p>");
    } else {
      line("<ul class=\"checks\">");
      report.checked().forEach(this::writeCheck);
      line("</ul>");
    }
    line("</div>\n<div>\n<h3>Not checked</h3>");
    if (report.notChecked().isEmpty()) {
      line("<p>Nothing is named.</p>");
    } else {
      line("<ul>");
      report.notChecked().forEach(sentence -> line("<li>%s</li>".formatted(text(sentence))));
      line("</ul>");
    }
    line("</div>\n</div>\n</section>");
  }

  private void writeCheckTable() {
    if (report.checks().isEmpty()) {
      return;
    }
    beginTable("What was checked", "stacked");
    line(
        "<tr><th scope=\"col\">Check</th><th scope=\"col\">Table</th>"
            + "<th scope=\"col\">Verdict</th><th scope=\"col\">Figures</th></tr>\n"
            + "</thead>\n<tbody>");
    for (CheckReport check : report.checks()) {
      line(
          "<tr><th scope=\"row\"><code>%s</code></th><td><bdi>%s</bdi></td><td><span class=\"%s\">%s</span></td><td class=\"reason\">%s</td></tr>"
              .formatted(
                  text(check.check()),
                  text(check.table()),
                  style(check.verdict()),
                  Wording.words(check.verdict()),
                  text(check.figures())));
    }
    line("</tbody>\n</table>\n</div>");
  }

  private void writeCheck(String check) {
    long errors =
        report.findings().stream()
            .filter(Finding::blocks)
            .filter(f -> f.code().equals(check) || f.code().startsWith(check + "."))
            .count();
    line(
        "<li class=\"%s\"><code>%s</code> %s</li>"
            .formatted(
                errors == 0 ? "good" : "bad",
                text(check),
                errors == 0 ? "no error" : Wording.count(errors, "error")));
  }

  private void writeTimes() {
    if (report.phases().isEmpty() && report.measurements().pace().isEmpty()) {
      return;
    }
    section("time", "Time");
    page.append(Charts.timeLine(report));
    String staging = isPreview() ? "Reading" : "Reading and staging";
    page.append(Charts.pace(staging, Phase.STAGE, report.measurements().pace()));
    page.append(Charts.pace("Reading back", Phase.VERIFY, report.measurements().pace()));
    line("</section>");
  }

  private void writeSearches() {
    List<SearchQuality> searches = report.measurements().searches();
    if (searches.isEmpty()) {
      return;
    }
    section("searches", "Searches");
    line("<p>Which part of the nearest rows searches find, and how long they take.</p>");
    line(
        "<p class=\"legend\">%s%s</p>"
            .formatted(
                Charts.key("one", "found by every search"),
                Charts.key("mute", "found on average")));
    beginTable("Searches", "barred");
    line(
        "<tr><th scope=\"col\">Compared</th><th scope=\"col\" class=\"n\">Found on average</th>"
            + "<th scope=\"col\" class=\"n\">At worst</th>"
            + "<th scope=\"col\" class=\"n\">Median</th>"
            + "<th scope=\"col\" class=\"n\">95 % within</th>"
            + "<th scope=\"col\" class=\"n\">Queries</th>"
            + "<th scope=\"col\">Column</th></tr>\n</thead>\n<tbody>");
    searches.forEach(this::writeSearch);
    line("</tbody>\n</table>\n</div>");
    writeSpreads(searches);
    line("</section>");
  }

  /** Pictures of those that missed something; the worst if there are many. */
  private void writeSpreads(List<SearchQuality> searches) {
    Map<String, SearchQuality> spreads = new LinkedHashMap<>();
    searches.stream()
        .filter(search -> search.worst() < 1)
        .sorted(Comparator.comparingDouble(SearchQuality::mean))
        .forEach(search -> spreads.putIfAbsent(spreadTitle(search), search));
    if (spreads.isEmpty()) {
      return;
    }
    line("<h3>What part each search found</h3>");
    line("<p class=\"legend\">Searches in ascending order; the dashed line is the average.</p>");
    line("<div class=\"charts\">");
    spreads.entrySet().stream()
        .limit(MOST_SPREADS)
        .forEach(
            spread -> {
              line("<div>\n<p>%s</p>".formatted(spread.getKey()));
              page.append(Charts.spread(spread.getValue()));
              line("</div>");
            });
    line("</div>");
  }

  private static String spreadTitle(SearchQuality search) {
    return "%s<small><bdi>%s</bdi>, <bdi>%s</bdi>, %s, %s nearest</small>"
        .formatted(
            text(search.form()),
            text(search.table()),
            text(search.column()),
            Wording.access(search),
            Wording.count(search.k()));
  }

  private void writeSearch(SearchQuality search) {
    boolean timed = search.found().isEmpty();
    line(
        "<tr><th scope=\"row\">%s<small>%s</small>%s</th>"
            .formatted(
                text(search.form()), Wording.access(search), timed ? "" : Charts.found(search)));
    cell(timed ? "not measured" : Wording.part(search.mean()));
    cell(timed ? "not measured" : Wording.part(search.worst()));
    cell(Wording.millis(search.median()));
    cell(Wording.millis(search.slow()));
    line(
        "<td class=\"n\">%s<small>%s nearest</small></td>"
            .formatted(Wording.count(search.queries()), Wording.count(search.k())));
    line(
        "<td><bdi>%s</bdi>, <bdi>%s</bdi><small><code>%s</code></small></td></tr>"
            .formatted(text(search.table()), text(search.column()), text(search.check())));
  }

  private void writeVectors() {
    if (report.measurements().vectors().isEmpty()) {
      return;
    }
    section("vectors", "Vectors");
    for (VectorColumn column : report.measurements().vectors()) {
      page.append(VectorChart.of(column));
    }
    line("</section>");
  }

  private void writeRejects() {
    long rejected = sum(DatasetReport::rejected);
    if (report.rejects().isEmpty() && rejected == 0) {
      return;
    }
    section("rejects", "Rejected rows");
    if (report.rejects().size() < rejected) {
      line(
          "<p>%s of %s are listed.</p>"
              .formatted(
                  Wording.count(report.rejects().size()), Wording.count(rejected, "rejected row")));
    }
    beginTable("Rejected rows", "stacked");
    line(
        "<tr><th scope=\"col\">Row</th><th scope=\"col\">Dataset</th>"
            + "<th scope=\"col\">Position</th><th scope=\"col\">Reason</th></tr>\n"
            + "</thead>\n<tbody>");
    for (RejectReport reject : report.rejects()) {
      line(
          "<tr><th scope=\"row\"><bdi>%s</bdi></th><td><bdi>%s</bdi></td><td class=\"short\"><code>%s</code></td><td class=\"reason\">%s</td></tr>"
              .formatted(
                  text(reject.id()),
                  text(reject.dataset()),
                  text(reject.position()),
                  text(reject.reason())));
    }
    line("</tbody>\n</table>\n</div>\n</section>");
  }

  private void writeOrigin() {
    section("origin", "From where to where");
    line("<dl class=\"facts\">");
    fact(report.sources().size() == 1 ? "Source" : "Sources", report.sources());
    fact("Target", List.of(report.target()));
    fact(
        "Backup",
        report.backups().isEmpty()
            ? List.of("none was made")
            : report.backups().stream().map(HtmlReport::backup).toList());
    fact("Started", List.of(report.started().toString()));
    line("</dl>\n</section>");
  }

  private static String backup(MadeBackup backup) {
    return backup.id() + ", in " + backup.archive();
  }

  private void fact(String name, List<String> values) {
    String all =
        values.stream()
            .map(value -> "<dd><bdi>" + text(value) + "</bdi></dd>")
            .collect(Collectors.joining());
    line("<div><dt>%s</dt>%s</div>".formatted(name, all));
  }

  private void writeStatements() {
    List<String> statements = report.statements();
    if (statements.isEmpty()) {
      return;
    }
    section("statements", "Statements that a run would execute");
    int shown = Math.min(statements.size(), MOST_STATEMENTS);
    String all =
        statements.subList(0, shown).stream()
            .map(statement -> text(statement) + ";")
            .collect(Collectors.joining("\n"));
    line("<pre tabindex=\"0\"><code>%s</code></pre>".formatted(all));
    if (shown < statements.size()) {
      line("<p>%s more are not shown.</p>".formatted(Wording.count(statements.size() - shown)));
    }
    line("</section>");
  }

  private void section(String id, String title) {
    line("<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">%s</h2>".formatted(id, id, title));
  }

  /**
   * What is wider than the screen can be scrolled, with the keyboard, too.
   *
   * @param style {@code barred}, whose first column holds bars, or {@code stacked}, whose last
   *     column is long and goes below the others where there is little room
   */
  private void beginTable(String name, String style) {
    line(
        "<div class=\"scroll\" role=\"region\" aria-label=\"%s\" tabindex=\"0\">\n<table class=\"%s\">\n<thead>"
            .formatted(name, style));
  }

  private static String capitalised(String word) {
    return Character.toUpperCase(word.charAt(0)) + word.substring(1);
  }

  private static String text(String text) {
    return Wording.escape(text);
  }

  private void line(String line) {
    page.append(line).append('\n');
  }

  /**
   * How it ended, for the top of the page.
   *
   * @param style a class of the style sheet
   * @param word the shortest form
   * @param sentence the longer form
   */
  private record Verdict(String style, String word, String sentence) {

    static Verdict of(MigrationReport report) {
      int leftOut = report.leftOut().size();
      String sentence =
          leftOut == 0
              ? sentence(report) + "."
              : sentence(report) + "; " + Wording.count(leftOut, "dataset") + " left out.";
      if (report.outcome() == Outcome.DIFFERENT || report.isRefused()) {
        return new Verdict(
            "bad", report.outcome() == Outcome.PREVIEWED ? "Refused" : "Failed", sentence);
      }
      if (leftOut > 0) {
        return new Verdict("warn", "Incomplete", sentence);
      }
      return switch (report.outcome()) {
        case PREVIEWED -> new Verdict("plain", "Dry run", sentence);
        case GROWN -> new Verdict("plain", "Grown", sentence);
        default -> new Verdict("good", "Passed", sentence);
      };
    }

    private static String sentence(MigrationReport report) {
      String rows = Wording.count(report.written(), "row");
      String datasets = Wording.count(report.datasets().size(), "dataset");
      return switch (report.outcome()) {
        case MIGRATED ->
            "%s of %s are live after %s, %s"
                .formatted(rows, datasets, Wording.time(report.took()), verified(report));
        case ALREADY_MIGRATED ->
            "%s of %s had been migrated before, and nothing was done".formatted(rows, datasets);
        case PREVIEWED ->
            report.isRefused()
                ? "A run would be refused; nothing was changed"
                : "A run would migrate %s of %s; nothing was changed".formatted(rows, datasets);
        case VERIFIED ->
            "%s of %s are what was read, %s".formatted(rows, datasets, verified(report));
        case DIFFERENT -> "The target does not hold what was read";
        case SAME -> "Source and target hold the same rows";
        case GROWN -> "Rows were added since the migration; nothing else differs";
      };
    }

    private static String verified(MigrationReport report) {
      int checks = report.checked().size();
      return checks == 0
          ? "but nothing was checked"
          : "and " + Wording.count(checks, "check") + " found no error";
    }
  }
}
