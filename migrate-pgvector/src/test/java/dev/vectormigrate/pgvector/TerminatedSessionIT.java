package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.Phase;
import dev.vectormigrate.Progress;
import dev.vectormigrate.RetryPolicy;
import dev.vectormigrate.TargetException;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.postgresql.ds.PGSimpleDataSource;

/** An administrator, or a firewall, ends one session of a run at a time. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TerminatedSessionIT {

  private static final int ROWS = 1_000;
  private static final String TERMINATE = "SELECT pg_terminate_backend(pid) FROM ";
  private static final String ENGINE =
      "pg_stat_activity WHERE datname = current_database() AND application_name = 'engine'";

  private final Map<Mode, List<String>> undisturbed = new EnumMap<>(Mode.class);
  private LocalPostgres.Database database;
  private Observer observer;

  @BeforeAll
  void runUndisturbed() throws Exception {
    for (Mode mode : Mode.values()) {
      open();
      mode.makeTableBefore(database);
      MigrationPlan plan = plan(mode, GeneratedSource.of(ROWS)).build();
      undisturbed.put(mode, observer.endState(plan, plan.run()));
      close();
    }
  }

  @BeforeEach
  void open() throws SQLException {
    database = LocalPostgres.shared().createDatabase("terminated");
    observer = Observer.of(database);
  }

  /** Each of several tests in one gets a database of its own. */
  private void reopen() throws SQLException {
    close();
    open();
  }

  @AfterEach
  void close() throws SQLException {
    observer.close();
    database.close();
  }

  private MigrationPlan.Builder plan(Mode mode, GeneratedSource source) {
    return MigratingProcess.plan(engine(), source, mode)
        .retry(new RetryPolicy(5, Duration.ZERO, Duration.ZERO));
  }

  private DataSource engine() {
    PGSimpleDataSource engine = new PGSimpleDataSource();
    engine.setUrl(database.jdbcUrl());
    engine.setUser(database.username());
    engine.setPassword(database.password());
    engine.setApplicationName("engine");
    return engine;
  }

  /** Stops every reader in its third batch until it is told to go on. */
  private static final class Halt {

    private final CountDownLatch go = new CountDownLatch(1);

    GeneratedSource source() {
      return GeneratedSource.of(ROWS).gate(this::beforeRow);
    }

    private void beforeRow(int inSplit) throws InterruptedException {
      if (inSplit == 120) {
        go.await();
      }
    }

    void end() {
      go.countDown();
    }
  }

  private interface Trouble {
    void make() throws Exception;
  }

  private MigrationListener at(Phase wanted, Trouble trouble) {
    return new MigrationListener() {
      @Override
      public void phaseStarted(Phase phase) {
        if (phase == wanted) {
          make(trouble);
        }
      }
    };
  }

  /** What is thrown to a run would be taken for the listener's own affair. */
  private static void make(Trouble trouble) {
    try {
      trouble.make();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void checkEnd(Mode mode, MigrationReport report) throws Exception {
    assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
    MigrationPlan plan = plan(mode, GeneratedSource.of(ROWS)).build();
    assertThat(observer.endState(plan, report)).isEqualTo(undisturbed.get(mode));
  }

  /** Both writers have stored one batch of 100 rows each and wait for the next. */
  private CompletableFuture<MigrationReport> runUntilHalt(Mode mode, Halt halt) throws Exception {
    mode.makeTableBefore(database);
    CompletableFuture<MigrationReport> run =
        CompletableFuture.supplyAsync(plan(mode, halt.source()).build()::run);
    observer.await("SELECT to_regclass('vector_migrate.split') IS NOT NULL");
    observer.await("SELECT sum(rows_written) = 200 FROM vector_migrate.split");
    return run;
  }

  @Test
  void writers_that_are_ended_between_two_batches_are_replaced() throws Exception {
    Halt halt = new Halt();
    CompletableFuture<MigrationReport> run = runUntilHalt(Mode.CREATE, halt);

    int ended = observer.query(TERMINATE + ENGINE + " AND query ILIKE '%COMMIT%'").size();
    halt.end();

    assertThat(ended).isEqualTo(2);
    checkEnd(Mode.CREATE, run.get());
  }

  @Test
  void an_own_session_that_is_ended_while_it_is_idle_is_replaced() throws Exception {
    Halt halt = new Halt();
    CompletableFuture<MigrationReport> run = runUntilHalt(Mode.REPLACE, halt);

    // The session's own connection is the first one that the engine makes.
    observer.query(TERMINATE + "(SELECT * FROM " + ENGINE + " ORDER BY backend_start LIMIT 1) a");
    halt.end();

    checkEnd(Mode.REPLACE, run.get());
  }

  @Test
  void a_run_that_lost_its_lock_stores_nothing_after_another_took_it_over() throws Exception {
    for (Mode mode : List.of(Mode.CREATE, Mode.DIRECT_MERGE)) {
      reopen();
      Halt halt = new Halt();
      CompletableFuture<MigrationReport> first = runUntilHalt(mode, halt);
      observer.query(
          TERMINATE
              + ENGINE
              + " AND pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory')");

      MigrationReport second = plan(mode, GeneratedSource.of(ROWS)).build().run();
      halt.end();

      assertThatThrownBy(first::get)
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOf(TargetException.class)
          .hasMessage(
              "[postgresql] run: taken over by another process or discarded. Call status() to see"
                  + " how far it is.");
      checkEnd(mode, second);
    }
  }

  @Test
  void a_run_that_lost_its_lock_to_nobody_goes_on() throws Exception {
    Halt halt = new Halt();
    CompletableFuture<MigrationReport> run = runUntilHalt(Mode.CREATE, halt);
    observer.query(
        TERMINATE + ENGINE + " AND pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory')");

    halt.end();

    checkEnd(Mode.CREATE, run.get());
  }

  /** The blocked session is in the middle of the phase's work. */
  @TestFactory
  Stream<DynamicTest> a_session_that_is_ended_in_the_middle_of_its_work_is_replaced() {
    return Stream.of(
        dynamicTest("writer in COPY", () -> checkEndedWhileBlocked(Mode.CREATE, Phase.STAGE)),
        dynamicTest(
            "writer in merge", () -> checkEndedWhileBlocked(Mode.DIRECT_MERGE, Phase.STAGE)),
        dynamicTest("key", () -> checkEndedWhileBlocked(Mode.APPEND, Phase.INDEX)),
        dynamicTest("index", () -> checkEndedWhileBlocked(Mode.REPLACE, Phase.INDEX)),
        dynamicTest("promotion", () -> checkEndedWhileBlocked(Mode.REPLACE, Phase.PROMOTE)),
        dynamicTest("merge", () -> checkEndedWhileBlocked(Mode.APPEND, Phase.PROMOTE)));
  }

  private void checkEndedWhileBlocked(Mode mode, Phase phase) throws Exception {
    reopen();
    mode.makeTableBefore(database);
    MigrationReport report = runAndEndWhileBlocked(mode, phase);
    observer.execute("DROP FUNCTION IF EXISTS pause CASCADE");
    checkEnd(mode, report);
  }

  private MigrationReport runAndEndWhileBlocked(Mode mode, Phase phase) throws Exception {
    try (Observer other = observer.another()) {
      MigrationListener blocking = at(phase, () -> block(other, mode, phase));
      CompletableFuture<MigrationReport> run =
          CompletableFuture.supplyAsync(
              plan(mode, GeneratedSource.of(ROWS)).listener(blocking).build()::run);
      observer.awaitBlockedBy(other);
      observer.query(
          TERMINATE + ENGINE + " AND pid IN (SELECT pid FROM pg_locks WHERE NOT granted)");
      other.release();
      return run.get();
    }
  }

  private static void block(Observer other, Mode mode, Phase phase) throws SQLException {
    switch (phase) {
      case STAGE -> {
        other.execute(Pause.inserts("id-000151"), Pause.trigger(mode.staging()));
        other.hold(Pause.LOCK);
      }
      case INDEX -> other.hold("LOCK TABLE " + mode.staging() + " IN ROW EXCLUSIVE MODE");
      case PROMOTE -> other.hold("SELECT 1 FROM vector_migrate.run FOR SHARE");
      default -> throw new IllegalArgumentException("no way to block " + phase);
    }
  }

  @Test
  void a_session_that_is_ended_while_rows_are_read_back_is_replaced() throws Exception {
    MigrationListener ending =
        new MigrationListener() {
          private boolean done;

          @Override
          public void progress(Progress progress) {
            if (progress.phase() == Phase.VERIFY && !done) {
              done = true;
              make(() -> observer.query(TERMINATE + ENGINE));
            }
          }
        };

    MigrationReport report =
        plan(Mode.CREATE, GeneratedSource.of(ROWS)).listener(ending).build().run();

    checkEnd(Mode.CREATE, report);
  }
}
