package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.Phase;
import dev.vectormigrate.pgvector.MigratingProcess.Place;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * Each place at which a process can be killed: a child process migrates, is killed there with
 * SIGKILL, and the same migration run again ends exactly as one that nobody disturbed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KillIT {

  private static final int ROWS = 2_000;
  private static final int MANY_ROWS = 12_000;

  /** An index of a live table has a test of its own; the rest is as without. */
  private static final Set<Mode> ALL = EnumSet.complementOf(EnumSet.of(Mode.APPEND_INDEXED));

  private final Map<Mode, List<String>> undisturbed = new EnumMap<>(Mode.class);
  private final Map<Mode, List<String>> undisturbedMany = new EnumMap<>(Mode.class);

  /** What happens between the stop and the kill, and between the kill and the next run. */
  private interface Scene {

    void before(ChildProcess child, Observer observer) throws Exception;

    default void after(Observer observer) throws Exception {}
  }

  private record Killing(
      Place place, Mode mode, int rows, Scene scene, Outcome next, List<String> expected) {}

  private static List<String> undisturbedEnd(Mode mode, int rows) throws Exception {
    try (LocalPostgres.Database database = LocalPostgres.shared().createDatabase("undisturbed");
        Observer observer = Observer.of(database)) {
      mode.makeTableBefore(database);
      MigrationPlan plan = plan(database, mode, rows);
      return observer.endState(plan, plan.run());
    }
  }

  @BeforeAll
  void runUndisturbed() throws Exception {
    for (Mode mode : Mode.values()) {
      undisturbed.put(mode, undisturbedEnd(mode, ROWS));
    }
    for (Mode mode : List.of(Mode.CREATE, Mode.DIRECT_MERGE)) {
      undisturbedMany.put(mode, undisturbedEnd(mode, MANY_ROWS));
    }
  }

  private static MigrationPlan plan(LocalPostgres.Database database, Mode mode, int rows) {
    return MigratingProcess.plan(database.dataSource(), GeneratedSource.of(rows), mode).build();
  }

  private Stream<DynamicTest> killings(Set<Mode> modes, Place place, Scene scene, Outcome next) {
    return modes.stream()
        .map(mode -> new Killing(place, mode, ROWS, scene, next, undisturbed.get(mode)))
        .map(killing -> dynamicTest(killing.mode().name(), () -> check(killing)));
  }

  private Stream<DynamicTest> killings(Set<Mode> modes, Place place) {
    return killings(modes, place, inPlace(), Outcome.MIGRATED);
  }

  private static Scene inPlace() {
    return (child, observer) -> {};
  }

  private static void check(Killing killing) throws Exception {
    Mode mode = killing.mode();
    try (LocalPostgres.Database database = LocalPostgres.shared().createDatabase("kill");
        Observer observer = Observer.of(database)) {
      mode.makeTableBefore(database);
      String live = observer.content("public.docs");
      try (ChildProcess child =
          ChildProcess.start(database, killing.rows(), mode, killing.place())) {
        if (!killing.place().equals(Place.ROWS)) {
          child.awaitStop(killing.place());
        }
        killing.scene().before(child, observer);
        child.kill();
      }
      killing.scene().after(observer);
      if (killing.next() == Outcome.MIGRATED) {
        checkWhatIsLeft(mode, observer, live);
      }

      MigrationPlan plan = plan(database, mode, killing.rows());
      MigrationReport report = plan.run();

      assertThat(report.outcome()).isEqualTo(killing.next());
      assertThat(observer.endState(plan, report)).isEqualTo(killing.expected());
    }
  }

  /** Rows and checkpoints agree, and who reads the live table sees what was there before. */
  private static void checkWhatIsLeft(Mode mode, Observer observer, String live) throws Exception {
    if (!mode.isDirect()) {
      assertThat(observer.content("public.docs")).isEqualTo(live);
    }
    if (!observer.query("SELECT to_regclass('vector_migrate.run')").contains(null)) {
      assertThat(observer.number(mode.storedRows()))
          .isEqualTo(observer.number("SELECT sum(rows_written) FROM vector_migrate.split"));
    }
  }

  @TestFactory
  Stream<DynamicTest> before_the_lock() {
    return killings(EnumSet.of(Mode.CREATE, Mode.REPLACE), Place.connection(2));
  }

  @TestFactory
  Stream<DynamicTest> after_staging_was_created() {
    return killings(
        ALL,
        Place.row(0),
        (child, observer) ->
            assertThat(observer.value("SELECT state FROM vector_migrate.run")).isEqualTo("initial"),
        Outcome.MIGRATED);
  }

  @TestFactory
  Stream<DynamicTest> between_two_batches() {
    // Two writers; each reader stops in its third batch.
    return killings(
        ALL,
        Place.row(220),
        (child, observer) ->
            observer.await("SELECT sum(rows_written) = 400 FROM vector_migrate.split"),
        Outcome.MIGRATED);
  }

  @TestFactory
  Stream<DynamicTest> inside_a_batch() {
    return ALL.stream()
        .map(
            mode ->
                new Killing(
                    Place.row(0),
                    mode,
                    ROWS,
                    new InsideBatch(mode),
                    Outcome.MIGRATED,
                    undisturbed.get(mode)))
        .map(killing -> dynamicTest(killing.mode().name(), () -> check(killing)));
  }

  /** The server stops in the middle of the second batch of the first split, after some rows. */
  private record InsideBatch(Mode mode) implements Scene {

    @Override
    public void before(ChildProcess child, Observer observer) throws Exception {
      observer.execute(Pause.inserts("id-000151"), Pause.trigger(mode.staging()));
      observer.hold(Pause.LOCK);
      child.go();
      observer.awaitBlocked();
    }

    @Override
    public void after(Observer observer) throws Exception {
      observer.release();
      observer.execute(Pause.REMOVE);
      assertThat(observer.value("SELECT rows_written FROM vector_migrate.split WHERE ordinal = 0"))
          .isEqualTo("100");
    }
  }

  @TestFactory
  Stream<DynamicTest> at_full_speed() {
    Random random = new Random(20260214);
    return Stream.of(Mode.CREATE, Mode.CREATE, Mode.DIRECT_MERGE)
        .map(
            mode -> {
              String line = "row " + (1 + random.nextInt(60)) * 100;
              Scene scene = (child, observer) -> child.await(line);
              Killing killing =
                  new Killing(
                      Place.ROWS,
                      mode,
                      MANY_ROWS,
                      scene,
                      Outcome.MIGRATED,
                      undisturbedMany.get(mode));
              return dynamicTest(mode + " at " + line, () -> check(killing));
            });
  }

  @TestFactory
  Stream<DynamicTest> before_the_first_index() {
    return killings(EnumSet.of(Mode.REPLACE, Mode.DIRECT_NEW), Place.started(Phase.INDEX));
  }

  @TestFactory
  Stream<DynamicTest> while_a_key_waits_for_its_table() {
    return Stream.of(Mode.CREATE, Mode.APPEND)
        .map(mode -> whileIndexing(mode, "docs: primary key"));
  }

  @TestFactory
  Stream<DynamicTest> while_an_index_waits_for_its_table() {
    return Stream.of(Mode.CREATE, Mode.REPLACE, Mode.DIRECT_NEW)
        .map(mode -> whileIndexing(mode, "docs: hnsw index on embedding"));
  }

  private DynamicTest whileIndexing(Mode mode, String what) {
    Scene scene =
        new Scene() {
          @Override
          public void before(ChildProcess child, Observer observer) throws Exception {
            observer.hold("LOCK TABLE " + mode.staging() + " IN ROW EXCLUSIVE MODE");
            child.go();
            observer.awaitBlocked();
          }

          @Override
          public void after(Observer observer) throws Exception {
            observer.release();
          }
        };
    Place place = Place.progress(Phase.INDEX, what);
    Killing killing =
        new Killing(place, mode, ROWS, scene, Outcome.MIGRATED, undisturbed.get(mode));
    return dynamicTest(mode.name(), () -> check(killing));
  }

  /** Else the next run would wait for a statement that nobody wants any more. */
  @Test
  void what_a_killed_process_was_waiting_for_is_not_waited_for_any_longer() throws Exception {
    Place place = Place.progress(Phase.INDEX, "docs: hnsw index on embedding");
    try (LocalPostgres.Database database = LocalPostgres.shared().createDatabase("kill");
        Observer observer = Observer.of(database);
        ChildProcess child = ChildProcess.start(database, ROWS, Mode.CREATE, place)) {
      assumeThat(observer.number("SHOW server_version_num"))
          .as("a server that notices when a client is gone")
          .isGreaterThanOrEqualTo(140_000);
      child.awaitStop(place);
      observer.hold("LOCK TABLE " + Mode.CREATE.staging() + " IN ROW EXCLUSIVE MODE");
      child.go();
      observer.awaitBlocked();

      child.kill();

      observer.awaitAlone();
    }
  }

  @Test
  void while_an_index_is_being_built() throws Exception {
    Scene scene =
        (child, observer) -> {
          child.go();
          observer.await(
              """
              SELECT EXISTS (SELECT 1 FROM pg_stat_progress_create_index
                WHERE datname = current_database() AND tuples_done > 0)""");
        };
    Place place = Place.progress(Phase.INDEX, "docs: hnsw index on embedding");

    check(
        new Killing(
            place,
            Mode.CREATE,
            MANY_ROWS,
            scene,
            Outcome.MIGRATED,
            undisturbedMany.get(Mode.CREATE)));
  }

  /** A concurrent build that fails leaves an index that is there and can't be used. */
  @TestFactory
  Stream<DynamicTest> an_invalid_index_is_built_anew() {
    return Stream.of(Mode.CREATE, Mode.REPLACE, Mode.DIRECT_NEW)
        .map(mode -> dynamicTest(mode.name(), () -> checkInvalidIndex(mode)));
  }

  private void checkInvalidIndex(Mode mode) throws Exception {
    check(
        new Killing(
            Place.started(Phase.INDEX),
            mode,
            ROWS,
            (child, observer) -> plantInvalidIndex(mode, observer),
            Outcome.MIGRATED,
            undisturbed.get(mode)));
  }

  private static void plantInvalidIndex(Mode mode, Observer observer) throws Exception {
    observer.execute("SET lock_timeout = '50ms'");
    try (Observer other = observer.another()) {
      other.hold("LOCK TABLE " + mode.staging() + " IN ROW EXCLUSIVE MODE");
      assertThatThrownBy(
              () ->
                  observer.execute(
                      "CREATE INDEX CONCURRENTLY docs_embedding_idx ON "
                          + mode.staging()
                          + " USING hnsw (embedding vector_cosine_ops)"))
          .hasMessageContaining("lock timeout");
    }
    assertThat(observer.query("SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid"))
        .hasSize(1);
  }

  /** Half of such a build is committed: what is left can't be used, and is built anew. */
  @Test
  void while_an_index_of_a_live_table_is_built_concurrently() throws Exception {
    Scene scene =
        new Scene() {
          @Override
          public void before(ChildProcess child, Observer observer) throws Exception {
            observer.hold("LOCK TABLE public.docs IN ROW EXCLUSIVE MODE");
            child.go();
            observer.awaitBlocked();
          }

          @Override
          public void after(Observer observer) throws Exception {
            assertThat(
                    observer.query(
                        "SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid"))
                .containsExactly("docs_embedding_idx");
            observer.release();
          }
        };
    check(
        new Killing(
            Place.progress(Phase.INDEX, "docs: hnsw index on embedding"),
            Mode.APPEND_INDEXED,
            ROWS,
            scene,
            Outcome.MIGRATED,
            undisturbed.get(Mode.APPEND_INDEXED)));
  }

  @TestFactory
  Stream<DynamicTest> before_the_verification() {
    return killings(EnumSet.of(Mode.CREATE, Mode.APPEND), Place.started(Phase.VERIFY));
  }

  @TestFactory
  Stream<DynamicTest> while_rows_are_read_back() {
    return killings(ALL, Place.progress(Phase.VERIFY, "docs"));
  }

  @TestFactory
  Stream<DynamicTest> before_the_promotion() {
    return killings(EnumSet.of(Mode.REPLACE, Mode.DIRECT_MERGE), Place.started(Phase.PROMOTE));
  }

  /** All is done in the promotion's transaction but to store the state and to commit. */
  @TestFactory
  Stream<DynamicTest> in_the_promotion_before_commit() {
    Scene scene =
        new Scene() {
          @Override
          public void before(ChildProcess child, Observer observer) throws Exception {
            observer.hold("SELECT 1 FROM vector_migrate.run FOR SHARE");
            child.go();
            observer.awaitBlocked();
          }

          @Override
          public void after(Observer observer) throws Exception {
            observer.release();
          }
        };
    return killings(ALL, Place.started(Phase.PROMOTE), scene, Outcome.MIGRATED);
  }

  @TestFactory
  Stream<DynamicTest> after_the_promotion() {
    return killings(ALL, Place.finished(Phase.PROMOTE), inPlace(), Outcome.ALREADY_MIGRATED);
  }
}
