package dev.vectormigrate.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.vectormigrate.BackupFailedException;
import dev.vectormigrate.BackupPolicy;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.Phase;
import dev.vectormigrate.RefusedException;
import dev.vectormigrate.RetryPolicy;
import dev.vectormigrate.RunInterruptedException;
import dev.vectormigrate.SourceException;
import dev.vectormigrate.backup.Backup;
import dev.vectormigrate.backup.Backups;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.report.ReportFormat;
import dev.vectormigrate.spi.MadeBackup;
import dev.vectormigrate.spi.SourceStore;
import dev.vectormigrate.spi.TargetStore;
import dev.vectormigrate.testkit.Docs;
import dev.vectormigrate.testkit.FaultyTarget;
import dev.vectormigrate.testkit.FaultyTarget.When;
import dev.vectormigrate.testkit.InMemorySource;
import dev.vectormigrate.testkit.InMemoryTarget;
import dev.vectormigrate.testkit.RecordingListener;
import dev.vectormigrate.testkit.ScriptedSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run backs up, when, and what becomes of that. */
class BackupPhaseTest {

  private static final int ROWS = 23;

  @TempDir Path temp;

  private final InMemoryTarget target = InMemoryTarget.empty();
  private final ScriptedSource source = ScriptedSource.of(Docs.rows(ROWS));
  private final RecordingListener listener = new RecordingListener();
  private Path store;
  private Path folder;
  private Backups backups;

  @BeforeEach
  void makeStore() throws IOException {
    temp = temp.toRealPath();
    store = Files.createDirectory(temp.resolve("store"));
    folder = temp.resolve("backups");
    backups = Backups.in(folder);
    Files.writeString(store.resolve("data.json"), "{}");
    source.files(store);
  }

  @AfterEach
  void nothing_is_left_open() {
    assertThat(target.openResources()).as("open at the target").isZero();
    assertThat(source.openResources()).as("open at the source").isZero();
    assertThat(Thread.interrupted()).as("interrupted").isFalse();
  }

  private MigrationPlan.Builder plan(SourceStore from, TargetStore into) {
    return MigrationPlan.builder("m")
        .from(from)
        .into(into)
        .eachDataset(d -> d.rename("text", "text"))
        .batchRows(2)
        .writers(1)
        .retry(new RetryPolicy(3, Duration.ZERO, Duration.ZERO))
        .backup(BackupPolicy.in(folder));
  }

  private MigrationPlan.Builder plan() {
    return plan(source, target).listener(listener);
  }

  private static MadeBackup made(Backup backup) {
    return new MadeBackup(backup.id(), backup.archive().toString());
  }

  private Backup onlyBackup() {
    assertThat(backups.list()).hasSize(1);
    Backup backup = backups.list().get(0);
    backups.verify(backup);
    return backup;
  }

  private void assertExactlyTheRows() {
    assertThat(target.rows("docs")).containsExactlyInAnyOrderElementsOf(Docs.rows(ROWS));
  }

  @Test
  void a_backup_is_made_between_plan_and_stage_and_reported() {
    MigrationReport report = plan().build().run();

    Backup backup = onlyBackup();
    assertThat(backup.name()).isEqualTo("m");
    assertThat(backup.source()).isEqualTo(store);
    assertThat(report.backups()).containsExactly(made(backup));
    assertThat(report.findings()).isEmpty();
    assertThat(report.phases()).containsOnlyKeys(Phase.values());
    assertThat(ReportFormat.MARKDOWN.write(report).replace("\\_", "_"))
        .contains("- Backup: " + backup.id() + ", in " + backup.archive() + "\n");
    assertThat(listener.events())
        .containsExactly(
            "run of m started",
            "PLAN started",
            "PLAN finished",
            "BACKUP started",
            "found backup.made",
            "BACKUP finished",
            "STAGE started",
            "STAGE finished",
            "INDEX started",
            "INDEX finished",
            "VERIFY started",
            "VERIFY finished",
            "PROMOTE started",
            "PROMOTE finished",
            "run finished: MIGRATED");
    assertExactlyTheRows();
  }

