package dev.vectormigrate.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.MigrationReport.DatasetReport;
import dev.vectormigrate.MigrationReport.RejectReport;
import dev.vectormigrate.Phase;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.MadeBackup;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A report as JSON. */
public final class JsonReport {

  /** Goes up whenever a program that reads the report may have to change. */
  private static final int FORMAT = 1;

  private JsonReport() {}

  /** The whole report as one indented object. */
  public static String of(MigrationReport report) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text).setPrettyPrinter(pretty())) {
      json.writeStartObject();
      writeHead(json, report);
      writePhases(json, report.phases());
      writeDatasets(json, report.datasets());
      writeFindings(json, report.findings());
      writeRejects(json, report.rejects());
      writeTexts(json, "checked", report.checked());
      writeTexts(json, "notChecked", report.notChecked());
      writeTexts(json, "statements", report.statements());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text + "\n";
  }

  /** Line ends are those of every platform alike. */
  static DefaultPrettyPrinter pretty() {
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
    return printer;
  }

  private static void writeHead(JsonGenerator json, MigrationReport report) throws IOException {
    json.writeNumberField("format", FORMAT);
    json.writeStringField("migration", report.migration());
    json.writeStringField("outcome", word(report.outcome()));
    json.writeBooleanField("passed", report.passed());
    writeTexts(json, "sources", report.sources());
    json.writeStringField("target", report.target());
    writeBackups(json, report.backups());
    json.writeStringField("started", report.started().toString());
    json.writeNumberField("tookMillis", report.took().toMillis());
  }

  private static void writeBackups(JsonGenerator json, List<MadeBackup> backups)
      throws IOException {
    json.writeArrayFieldStart("backups");
    for (MadeBackup backup : backups) {
      json.writeStartObject();
      json.writeStringField("id", backup.id());
      json.writeStringField("archive", backup.archive());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writePhases(JsonGenerator json, Map<Phase, Duration> phases)
      throws IOException {
    json.writeObjectFieldStart("phaseMillis");
    for (Map.Entry<Phase, Duration> phase : phases.entrySet()) {
      json.writeNumberField(word(phase.getKey()), phase.getValue().toMillis());
    }
    json.writeEndObject();
  }

  private static void writeDatasets(JsonGenerator json, List<DatasetReport> datasets)
      throws IOException {
    json.writeArrayFieldStart("datasets");
    for (DatasetReport dataset : datasets) {
      json.writeStartObject();
      json.writeStringField("dataset", dataset.dataset());
      json.writeStringField("table", dataset.table());
      json.writeStringField("mode", dataset.mode());
      json.writeNumberField("expected", dataset.expected());
      json.writeNumberField("read", dataset.read());
      json.writeNumberField("written", dataset.written());
      json.writeNumberField("rejected", dataset.rejected());
      json.writeNumberField("filtered", dataset.filtered());
      json.writeNumberField("bytes", dataset.bytes());
      json.writeStringField("digest", dataset.digest().toString());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeFindings(JsonGenerator json, List<Finding> findings) throws IOException {
    json.writeArrayFieldStart("findings");
    for (Finding finding : findings) {
      json.writeStartObject();
      json.writeStringField("code", finding.code());
      json.writeStringField("severity", word(finding.severity()));
      json.writeStringField("message", finding.message());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeRejects(JsonGenerator json, List<RejectReport> rejects)
      throws IOException {
    json.writeArrayFieldStart("rejects");
    for (RejectReport reject : rejects) {
      json.writeStartObject();
      json.writeStringField("dataset", reject.dataset());
      json.writeStringField("id", reject.id());
      json.writeStringField("position", reject.position());
      json.writeStringField("reason", reject.reason());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeTexts(JsonGenerator json, String name, List<String> texts)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
