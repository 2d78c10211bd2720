package dev.vectormigrate.report;

import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.MigrationReport.CheckReport;
import dev.vectormigrate.MigrationReport.DatasetReport;
import dev.vectormigrate.MigrationReport.RejectReport;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.SearchQuality;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A report as the XML in which Surefire writes results of tests, after its {@code
 * surefire-test-report.xsd}; Jenkins and others read the same.
 */
final class JUnitReport {

  private final MigrationReport report;
  private final List<TestCase> cases = new ArrayList<>();

  /**
   * One test case; skipped if {@code skipped} is not empty.
   *
   * @param failures findings that are errors
   * @param output lines
   */
  private record TestCase(
      String group, String name, List<Finding> failures, String skipped, List<String> output) {}

  private JUnitReport(MigrationReport report) {
    this.report = report;
  }

  /** The whole report. */
  static String of(MigrationReport report) {
    JUnitReport junit = new JUnitReport(report);
    junit.addChecks();
    junit.addDatasets();
    junit.addOtherFindings();
    junit.addUnchecked();
    return junit.write();
  }

  private void addChecks() {
    for (String check : report.checked()) {
      List<Finding> found = report.findings().stream().filter(f -> isOf(check, f)).toList();
      List<String> output = new ArrayList<>(figures(check));
      output.addAll(lines(found));
      report.measurements().searches().stream()
          .filter(search -> search.check().equals(check))
          .map(JUnitReport::line)
          .forEach(output::add);
      cases.add(new TestCase("checks", check, errors(found), "", output));
    }
  }

  /** A line for each table, also where nothing was found. */
  private List<String> figures(String name) {
    return report.checks().stream()
        .filter(check -> check.check().equals(name))
        .map(JUnitReport::line)
        .toList();
  }

  private static String line(CheckReport check) {
    String figures = check.figures().isEmpty() ? "" : ": " + check.figures();
    return "table %s: %s%s".formatted(check.table(), Wording.words(check.verdict()), figures);
  }

  private static String line(SearchQuality search) {
    String found =
        search.found().isEmpty()
            ? ""
            : "%s of the %d nearest found on average, %s at worst, "
                .formatted(Wording.part(search.mean()), search.k(), Wording.part(search.worst()));
    return "%s.%s, %s, %s: %smedian %s, 95 %% within %s, of %s"
        .formatted(
            search.table(),
            search.column(),
            search.form(),
            Wording.access(search),
            found,
            Wording.millis(search.median()),
            Wording.millis(search.slow()),
            Wording.count(search.queries()));
  }

  /** Codes of what a check finds begin with its name. */
  private static boolean isOf(String check, Finding finding) {
    return finding.code().equals(check) || finding.code().startsWith(check + ".");
  }

  private void addDatasets() {
    for (DatasetReport dataset : report.datasets()) {
      cases.add(new TestCase("datasets", dataset.dataset(), List.of(), "", lines(dataset)));
    }
  }

  private List<String> lines(DatasetReport dataset) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s -> %s: %s read, %s written, %s rejected, %s filtered"
            .formatted(
                dataset.dataset(),
                dataset.table(),
                dataset.read(),
                dataset.written(),
                dataset.rejected(),
                dataset.filtered()));
    for (RejectReport reject : report.rejects()) {
      if (reject.dataset().equals(dataset.dataset())) {
        lines.add(
            "rejected '%s' at '%s': %s".formatted(reject.id(), reject.position(), reject.reason()));
      }
    }
    return lines;
  }

  /** One case for each code: what a plan, a source or the target has to say. */
  private void addOtherFindings() {
    List<Finding> others =
        report.findings().stream()
            .filter(finding -> report.checked().stream().noneMatch(check -> isOf(check, finding)))
            .toList();
    Set<String> codes =
        others.stream().map(Finding::code).collect(Collectors.toCollection(LinkedHashSet::new));
    for (String code : codes) {
      List<Finding> same = others.stream().filter(f -> f.code().equals(code)).toList();
      cases.add(new TestCase("findings", code, errors(same), "", lines(same)));
    }
  }

  private void addUnchecked() {
    for (String sentence : report.notChecked()) {
      cases.add(new TestCase("not checked", sentence, List.of(), sentence, List.of()));
    }
  }

  private static List<Finding> errors(List<Finding> findings) {
    return findings.stream().filter(Finding::blocks).toList();
  }

  private static List<String> lines(List<Finding> findings) {
    return findings.stream()
        .filter(finding -> !finding.blocks())
        .map(f -> "%s %s: %s".formatted(Wording.word(f.severity()), f.code(), f.message()))
        .toList();
  }

  private String write() {
    StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml.append(
        "<testsuite name=\"%s\" time=\"%s\" tests=\"%s\" errors=\"0\" skipped=\"%s\" failures=\"%s\">\n"
            .formatted(
                attribute("vector-migrate." + report.migration()),
                seconds(report.took()),
                cases.size(),
                cases.stream().filter(test -> !test.skipped().isEmpty()).count(),
                cases.stream().filter(test -> !test.failures().isEmpty()).count()));
    writeProperties(xml);
    cases.forEach(test -> write(xml, test));
    return xml.append("</testsuite>\n").toString();
  }

  private void writeProperties(StringBuilder xml) {
    xml.append("  <properties>\n");
    writeProperty(xml, "outcome", Wording.word(report.outcome()));
    writeProperty(xml, "sources", String.join(", ", report.sources()));
    writeProperty(xml, "target", report.target());
    writeProperty(xml, "started", report.started().toString());
    xml.append("  </properties>\n");
  }

  private static void writeProperty(StringBuilder xml, String name, String value) {
    xml.append("    <property name=\"%s\" value=\"%s\"/>\n".formatted(name, attribute(value)));
  }

  /** No case is timed alone. */
  private void write(StringBuilder xml, TestCase test) {
    xml.append(
        "  <testcase name=\"%s\" classname=\"%s\" time=\"0\">\n"
            .formatted(attribute(test.name()), attribute(report.migration() + "." + test.group())));
    if (!test.failures().isEmpty()) {
      writeFailure(xml, test.failures());
    }
    if (!test.skipped().isEmpty()) {
      xml.append("    <skipped message=\"%s\"/>\n".formatted(attribute(test.skipped())));
    }
    if (!test.output().isEmpty()) {
      xml.append("    <system-out>%s</system-out>\n".formatted(textOf(test.output())));
    }
    xml.append("  </testcase>\n");
  }

  /** One element for all: Jenkins shows only the first. */
  private static void writeFailure(StringBuilder xml, List<Finding> failures) {
    Finding first = failures.get(0);
    List<String> all = failures.stream().map(Finding::message).toList();
    xml.append(
        "    <failure message=\"%s\" type=\"%s\">%s</failure>\n"
            .formatted(attribute(first.message()), attribute(first.code()), textOf(all)));
  }

  /** What a store holds must not look like a line of its own. */
  private static String textOf(List<String> lines) {
    return lines.stream()
        .map(line -> Wording.escape(line.replaceAll("\\R", " ")))
        .collect(Collectors.joining("\n"));
  }

  /** A reader of XML makes spaces of line ends in attributes; these stay what they are. */
  private static String attribute(String value) {
    return Wording.escape(value).replace("\n", "&#10;").replace("\t", "&#9;");
  }

  private static String seconds(Duration took) {
    return String.format(Locale.ROOT, "%.3f", took.toMillis() / 1_000.0);
  }
}