  @Test
  void who_asks_later_is_told_of_it_as_well() {
    MigrationPlan plan = plan().build();
    plan.run();

    MadeBackup made = made(onlyBackup());
    assertThat(plan.status().backups()).containsExactly(made);
    assertThat(plan.run().backups()).containsExactly(made);
    assertThat(plan.verify().backups()).containsExactly(made);
    assertThat(plan.dryRun().backups()).containsExactly(made);
    plan.rollback();
    assertThat(plan.status().backups()).containsExactly(made);
    assertThat(backups.list()).hasSize(1);
  }

  @Test
  void without_a_policy_none_is_made() {
    MigrationReport report = MigrationPlan.builder("m").from(source).into(target).build().run();

    assertThat(report.backups()).isEmpty();
    assertThat(report.phases()).doesNotContainKey(Phase.BACKUP);
    assertThat(ReportFormat.MARKDOWN.write(report)).contains("- Backup: none was made\n");
    assertThat(temp).isDirectoryNotContaining("glob:**backups");
  }

  @Test
  void it_goes_beside_the_source_and_only_so_many_are_kept() {
    for (int i = 0; i < 4; i++) {
      MigrationPlan plan = plan().backup(BackupPolicy.besideTheSource().keep(2)).build();
      plan.run();
      plan.rollback();
      plan.discard();
    }

    assertThat(BackupPolicy.besideTheSource().of(store).list("m")).hasSize(2);
    assertThat(Backups.beside(store).folder().getParent()).isEqualTo(temp);
  }

  @Test
  void each_source_that_is_a_file_gets_one_and_the_others_are_named() {
    InMemorySource memory = InMemorySource.empty().with("notes", Docs.SCHEMA, Docs.rows(3));

    MigrationReport report = plan(memory, target).from(source).build().run();

    assertThat(onlyBackup().name()).isEqualTo("m_2");
    assertThat(report.findings())
        .containsExactly(
            Finding.info("backup.no_files", "memory is no file: no backup of it is made."));
    assertThat(target.tables()).containsExactlyInAnyOrder("docs", "notes");
  }

  @Test
  void sources_without_files_alone_skip_the_phase() {
    InMemorySource memory = InMemorySource.empty().with("notes", Docs.SCHEMA, Docs.rows(3));

    MigrationReport report = plan(memory, target).build().run();

    assertThat(report.phases()).doesNotContainKey(Phase.BACKUP);
    assertThat(report.findings()).extracting(Finding::code).containsExactly("backup.no_files");
    assertThat(report.passed()).isTrue();
    assertThat(folder).doesNotExist();
  }

  @Test
  void a_backup_that_fails_stops_the_run_before_anything_is_staged() throws IOException {
    Files.writeString(folder, "no folder");
    MigrationPlan plan = plan().build();

    assertThatThrownBy(plan::run)
        .isInstanceOf(BackupFailedException.class)
        .message()
        .startsWith("[script] backup: [" + folder + "] backup of 'm' cannot be made: ")
        .endsWith("Check permissions and space, or choose another folder.");
    assertThat(plan.status().state()).isEqualTo("initial");
    assertThat(target.staged("m")).isEmpty();

    Files.delete(folder);
    assertThat(plan.run().backups()).containsExactly(made(onlyBackup()));
    assertExactlyTheRows();
  }

  @Test
  void an_interrupted_backup_is_an_interrupted_run() {
    source.beforeSplit(() -> Thread.currentThread().interrupt());

    assertThatThrownBy(plan().build()::run)
        .isInstanceOf(RunInterruptedException.class)
        .hasMessage("[script] interrupted in the backup; run again to go on.");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(backups.list()).isEmpty();

    source.beforeSplit(() -> {});
    assertThat(plan().build().run().backups()).containsExactly(made(onlyBackup()));
  }

  /** Ends a run when the first row is read, after the backup. */
  private void stopWhenRowsAreRead() {
    source.before(0, ScriptedSource.failing(1, new Exception("stop")));
    assertThatThrownBy(plan().build()::run)
        .isInstanceOf(SourceException.class)
        .hasMessage("[script docs] stop");
  }

  @Test
  void a_run_that_goes_on_makes_no_second_one() {
    stopWhenRowsAreRead();
    Backup backup = onlyBackup();
    assertThat(plan().build().status().state()).isEqualTo("prepared");
    assertThat(plan().build().status().backups()).containsExactly(made(backup));

    MigrationReport report = plan().build().run();

    assertThat(onlyBackup()).isEqualTo(backup);
    assertThat(report.backups()).containsExactly(made(backup));
    assertThat(report.phases()).doesNotContainKey(Phase.BACKUP);
    assertExactlyTheRows();
  }

