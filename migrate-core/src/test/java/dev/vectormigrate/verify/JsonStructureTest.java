package dev.vectormigrate.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.MigrationReport.CheckReport;
import dev.vectormigrate.MigrationReport.Verdict;
import dev.vectormigrate.Phase;
import dev.vectormigrate.VerificationFailedException;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.testkit.InMemorySource;
import dev.vectormigrate.testkit.InMemoryTarget;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonStructureTest {

  private static final Schema TEXTS =
      new Schema(
          List.of(Field.required("id", FieldType.TEXT), Field.optional("response", FieldType.TEXT)),
          List.of("id"));

  private final InMemoryTarget target = InMemoryTarget.empty();

  private static List<Row> texts(String... documents) {
    List<Row> rows = new ArrayList<>();
    for (String document : documents) {
      rows.add(Row.of(TEXTS, "a" + rows.size(), document));
    }
    return rows;
  }

  /** A table of analyses, whose texts become JSON; one of them is changed once it is staged. */
  private MigrationPlan plan(List<Row> rows, int changed, String instead) {
    return MigrationPlan.builder("m")
        .from(InMemorySource.empty().with("analyses", TEXTS, rows))
        .writers(1) // rows are staged in order
        .into(target)
        .dataset("analyses", d -> d.convert("response", FieldType.JSON))
        .verify(Verifiers.standard())
        .verify(Verifiers.jsonStructure())
        .listener(
            new MigrationListener() {
              @Override
              public void phaseStarted(Phase phase) {
                if (phase == Phase.VERIFY && changed >= 0) {
                  List<Row> staged = new ArrayList<>(target.staged("m"));
                  Row old = staged.get(changed);
                  staged.set(changed, Row.of(old.schema(), old.value(0), Json.parse(instead)));
                  target.corrupt("m", 0, staged);
                }
              }
            })
        .build();
  }

  private static List<Finding> ofJson(MigrationReport report) {
    return report.findings().stream().filter(f -> f.code().startsWith("json.")).toList();
  }

  private static CheckReport line(MigrationReport report) {
    List<CheckReport> lines =
        report.checks().stream().filter(check -> check.check().equals("json")).toList();
    assertThat(lines).hasSize(1);
    return lines.get(0);
  }

  private MigrationReport failed(List<Row> rows, int changed, String instead) {
    VerificationFailedException failure =
        catchThrowableOfType(VerificationFailedException.class, plan(rows, changed, instead)::run);
    assertThat(failure).as("verification fails").isNotNull();
    assertThat(target.tables()).isEmpty();
    return failure.report();
  }

  @Test
  void documents_of_one_kind_are_right_and_counted() {
    MigrationReport report = plan(texts("{\"a\":{\"b\":1}}", "{\"a\":2}", null), -1, "").run();

    assertThat(report.findings()).isEmpty();
    assertThat(line(report))
        .isEqualTo(
            new CheckReport(
                "json",
                "analyses",
                Verdict.PASSED,
                "response: 2 objects, 1 null, 3 typed paths, depth 2"));
  }

  @Test
  void what_became_json_twice_on_the_way_is_an_error() {
    MigrationReport report = failed(texts("{\"a\":1}", "{\"a\":2}"), 1, "\"{\\\"a\\\":2}\"");

    assertThat(ofJson(report))
        .containsExactly(
            Finding.error(
                "json.double_encoded",
                "table analyses, column 'response': 1 documents are texts that hold JSON (rows 'a1'),"
                    + " expected the JSON itself. Convert it once."),
            Finding.error(
                "json.changed",
                "table analyses, row 'a1': field 'response' is of type string, expected object;"
                    + " field 'response.a' is missing."));
    assertThat(line(report).verdict()).isEqualTo(Verdict.FAILED);
    assertThat(line(report).figures())
        .isEqualTo("response: 1 objects, 1 texts that hold JSON, 1 typed paths, depth 1");
  }

  @Test
  void what_the_source_holds_as_json_in_json_is_seen_by_this_check_alone() {
    MigrationReport report = failed(texts("{\"a\":1}", "\"{\\\"a\\\":2}\""), -1, "");

    assertThat(report.findings()).extracting(Finding::code).containsExactly("json.double_encoded");
  }

  @Test
  void kinds_that_differ_are_a_warning_and_null_is_none() {
    MigrationReport report = plan(texts("{}", "[1]", "[2]", "3", "null"), -1, "").run();

    assertThat(report.findings())
        .containsExactly(
            Finding.warning(
                "json.mixed",
                "table analyses, column 'response': 1 objects, 2 arrays, 1 scalars, expected"
                    + " documents of one kind. Look whether readers of the column expect each."));
    assertThat(line(report).verdict()).isEqualTo(Verdict.WARNED);
  }

  @Test
  void a_key_or_type_that_is_another_is_named() {
    assertThat(ofJson(failed(texts("{\"a\":1,\"b\":\"x\"}"), 0, "{\"a\":1.0,\"c\":\"x\"}")))
        .containsExactly(
            Finding.error(
                "json.changed",
                "table analyses, row 'a0': field 'response.a' is of type decimal, expected integer;"
                    + " field 'response.b' is missing; field 'response.c' was added."));
  }

  @Test
  void a_value_that_is_another_is_left_to_the_digest() {
    MigrationReport report = failed(texts("{\"a\":1}"), 0, "{\"a\":2}");

    assertThat(ofJson(report)).isEmpty();
    assertThat(line(report).verdict()).isEqualTo(Verdict.PASSED);
    assertThat(report.findings())
        .extracting(Finding::code)
        .containsExactly("digest.mismatch", "samples.mismatch");
  }

  @Test
  void a_table_without_json_is_not_said_to_be_right() {
    MigrationReport report =
        MigrationPlan.builder("m")
            .from(InMemorySource.empty().with("notes", TEXTS, texts("x")))
            .into(target)
            .verify(Verifiers.jsonStructure())
            .build()
            .run();

    assertThat(report.checks())
        .containsExactly(
            new CheckReport("json", "notes", Verdict.NOTHING_TO_CHECK, "no JSON columns"));
  }

  @Test
  void every_standard_check_says_what_it_looked_at() {
    MigrationReport report =
        MigrationPlan.builder("m")
            .from(InMemorySource.empty().with("notes", TEXTS, texts("x", "y")))
            .into(target)
            .build()
            .run();

    assertThat(report.checks())
        .containsExactly(
            new CheckReport(
                "counts",
                "notes",
                Verdict.PASSED,
                "2 read: 2 written, 0 rejected, 0 filtered; 2 in the table"),
            new CheckReport(
                "digest", "notes", Verdict.PASSED, "every value of 2 rows in 2 columns"),
            new CheckReport("tenants", "notes", Verdict.NOTHING_TO_CHECK, "no tenants"),
            new CheckReport("samples", "notes", Verdict.PASSED, "2 rows, value by value"),
            new CheckReport("schema", "notes", Verdict.PASSED, "2 columns, key [id]"));
  }
}
