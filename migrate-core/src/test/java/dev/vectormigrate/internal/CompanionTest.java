package dev.vectormigrate.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.vectormigrate.Companion;
import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.Layout;
import dev.vectormigrate.MigrationException;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.MigrationReport.DatasetReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.RefusedException;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.spi.TargetStore;
import dev.vectormigrate.testkit.Docs;
import dev.vectormigrate.testkit.FaultyTarget;
import dev.vectormigrate.testkit.FaultyTarget.When;
import dev.vectormigrate.testkit.InMemorySource;
import dev.vectormigrate.testkit.InMemoryTarget;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rows that a layout puts beside datasets take the same way as theirs. */
class CompanionTest {

  private static final Schema ENTRY =
      new Schema(
          List.of(Field.required("name", FieldType.TEXT), Field.required("owner", FieldType.TEXT)),
          List.of("name"));

  /** All documents in one table, and two entries for each collection in another. */
  private record Catalogued(String owner) implements Layout {

    @Override
    public String name() {
      return "catalogued";
    }

    @Override
    public void map(Dataset dataset, DatasetMapping.Builder mapping) {
      mapping.rename("text", "text").table(dataset.name());
    }

    @Override
    public List<Companion> companions(Dataset dataset) {
      return List.of(
          new Companion(
              "catalog",
              ENTRY,
              List.of(entry(dataset.name()), entry(dataset.name() + " again")),
              mapping -> mapping.table("catalog")));
    }

    private Row entry(String name) {
      return Row.of(ENTRY, name, owner);
    }
  }

  private final InMemorySource source =
      InMemorySource.empty()
          .with("a", Docs.SCHEMA, Docs.rows(3))
          .with("b", Docs.SCHEMA, Docs.rows(2));

  private MigrationPlan plan(TargetStore target, String owner) {
    return MigrationPlan.builder("m")
        .from(source)
        .into(target)
        .layout(new Catalogued(owner))
        .batchRows(1)
        .writers(1)
        .build();
  }

  private static void assertAllThere(InMemoryTarget target) {
    assertThat(target.rows("a")).containsExactlyInAnyOrderElementsOf(Docs.rows(3));
    assertThat(target.rows("b")).containsExactlyInAnyOrderElementsOf(Docs.rows(2));
    assertThat(target.rows("catalog"))
        .containsExactlyInAnyOrder(
            Row.of(ENTRY, "a", "me"),
            Row.of(ENTRY, "a again", "me"),
            Row.of(ENTRY, "b", "me"),
            Row.of(ENTRY, "b again", "me"));
  }

  @Test
  void they_are_read_verified_made_live_and_taken_back_with_the_rest() {
    InMemoryTarget target = InMemoryTarget.empty();
    MigrationPlan plan = plan(target, "me");

    MigrationReport report = plan.run();

    assertAllThere(target);
    assertThat(report.datasets())
        .extracting(DatasetReport::dataset)
        .containsExactly("a", "catalog/a", "b", "catalog/b");
    assertThat(report.datasets()).extracting(DatasetReport::read).containsExactly(3L, 2L, 2L, 2L);
    assertThat(plan.verify().outcome()).isEqualTo(Outcome.VERIFIED);
    plan.rollback();
    assertThat(target.tables()).isEmpty();
  }

  @Test
  void killed_at_any_call_the_next_run_ends_with_the_same_rows() {
    for (When when : When.values()) {
      FaultyTarget counting =
          FaultyTarget.killedAt(Integer.MAX_VALUE, when, InMemoryTarget.empty());
      plan(counting, "me").run();
      for (int call = 1; call <= counting.calls(); call++) {
        InMemoryTarget survivor = InMemoryTarget.empty();
        Throwable death =
            catchThrowable(plan(FaultyTarget.killedAt(call, when, survivor), "me")::run);
        assertThat(death).as("call %d", call).isInstanceOf(MigrationException.class);

        plan(survivor, "me").run();

        assertAllThere(survivor);
      }
    }
  }

  @Test
  void a_run_does_not_go_on_with_others() {
    InMemoryTarget stopped = stoppedBeforePromotion();

    assertThatThrownBy(() -> plan(stopped, "you").run())
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("dataset 'catalog/a' changed since the run began: ")
        .hasMessageEndingWith(" Call discard() to start over with what is there now.");
  }

  private InMemoryTarget stoppedBeforePromotion() {
    for (int call = 1; ; call++) {
      InMemoryTarget survivor = InMemoryTarget.empty();
      FaultyTarget faulty = FaultyTarget.killedAt(call, When.BEFORE_THE_EFFECT, survivor);
      catchThrowable(plan(faulty, "me")::run);
      if (faulty.failed().orElseThrow().equals("promote")) {
        return survivor;
      }
    }
  }
}
