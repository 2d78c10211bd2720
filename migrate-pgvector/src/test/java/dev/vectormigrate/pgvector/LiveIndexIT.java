package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.Phase;
import dev.vectormigrate.RefusedException;
import dev.vectormigrate.TargetException;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.model.VectorIndex;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.spi.WriteMode.OnConflict;
import dev.vectormigrate.testkit.InMemorySource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Vector indexes that a plan asks for on a table that is live already. */
class LiveIndexIT {

  private static final Schema DOCS = Schema.vectorCollection(3, null);
  private static final String OURS =
      "CREATE INDEX docs_embedding_idx ON public.docs USING hnsw (((embedding)::halfvec(3))"
          + " halfvec_cosine_ops) WITH (m='8', ef_construction='32')";

  private LocalPostgres.Database database;
  private Connection connection;

  @BeforeEach
  void open() throws SQLException {
    database = LocalPostgres.shared().createDatabase("live");
    connection = database.connect();
    Sql.execute(
        connection,
        "CREATE TABLE docs (id text PRIMARY KEY, content text, metadata jsonb, embedding vector(3))",
        "INSERT INTO docs VALUES ('theirs', 't', NULL, '[1,2,3]')");
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    database.close();
  }

  private static List<Row> rows(int count) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(Row.of(DOCS, "id-" + i, null, null, Vector.of(i, 1, 2)));
    }
    return rows;
  }

  private MigrationPlan.Builder plan(Consumer<DatasetMapping.Builder> mapping) {
    return MigrationPlan.builder("live")
        .from(InMemorySource.empty().with("docs", DOCS, rows(20)))
        .into(PgVectorTarget.of(database.dataSource()))
        .eachDataset(mapping::accept);
  }

  private static void index(DatasetMapping.Builder mapping) {
    mapping.index(VectorIndex.hnsw(8, 32).over(VectorIndex.Precision.HALF));
  }

  private static void append(DatasetMapping.Builder mapping) {
    index(mapping);
    mapping.append(OnConflict.FAIL);
  }

  private List<String> texts(String sql) throws SQLException {
    return Sql.list(connection, sql, row -> row.getString(1));
  }

  private List<String> indexes() throws SQLException {
    return texts(
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexdef ~ 'hnsw'");
  }

  private void checkBuiltAndTakenBack(Consumer<DatasetMapping.Builder> mapping) throws Exception {
    MigrationPlan plan = plan(mapping).build();

    assertThat(plan.dryRun().statements())
        .contains(
            "CREATE INDEX CONCURRENTLY \"docs_embedding_idx\" ON \"public\".\"docs\" USING hnsw"
                + " ((\"embedding\"::\"public\".halfvec(3)) \"public\".\"halfvec_cosine_ops\") WITH"
                + " (m = 8, ef_construction = 32)");
    assertThat(indexes()).isEmpty();
    assertThat(plan.run().outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(indexes()).containsExactly(OURS);
    plan.rollback();
    assertThat(indexes()).isEmpty();
    assertThat(texts("SELECT id FROM docs")).containsExactly("theirs");
    Sql.execute(connection, OURS);
    plan.discard();
    assertThat(indexes()).as("made by another under the same name").containsExactly(OURS);
  }

  @Test
  void an_append_builds_the_index_and_a_rollback_drops_it() throws Exception {
    checkBuiltAndTakenBack(LiveIndexIT::append);
  }

  @Test
  void rows_that_are_written_directly_are_indexed_likewise() throws Exception {
    checkBuiltAndTakenBack(
        d -> {
          index(d);
          d.direct(OnConflict.FAIL);
        });
  }

  @Test
  void an_index_that_is_there_is_enough_and_stays() throws Exception {
    Sql.execute(connection, "CREATE INDEX theirs ON docs USING hnsw (embedding vector_l2_ops)");
    List<String> before = indexes();
    MigrationPlan plan = plan(LiveIndexIT::append).build();

    plan.run();
    assertThat(indexes()).isEqualTo(before);
    plan.rollback();
    plan.discard();
    assertThat(indexes()).isEqualTo(before);
  }

  @Test
  void none_is_built_where_the_plan_leaves_it_to_the_target() throws Exception {
    plan(d -> d.append(OnConflict.FAIL)).build().run();

    assertThat(indexes()).isEmpty();
  }

  @Test
  void a_run_that_is_discarded_before_its_switch_leaves_no_index() throws Exception {
    Sql.execute(connection, "INSERT INTO docs VALUES ('id-3', 't', NULL, '[1,2,3]')");
    MigrationPlan plan = plan(LiveIndexIT::append).build();

    assertThatThrownBy(plan::run).isInstanceOf(RefusedException.class);
    assertThat(indexes()).containsExactly(OURS);
    plan.discard();

    assertThat(indexes()).isEmpty();
  }

  @Test
  void what_a_failed_build_left_is_dropped_and_built_by_the_next_run() throws Exception {
    PgVectorTarget tight = PgVectorTarget.of(database.dataSource()).indexMemory(1 << 20);
    Consumer<DatasetMapping.Builder> lists =
        d -> d.index(VectorIndex.ivfflat(2_000)).append(OnConflict.FAIL);
    String valid =
        "SELECT indisvalid FROM pg_index WHERE indrelid = 'docs'::regclass AND NOT indisprimary";

    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatThrownBy(() -> plan(lists).into(tight).build().run())
          .isInstanceOf(TargetException.class)
          .hasMessageContaining("ivfflat index on embedding can't be built: ")
          .hasMessageContaining("memory required");
    }
    plan(lists).into(tight.indexMemory(256 << 20)).build().run();

    assertThat(texts(valid)).containsExactly("t");
    assertThat(texts("SELECT id FROM docs")).hasSize(21);
    plan(lists).build().rollback();
    assertThat(texts(valid)).isEmpty();
  }

  @Test
  void who_may_not_build_it_is_told_how() throws Exception {
    Sql.execute(
        connection,
        "DROP TABLE docs",
        "CREATE TABLE docs (id text PRIMARY KEY, content text, metadata jsonb, embedding"
            + " vector(3)) PARTITION BY HASH (id)",
        "CREATE TABLE docs_0 PARTITION OF docs FOR VALUES WITH (MODULUS 1, REMAINDER 0)");

    MigrationReport report = plan(LiveIndexIT::append).build().run();

    assertThat(report.findings().subList(0, 1))
        .containsExactly(
            Finding.warning(
                "index.live",
                "Table docs is live and has no vector index on column 'embedding', and this role"
                    + " can't build one while it is used: it is partitioned. Run CREATE INDEX ON"
                    + " \"public\".\"docs\" USING hnsw ((\"embedding\"::\"public\".halfvec(3))"
                    + " \"public\".\"halfvec_cosine_ops\") WITH (m = 8, ef_construction = 32)."));
    assertThat(indexes()).isEmpty();
  }

  /** A concurrent build waits for every statement that is older than its last step. */
  @Test
  void another_instance_that_waits_does_not_hold_the_build_up() throws Exception {
    CountDownLatch waits = new CountDownLatch(1);
    List<CompletableFuture<MigrationReport>> others = new ArrayList<>();
    MigrationPlan other =
        plan(LiveIndexIT::append)
            .lockWait(Duration.ofMinutes(5))
            .listener(
                new MigrationListener() {
                  @Override
                  public void waiting(String migration) {
                    waits.countDown();
                  }
                })
            .build();
    MigrationPlan first =
        plan(LiveIndexIT::append)
            .listener(
                new MigrationListener() {
                  @Override
                  public void phaseStarted(Phase phase) {
                    if (phase == Phase.INDEX) {
                      others.add(CompletableFuture.supplyAsync(other::run));
                      await(waits);
                    }
                  }
                })
            .build();

    CompletableFuture<MigrationReport> run = CompletableFuture.supplyAsync(first::run);

    assertThat(run.get(60, TimeUnit.SECONDS).outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(others.get(0).get(60, TimeUnit.SECONDS).outcome())
        .isEqualTo(Outcome.ALREADY_MIGRATED);
    assertThat(indexes()).containsExactly(OURS);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
