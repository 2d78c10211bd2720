package dev.vectormigrate.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.vectormigrate.Migration;
import dev.vectormigrate.MigrationException;
import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.MigrationReport.DatasetReport;
import dev.vectormigrate.MigrationReport.RejectReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.Phase;
import dev.vectormigrate.RefusedException;
import dev.vectormigrate.RejectsExceededException;
import dev.vectormigrate.RetryPolicy;
import dev.vectormigrate.RunInterruptedException;
import dev.vectormigrate.SourceException;
import dev.vectormigrate.TargetException;
import dev.vectormigrate.VerificationFailedException;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import dev.vectormigrate.spi.Split;
import dev.vectormigrate.spi.TargetStore;
import dev.vectormigrate.spi.TransientException;
import dev.vectormigrate.spi.Verifier;
import dev.vectormigrate.spi.WriteMode.OnConflict;
import dev.vectormigrate.testkit.Docs;
import dev.vectormigrate.testkit.FaultyTarget;
import dev.vectormigrate.testkit.FaultyTarget.When;
import dev.vectormigrate.testkit.InMemorySource;
import dev.vectormigrate.testkit.InMemoryTarget;
import dev.vectormigrate.testkit.RecordingListener;
import dev.vectormigrate.testkit.ScriptedSource;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MigrationRunTest {

  private static final RetryPolicy THREE_TRIES = new RetryPolicy(3, Duration.ZERO, Duration.ZERO);
  private static final int ROWS = 23;

  private final InMemoryTarget target = InMemoryTarget.empty();
  private final ScriptedSource source = ScriptedSource.of(Docs.rows(ROWS));
  private final RecordingListener listener = new RecordingListener();

  @AfterEach
  void nothing_is_left_open() {
    assertThat(target.openResources()).as("open at the target").isZero();
    assertThat(source.openResources()).as("open at the source").isZero();
    assertThat(Thread.interrupted()).as("interrupted").isFalse();
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("vector-migrate"));
  }

  private static MigrationPlan.Builder plan(String name, SourceStore from, TargetStore into) {
    return MigrationPlan.builder(name)
        .from(from)
        .into(into)
        .eachDataset(d -> d.rename("text", "text"))
        .batchRows(2)
        .writers(1)
        .retry(THREE_TRIES);
  }

  private MigrationPlan.Builder plan() {
    return plan("m", source, target).listener(listener);
  }

  private void assertExactlyTheRows(InMemoryTarget holder) {
    assertThat(holder.tables()).containsExactly("docs");
    assertThat(holder.rows("docs")).containsExactlyInAnyOrderElementsOf(Docs.rows(ROWS));
  }

  @Test
  void a_source_that_is_away_for_a_moment_is_opened_and_inspected_again() {
    TransientException away = new TransientException("busy", new IOException());
    source.beforeOpen(ScriptedSource.failing(2, away));
    source.beforeInspection(ScriptedSource.failing(2, away));

    plan().build().run();

    assertExactlyTheRows(target);
  }

  @Test
  void a_source_that_stays_away_ends_the_run_after_the_last_try() {
    source.beforeInspection(
        ScriptedSource.failing(3, new TransientException("busy", new IOException())));

    assertThatThrownBy(() -> plan().build().run())
        .isInstanceOf(SourceException.class)
        .hasMessage("[script] busy");
    assertThat(target.tables()).isEmpty();
  }

  @Test
  void goes_through_its_phases_in_order() {
    MigrationReport report = plan().build().run();

    assertThat(listener.events())
        .containsExactly(
            "run of m started",
            "PLAN started",
            "PLAN finished",
            "STAGE started",
            "STAGE finished",
            "INDEX started",
            "INDEX finished",
            "VERIFY started",
            "VERIFY finished",
            "PROMOTE started",
            "PROMOTE finished",
            "run finished: MIGRATED");
    assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(report.phases())
        .containsOnlyKeys(Phase.PLAN, Phase.STAGE, Phase.INDEX, Phase.VERIFY, Phase.PROMOTE);
    assertThat(report.findings()).isEmpty();
    assertThat(report.sources()).containsExactly("script");
    assertThat(report.checked())
        .containsExactly("counts", "digest", "tenants", "samples", "schema");
    assertThat(report.written()).isEqualTo(ROWS);
    assertExactlyTheRows(target);
  }

  @Test
  void progress_ends_with_every_row() {
    plan().build().run();

    assertThat(listener.progress())
        .filteredOn(progress -> progress.phase() == Phase.STAGE)
        .last()
        .satisfies(
            last -> {
              assertThat(last.rows()).isEqualTo(ROWS);
              assertThat(last.expectedRows()).isEqualTo(ROWS);
              assertThat(last.what()).isEqualTo("docs");
            });
  }

  @Test
  void many_writers_move_the_same_rows() {
    MigrationReport report = plan().writers(8).batchRows(1).build().run();

    assertThat(report.passed()).isTrue();
    assertExactlyTheRows(target);
  }

  @Test
  void a_migration_that_is_done_is_not_done_again() {
    plan().build().run();
    target.put("docs", Docs.rows(1));

    RecordingListener second = new RecordingListener();
    MigrationReport report = plan().listener(second).build().run();

    assertThat(report.outcome()).isEqualTo(Outcome.ALREADY_MIGRATED);
    assertThat(report.phases()).isEmpty();
    assertThat(report.written()).isEqualTo(ROWS);
    assertThat(second.events())
        .containsExactly("run of m started", "run finished: ALREADY_MIGRATED");
    assertThat(target.rows("docs")).isEqualTo(Docs.rows(1));
  }

  @Test
  void another_plan_under_the_name_of_one_that_is_done_is_refused() {
    MigrationPlan first = plan().build();
    first.run();
    MigrationPlan other = plan().dataset("docs", d -> d.table("elsewhere")).build();

    assertThatThrownBy(other::run)
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "[migration m] plan: "
                + other.describe()
                + ", expected what was migrated under this name: "
                + first.describe()
                + ". Give the new plan a new name.");
  }

  @Test
  void a_target_that_says_no_is_left_alone() {
    target.put("docs", Docs.rows(2));

    assertThatThrownBy(plan().build()::run)
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "[memory target] Table docs has rows, expected none. Choose replace or append.");
    assertThat(target.rows("docs")).isEqualTo(Docs.rows(2));
    assertThat(plan().build().status().state()).isEqualTo("none");
    assertThat(listener.events())
        .containsExactly(
            "run of m started",
            "PLAN started",
            "found table.filled",
            "run failed: RefusedException");
  }

  @Test
  void an_error_found_at_the_source_stops_the_run_and_a_warning_does_not() {
    source.finding(Finding.warning("x.warn", "Two rows look alike."));
    assertThat(plan().build().run().findings())
        .containsExactly(Finding.warning("x.warn", "Two rows look alike."));
    assertThat(listener.events()).contains("found x.warn");

    source.finding(Finding.error("x.lost", "The store has lost vectors."));
    assertThatThrownBy(plan("other", source, InMemoryTarget.empty()).build()::run)
        .isInstanceOf(RefusedException.class)
        .hasMessage("[script docs] The store has lost vectors.");
  }

  @Test
  void a_source_without_splits_is_an_error_and_not_an_empty_success() {
    SourceStore splitless =
        new SourceStore() {
          @Override
          public String name() {
            return "splitless";
          }

          @Override
          public SourceSession open() throws Exception {
            SourceSession real = source.uncounted().open();
            return new SourceSession() {
              @Override
              public List<Dataset> datasets() throws Exception {
                return real.datasets();
              }

              @Override
              public List<Split> split(Dataset dataset, int parts) {
                return List.of();
              }

              @Override
              public RowReader read(Dataset dataset, Split split, Position after) throws Exception {
                return real.read(dataset, split, after);
              }

              @Override
              public void close() {
                real.close();
              }
            };
          }
        };

    assertThatThrownBy(plan("m", splitless, target).build()::run)
        .isInstanceOf(SourceException.class)
        .hasMessage(
            "[splitless docs] splits: none, expected at least one. Mend the source's split().");
    assertThat(target.tables()).isEmpty();
  }

  @Test
  void a_failed_verification_carries_the_report_and_nothing_becomes_live() {
    Finding finding = Finding.error("mine.bad", "It is bad.");
    MigrationPlan plan = plan().verify(always(finding)).build();

    VerificationFailedException failure =
        catchThrowableOfType(VerificationFailedException.class, plan::run);

    assertThat(failure)
        .hasMessage(
            "[migration m] It is bad. Nothing became live. Call discard() to stage everything"
                + " anew.");
    assertThat(failure.report().outcome()).isEqualTo(Outcome.DIFFERENT);
    assertThat(failure.report().findings()).containsExactly(finding);
    assertThat(failure.report().passed()).isFalse();
    assertThat(failure.report().written()).isEqualTo(ROWS);
    assertThat(plan.status().state()).isEqualTo("verification_failed");
    assertThat(plan.status().run().orElseThrow().findings()).containsExactly(finding);
    assertThat(target.tables()).isEmpty();
    assertThat(listener.events()).contains("found mine.bad").doesNotContain("PROMOTE started");
  }

  private static Verifier always(Finding... findings) {
    return new Verifier() {
      @Override
      public String name() {
        return "mine";
      }

      @Override
      public List<Finding> verify(Evidence evidence) {
        return List.of(findings);
      }
    };
  }

  @Test
  void after_a_failed_verification_the_next_run_verifies_again() {
    catchThrowable(plan().verify(always(Finding.error("a.b", "Bad."))).build()::run);

    assertThat(plan().build().run().outcome()).isEqualTo(Outcome.MIGRATED);
    assertExactlyTheRows(target);
  }

  @Test
  void a_refused_row_stops_the_run_unless_the_plan_allows_it() {
    source.refusing(4, "no");
    MigrationPlan strict = plan().build();

    assertThatThrownBy(strict::run)
        .isInstanceOf(RejectsExceededException.class)
        .hasMessage(
            "[script docs] row 'id-4' at position '5': no. Rows refused: 1, allowed 0. Mend the row"
                + " at its source, or allow refused rows with maxRejects(...); they are listed in"
                + " the report.");
    assertThat(strict.status().state()).isEqualTo("initial");
    assertThat(target.tables()).isEmpty();

    MigrationReport report = plan().maxRejects(1).build().run();

    assertThat(report.rejects()).containsExactly(new RejectReport("docs", "id-4", "5", "no"));
    DatasetReport docs = report.datasets().get(0);
    assertThat(List.of(docs.read(), docs.written(), docs.rejected())).containsExactly(23L, 22L, 1L);
    assertThat(target.rows("docs")).hasSize(22).doesNotContain(Docs.row(4));
    assertThat(listener.events()).contains("rejected docs id-4: no");
  }

  @Test
  void rows_refused_before_an_interruption_count_after_it() {
    source
        .refusing(1, "no")
        .refusing(20, "no")
        .before(12, ScriptedSource.failing(1, new Exception("x")));
    MigrationPlan plan = plan().maxRejects(1).build();

    assertThatThrownBy(plan::run).isInstanceOf(SourceException.class).hasMessage("[script docs] x");
    assertThatThrownBy(plan::run)
        .isInstanceOf(RejectsExceededException.class)
        .hasMessageContaining("Rows refused: 2, allowed 1.");
    assertThat(plan().maxRejects(2).build().run().rejects())
        .extracting(RejectReport::id)
        .containsExactlyInAnyOrder("id-1", "id-20");
  }

  /** Runs with a target that dies at each of its calls in turn, and then undisturbed. */
  private void killAtEveryCall(When when, int writers) {
    FaultyTarget counting = FaultyTarget.killedAt(Integer.MAX_VALUE, when, InMemoryTarget.empty());
    plan("m", source, counting).writers(writers).build().run();
    Set<String> killed = new TreeSet<>();
    for (int call = 1; call <= counting.calls(); call++) {
      InMemoryTarget survivor = InMemoryTarget.empty();
      FaultyTarget faulty = FaultyTarget.killedAt(call, when, survivor);
      Throwable death = catchThrowable(plan("m", source, faulty).writers(writers).build()::run);
      faulty.failed().ifPresent(killed::add);

      if (faulty.failed().isPresent()) {
        assertThat(death).as("killed at call %d", call).isInstanceOf(MigrationException.class);
      }
      boolean promoted = !survivor.tables().isEmpty();
      MigrationReport report = plan("m", source, survivor).writers(2).build().run();
      assertThat(report.outcome())
          .as("after call %d", call)
          .isEqualTo(promoted ? Outcome.ALREADY_MIGRATED : Outcome.MIGRATED);
      assertExactlyTheRows(survivor);
      assertThat(report.written()).isEqualTo(ROWS);
      assertThat(survivor.openResources()).as("open after call %d", call).isZero();
    }
    assertThat(killed)
        .containsExactly(
            "begin",
            "find",
            "lock",
            "next",
            "open",
            "plan",
            "prepare",
            "promote",
            "readBack",
            "record",
            "rejects",
            "samples",
            "shape",
            "write",
            "writer");
  }

  @Test
  void killed_before_any_call_the_next_run_ends_with_the_same_rows() {
    killAtEveryCall(When.BEFORE_THE_EFFECT, 1);
  }

  @Test
  void killed_after_any_call_the_next_run_ends_with_the_same_rows() {
    killAtEveryCall(When.AFTER_THE_EFFECT, 1);
  }

  @Test
  void killed_with_several_writers_the_next_run_ends_with_the_same_rows() {
    killAtEveryCall(When.BEFORE_THE_EFFECT, 3);
    killAtEveryCall(When.AFTER_THE_EFFECT, 3);
  }

  @Test
  void killed_again_and_again_the_last_run_ends_with_the_same_rows() {
    for (int step = 1; step <= 12; step++) {
      InMemoryTarget survivor = InMemoryTarget.empty();
      int runs = 0;
      while (survivor.tables().isEmpty() && runs < 200) {
        FaultyTarget faulty =
            FaultyTarget.killedAt(8 + step + runs, When.AFTER_THE_EFFECT, survivor);
        catchThrowable(plan("m", source, faulty).build()::run);
        runs++;
      }
      assertThat(runs).as("step %d", step).isBetween(2, 199);
      assertExactlyTheRows(survivor);
    }
  }

  private MigrationReport cutOff(String method, int call, When when, InMemoryTarget survivor) {
    FaultyTarget faulty = FaultyTarget.cutOffAt(method, call, when, survivor);
    MigrationReport report = plan("m", source, faulty).build().run();
    assertThat(faulty.failed()).as("%s %d", method, call).contains(method);
    assertThat(survivor.openResources()).as("%s %d", method, call).isZero();
    return report;
  }

  @Test
  void a_lost_answer_to_a_commit_is_settled_by_the_checkpoint() {
    for (When when : When.values()) {
      for (int write = 1; write <= 12; write++) {
        InMemoryTarget survivor = InMemoryTarget.empty();
        MigrationReport report = cutOff("write", write, when, survivor);
        assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
        assertThat(report.findings()).isEmpty();
        assertExactlyTheRows(survivor);
      }
    }
  }

  @Test
  void a_connection_that_can_not_be_opened_for_now_is_tried_again() {
    for (int writer = 1; writer <= 4; writer++) {
      InMemoryTarget survivor = InMemoryTarget.empty();
      cutOff("writer", writer, When.BEFORE_THE_EFFECT, survivor);
      assertExactlyTheRows(survivor);
    }
  }

  @Test
  void without_another_try_a_lost_connection_ends_the_run_and_keeps_what_is_staged() {
    FaultyTarget faulty = FaultyTarget.cutOffAt("write", 4, When.BEFORE_THE_EFFECT, target);
    MigrationPlan plan = plan("m", source, faulty).retry(RetryPolicy.NEVER).build();

    assertThatThrownBy(plan::run)
        .isInstanceOf(TargetException.class)
        .hasMessage("[memory target] cut off at call 4");
    assertThat(target.staged("m")).isNotEmpty();
    plan().build().run();
    assertExactlyTheRows(target);
  }

  @Test
  void only_what_is_missing_is_read_again() {
    List<Integer> read = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      int row = i;
      source.before(i, () -> read.add(row));
    }
    source.before(13, ScriptedSource.failing(1, new Exception("x")));
    catchThrowable(plan().writers(1).build()::run);
    List<Row> staged = target.staged("m");
    read.clear();

    plan().writers(4).build().run();

    assertThat(staged).isNotEmpty();
    assertThat(read).hasSizeBetween(ROWS - staged.size() - 1, ROWS - staged.size());
    assertExactlyTheRows(target);
  }

  @Test
  void a_source_that_changed_meanwhile_is_refused_until_discard() {
    source.before(13, ScriptedSource.failing(1, new Exception("x")));
    catchThrowable(plan().build()::run);
    source.fingerprint("v2");

    assertThatThrownBy(plan().build()::run)
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "[migration m] dataset 'docs' changed since the run began: v2, expected v1. Call"
                + " discard() to start over with what is there now.");
    plan().build().discard();
    assertThat(plan().build().status().state()).isEqualTo("none");
    plan().build().run();
    assertExactlyTheRows(target);
  }

  @Test
  void of_two_plans_at_once_one_migrates_and_the_other_waits() throws Exception {
    CountDownLatch otherWaits = new CountDownLatch(1);
    CountDownLatch running = new CountDownLatch(1);
    source.before(
        5,
        () -> {
          running.countDown();
          otherWaits.await();
        });
    CompletableFuture<MigrationReport> first =
        CompletableFuture.supplyAsync(plan("m", source, target).build()::run);
    running.await();
    RecordingListener waiting = new RecordingListener();
    MigrationListener tellsTheFirst =
        new MigrationListener() {
          @Override
          public void waiting(String migration) {
            waiting.waiting(migration);
            otherWaits.countDown();
          }

          @Override
          public void phaseStarted(Phase phase) {
            waiting.phaseStarted(phase);
          }
        };

    MigrationReport second = plan("m", source, target).listener(tellsTheFirst).build().run();

    assertThat(first.get().outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(second.outcome()).isEqualTo(Outcome.ALREADY_MIGRATED);
    assertThat(waiting.events()).containsExactly("waiting for m");
    assertExactlyTheRows(target);
  }

  @Test
  void who_does_not_want_to_wait_longer_is_refused() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    CountDownLatch running = new CountDownLatch(1);
    source.before(
        5,
        () -> {
          running.countDown();
          done.await();
        });
    CompletableFuture<MigrationReport> first =
        CompletableFuture.supplyAsync(plan("m", source, target).build()::run);
    running.await();
    MigrationPlan impatient = plan("m", source, target).lockWait(Duration.ofMillis(5)).build();

    assertThatThrownBy(impatient::run)
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "[migration m] another process is running it, and was not done after PT0.005S. Wait for"
                + " it, or end it.");
    done.countDown();
    assertThat(first.get().outcome()).isEqualTo(Outcome.MIGRATED);
  }

  @Test
  void an_interruption_keeps_what_is_staged_and_sets_the_flag() throws Exception {
    MigrationPlan plan = plan().build();
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    CompletableFuture<Boolean> flag = new CompletableFuture<>();
    Thread runner =
        new Thread(
            () -> {
              thrown.complete(catchThrowable(plan::run));
              flag.complete(Thread.currentThread().isInterrupted());
            });
    source.before(
        20,
        () -> {
          runner.interrupt();
          new CountDownLatch(1).await();
        });

    runner.start();
    runner.join();

    assertThat(thrown.get())
        .isInstanceOf(RunInterruptedException.class)
        .hasMessage("[memory target] interrupted. What is staged is kept; run again to go on.");
    assertThat(flag.get()).isTrue();
    assertThat(target.staged("m")).isNotEmpty();
    assertThat(plan.status().state()).isEqualTo("initial");

    source.before(20, () -> {});
    plan.run();
    assertExactlyTheRows(target);
  }

  @Test
  void an_error_of_a_source_is_not_dressed_up() {
    AssertionError error = new AssertionError("broken");
    source.before(
        3,
        () -> {
          throw error;
        });

    assertThatThrownBy(plan().build()::run).isSameAs(error);
  }

  @Test
  void two_sources_become_live_together() {
    InMemorySource other = InMemorySource.empty().with("notes", Docs.SCHEMA, Docs.rows(3));

    MigrationReport report = plan().from(other).build().run();

    assertThat(target.tables()).containsExactlyInAnyOrder("docs", "notes");
    assertThat(report.datasets())
        .extracting(DatasetReport::dataset, DatasetReport::written)
        .containsExactly(tuple("docs", 23L), tuple("notes", 3L));
    assertThat(report.sources()).containsExactly("script", "memory");
  }

  @Test
  void rollback_and_discard_lead_back_to_the_beginning() {
    target.put("docs", Docs.rows(2));
    MigrationPlan plan = plan().eachDataset(d -> d.append(OnConflict.SKIP)).build();
    MigrationReport report = plan.run();
    assertThat(report.findings())
        .containsExactly(Finding.info("append.skipped", "table docs: 2 rows skipped."));
    assertThat(listener.events()).contains("found append.skipped");
    assertThat(target.rows("docs")).hasSize(ROWS);

    plan.rollback();

    assertThat(target.rows("docs")).isEqualTo(Docs.rows(2));
    assertThat(plan.status().state()).isEqualTo("rolled_back");
    assertThatThrownBy(plan::rollback)
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "[migration m] state: rolled_back, expected promoted. There is nothing to take back.");
    assertThatThrownBy(plan::run)
        .isInstanceOf(RefusedException.class)
        .message()
        .matches(
            "\\[migration m] state: rolled back at \\S+, expected a migration that may run\\. Call"
                + " discard\\(\\) to forget it; then run\\(\\) starts over\\.");
    plan.discard();
    assertThat(plan.status().state()).isEqualTo("none");
    assertThat(plan.run().outcome()).isEqualTo(Outcome.MIGRATED);
  }

  @Test
  void what_is_recorded_is_verified_without_the_source() {
    plan().build().run();
    Migration recorded = Migration.named("m", target);

    MigrationReport report = recorded.verify();

    assertThat(report.outcome()).isEqualTo(Outcome.VERIFIED);
    assertThat(report.datasets()).extracting(DatasetReport::read).containsExactly(23L);
    assertThat(recorded.verify(List.of(always(Finding.error("a.b", "Bad.")))).outcome())
        .isEqualTo(Outcome.DIFFERENT);
  }

  @Test
  void an_unknown_migration_is_refused() {
    Migration unknown = Migration.named("unknown", target);
    String message =
        "[migration unknown] not known in this target, expected a migration that was begun. Check"
            + " the name.";

    assertThat(unknown.status().state()).isEqualTo("none");
    assertThatThrownBy(unknown::verify).isInstanceOf(RefusedException.class).hasMessage(message);
    assertThatThrownBy(unknown::rollback).isInstanceOf(RefusedException.class).hasMessage(message);
    assertThatThrownBy(unknown::discard).isInstanceOf(RefusedException.class).hasMessage(message);
  }

  @Test
  void what_is_not_all_staged_is_not_verified() {
    source.before(13, ScriptedSource.failing(1, new Exception("x")));
    MigrationPlan plan = plan().build();
    catchThrowable(plan::run);

    assertThatThrownBy(plan::verify)
        .isInstanceOf(RefusedException.class)
        .hasMessage("[migration m] state: initial, expected all rows to be staged. Call run().");
  }

  @Test
  void a_dry_run_reads_everything_and_changes_nothing() {
    source.refusing(4, "no");
    MigrationReport report = plan().build().dryRun();

    assertThat(report.outcome()).isEqualTo(Outcome.PREVIEWED);
    assertThat(report.statements()).containsExactly("PUT docs " + Docs.SCHEMA);
    assertThat(report.rejects()).containsExactly(new RejectReport("docs", "id-4", "5", "no"));
    DatasetReport docs = report.datasets().get(0);
    assertThat(List.of(docs.read(), docs.written(), docs.rejected())).containsExactly(23L, 22L, 1L);
    assertThat(report.phases()).containsOnlyKeys(Phase.PLAN, Phase.STAGE);
    assertThat(listener.events())
        .containsExactly(
            "run of m started",
            "PLAN started",
            "PLAN finished",
            "STAGE started",
            "rejected docs id-4: no",
            "found dataset.rejects",
            "STAGE finished",
            "run finished: PREVIEWED");
    assertThat(target.tables()).isEmpty();
    assertThat(plan().build().status().state()).isEqualTo("none");
  }

  @Test
  void a_dry_run_has_the_digest_that_the_run_will_have() {
    MigrationReport preview = plan().build().dryRun();

    assertThat(plan().writers(3).build().run().datasets()).isEqualTo(preview.datasets());
  }

  @Test
  void every_refused_row_is_handed_over_on_demand() {
    ScriptedSource bad = ScriptedSource.of(Docs.rows(150));
    List<RejectReport> expected = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      bad.refusing(i, "no");
      expected.add(new RejectReport("docs", "id-" + i, String.valueOf(i + 1), "no"));
    }
    plan("m", bad, target).maxRejects(150).build().run();
    Migration migration = Migration.named("m", target);

    List<RejectReport> all = new ArrayList<>();
    migration.rejects(all::add);

    assertThat(all).containsExactlyInAnyOrderElementsOf(expected);
    IllegalStateException full = new IllegalStateException("full");
    assertThatThrownBy(
            () ->
                migration.rejects(
                    reject -> {
                      throw full;
                    }))
        .isSameAs(full);
    assertThatThrownBy(() -> Migration.named("other", target).rejects(all::add))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void a_dry_run_names_at_most_a_hundred_refused_rows_of_each_dataset() {
    ScriptedSource bad = ScriptedSource.of(Docs.rows(150));
    for (int i = 0; i < 150; i++) {
      bad.refusing(i, "no");
    }
    MigrationReport report =
        plan("m", bad, target)
            .from(ScriptedSource.of(Docs.rows(1)).refusing(0, "no"))
            .eachDataset(d -> d.table("all"))
            .build()
            .dryRun();

    assertThat(report.rejects()).hasSize(101);
    assertThat(report.datasets()).extracting(DatasetReport::rejected).containsExactly(150L, 1L);
  }

  @Test
  void a_dry_run_shows_what_stands_in_the_way() {
    target.put("docs", Docs.rows(2));

    MigrationReport report = plan().build().dryRun();

    assertThat(report.passed()).isFalse();
    assertThat(report.findings()).extracting(Finding::code).containsExactly("table.filled");
    assertThat(report.datasets()).extracting(DatasetReport::written).containsExactly(23L);
  }
}