  @Test
  void a_source_that_changed_after_the_backup_is_refused() {
    stopWhenRowsAreRead();
    source.fingerprint("v2");

    assertThatThrownBy(plan().build()::run)
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "[migration m] dataset 'docs' changed since the run began: v2, expected v1. Call"
                + " discard() to start over with what is there now.");
    assertThat(target.tables()).isEmpty();

    plan().build().discard();
    plan().build().run();
    assertThat(backups.list()).hasSize(2);
    assertExactlyTheRows();
  }

  @Test
  void a_source_that_changes_between_plan_and_backup_is_noticed_at_once() {
    AtomicInteger opened = new AtomicInteger();
    source.beforeOpen(
        () -> {
          if (opened.incrementAndGet() == 2) {
            source.fingerprint("v2");
          }
        });

    assertThatThrownBy(plan().build()::run)
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "[migration m] dataset 'docs' changed since the run began: v2, expected v1. Call"
                + " discard() to start over with what is there now.");
    assertThat(plan().build().status().state()).isEqualTo("initial");
    assertThat(plan().build().status().backups()).isEmpty();
    assertThat(target.staged("m")).isEmpty();
  }

  @Test
  void asked_for_later_it_is_made_then_and_the_run_keeps_its_state() {
    MigrationPlan without = plan(source, target).backup(BackupPolicy.in(folder)).build();
    MigrationPlan none =
        MigrationPlan.builder("m")
            .from(source)
            .into(FaultyTarget.killedAt(callsUntil("prepare"), When.BEFORE_THE_EFFECT, target))
            .eachDataset(d -> d.rename("text", "text"))
            .batchRows(2)
            .writers(1)
            .build();
    assertThat(catchThrowable(none::run)).isNotNull();
    assertThat(without.status().state()).isEqualTo("staged");

    MigrationReport report = without.run();

    assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(report.backups()).containsExactly(made(onlyBackup()));
    assertExactlyTheRows();
  }

  /** At which call a run without backup begins to build keys. */
  private static int callsUntil(String method) {
    for (int call = 1; ; call++) {
      FaultyTarget faulty =
          FaultyTarget.killedAt(call, When.BEFORE_THE_EFFECT, InMemoryTarget.empty());
      MigrationPlan plan =
          MigrationPlan.builder("m")
              .from(ScriptedSource.of(Docs.rows(ROWS)))
              .into(faulty)
              .eachDataset(d -> d.rename("text", "text"))
              .batchRows(2)
              .writers(1)
              .build();
      catchThrowable(plan::run);
      if (faulty.failed().orElse("").equals(method)) {
        return call;
      }
    }
  }

  @Test
  void killed_at_any_call_the_next_run_ends_with_the_rows_and_a_backup() {
    for (When when : When.values()) {
      FaultyTarget counting =
          FaultyTarget.killedAt(Integer.MAX_VALUE, when, InMemoryTarget.empty());
      plan(source, counting).build().run();
      for (int call = 1; call <= counting.calls(); call++) {
        InMemoryTarget survivor = InMemoryTarget.empty();
        catchThrowable(plan(source, FaultyTarget.killedAt(call, when, survivor)).build()::run);

        MigrationReport report = plan(source, survivor).build().run();

        assertThat(report.backups()).as("%s %d", when, call).hasSize(1);
        assertThat(backups.find(report.backups().get(0).id())).isPresent();
        assertThat(survivor.rows("docs")).containsExactlyInAnyOrderElementsOf(Docs.rows(ROWS));
        assertThat(survivor.openResources()).isZero();
      }
    }
    assertThat(backups.unreadable()).isEmpty();
    assertThat(backups.list()).hasSize(3);
  }

  @Test
  void what_is_stored_of_a_backup_survives_a_round_trip_and_nothing_else_is_taken_for_one() {
    MadeBackup made = new MadeBackup("a.b-c_20260101_000000_2", "/x: 'y' was made: z/\n.tar.gz");

    assertThat(MadeBackup.of(made.asFinding())).contains(made);
    assertThat(MadeBackup.of(Finding.info("x.y", made.asFinding().message()))).isEmpty();
    assertThat(MadeBackup.of(Finding.info("backup.made", "Backup was made."))).isEmpty();
    assertThat(List.of(made.asFinding().blocks())).containsExactly(false);
  }
}
