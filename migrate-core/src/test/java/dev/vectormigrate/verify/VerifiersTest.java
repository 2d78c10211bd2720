package dev.vectormigrate.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Phase;
import dev.vectormigrate.VerificationFailedException;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.testkit.Docs;
import dev.vectormigrate.testkit.InMemorySource;
import dev.vectormigrate.testkit.InMemoryTarget;
import dev.vectormigrate.testkit.ScriptedSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Each verifier must be able to fail: one thing is changed after staging, and seen. */
class VerifiersTest {

  private static final String COUNT = "counts.target";
  private static final String DIGEST = "digest.mismatch";
  private static final String SAMPLE = "samples.mismatch";

  private final InMemoryTarget target = InMemoryTarget.empty();

  private MigrationPlan plan(List<Row> rows, UnaryOperator<List<Row>> corruption) {
    return MigrationPlan.builder("m")
        .from(InMemorySource.empty().with("docs", rows.get(0).schema(), rows))
        .into(target)
        .eachDataset(d -> d.rename("text", "text"))
        .writers(1)
        .listener(
            new MigrationListener() {
              @Override
              public void phaseStarted(Phase phase) {
                if (phase == Phase.VERIFY) {
                  target.corrupt("m", 0, corruption.apply(target.staged("m")));
                }
              }
            })
        .build();
  }

  private List<Finding> findings(UnaryOperator<List<Row>> corruption) {
    MigrationPlan plan = plan(Docs.rows(20), corruption);
    VerificationFailedException failure =
        catchThrowableOfType(VerificationFailedException.class, plan::run);
    assertThat(failure).as("verification fails").isNotNull();
    assertThat(target.tables()).isEmpty();
    return failure.report().findings();
  }

  private List<String> codes(UnaryOperator<List<Row>> corruption) {
    return findings(corruption).stream().map(Finding::code).toList();
  }

  private static UnaryOperator<List<Row>> changing(int field, Object value) {
    return rows -> {
      Row old = rows.get(7);
      Object[] values = new Object[old.schema().size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = i == field ? value : old.value(i);
      }
      List<Row> changed = new ArrayList<>(rows);
      changed.set(7, Row.of(old.schema(), values));
      return changed;
    };
  }

  @Test
  void one_bit_of_a_vector() {
    assertThat(codes(changing(3, Vector.of(7, -0.0f, Math.nextUp(1f)))))
        .containsExactly(DIGEST, SAMPLE);
  }

  @Test
  void the_sign_of_a_zero() {
    assertThat(codes(changing(3, Vector.of(7, 0.0f, 1)))).containsExactly(DIGEST, SAMPLE);
  }

  @Test
  void one_id() {
    assertThat(codes(changing(0, "id-07"))).containsExactly(DIGEST, SAMPLE);
  }

  @Test
  void one_character() {
    assertThat(codes(changing(1, "text  7"))).containsExactly(DIGEST, SAMPLE);
  }

  @Test
  void empty_text_for_none() {
    assertThat(codes(changing(2, null))).containsExactly(DIGEST, SAMPLE);
  }

  @Test
  void one_key() {
    assertThat(codes(changing(2, Json.parse("{\"N\":7,\"x\":7.5,\"in\":{\"a\":[true]}}"))))
        .containsExactly(DIGEST, SAMPLE);
  }

  @Test
  void one_type() {
    Json decimal = Json.parse("{\"n\":7.0,\"x\":7.5,\"in\":{\"a\":[true]}}");

    assertThat(findings(changing(2, decimal)))
        .extracting(Finding::message)
        .satisfiesExactly(
            digest ->
                assertThat(digest)
                    .matches(
                        "table docs: digest [0-9a-f]{32}, expected [0-9a-f]{32} as read from the"
                            + " source\\. A row or value differs\\."),
            sample ->
                assertThat(sample)
                    .isEqualTo(
                        "table docs, row 'id-7': field 'metadata.n' is of type decimal, expected"
                            + " integer."));
  }

