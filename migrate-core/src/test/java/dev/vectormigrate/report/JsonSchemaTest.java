package dev.vectormigrate.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.MigrationReport.CheckReport;
import dev.vectormigrate.OnError;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.Tenant;
import dev.vectormigrate.VerificationFailedException;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.SearchQuality;
import dev.vectormigrate.spi.Verifier;
import dev.vectormigrate.testkit.Docs;
import dev.vectormigrate.testkit.InMemorySource;
import dev.vectormigrate.testkit.InMemoryTarget;
import dev.vectormigrate.testkit.ScriptedSource;
import dev.vectormigrate.verify.Verifiers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds reports to the published schema. */
class JsonSchemaTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final InMemoryTarget target = InMemoryTarget.empty();

  private static String published() throws IOException {
    try (InputStream file = JsonReport.class.getResourceAsStream("report.schema.json")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static JsonSchema schema(JsonNode schema) {
    SchemaValidatorsConfig config =
        SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
    return JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(schema, config);
  }

  /** Nothing in a report may be missing in the schema, which lets readers meet what is new. */
  private static JsonNode strict(JsonNode schema) {
    if (schema instanceof ObjectNode object
        && object.path("properties").isObject()
        && object.path("type").asText().equals("object")) {
      object.put("additionalProperties", false);
    }
    schema.forEach(JsonSchemaTest::strict);
    return schema;
  }

  private static List<String> faults(String report) throws IOException {
    return schema(strict(JSON.readTree(published()))).validate(JSON.readTree(report)).stream()
        .map(ValidationMessage::getMessage)
        .toList();
  }

  private static void assertValid(MigrationReport report) throws IOException {
    assertThat(faults(ReportFormat.JSON.write(report))).isEmpty();
  }

  private MigrationPlan.Builder plan() {
    return MigrationPlan.builder("m")
        .from(ScriptedSource.of(Docs.rows(5)).refusing(3, "torn"))
        .into(target)
        .maxRejects(1)
        .eachDataset(d -> d.tenant("user_id", Tenant.constant("u")));
  }

  @Test
  void the_schema_is_published_twice_and_alike() throws IOException {
    assertThat(Files.readString(Path.of("../docs/report.schema.json"))).isEqualTo(published());
  }

  @Test
  void the_schema_is_valid_itself() throws IOException {
    JsonSchema meta =
        JsonSchemaFactory.getInstance(VersionFlag.V202012)
            .getSchema(SchemaLocation.of(VersionFlag.V202012.getId()));

    assertThat(meta.validate(JSON.readTree(published()))).isEmpty();
  }

  @Test
  void reports_with_everything_and_with_nothing_keep_it() throws IOException {
    assertValid(Reports.full());
    assertValid(Reports.searched());
    for (Outcome outcome : Outcome.values()) {
      assertValid(Reports.bare(outcome));
    }
  }

  @Test
  void reports_of_calls_keep_it() throws IOException {
    MigrationPlan plan = plan().build();

    assertValid(plan.dryRun());
    MigrationReport report = plan.run();
    assertValid(report);
    assertValid(plan.run());
    assertValid(plan.verify());
    assertThat(report.rejects()).hasSize(1);
    assertThat(report.measurements().tenants()).hasSize(1);
    assertThat(report.measurements().vectors()).hasSize(1);
    assertThat(report.measurements().pace()).isNotEmpty();
  }

  @Test
  void a_report_with_checks_searches_and_rejects_keeps_it() throws IOException {
    MigrationPlan plan =
        plan()
            .verify(Verifiers.standard())
            .verify(
                Verifiers.jsonStructure(),
                Verifiers.queryOverlap().k(2),
                Verifiers.indexRecall(),
                Verifiers.latency())
            .build();

    for (MigrationReport report : List.of(plan.run(), plan.verify())) {
      assertValid(report);
      assertThat(report.rejects()).hasSize(1);
      assertThat(report.checks())
          .extracting(CheckReport::check)
          .containsExactly(
              "counts",
              "digest",
              "tenants",
              "samples",
              "schema",
              "json",
              "query_overlap",
              "index_recall",
              "latency");
      assertThat(report.measurements().searches())
          .extracting(SearchQuality::check)
          .contains("query_overlap", "latency");
    }
  }

  @Test
  void the_report_of_a_failure_keeps_it() throws IOException {
    MigrationPlan plan = plan().verify(new Never()).build();

    VerificationFailedException failure =
        catchThrowableOfType(VerificationFailedException.class, plan::run);

    assertValid(failure.report());
  }

  @Test
  void the_report_of_a_run_that_left_something_out_keeps_it() throws IOException {
    MigrationReport report =
        MigrationPlan.builder("m")
            .from(
                ScriptedSource.of(Docs.rows(5))
                    .finding(Finding.error("x.lost", "The store has lost vectors.")))
            .from(InMemorySource.empty().with("notes", Docs.SCHEMA, Docs.rows(2)))
            .into(target)
            .onError(OnError.CONTINUE)
            .build()
            .run();

    assertThat(report.leftOut()).hasSize(1);
    assertValid(report);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "outcome" : "different"            | "outcome" : "odd"
          "format" : 1                       | "format" : 2
          "passed" : false,                  |
          "read" : 1234567                   | "read" : -1
          "verdict" : "failed"               | "verdict" : "bad"
          "severity" : "error"               | "severity" : "ERROR"
          00000000000000010000000000000002   | 123
          "started" : "2026-11-20T11:00:00Z" | "started" : "yesterday"
          "phase" : "stage"                  | "phase" : "plan"
          "smallestNorm" : 0.9999            | "smallestNorm" : "0.9999"
          "stage" : 61250                    | "wait" : 61250
          "others" : 60                      | "more" : 60
          """)
  void a_report_that_says_something_else_does_not_keep_it(String text, String instead)
      throws IOException {
    String report = JsonReport.of(Reports.full());
    assertThat(report).contains(text);

    assertThat(faults(report.replace(text, instead == null ? "" : instead))).isNotEmpty();
  }

  @Test
  void a_reader_may_meet_fields_that_are_new() throws IOException {
    String report = JsonReport.of(Reports.full()).replaceFirst("\\{", "{ \"new\" : 1,");

    assertThat(schema(JSON.readTree(published())).validate(JSON.readTree(report))).isEmpty();
  }

  /** Finds an error in everything. */
  private static final class Never implements Verifier {

    @Override
    public String name() {
      return "never";
    }

    @Override
    public List<Finding> verify(Evidence evidence) {
      return List.of(Finding.error("never.good", "Never good."));
    }
  }
}
