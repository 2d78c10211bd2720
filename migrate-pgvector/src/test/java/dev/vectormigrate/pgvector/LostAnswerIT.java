package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.vectormigrate.MigrationException;
import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.OutcomeUnknownException;
import dev.vectormigrate.Phase;
import dev.vectormigrate.RetryPolicy;
import dev.vectormigrate.pgvector.PostgresProxy.Cut;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The network is cut where it hurts: around COMMIT, where an answer lost may be a change made. */
class LostAnswerIT {

  private static final int ROWS = 100;
  private static final RetryPolicy AT_ONCE = new RetryPolicy(5, Duration.ZERO, Duration.ZERO);

  /** One writer, so that the order of messages is the same every time. */
  private static MigrationPlan.Builder plan(DataSource database, Mode mode) {
    return MigratingProcess.plan(database, GeneratedSource.of(ROWS), mode)
        .batchRows(30)
        .writers(1)
        .retry(AT_ONCE);
  }

  /** What an undisturbed run leaves, and how many messages and commits it takes. */
  private record Undisturbed(List<String> end, int messages, int commits) {

    static Undisturbed of(Mode mode) throws Exception {
      try (Scene scene = new Scene(mode)) {
        MigrationReport report = scene.plan().build().run();
        int messages = scene.proxy.messages();
        int commits = scene.proxy.commits();
        return new Undisturbed(scene.end(report), messages, commits);
      }
    }
  }

  private static final class Scene implements AutoCloseable {

    final Mode mode;
    final LocalPostgres.Database database = LocalPostgres.shared().createDatabase("lost");
    final PostgresProxy proxy = PostgresProxy.to(database);
    final Observer observer = Observer.of(database);

    Scene(Mode mode) throws Exception {
      this.mode = mode;
      mode.makeTableBefore(database);
    }

    MigrationPlan.Builder plan() {
      return LostAnswerIT.plan(proxy.dataSource(), mode);
    }

    MigrationPlan directPlan() {
      return LostAnswerIT.plan(database.dataSource(), mode).build();
    }

    List<String> end(MigrationReport report) throws Exception {
      proxy.close();
      return observer.endState(directPlan(), report);
    }

    @Override
    public void close() throws SQLException {
      proxy.close();
      observer.close();
      database.close();
    }
  }

  private static MigrationListener atPromotion(Runnable action) {
    return new MigrationListener() {
      @Override
      public void phaseStarted(Phase phase) {
        if (phase == Phase.PROMOTE) {
          action.run();
        }
      }
    };
  }

  @TestFactory
  Stream<DynamicTest> no_single_cut_around_a_commit_keeps_a_run_from_its_end() throws Exception {
    List<DynamicTest> tests = new ArrayList<>();
    for (Mode mode : List.of(Mode.CREATE, Mode.REPLACE, Mode.DIRECT_MERGE)) {
      Undisturbed undisturbed = Undisturbed.of(mode);
      for (Cut cut : List.of(Cut.BEFORE, Cut.AFTER)) {
        for (int n = 1; n <= undisturbed.commits(); n++) {
          int commit = n;
          tests.add(
              dynamicTest(
                  mode + " " + cut + " commit " + n,
                  () -> checkCutCommit(mode, commit, cut, undisturbed.end())));
        }
      }
    }
    return tests.stream();
  }

  private static void checkCutCommit(Mode mode, int commit, Cut cut, List<String> expected)
      throws Exception {
    try (Scene scene = new Scene(mode)) {
      scene.proxy.cutCommit(commit, cut);

      MigrationReport report = scene.plan().build().run();

      assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
      assertThat(scene.end(report)).isEqualTo(expected);
    }
  }

  @TestFactory
  Stream<DynamicTest> after_a_cut_at_any_message_the_next_run_ends_it() throws Exception {
    Undisturbed undisturbed = Undisturbed.of(Mode.REPLACE);
    return new Random(4711)
        .ints(1, undisturbed.messages())
        .distinct()
        .limit(24)
        .sorted()
        .mapToObj(n -> dynamicTest("message " + n, () -> checkCutMessage(n, undisturbed.end())));
  }

  private static void checkCutMessage(int message, List<String> expected) throws Exception {
    try (Scene scene = new Scene(Mode.REPLACE)) {
      String before = scene.observer.content("public.docs");
      scene.proxy.cutMessage(message);
      MigrationReport report;
      try {
        report = scene.plan().build().run();
      } catch (MigrationException e) {
        assertThat(e).isNotInstanceOf(OutcomeUnknownException.class);
        assertThat(scene.observer.content("public.docs")).isEqualTo(before);
        report = scene.directPlan().run();
      }
      assertThat(scene.end(report)).isEqualTo(expected);
    }
  }

  /** The server is still busy with the COMMIT when the engine asks what became of it. */
  @Test
  void a_batch_whose_commit_takes_its_time_is_not_stored_twice() throws Exception {
    Undisturbed undisturbed = Undisturbed.of(Mode.CREATE);
    try (Scene scene = new Scene(Mode.CREATE)) {
      MigrationReport report = runWithSlowCommit(scene);

      scene.observer.execute("DROP FUNCTION pause CASCADE");
      assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
      assertThat(scene.end(report)).isEqualTo(undisturbed.end());
    }
  }

