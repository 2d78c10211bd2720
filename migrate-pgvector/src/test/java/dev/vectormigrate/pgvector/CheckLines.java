package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.report.ReportFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the forms of a report say of its checks. */
final class CheckLines {

  private static final ObjectMapper JSON = new ObjectMapper();

  private CheckLines() {}

  /** The lines of the JSON report: check, table, verdict and figures. */
  static List<String> of(MigrationReport report) throws IOException {
    List<String> lines = new ArrayList<>();
    for (JsonNode check : JSON.readTree(ReportFormat.JSON.write(report)).get("checks")) {
      List<String> texts = new ArrayList<>();
      check.forEach(member -> texts.add(member.asText()));
      lines.add(
          withoutTimes(String.join(" | ", texts).replace("nothing_to_check", "nothing to check")));
    }
    return lines;
  }

  /** Check and table of the lines with another verdict than that they passed. */
  static List<String> failed(MigrationReport report) throws IOException {
    return of(report).stream()
        .map(line -> line.split(" \\| ", 4))
        .filter(line -> line[2].equals("failed"))
        .map(line -> line[0] + " " + line[1])
        .toList();
  }

  /** The lines of the table in a Markdown report. */
  static List<String> ofMarkdown(String markdown) {
    return markdown
        .lines()
        .dropWhile(line -> !line.equals("## Checks"))
        .skip(4)
        .takeWhile(line -> line.startsWith("| "))
        .map(line -> line.substring(2, line.length() - 2).replace("\\", ""))
        .toList();
  }

  /** The whole report, without what is another in each run. */
  static String markdown(MigrationReport report, Path folder) {
    return ReportFormat.MARKDOWN
        .write(report)
        .replace(folder.toString().replace("_", "\\_"), "FOLDER")
        .replace(folder.toString(), "FOLDER")
        .replaceAll("(?m)^- Target: .*$", "- Target: TARGET")
        .replaceAll("(?m)^- Started: .*$", "- Started: THEN")
        .transform(CheckLines::withoutTimes);
  }

  /** What is another in each run. */
  private static String withoutTimes(String text) {
    return text.replaceAll("\\d+\\.\\d (m?s)\\b", "0.0 $1");
  }

  /** A file beside this class. */
  static String golden(String name) throws IOException {
    try (InputStream file = CheckLines.class.getResourceAsStream(name)) {
      assertThat(file).as(name).isNotNull();
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
