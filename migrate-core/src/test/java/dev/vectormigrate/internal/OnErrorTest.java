package dev.vectormigrate.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.vectormigrate.BackupPolicy;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.MigrationReport.DatasetReport;
import dev.vectormigrate.OnError;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.RefusedException;
import dev.vectormigrate.RejectsExceededException;
import dev.vectormigrate.RetryPolicy;
import dev.vectormigrate.SourceException;
import dev.vectormigrate.backup.Backups;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.report.ReportFormat;
import dev.vectormigrate.spi.TargetStore;
import dev.vectormigrate.testkit.Docs;
import dev.vectormigrate.testkit.FaultyTarget;
import dev.vectormigrate.testkit.FaultyTarget.When;
import dev.vectormigrate.testkit.InMemorySource;
import dev.vectormigrate.testkit.InMemoryTarget;
import dev.vectormigrate.testkit.ScriptedSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run does about damaged datasets: {@code docs} of the script is the one. */
class OnErrorTest {

  private static final List<Row> NOTES = IntStream.range(100, 107).mapToObj(Docs::row).toList();
  private static final List<Row> CHATS = IntStream.range(200, 205).mapToObj(Docs::row).toList();
  private static final String REMEDY =
      " Mend it at its source, then migrate it with a plan of a new name.";

  private final InMemoryTarget target = InMemoryTarget.empty();
  private final ScriptedSource source = ScriptedSource.of(Docs.rows(23));
  private final InMemorySource others =
      InMemorySource.empty().with("notes", Docs.SCHEMA, NOTES).with("chats", Docs.SCHEMA, CHATS);

  @AfterEach
  void nothing_is_left_open() {
    assertThat(target.openResources()).as("open at the target").isZero();
    assertThat(source.openResources()).as("open at the source").isZero();
  }

  private MigrationPlan.Builder plan(TargetStore into) {
    return MigrationPlan.builder("m")
        .from(source)
        .from(others)
        .into(into)
        .eachDataset(d -> d.rename("text", "text"))
        .batchRows(2)
        .writers(1)
        .retry(new RetryPolicy(3, Duration.ZERO, Duration.ZERO))
        .onError(OnError.CONTINUE);
  }

  private MigrationPlan.Builder plan() {
    return plan(target);
  }

  private static Finding leftOut(String reason) {
    return Finding.error("dataset.left_out", "script docs was left out: " + reason + "." + REMEDY);
  }

  private static void assertTheOthersAlone(InMemoryTarget holder) {
    assertThat(holder.tables()).containsExactlyInAnyOrder("notes", "chats");
    assertThat(holder.rows("notes")).containsExactlyInAnyOrderElementsOf(NOTES);
    assertThat(holder.rows("chats")).containsExactlyInAnyOrderElementsOf(CHATS);
  }

  private void damageWhileRead() {
    source.before(
        13,
        () -> {
          throw new Exception("torn page.");
        });
  }

  @Test
  void to_stop_is_the_default() {
    source.finding(Finding.error("x.lost", "The store has lost vectors."));
    MigrationPlan plan = MigrationPlan.builder("m").from(source).from(others).into(target).build();

    assertThat(plan.onError()).isEqualTo(OnError.STOP);
    assertThatThrownBy(plan::run)
        .isInstanceOf(RefusedException.class)
        .hasMessage("[script docs] The store has lost vectors.");
    assertThat(target.tables()).isEmpty();
  }

  @Test
  void what_the_inspection_finds_damaged_is_left_out() {
    source
        .finding(Finding.error("x.lost", "The store has lost vectors."))
        .finding(Finding.warning("x.warn", "Two rows look alike."))
        .finding(Finding.error("x.torn", "A page is torn."));
    MigrationPlan plan = plan().build();

    MigrationReport report = plan.run();

    Finding expected = leftOut("The store has lost vectors. A page is torn");
    assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(report.passed()).isFalse();
    assertThat(report.isRefused()).isFalse();
    assertThat(report.findings()).containsExactly(expected);
    assertThat(report.leftOut()).containsExactly(expected);
    assertThat(report.datasets())
        .extracting(DatasetReport::dataset)
        .containsExactly("notes", "chats");
    assertThat(ReportFormat.MARKDOWN.write(report).lines().findFirst())
        .hasValue("# Migration m: 12 rows migrated and verified; datasets left out: 1");
    assertThat(plan.status().leftOut()).containsExactly(expected);
    assertThat(plan.status().run().orElseThrow().findings()).containsExactly(expected);
    assertTheOthersAlone(target);
  }

