package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.vectormigrate.Embedding;
import dev.vectormigrate.MigrationException;
import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.Phase;
import dev.vectormigrate.TargetException;
import dev.vectormigrate.VerificationFailedException;
import dev.vectormigrate.embed.FunctionEmbedder;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.spi.Embedder;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.Verifier;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What is borrowed is given back as it was, however a call ends. */
class ConnectionsIT {

  private static final int ROWS = 500;
  private static final int WRITERS = 3;

  private LocalPostgres.Database database;
  private Observer observer;
  private TrackedConnections connections;

  @BeforeEach
  void open() throws SQLException {
    database = LocalPostgres.shared().createDatabase("connections");
    observer = Observer.of(database);
    connections = new TrackedConnections(database.dataSource());
  }

  private void reopen() throws SQLException {
    close();
    open();
  }

  @AfterEach
  void close() throws SQLException {
    observer.close();
    database.close();
  }

  private MigrationPlan.Builder plan(Mode mode) {
    return MigratingProcess.plan(connections.dataSource(), GeneratedSource.of(ROWS), mode)
        .writers(WRITERS);
  }

  private static MigrationListener before(Phase wanted, Observer observer, String... sql) {
    return new MigrationListener() {
      @Override
      public void phaseStarted(Phase phase) {
        if (phase == wanted) {
          try {
            observer.execute(sql);
          } catch (SQLException e) {
            throw new AssertionError(e);
          }
        }
      }
    };
  }

  @TestFactory
  Stream<DynamicTest> every_call_gives_back_what_it_borrowed() {
    return Stream.of(Mode.values()).map(mode -> dynamicTest(mode.name(), () -> checkCalls(mode)));
  }

  private void checkCalls(Mode mode) throws Exception {
    reopen();
    mode.makeTableBefore(database);
    MigrationPlan plan = plan(mode).build();

    plan.dryRun();
    assertThat(plan.run().outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(plan.run().outcome()).isEqualTo(Outcome.ALREADY_MIGRATED);
    assertThat(plan.verify().outcome()).isEqualTo(Outcome.VERIFIED);
    plan.status();
    plan.rollback();
    plan.discard();

    assertThat(connections.faults()).isEmpty();
    assertThat(connections.most()).isBetween(3, WRITERS + 2);
    observer.awaitAlone();
  }

  @TestFactory
  Stream<DynamicTest> a_pool_of_two_more_than_the_writers_is_enough() {
    return Stream.of(Mode.values()).map(mode -> dynamicTest(mode.name(), () -> checkPool(mode)));
  }

  private void checkPool(Mode mode) throws Exception {
    reopen();
    mode.makeTableBefore(database);
    try (HikariDataSource pool = pool()) {
      connections = new TrackedConnections(pool);
      MigrationPlan plan = plan(mode).build();

      assertThat(plan.run().outcome()).isEqualTo(Outcome.MIGRATED);
      assertThat(plan.verify().outcome()).isEqualTo(Outcome.VERIFIED);

      assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
    }
    assertThat(connections.faults()).isEmpty();
  }

  @Test
  void keeping_what_a_model_makes_takes_no_connection_more() throws Exception {
    Embedder embedder =
        FunctionEmbedder.of(
            "lengths", 2, texts -> texts.stream().map(ConnectionsIT::vector).toList());
    try (HikariDataSource pool = pool()) {
      connections = new TrackedConnections(pool);

      Outcome outcome =
          plan(Mode.CREATE)
              .eachDataset(d -> d.reembed(Embedding.with(embedder).text("{id}")))
              .batchRows(5)
              .build()
              .run()
              .outcome();

      assertThat(outcome).isEqualTo(Outcome.MIGRATED);
      assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
    }
    assertThat(connections.faults()).isEmpty();
    assertThat(connections.most()).isEqualTo(WRITERS + 2);
  }

  private static float[] vector(String text) {
    return new float[] {text.length(), 1};
  }

  private HikariDataSource pool() {
    HikariConfig config = new HikariConfig();
    config.setDataSource(database.dataSource());
    config.setMaximumPoolSize(WRITERS + 2);
    config.setConnectionTimeout(10_000);
    // The unusual way round: what the engine needs is not what a connection comes with.
    config.setAutoCommit(false);
    return new HikariDataSource(config);
  }

  @Test
  void a_run_that_fails_its_verification_gives_everything_back() throws Exception {
    MigrationPlan plan =
        plan(Mode.CREATE)
            .listener(
                before(
                    Phase.VERIFY,
                    observer,
                    "DELETE FROM vector_migrate_stage_1.docs WHERE id = 'id-000007'"))
            .build();

    assertThatThrownBy(plan::run).isInstanceOf(VerificationFailedException.class);

    assertThat(connections.faults()).isEmpty();
    observer.awaitAlone();
  }

  @Test
  void a_run_that_loses_its_staging_gives_everything_back() throws Exception {
    for (Phase phase : List.of(Phase.STAGE, Phase.INDEX, Phase.VERIFY, Phase.PROMOTE)) {
      reopen();
      MigrationPlan plan =
          plan(Mode.CREATE)
              .listener(before(phase, observer, "DROP TABLE vector_migrate_stage_1.docs"))
              .build();

      assertThatThrownBy(plan::run)
          .isInstanceOf(TargetException.class)
          .hasMessage(
              "[postgresql] PostgreSQL: relation \"vector_migrate_stage_1.docs\" does not exist"
                  + " (SQLSTATE 42P01).");

      assertThat(connections.faults()).isEmpty();
      observer.awaitAlone();
    }
  }

  @Test
  void a_verification_of_a_table_that_is_gone_gives_everything_back() throws Exception {
    MigrationPlan plan = plan(Mode.CREATE).build();
    plan.run();
    observer.execute("DROP TABLE docs");

    assertThatThrownBy(plan::verify).isInstanceOf(TargetException.class);

    assertThat(connections.faults()).isEmpty();
    observer.awaitAlone();
  }

  @Test
  void a_verifier_that_reads_one_row_and_closes_gives_everything_back() throws Exception {
    try (HikariDataSource pool = pool()) {
      connections = new TrackedConnections(pool);
      MigrationPlan plan = plan(Mode.CREATE).verify(new OneRow()).build();

      assertThat(plan.run().outcome()).isEqualTo(Outcome.MIGRATED);
      assertThat(plan.verify().outcome()).isEqualTo(Outcome.VERIFIED);

      assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
    }
    assertThat(connections.faults()).isEmpty();
    observer.awaitAlone();
  }

  private static final class OneRow implements Verifier {

    @Override
    public String name() {
      return "one row";
    }

    @Override
    public List<Finding> verify(Evidence evidence) throws Exception {
      try (RowReader reader = evidence.readBack()) {
        assertThat(reader.next()).isNotNull();
      }
      return List.of();
    }
  }

  @Test
  void a_source_that_fails_in_the_middle_gives_everything_back() throws Exception {
    GeneratedSource failing =
        GeneratedSource.of(ROWS)
            .gate(
                inSplit -> {
                  if (inSplit == 30) {
                    throw new IllegalStateException("broken");
                  }
                });
    MigrationPlan plan =
        MigratingProcess.plan(connections.dataSource(), failing, Mode.CREATE).batchRows(20).build();

    assertThatThrownBy(plan::run)
        .isInstanceOf(MigrationException.class)
        .hasMessage("[generated docs] broken");

    assertThat(connections.faults()).isEmpty();
    observer.awaitAlone();
  }
}
