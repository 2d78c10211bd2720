package dev.vectormigrate.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.MigrationReport;
import org.junit.jupiter.api.Test;

class ReportFormatTest {

  @Test
  void a_file_has_the_format_of_its_extension() {
    assertThat(ReportFormat.ofFile("/tmp/a.md")).contains(ReportFormat.MARKDOWN);
    assertThat(ReportFormat.ofFile("a.xml.json")).contains(ReportFormat.JSON);
    assertThat(ReportFormat.ofFile("a.xml")).contains(ReportFormat.JUNIT_XML);
    assertThat(ReportFormat.ofFile("a.html")).contains(ReportFormat.HTML);
    assertThat(ReportFormat.ofFile("a.htm")).isEmpty();
    assertThat(ReportFormat.ofFile("html")).isEmpty();
  }

  @Test
  void each_writes_what_its_writer_writes() {
    MigrationReport report = Reports.full();

    assertThat(ReportFormat.MARKDOWN.write(report)).isEqualTo(MarkdownReport.of(report));
    assertThat(ReportFormat.JSON.write(report)).isEqualTo(JsonReport.of(report));
    assertThat(ReportFormat.JUNIT_XML.write(report)).isEqualTo(JUnitReport.of(report));
    assertThat(ReportFormat.HTML.write(report)).isEqualTo(HtmlReport.of(report));
  }
}