  @Test
  void a_later_run_that_finds_it_done_says_again_what_is_missing() {
    source.finding(Finding.error("x.lost", "The store has lost vectors."));
    plan().build().run();

    MigrationReport report = plan().onError(OnError.STOP).build().run();

    assertThat(report.outcome()).isEqualTo(Outcome.ALREADY_MIGRATED);
    assertThat(report.passed()).isFalse();
    assertThat(report.findings()).containsExactly(leftOut("The store has lost vectors"));
    assertThat(ReportFormat.MARKDOWN.write(report).lines().findFirst())
        .hasValue("# Migration m: already migrated, nothing done; datasets left out: 1");
  }

  @Test
  void what_fails_while_it_is_read_is_left_out_and_the_rest_is_staged_anew() {
    damageWhileRead();

    MigrationReport report = plan().build().run();

    assertThat(report.findings()).containsExactly(leftOut("torn page"));
    assertThat(report.passed()).isFalse();
    assertThat(report.written()).isEqualTo(12);
    assertTheOthersAlone(target);
  }

  @Test
  void one_after_the_other_is_left_out() {
    damageWhileRead();
    ScriptedSource second = ScriptedSource.of(Docs.rows(9));
    second.before(
        8,
        () -> {
          throw new Exception("torn, too");
        });

    MigrationReport report =
        plan().from(new Renamed(second, "more")).writers(3).batchRows(1).build().run();

    assertThat(report.leftOut())
        .extracting(Finding::message)
        .containsExactlyInAnyOrder(
            "script docs was left out: torn page." + REMEDY,
            "script more was left out: torn, too." + REMEDY);
    assertTheOthersAlone(target);
    assertThat(second.openResources()).isZero();
  }

  @Test
  void rows_of_it_are_not_left_in_a_table_that_others_share() {
    damageWhileRead();

    MigrationReport report = plan().eachDataset(d -> d.table("all")).build().run();

    assertThat(report.findings()).containsExactly(leftOut("torn page"));
    assertThat(target.tables()).containsExactly("all");
    assertThat(target.rows("all")).hasSize(12).containsAll(NOTES).containsAll(CHATS);
  }

  @Test
  void what_can_not_be_split_is_left_out() {
    source.beforeSplit(
        () -> {
          throw new Exception("no end");
        });

    assertThat(plan().build().run().findings()).containsExactly(leftOut("no end"));
    assertTheOthersAlone(target);
  }

  @Test
  void where_all_are_damaged_there_is_nothing_to_go_on_with() {
    source.finding(Finding.error("x.lost", "The store has lost vectors."));
    MigrationPlan plan =
        MigrationPlan.builder("m").from(source).into(target).onError(OnError.CONTINUE).build();
    String message =
        "[script] datasets: all are damaged, expected one at least that can be read. script docs"
            + " was left out: The store has lost vectors."
            + REMEDY;

    assertThatThrownBy(plan::run).isInstanceOf(SourceException.class).hasMessage(message);
    assertThatThrownBy(plan::dryRun).isInstanceOf(SourceException.class).hasMessage(message);
    assertThat(plan.status().state()).isEqualTo("none");
  }

  @Test
  void where_the_last_one_fails_while_it_is_read_the_run_fails() {
    damageWhileRead();
    MigrationPlan plan =
        MigrationPlan.builder("m").from(source).into(target).onError(OnError.CONTINUE).build();

    assertThatThrownBy(plan::run)
        .isInstanceOf(SourceException.class)
        .hasMessage(
            "[script] datasets: all are damaged, expected one at least that can be read. script"
                + " docs was left out: torn page."
                + REMEDY);
    assertThat(target.tables()).isEmpty();
    assertThatThrownBy(plan::dryRun).isInstanceOf(SourceException.class);
  }

  @Test
  void too_many_refused_rows_and_a_source_that_does_not_open_stop_the_run() {
    source.refusing(4, "no");
    assertThatThrownBy(plan().build()::run).isInstanceOf(RejectsExceededException.class);
    plan().build().discard();

    source.beforeOpen(
        () -> {
          throw new Exception("locked");
        });
    assertThatThrownBy(plan().build()::run)
        .isInstanceOf(SourceException.class)
        .hasMessage("[script] locked");
    assertThat(target.tables()).isEmpty();
  }

