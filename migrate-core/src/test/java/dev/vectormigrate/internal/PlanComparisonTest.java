package dev.vectormigrate.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.Comparison;
import dev.vectormigrate.Comparison.TableComparison;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport.CheckReport;
import dev.vectormigrate.MigrationReport.Verdict;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.RowDifference;
import dev.vectormigrate.RowDifference.Kind;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.testkit.Docs;
import dev.vectormigrate.testkit.InMemorySource;
import dev.vectormigrate.testkit.InMemoryTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanComparisonTest {

  private final InMemoryTarget target = InMemoryTarget.empty();

  private MigrationPlan plan(List<Row> rows) {
    return MigrationPlan.builder("m")
        .from(InMemorySource.empty().with("docs", rows.get(0).schema(), rows))
        .into(target)
        .eachDataset(d -> d.rename("text", "text"))
        .build();
  }

  @Test
  void rows_that_somebody_else_put_there_are_the_same() {
    target.put("docs", Docs.rows(20));

    Comparison comparison = plan(Docs.rows(20)).compare();

    assertThat(comparison.outcome()).isEqualTo(Outcome.SAME);
    assertThat(comparison.tables())
        .containsExactly(new TableComparison("docs", 20, 20, 20, 0, 0, 0, 0, 0, 0));
    assertThat(comparison.report().checked()).containsExactly("every row");
    assertThat(comparison.report().checks())
        .containsExactly(
            new CheckReport(
                "every row",
                "docs",
                Verdict.PASSED,
                "20 rows in the source, 20 in the table, 20 of them the same"));
    assertThat(target.openResources()).isZero();
  }

  @Test
  void all_of_a_long_list_is_told_and_ten_are_named() {
    target.put("docs", Docs.rows(20).subList(0, 5));
    List<RowDifference> told = new ArrayList<>();

    Comparison comparison = plan(Docs.rows(20)).compare(told::add);

    assertThat(told).hasSize(15).allMatch(row -> row.kind() == Kind.MISSING);
    assertThat(told)
        .extracting(RowDifference::id)
        .containsExactlyInAnyOrderElementsOf(
            Docs.rows(20).subList(5, 20).stream().map(Row::id).toList());
    assertThat(comparison.report().checks())
        .containsExactly(
            new CheckReport(
                "every row",
                "docs",
                Verdict.FAILED,
                "20 rows in the source, 5 in the table, 5 of them the same, 15 only in the source"));
    assertThat(comparison.report().findings().get(1).message())
        .startsWith("table docs: rows only in the source, 15: ")
        .endsWith(" and 5 more.");
  }

  @Test
  void what_the_consumer_throws_ends_it_and_everything_is_closed() {
    target.put("docs", Docs.rows(5));

    assertThatThrownBy(
            () ->
                plan(Docs.rows(20))
                    .compare(
                        row -> {
                          throw new IllegalStateException("full");
                        }))
        .hasMessage("full");

    assertThat(target.openResources()).isZero();
  }

  @Test
  void a_scratch_folder_goes_with_its_files() throws IOException {
    Path path;
    try (ScratchFolder scratch = ScratchFolder.create()) {
      path = scratch.path();
      Files.writeString(path.resolve("sorted"), "x");
    }

    assertThat(path).doesNotExist();
  }

  @Test
  void what_a_recorded_migration_proves_is_growth() {
    plan(Docs.rows(10)).run();

    assertThat(plan(Docs.rows(10)).compare().outcome()).isEqualTo(Outcome.SAME);
    assertThat(plan(Docs.rows(12)).compare().outcome()).isEqualTo(Outcome.GROWN);
    assertThat(plan(Docs.rows(9)).compare().outcome()).isEqualTo(Outcome.DIFFERENT);
  }
}
