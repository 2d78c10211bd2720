package dev.vectormigrate.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.vectormigrate.Measurements;
import dev.vectormigrate.Measurements.NormRange;
import dev.vectormigrate.Measurements.Pace;
import dev.vectormigrate.Measurements.TenantRows;
import dev.vectormigrate.Measurements.VectorColumn;
import dev.vectormigrate.Measurements.Vectors;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.MigrationReport.CheckReport;
import dev.vectormigrate.MigrationReport.DatasetReport;
import dev.vectormigrate.MigrationReport.RejectReport;
import dev.vectormigrate.Phase;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.MadeBackup;
import dev.vectormigrate.spi.SearchQuality;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A report as JSON; {@code report.schema.json} beside this class describes it. */
final class JsonReport {

  /** Goes up whenever a program that reads the report may have to change. */
  private static final int FORMAT = 1;

  private JsonReport() {}

  /** The whole report as one indented object. */
  static String of(MigrationReport report) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text).setPrettyPrinter(pretty())) {
      json.writeStartObject();
      writeHead(json, report);
      writePhases(json, report.phases());
      writeDatasets(json, report.datasets());
      writeFindings(json, report.findings());
      writeRejects(json, report.rejects());
      writeTexts(json, "checked", report.checked());
      writeChecks(json, report.checks());
      writeTexts(json, "notChecked", report.notChecked());
      writeTexts(json, "statements", report.statements());
      writeMeasurements(json, report.measurements());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text + "\n";
  }

  /** Line ends are those of every platform alike. */
  private static DefaultPrettyPrinter pretty() {
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
    return printer;
  }

  private static void writeHead(JsonGenerator json, MigrationReport report) throws IOException {
    json.writeNumberField("format", FORMAT);
    json.writeStringField("migration", report.migration());
    json.writeStringField("outcome", Wording.word(report.outcome()));
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
      json.writeNumberField(Wording.word(phase.getKey()), phase.getValue().toMillis());
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
      json.writeStringField("severity", Wording.word(finding.severity()));
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

  private static void writeChecks(JsonGenerator json, List<CheckReport> checks) throws IOException {
    json.writeArrayFieldStart("checks");
    for (CheckReport check : checks) {
      json.writeStartObject();
      json.writeStringField("check", check.check());
      json.writeStringField("table", check.table());
      json.writeStringField("verdict", Wording.word(check.verdict()));
      json.writeStringField("figures", check.figures());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeMeasurements(JsonGenerator json, Measurements measured)
      throws IOException {
    json.writeObjectFieldStart("measurements");
    writePace(json, measured.pace());
    writeTenants(json, measured.tenants());
    json.writeArrayFieldStart("vectors");
    for (VectorColumn column : measured.vectors()) {
      json.writeStartObject();
      json.writeStringField("table", column.table());
      json.writeStringField("column", column.column());
      writeVectors(json, "source", column.source());
      writeVectors(json, "target", column.target());
      json.writeEndObject();
    }
    json.writeEndArray();
    writeSearches(json, measured.searches());
    json.writeEndObject();
  }

  private static void writeSearches(JsonGenerator json, List<SearchQuality> searches)
      throws IOException {
    json.writeArrayFieldStart("searches");
    for (SearchQuality search : searches) {
      json.writeStartObject();
      json.writeStringField("check", search.check());
      json.writeStringField("table", search.table());
      json.writeStringField("column", search.column());
      json.writeStringField("compared", search.form());
      json.writeStringField("access", Wording.word(search.access()));
      json.writeStringField("index", Wording.word(search.index()));
      json.writeNumberField("queries", search.queries());
      json.writeNumberField("k", search.k());
      if (!search.found().isEmpty()) {
        json.writeNumberField("meanFound", search.mean());
        json.writeNumberField("worstFound", search.worst());
      }
      writeFound(json, search.found());
      json.writeNumberField("medianMicros", micros(search.median()));
      json.writeNumberField("slowMicros", micros(search.slow()));
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static long micros(Duration took) {
    return took.toNanos() / 1_000;
  }

  private static void writeFound(JsonGenerator json, List<Double> found) throws IOException {
    Map<Double, Integer> counts = new TreeMap<>();
    found.forEach(part -> counts.merge(part, 1, Integer::sum));
    json.writeArrayFieldStart("found");
    for (Map.Entry<Double, Integer> count : counts.entrySet()) {
      json.writeStartObject();
      json.writeNumberField("part", count.getKey());
      json.writeNumberField("queries", count.getValue());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writePace(JsonGenerator json, List<Pace> pace) throws IOException {
    json.writeArrayFieldStart("pace");
    for (Pace point : pace) {
      json.writeStartObject();
      json.writeStringField("phase", Wording.word(point.phase()));
      json.writeNumberField("atMillis", point.at().toMillis());
      json.writeNumberField("rows", point.rows());
      json.writeNumberField("bytes", point.bytes());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeTenants(JsonGenerator json, List<TenantRows> tenants)
      throws IOException {
    json.writeArrayFieldStart("tenants");
    for (TenantRows tenant : tenants) {
      json.writeStartObject();
      json.writeStringField("table", tenant.table());
      json.writeStringField("tenant", tenant.tenant());
      json.writeNumberField("others", tenant.others());
      json.writeNumberField("rows", tenant.rows());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeVectors(JsonGenerator json, String name, Vectors vectors)
      throws IOException {
    json.writeObjectFieldStart(name);
    json.writeNumberField("count", vectors.count());
    json.writeNumberField("smallestNorm", vectors.smallest());
    json.writeNumberField("largestNorm", vectors.largest());
    json.writeArrayFieldStart("norms");
    for (NormRange range : vectors.norms()) {
      json.writeStartObject();
      json.writeNumberField("from", range.from());
      json.writeNumberField("to", range.to());
      json.writeNumberField("count", range.count());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeObjectFieldStart("dimensions");
    for (Map.Entry<Integer, Long> dimension : vectors.dimensions().entrySet()) {
      json.writeNumberField(dimension.getKey().toString(), dimension.getValue());
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void writeTexts(JsonGenerator json, String name, List<String> texts)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }
}