  @Test
  void a_fault_of_the_target_stops_the_run() {
    FaultyTarget faulty = FaultyTarget.killedAt(12, When.BEFORE_THE_EFFECT, target);

    assertThatThrownBy(plan(faulty).build()::run)
        .hasMessageStartingWith("[memory target] ")
        .isNotInstanceOf(SourceException.class);
    assertThat(plan().build().run().passed()).isTrue();
  }

  @Test
  void a_dry_run_goes_on_as_well() {
    damageWhileRead();

    MigrationReport report = plan().build().dryRun();

    assertThat(report.findings()).containsExactly(leftOut("torn page"));
    assertThat(report.passed()).isFalse();
    assertThat(report.datasets())
        .extracting(DatasetReport::dataset)
        .containsExactly("notes", "chats");
    assertThat(target.tables()).isEmpty();
  }

  @Test
  void the_others_must_not_have_changed_when_they_are_staged_anew() {
    InMemorySource before = InMemorySource.empty().with("notes", Docs.SCHEMA, NOTES);
    ScriptedSource changing = ScriptedSource.of(CHATS);
    source.before(
        13,
        () -> {
          changing.fingerprint("v2");
          throw new Exception("torn page.");
        });
    MigrationPlan plan =
        MigrationPlan.builder("m")
            .from(source)
            .from(before)
            .from(new Renamed(changing, "chats"))
            .into(target)
            .onError(OnError.CONTINUE)
            .build();

    assertThatThrownBy(plan::run)
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "[migration m] dataset 'chats' changed since the run began: v2, expected v1. Call"
                + " discard() to start over with what is there now.");
    assertThat(target.tables()).isEmpty();
  }

  @Test
  void it_stays_left_out_when_an_interrupted_run_goes_on() {
    damageWhileRead();
    FaultyTarget counting =
        FaultyTarget.killedAt(Integer.MAX_VALUE, When.AFTER_THE_EFFECT, InMemoryTarget.empty());
    plan(counting).build().run();
    for (When when : When.values()) {
      for (int call = 1; call <= counting.calls(); call++) {
        InMemoryTarget survivor = InMemoryTarget.empty();
        catchThrowable(plan(FaultyTarget.killedAt(call, when, survivor)).build()::run);

        MigrationReport report = plan(survivor).build().run();

        assertThat(report.findings()).as("%s %d", when, call).containsExactly(leftOut("torn page"));
        assertTheOthersAlone(survivor);
        assertThat(survivor.openResources()).isZero();
      }
    }
  }

  @Test
  void it_stays_left_out_though_it_is_whole_again_and_the_policy_is_another() {
    source.finding(Finding.error("x.lost", "The store has lost vectors."));
    InMemoryTarget survivor = InMemoryTarget.empty();
    catchThrowable(plan(FaultyTarget.killedAt(8, When.AFTER_THE_EFFECT, survivor)).build()::run);
    assertThat(plan(survivor).build().status().state()).isEqualTo("initial");
    source.mended();

    MigrationReport report = plan(survivor).onError(OnError.STOP).build().run();

    assertThat(report.findings()).containsExactly(leftOut("The store has lost vectors"));
    assertTheOthersAlone(survivor);
  }

  @Test
  void one_that_is_damaged_only_when_the_run_goes_on_is_refused() {
    InMemoryTarget survivor = InMemoryTarget.empty();
    catchThrowable(plan(FaultyTarget.killedAt(8, When.AFTER_THE_EFFECT, survivor)).build()::run);
    source.finding(Finding.error("x.lost", "The store has lost vectors."));

    assertThatThrownBy(plan(survivor).build()::run)
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "[migration m] datasets: [chats, notes], expected what the run began with: [chats,"
                + " docs, notes]. Call discard() to start over with what is there now.");
  }

  @Test
  void a_backup_is_made_once_though_everything_is_staged_anew(@TempDir Path temp) throws Exception {
    source.files(Files.writeString(temp.resolve("store.json"), "{}"));
    damageWhileRead();

    MigrationReport report = plan().backup(BackupPolicy.in(temp.resolve("b"))).build().run();

    assertThat(report.backups()).hasSize(1);
    assertThat(Backups.in(temp.resolve("b")).list()).hasSize(1);
    assertThat(report.leftOut()).containsExactly(leftOut("torn page"));
    assertTheOthersAlone(target);
  }
}
