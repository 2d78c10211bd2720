package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.Phase;
import dev.vectormigrate.Progress;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.model.VectorIndex;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.testkit.InMemorySource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an index build may take, what it says, and how far it is. */
class IndexBuildIT {

  private static final int DIMENSION = 64;
  private static final Schema DOCS = Schema.vectorCollection(DIMENSION, null);
  private static final long MEBIBYTE = 1 << 20;

  private LocalPostgres.Database database;
  private final List<Progress> events = new CopyOnWriteArrayList<>();

  @BeforeEach
  void makeDatabase() {
    database = LocalPostgres.shared().createDatabase("build");
  }

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  private static List<Row> rows(int count) {
    SplittableRandom random = new SplittableRandom(7);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] components = new float[DIMENSION];
      for (int c = 0; c < DIMENSION; c++) {
        components[c] = (float) (random.nextDouble() * 2 - 1);
      }
      rows.add(Row.of(DOCS, "id-" + i, null, null, Vector.wrap(components)));
    }
    return rows;
  }

  private MigrationReport migrate(
      int rows, UnaryOperator<PgVectorTarget> target, Consumer<DatasetMapping.Builder> mapping) {
    return MigrationPlan.builder("build")
        .from(InMemorySource.empty().with("docs", DOCS, rows(rows)))
        .into(target.apply(PgVectorTarget.of(database.dataSource())))
        .eachDataset(mapping::accept)
        .listener(
            new MigrationListener() {
              @Override
              public void progress(Progress progress) {
                events.add(progress);
              }
            })
        .build()
        .run();
  }

  private List<String> texts(String sql) throws SQLException {
    try (Connection connection = database.connect()) {
      return Sql.list(connection, sql, row -> row.getString(1));
    }
  }

  private static long watchingThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("vector-migrate-index-watch"))
        .count();
  }

  /** The graph of 12,000 vectors of 64 dimensions takes some 12 MB. */
  @Test
  void a_graph_that_outgrows_its_memory_is_foretold_told_and_watched() throws Exception {
    MigrationReport report =
        migrate(12_000, t -> t.indexMemory(6 * MEBIBYTE).indexWorkers(0), d -> {});

    assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(report.findings())
        .extracting(Finding::code)
        .containsExactly("index.memory", "index.memory_exceeded");
    assertThat(report.findings().get(0).message())
        .isEqualTo(
            "table docs: hnsw index on embedding: its graph takes about 12 MB, and"
                + " maintenance_work_mem is 6 MB: the build is much slower once the graph no longer"
                + " fits. Give it more with indexMemory(...).");
    String told = report.findings().get(1).message();
    assertThat(told)
        .matches(
            "table docs: hnsw index on embedding: its graph no longer fit into the 6 MB of"
                + " maintenance_work_mem after \\d,\\d{3} of 12,000 rows; the rest was built much"
                + " more slowly\\. Give it about 12 MB with indexMemory\\(\\.\\.\\.\\)\\.");
    long fitted = Long.parseLong(told.replaceAll(".* after (\\d),(\\d+) of .*", "$1$2"));
    double foretold = 6.0 * MEBIBYTE / graph(1);
    assertThat(fitted / foretold).isBetween(0.97, 1.03);
    checkProgress();
    assertThat(watchingThreads()).isZero();
  }

  private static long graph(long rows) {
    return new VectorIndexing(DOCS.field(DOCS.indexOf("embedding")), VectorIndex.hnsw())
        .graphBytes(rows);
  }

  private void checkProgress() {
    List<Progress> index =
        events.stream()
            .filter(
                e -> e.phase() == Phase.INDEX && e.what().equals("docs: hnsw index on embedding"))
            .toList();
    assertThat(index.get(0).expectedRows()).isEqualTo(-1);
    List<Progress> counted = index.subList(1, index.size());
    assertThat(counted).as("a build of more than two seconds").isNotEmpty();
    long before = 0;
    for (Progress event : counted) {
      assertThat(event.expectedRows()).isEqualTo(12_000);
      assertThat(event.rows()).isBetween(before, 12_000L);
      before = event.rows();
    }
    assertThat(before).isPositive();
  }

  @Test
  void memory_for_a_build_is_set_for_it_alone() throws Exception {
    MigrationReport report =
        migrate(12_000, t -> t.indexMemory(64 * MEBIBYTE).indexWorkers(0), d -> {});

    assertThat(report.findings()).isEmpty();
    assertThat(texts("SHOW maintenance_work_mem")).containsExactly("64MB");
    assertThatThrownBy(() -> PgVectorTarget.of(database.dataSource()).indexMemory(1_000))
        .hasMessage("indexMemory: 1,000 bytes, expected 1,048,576 to 2,199,023,255,552");
    assertThatThrownBy(() -> PgVectorTarget.of(database.dataSource()).indexWorkers(-1))
        .hasMessage("indexWorkers: -1, expected 0 to 1024");
  }

  /** No machine has that much: PostgreSQL can't make the segment that the workers would share. */
  @Test
  void a_parallel_build_without_shared_memory_is_made_by_one_process() throws Exception {
    try (Connection connection = database.connect()) {
      Sql.execute(
          connection,
          "ALTER DATABASE %s SET min_parallel_table_scan_size = 0".formatted(name(connection)));
    }

    MigrationReport report = migrate(200, t -> t.indexMemory(1L << 40).indexWorkers(2), d -> {});

    assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(report.findings())
        .extracting(Finding::code)
        .containsExactly("index.fault", "index.shared_memory");
    assertThat(report.findings().get(1).message())
        .matches(
            "(?s)table docs: hnsw index on embedding: there was no space for a parallel build, so it"
                + " is built without workers\\. PostgreSQL: could not resize shared memory segment"
                + " .* \\(SQLSTATE 53[12]00\\)\\. Give the server more shared memory \\(Docker:"
                + " --shm-size\\), or the build less memory\\.");
    assertThat(texts("SELECT indexname FROM pg_indexes WHERE tablename = 'docs' ORDER BY 1"))
        .containsExactly("docs_embedding_idx", "docs_pkey");
  }

  private static String name(Connection connection) throws SQLException {
    return Sql.first(connection, "SELECT current_database()", row -> row.getString(1))
        .orElseThrow();
  }

  @Test
  void a_version_that_is_faulty_in_parallel_builds_without_workers() throws Exception {
    try (Connection connection = database.connect()) {
      Sql.execute(
          connection,
          "ALTER DATABASE %s SET min_parallel_table_scan_size = 0".formatted(name(connection)));
    }
    String version = texts("SELECT extversion FROM pg_extension WHERE extname = 'vector'").get(0);

    MigrationReport report = migrate(200, t -> t, d -> {});

    if (ExtensionCheck.parallelFault(version).isEmpty()) {
      assertThat(report.findings()).isEmpty();
    } else {
      assertThat(report.findings())
          .containsExactly(
              Finding.warning(
                  "index.fault",
                  "table docs: hnsw index on embedding: extension vector "
                      + version
                      + ": parallel HNSW builds can overflow a buffer (CVE-2026-3172), fixed in"
                      + " 0.8.2. It is built without workers. Update pgvector."));
    }
  }

  @Test
  void few_rows_make_a_poor_ivfflat() {
    MigrationReport report = migrate(10, t -> t, d -> d.index(VectorIndex.ivfflat(20)));

    assertThat(report.findings().get(0))
        .isEqualTo(
            Finding.warning(
                "index.few_rows",
                "table docs: ivfflat index on embedding: 20 lists for 10 rows, expected at least"
                    + " 1,000 rows and fewer lists than rows: searches will miss much. Choose hnsw,"
                    + " or build it when there are more rows."));
  }

  @Test
  void an_ivfflat_that_lacks_memory_says_how_to_get_on() {
    assertThatThrownBy(
            () ->
                migrate(
                    2_000, t -> t.indexMemory(MEBIBYTE), d -> d.index(VectorIndex.ivfflat(1_000))))
        .hasMessageMatching(
            "\\[postgresql] table docs: ivfflat index on embedding can't be built: PostgreSQL: memory"
                + " required is \\d+ MB, maintenance_work_mem is 1 MB \\(SQLSTATE 54000\\)\\. Give the"
                + " build more with indexMemory\\(\\.\\.\\.\\), or ask for fewer lists\\.");
  }
}