  @Test
  void a_row_that_is_missing() {
    assertThat(findings(rows -> rows.subList(0, 19)))
        .extracting(Finding::code, Finding::message)
        .contains(tuple(COUNT, "table docs: 19 rows, expected the 20 that were written."))
        .extracting(pair -> pair.toList().get(0))
        .containsExactly(COUNT, DIGEST, SAMPLE);
  }

  @Test
  void a_row_that_is_there_twice() {
    assertThat(
            codes(
                rows -> {
                  List<Row> more = new ArrayList<>(rows);
                  more.add(rows.get(3));
                  return more;
                }))
        .containsExactly(COUNT, DIGEST);
  }

  @Test
  void a_row_in_the_place_of_another() {
    assertThat(
            codes(
                rows -> {
                  List<Row> other = new ArrayList<>(rows);
                  other.set(3, rows.get(4));
                  return other;
                }))
        .containsExactly(DIGEST, SAMPLE);
  }

  @Test
  void two_vectors_that_changed_places() {
    assertThat(
            codes(
                rows -> {
                  List<Row> swapped = changing(3, rows.get(8).value(3)).apply(rows);
                  Row eight = rows.get(8);
                  swapped.set(
                      8,
                      Row.of(
                          Docs.SCHEMA,
                          eight.value(0),
                          eight.value(1),
                          eight.value(2),
                          rows.get(7).value(3)));
                  return swapped;
                }))
        .containsExactly(DIGEST, SAMPLE, SAMPLE);
  }

  @Test
  void at_most_ten_rows_are_named() {
    assertThat(
            codes(
                rows ->
                    rows.stream()
                        .map(
                            row ->
                                Row.of(row.schema(), row.value(0), "x", row.value(2), row.value(3)))
                        .toList()))
        .filteredOn(SAMPLE::equals)
        .hasSize(10);
  }

  @Test
  void a_source_that_gives_other_rows_than_it_counted() {
    MigrationPlan plan =
        MigrationPlan.builder("m")
            .from(ScriptedSource.of(Docs.rows(20)).refusing(3, "no"))
            .into(target)
            .maxRejects(1)
            .build();
    assertThat(plan.run().findings()).isEmpty();

    InMemorySource lying =
        InMemorySource.empty().with("docs", Docs.SCHEMA, Docs.rows(5)).counting("docs", 6);
    VerificationFailedException failure =
        catchThrowableOfType(
            VerificationFailedException.class,
            MigrationPlan.builder("lying").from(lying).into(InMemoryTarget.empty()).build()::run);
    assertThat(failure.report().findings())
        .containsExactly(
            Finding.error(
                "counts.source",
                "dataset 'docs': 5 rows read, expected the 6 that the source counted."));
  }

  @Test
  void rows_without_a_key_are_verified_by_count_and_digest_and_the_report_says_so() {
    Schema unkeyed =
        new Schema(
            List.of(Field.required("a", FieldType.TEXT), Field.required("n", FieldType.INTEGER)),
            List.of());
    List<Row> rows =
        List.of(Row.of(unkeyed, "x", 1L), Row.of(unkeyed, "x", 1L), Row.of(unkeyed, "y", 2L));

    MigrationReport report =
        MigrationPlan.builder("m")
            .from(InMemorySource.empty().with("log", unkeyed, rows))
            .into(target)
            .build()
            .run();

    assertThat(report.findings())
        .containsExactly(
            Finding.info(
                "samples.none",
                "table log: its rows have no key, so none was compared value by value."));
    assertThat(target.rows("log")).containsExactlyInAnyOrderElementsOf(rows);
  }

  @Test
  void ids_that_only_look_alike_are_told_apart() {
    Schema pairs =
        new Schema(
            List.of(
                Field.required("a", FieldType.TEXT),
                Field.required("b", FieldType.TEXT),
                Field.required("n", FieldType.INTEGER)),
            List.of("a", "b"));
    List<Row> rows = List.of(Row.of(pairs, "a/b", "c", 1L), Row.of(pairs, "a", "b/c", 2L));

    assertThat(
            MigrationPlan.builder("m")
                .from(InMemorySource.empty().with("pairs", pairs, rows))
                .into(target)
                .build()
                .run()
                .findings())
        .isEmpty();
  }
}
