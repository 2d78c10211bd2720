package dev.vectormigrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.VectorIndex;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import dev.vectormigrate.spi.TableName;
import dev.vectormigrate.spi.TargetSession;
import dev.vectormigrate.spi.TargetStore;
import dev.vectormigrate.spi.Verifier;
import dev.vectormigrate.spi.WriteMode;
import dev.vectormigrate.spi.WriteMode.OnConflict;
import dev.vectormigrate.verify.Verifiers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class MigrationPlanTest {

  private static final SourceStore UNTOUCHABLE_SOURCE =
      new SourceStore() {
        @Override
        public String name() {
          throw new AssertionError("touched");
        }

        @Override
        public SourceSession open() {
          throw new AssertionError("touched");
        }
      };

  private static final TargetStore UNTOUCHABLE_TARGET =
      new TargetStore() {
        @Override
        public String name() {
          throw new AssertionError("touched");
        }

        @Override
        public TargetSession open(String migration) {
          throw new AssertionError("touched");
        }

        @Override
        public void check(Row row) {
          throw new AssertionError("touched");
        }
      };

  private static MigrationPlan.Builder builder() {
    return MigrationPlan.builder("m").from(UNTOUCHABLE_SOURCE).into(UNTOUCHABLE_TARGET);
  }

  private static void refuses(String message, ThrowingCallable step) {
    assertThatThrownBy(step).isInstanceOf(PlanException.class).hasMessage(message);
  }

  @Test
  void building_and_describing_touch_neither_source_nor_target() {
    MigrationPlan plan = builder().dataset("docs").build();

    assertThat(plan.describe()).startsWith("docs: table=(name of the dataset)");
    assertThat(plan.name()).isEqualTo("m");
    assertThat(plan.sources()).containsExactly(UNTOUCHABLE_SOURCE);
    assertThat(plan.target()).isSameAs(UNTOUCHABLE_TARGET);
  }

  @Test
  void a_plan_needs_a_short_name_a_source_and_a_target() {
    refuses(
        "[plan] name: 0 characters, expected 1 to 200. Pass a short name that stays the same.",
        () -> MigrationPlan.builder(""));
    refuses(
        "[plan] name: 201 characters, expected 1 to 200. Pass a short name that stays the same.",
        () -> MigrationPlan.builder("x".repeat(201)));
    refuses(
        "[plan m] sources: none, expected at least one. Call from(...).",
        () -> MigrationPlan.builder("m").into(UNTOUCHABLE_TARGET).build());
    refuses(
        "[plan m] target: none. Call into(...).",
        () -> MigrationPlan.builder("m").from(UNTOUCHABLE_SOURCE).build());
  }

  @Test
  void a_dataset_is_named_once() {
    refuses(
        "[plan m] dataset 'docs': named twice, expected once. Put its mapping in one place.",
        () -> builder().dataset("docs").dataset("docs", d -> d.table("x")));
  }

  @Test
  void a_mapping_that_contradicts_itself_is_refused_by_build() {
    refuses(
        "[plan m, dataset docs] tenant column 'b': there is 'a' already. Change the mapping.",
        () ->
            builder()
                .eachDataset(d -> d.tenant("a", Tenant.constant("x")))
                .dataset("docs", d -> d.tenant("b", Tenant.constant("x")))
                .build());
    refuses(
        "[plan m] tenant: empty, expected some text. Change the mapping.",
        () -> builder().eachDataset(d -> d.tenant("a", Tenant.fromMetadata(""))).build());
    refuses(
        "[plan m, dataset docs] name of a table: empty, expected some text. Change the mapping.",
        () -> builder().dataset("docs", d -> d.table("")).build());
  }

  @Test
  void settings_out_of_range_are_refused_where_they_are_made() {
    assertThatThrownBy(() -> builder().batchRows(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("batchRows: 0, expected at least 1");
    assertThatThrownBy(() -> builder().batchBytes(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("batchBytes: 0, expected at least 1");
    assertThatThrownBy(() -> builder().writers(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("writers: 0, expected at least 1");
    assertThatThrownBy(() -> builder().maxRejects(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maxRejects: -1, expected at least 0");
  }

  @Test
  void every_setting_reaches_the_plan() {
    RetryPolicy retry = new RetryPolicy(2, Duration.ZERO, Duration.ZERO);

    assertThat(
            builder()
                .batchRows(1)
                .batchBytes(2)
                .writers(3)
                .maxRejects(4)
                .lockWait(Duration.ofSeconds(5))
                .retry(retry)
                .build()
                .settings())
        .isEqualTo(new RunSettings(1, 2, 3, 4, Duration.ofSeconds(5), retry));
    assertThat(builder().build().settings()).isEqualTo(RunSettings.DEFAULT);
  }

  @Test
  void what_surrounds_a_run_reaches_the_plan_and_is_off_by_default() {
    Runnable before = () -> {};
    Runnable after = () -> {};
    BackupPolicy policy = BackupPolicy.in(Path.of("b")).keep(2);
    MigrationPlan plan =
        builder()
            .backup(policy)
            .stateFile(Path.of("s"))
            .onError(OnError.CONTINUE)
            .beforeRun(before)
            .afterRun(after)
            .build();

    assertThat(plan.backup()).contains(policy);
    assertThat(policy).isEqualTo(new BackupPolicy(Path.of("b"), 2));
    assertThat(plan.stateFile()).contains(Path.of("s"));
    assertThat(plan.onError()).isEqualTo(OnError.CONTINUE);
    assertThat(List.of(plan.beforeRun(), plan.afterRun())).containsExactly(before, after);
    assertThat(builder().build().backup()).isEmpty();
    assertThat(builder().build().stateFile()).isEmpty();
    assertThat(builder().build().onError()).isEqualTo(OnError.STOP);
    assertThat(plan.describe()).isEqualTo(builder().build().describe());
    assertThat(BackupPolicy.besideTheSource().kept()).isEqualTo(3);
    assertThatThrownBy(() -> policy.keep(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("keep: 0, expected at least 1");
  }

  @Test
  void a_mapping_changes_the_defaults_of_all_and_then_those_of_its_own() {
    MigrationPlan plan =
        builder()
            .eachDataset(d -> d.replace().index(VectorIndex.none()))
            .eachDataset(d -> d.constant("origin", "all"))
            .dataset("docs", d -> d.table("app", "t").append(OnConflict.SKIP).rename("text", "b"))
            .dataset("notes")
            .build();

    DatasetMapping docs = plan.mapping("docs");
    assertThat(docs.table()).contains(new TableName("app", "t"));
    assertThat(docs.mode()).isEqualTo(WriteMode.append(OnConflict.SKIP));
    assertThat(docs.index()).isEqualTo(VectorIndex.none());
    assertThat(docs.constants()).isEqualTo(Map.of("origin", "all"));
    assertThat(docs.column("text")).isEqualTo("b");
    assertThat(docs.column("id")).isEqualTo("id");
    assertThat(plan.describe())
        .isEqualTo(
            "docs: table=app.t renamed={text=b} dropped=[] constants={origin=all} tenants={}"
                + " mode=append skip index=none\n"
                + "notes: table=(name of the dataset) renamed={text=content} dropped=[]"
                + " constants={origin=all} tenants={} mode=replace index=none");
  }

  @Test
  void a_plan_of_all_datasets_describes_the_defaults() {
    assertThat(builder().eachDataset(d -> d.tenant("u", Tenant.constant("x"))).build().describe())
        .isEqualTo(
            "all datasets: table=(name of the dataset) renamed={text=content} dropped=[]"
                + " constants={} tenants={u='x'} mode=create index=automatic");
    assertThat(
            builder().eachDataset(d -> d.tenant("u", Tenant.fromMetadata("x"))).build().describe())
        .contains("tenants={u=metadata 'x'}");
  }

  @Test
  void a_plan_does_not_follow_its_builder_and_is_not_changed_through_its_parts() {
    Verifier counts = Verifiers.counts();
    MigrationPlan.Builder builder = builder().dataset("docs").verify(counts);
    MigrationPlan plan = builder.build();
    builder.dataset("notes").verify(Verifiers.digest()).from(UNTOUCHABLE_SOURCE).batchRows(1);

    assertThat(plan.datasets()).isEqualTo(Set.of("docs"));
    assertThat(plan.verifiers()).containsExactly(counts);
    assertThat(plan.sources()).hasSize(1);
    assertThat(plan.settings()).isEqualTo(RunSettings.DEFAULT);
    assertThatThrownBy(() -> plan.datasets().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void a_mapping_is_made_once_so_that_it_stays_the_same() {
    AtomicInteger made = new AtomicInteger();
    MigrationPlan plan =
        builder().dataset("docs", d -> d.constant("n", "" + made.incrementAndGet())).build();

    assertThat(plan.describe()).isEqualTo(plan.describe());
    assertThat(plan.mapping("docs").constants()).isEqualTo(Map.of("n", "1"));
  }

  @Test
  void without_verifiers_the_standard_ones_check() {
    assertThat(builder().build().verifiers())
        .extracting(Verifier::name)
        .containsExactly("counts", "digest", "tenants", "samples", "schema");
  }
}