  private static MigrationReport runWithSlowCommit(Scene scene) throws Exception {
    MigrationListener slowCommits =
        new MigrationListener() {
          @Override
          public void phaseStarted(Phase phase) {
            if (phase == Phase.STAGE) {
              makeCommitsWait(scene.observer);
              scene.proxy.cutCommit(1, Cut.DURING);
            }
          }
        };
    try (Observer other = scene.observer.another()) {
      other.hold("SELECT pg_advisory_xact_lock(4711)");
      CompletableFuture<MigrationReport> run =
          CompletableFuture.supplyAsync(scene.plan().listener(slowCommits).build()::run);
      // One waits inside its COMMIT, the other one for the outcome of that.
      scene.observer.await("SELECT count(*) = 2 FROM pg_locks WHERE NOT granted");
      other.release();
      return run.get();
    }
  }

  /** A constraint trigger that is deferred runs inside of COMMIT. */
  private static void makeCommitsWait(Observer observer) {
    try {
      observer.execute(
          """
          CREATE FUNCTION pause() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN
            PERFORM pg_advisory_xact_lock_shared(4711);
            RETURN NULL;
          END $$""",
          """
          CREATE CONSTRAINT TRIGGER pause AFTER UPDATE ON vector_migrate.split
          DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pause()""");
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @TestFactory
  Stream<DynamicTest> a_promotion_that_can_not_be_settled_is_said_to_be_unknown() throws Exception {
    List<DynamicTest> tests = new ArrayList<>();
    for (Mode mode : Mode.values()) {
      List<String> expected = Undisturbed.of(mode).end();
      for (Cut cut : List.of(Cut.BEFORE, Cut.AFTER)) {
        tests.add(dynamicTest(mode + " " + cut, () -> checkUnknownPromotion(mode, cut, expected)));
      }
    }
    return tests.stream();
  }

  private static void checkUnknownPromotion(Mode mode, Cut cut, List<String> expected)
      throws Exception {
    try (Scene scene = new Scene(mode)) {
      MigrationPlan plan =
          scene.plan().listener(atPromotion(() -> scene.proxy.cutCommitForGood(cut))).build();
      String before = scene.observer.content("public.docs");

      assertThatThrownBy(plan::run)
          .isInstanceOf(OutcomeUnknownException.class)
          .hasMessage(
              "[postgresql] it may or may not be promoted now: the connection was lost during"
                  + " COMMIT and the database can't be reached. Nothing was cleaned up. Call"
                  + " status() when it can.");

      boolean happened = cut == Cut.AFTER;
      assertThat(scene.directPlan().status().state()).isEqualTo(happened ? "promoted" : "verified");
      if (!happened && !mode.isDirect()) {
        assertThat(scene.observer.content("public.docs")).isEqualTo(before);
      }
      MigrationReport next = scene.directPlan().run();
      assertThat(next.outcome()).isEqualTo(happened ? Outcome.ALREADY_MIGRATED : Outcome.MIGRATED);
      assertThat(scene.end(next)).isEqualTo(expected);
    }
  }

  @Test
  void a_rollback_and_a_discard_survive_cuts_around_their_commits() throws Exception {
    for (Mode mode : Mode.values()) {
      for (Cut cut : List.of(Cut.BEFORE, Cut.AFTER)) {
        checkTakenBack(mode, cut);
      }
    }
  }

  private static void checkTakenBack(Mode mode, Cut cut) throws Exception {
    try (Scene scene = new Scene(mode)) {
      String before = scene.observer.content("public.docs");
      scene.directPlan().run();
      MigrationPlan plan = scene.plan().build();

      // The first commit is that of taking the run over.
      scene.proxy.cutCommit(2, cut);
      untilDone(plan::rollback, "rolled_back", scene);
      assertThat(scene.observer.content("public.docs")).isEqualTo(before);

      scene.proxy.cutCommit(2, cut);
      untilDone(plan::discard, "none", scene);
      assertThat(
              scene.observer.query(
                  "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'vector_migrate_%'"))
          .isEmpty();
    }
  }

  /** One call, or a second one if the first says that nothing happened. */
  private static void untilDone(Runnable call, String state, Scene scene) {
    try {
      call.run();
    } catch (MigrationException e) {
      assertThat(e).isNotInstanceOf(OutcomeUnknownException.class);
      assertThat(scene.directPlan().status().state()).isNotEqualTo(state);
      call.run();
    }
    assertThat(scene.directPlan().status().state()).isEqualTo(state);
  }

  @Test
  void a_cut_while_taking_an_unfinished_run_over_leaves_it_as_it_was() throws Exception {
    for (Cut cut : List.of(Cut.BEFORE, Cut.AFTER)) {
      List<String> expected = Undisturbed.of(Mode.CREATE).end();
      try (Scene scene = new Scene(Mode.CREATE)) {
        int commits = 5;
        scene.proxy.cutCommit(commits, Cut.BEFORE);
        MigrationPlan once = scene.plan().retry(RetryPolicy.NEVER).build();
        assertThatThrownBy(once::run).isInstanceOf(MigrationException.class);

        scene.proxy.cutCommit(1, cut);
        MigrationPlan plan = scene.plan().build();
        MigrationReport report;
        try {
          report = plan.run();
        } catch (MigrationException e) {
          assertThat(e).isNotInstanceOf(OutcomeUnknownException.class);
          report = plan.run();
        }
        assertThat(scene.end(report)).isEqualTo(expected);
      }
    }
  }

  @Test
  void counts_of_the_network_are_what_they_are_meant_to_be() throws Exception {
    List<Integer> commits = IntStream.range(0, 3).map(i -> commitsOf(Mode.CREATE)).boxed().toList();
    assertThat(commits).allMatch(count -> count.equals(commits.get(0)) && count > 10);
  }

  private static int commitsOf(Mode mode) {
    try {
      return Undisturbed.of(mode).commits();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
