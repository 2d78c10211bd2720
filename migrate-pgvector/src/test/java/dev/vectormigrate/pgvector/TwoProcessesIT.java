package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.RefusedException;
import dev.vectormigrate.pgvector.MigratingProcess.Place;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several instances of an application that start at once and run the same migration. */
class TwoProcessesIT {

  private static final int ROWS = 2_000;
  private static final Mode MODE = Mode.REPLACE;
  private static final String MIGRATED = "outcome MIGRATED";
  private static final String ALREADY_MIGRATED = "outcome ALREADY_MIGRATED";

  private LocalPostgres.Database database;
  private Observer observer;

  @BeforeEach
  void makeDatabase() throws SQLException {
    database = LocalPostgres.shared().createDatabase("processes");
    observer = Observer.of(database);
    MODE.makeTableBefore(database);
  }

  @AfterEach
  void dropDatabase() throws SQLException {
    observer.close();
    database.close();
  }

  private ChildProcess start(Place place) throws Exception {
    return ChildProcess.start(database, ROWS, MODE, place);
  }

  private MigrationPlan.Builder plan() {
    return MigratingProcess.plan(database.dataSource(), GeneratedSource.of(ROWS), MODE);
  }

  /** One migration that is live, one table of each kind, the rows of one run. */
  private void checkMigratedOnce() throws Exception {
    assertThat(observer.query("SELECT name || ' ' || state FROM vector_migrate.run"))
        .containsExactly("crash promoted");
    assertThat(observer.value("SELECT count(*) || ' ' || count(DISTINCT id) FROM docs"))
        .isEqualTo("2000 2000");
    assertThat(plan().build().verify().outcome()).isEqualTo(Outcome.VERIFIED);
    observer.awaitAlone();
    assertThat(
            observer.query(
                "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'vector%' ORDER BY 1"))
        .containsExactly("vector_migrate", "vector_migrate_kept_1");
    assertThat(observer.query("SELECT pid FROM pg_locks WHERE locktype = 'advisory'")).isEmpty();
  }

  @Test
  void the_second_process_waits_and_finds_it_done() throws Exception {
    try (ChildProcess first = start(Place.row(120))) {
      first.awaitStop(Place.row(120));
      try (ChildProcess second = start(Place.NONE)) {
        second.await("waiting");
        first.go();
        first.await(MIGRATED);
        second.await(ALREADY_MIGRATED);
      }
    }
    checkMigratedOnce();
  }

  @Test
  void the_second_process_goes_on_where_a_killed_one_was() throws Exception {
    try (ChildProcess first = start(Place.row(120))) {
      first.awaitStop(Place.row(120));
      observer.await("SELECT sum(rows_written) = 200 FROM vector_migrate.split");
      try (ChildProcess second = start(Place.NONE)) {
        second.await("waiting");
        first.kill();
        second.await(MIGRATED);
      }
    }
    checkMigratedOnce();
  }

  @Test
  void of_three_that_race_exactly_one_migrates() throws Exception {
    List<CompletableFuture<Outcome>> runs =
        Stream.generate(() -> plan().build())
            .limit(3)
            .map(
                plan ->
                    CompletableFuture.supplyAsync(
                        () -> plan.run().outcome(), run -> new Thread(run).start()))
            .toList();

    assertThat(runs.stream().map(CompletableFuture::join))
        .containsExactlyInAnyOrder(
            Outcome.MIGRATED, Outcome.ALREADY_MIGRATED, Outcome.ALREADY_MIGRATED);
    checkMigratedOnce();
  }

  @Test
  void a_wait_that_is_over_is_refused_and_leaves_the_other_alone() throws Exception {
    try (ChildProcess first = start(Place.row(120))) {
      first.awaitStop(Place.row(120));

      assertThatThrownBy(() -> plan().lockWait(Duration.ofMillis(50)).build().run())
          .isInstanceOf(RefusedException.class)
          .hasMessage(
              "[migration crash] another process is running it, and was not done after PT0.05S."
                  + " Wait for it, or end it.");

      first.go();
      first.await(MIGRATED);
    }
    checkMigratedOnce();
  }
}
