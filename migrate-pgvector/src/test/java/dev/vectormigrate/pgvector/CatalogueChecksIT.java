package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.Tenant;
import dev.vectormigrate.VerificationFailedException;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.VectorIndex;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.sources.chroma.ChromaDirectory;
import dev.vectormigrate.sources.chroma.Fixture;
import dev.vectormigrate.sources.sqlite.SqliteSource;
import dev.vectormigrate.verify.Verifiers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * An application's catalogue in SQLite and its collection in Chroma, moved to one user: what people
 * validate afterwards is in one report, a line for each check and table. {@code catalogue.md}
 * beside this class is that report.
 *
 * <ul>
 *   <li>records of SQLite, vectors of Chroma: {@code counts}
 *   <li>user ids: {@code tenants}
 *   <li>what searches find, 0.8 of the five nearest on average: {@code query_overlap}
 *   <li>structure of JSON: {@code json}
 *   <li>how long searches take, less than a second: {@code latency}
 * </ul>
 */
class CatalogueChecksIT {

  private static final String[] CATALOGUE = {
    "CREATE TABLE items (id TEXT PRIMARY KEY, filename TEXT NOT NULL, file_path TEXT NOT NULL,"
        + " created_at TEXT NOT NULL, updated_at TEXT NOT NULL)",
    "CREATE TABLE analyses (id TEXT PRIMARY KEY, item_id TEXT NOT NULL, raw_response TEXT,"
        + " created_at TEXT NOT NULL)",
    "CREATE TABLE embeddings (id TEXT PRIMARY KEY, item_id TEXT NOT NULL, embedding_source TEXT,"
        + " created_at TEXT NOT NULL)",
    "INSERT INTO items VALUES ('i1', 'a.jpg', 'images/a.jpg', '2025-11-01T10:00:00.5',"
        + " '2025-11-01T10:00:00'), ('i2', 'b.jpg', 'images/b.jpg', '2025-11-02T10:00:00',"
        + " '2025-11-02T10:00:00')",
    "INSERT INTO analyses VALUES ('a1', 'i1', '{\"category\": \"food\", \"tags\": [\"soup\"],"
        + " \"scores\": {\"x\": 1.0}}', '2025-11-01T10:00:00'), ('a2', 'i2', '{\"category\":"
        + " \"art\"}', '2025-11-02T10:00:00'), ('a3', 'i2', NULL, '2025-11-03T10:00:00')",
    "INSERT INTO embeddings VALUES ('e1', 'i1', '{\"fields\": [\"summary\"]}',"
        + " '2025-11-01T10:00:00')"
  };

  @TempDir Path temp;

  /** What is done to the live tables, and which checks fail for it. */
  private record Damage(String name, List<String> failing, String... sql) {}

  private static List<Damage> damages() {
    return List.of(
        new Damage(
            "a record of SQLite is gone",
            List.of("counts analyses", "digest analyses", "samples analyses"),
            "DELETE FROM analyses WHERE id = 'a2'"),
        new Damage(
            "a vector is gone",
            List.of("counts vectors", "digest vectors", "samples vectors"),
            "DELETE FROM vectors WHERE id = (SELECT min(id) FROM vectors)"),
        new Damage(
            "another vector",
            List.of("digest vectors", "samples vectors"),
            "UPDATE vectors SET embedding = embedding + embedding"
                + " WHERE id = (SELECT min(id) FROM vectors)"),
        new Damage(
            "rows are ranked by another distance",
            List.of("query_overlap vectors"),
            "CREATE OR REPLACE FUNCTION cosine_distance(vector, vector) RETURNS float8 LANGUAGE sql"
                + " IMMUTABLE AS 'SELECT -public.l2_distance($1, $2)'"),
        new Damage(
            "a user id is null",
            List.of("digest items", "tenants items", "samples items", "schema items"),
            "ALTER TABLE items DROP CONSTRAINT items_pkey",
            "ALTER TABLE items ALTER COLUMN user_id DROP NOT NULL",
            "UPDATE items SET user_id = NULL WHERE id = 'i1'"),
        new Damage(
            "a user id is empty",
            List.of("digest embeddings", "tenants embeddings", "samples embeddings"),
            "UPDATE embeddings SET user_id = ''"),
        new Damage(
            "a user id is that of another user",
            List.of("digest vectors", "tenants vectors", "samples vectors"),
            "UPDATE vectors SET user_id = 'sub-2' WHERE id = (SELECT min(id) FROM vectors)"),
        new Damage(
            "JSON was encoded twice",
            List.of("digest analyses", "samples analyses", "json analyses"),
            "UPDATE analyses SET raw_response = to_jsonb(raw_response::text) WHERE id = 'a1'"),
        new Damage(
            "a key of JSON is gone",
            List.of("digest analyses", "samples analyses", "json analyses"),
            "UPDATE analyses SET raw_response = raw_response #- '{scores,x}' WHERE id = 'a1'"),
        new Damage(
            "JSON of another type",
            List.of("digest embeddings", "samples embeddings", "json embeddings"),
            "UPDATE embeddings SET embedding_source = '{\"fields\": \"summary\"}'"));
  }

  private static MigrationPlan plan(Path folder, LocalPostgres.Database database) throws Exception {
    return plan(folder, database, Duration.ofMillis(999));
  }

  private static MigrationPlan plan(
      Path folder, LocalPostgres.Database database, Duration mostLatency) throws Exception {
    Path file = folder.resolve("collections_golden.db");
    if (Files.notExists(file)) {
      try (Connection store = DriverManager.getConnection("jdbc:sqlite:" + file);
          Statement statement = store.createStatement()) {
        for (String sql : CATALOGUE) {
          statement.execute(sql);
        }
      }
    }
    return MigrationPlan.builder("golden")
        .from(SqliteSource.at(file))
        .from(ChromaDirectory.at(Fixture.V0_5_5.unpack(folder)))
        .into(PgVectorTarget.of(database.dataSource()))
        .eachDataset(
            d -> d.tenant("user_id", Tenant.constant("sub-1")).onlyRows("user_id", "sub-1"))
        .dataset(
            "items",
            d ->
                d.convert("created_at", FieldType.TIMESTAMP)
                    .convert("updated_at", FieldType.TIMESTAMP))
        .dataset(
            "analyses",
            d ->
                d.convert("raw_response", FieldType.JSON)
                    .convert("created_at", FieldType.TIMESTAMP))
        .dataset(
            "embeddings",
            d ->
                d.convert("embedding_source", FieldType.JSON)
                    .convert("created_at", FieldType.TIMESTAMP))
        .dataset("cosine_small", d -> d.table("vectors").index(VectorIndex.hnsw()))
        .verify(Verifiers.standard())
        .verify(
            Verifiers.queryOverlap().k(5).atLeast(0.8),
            Verifiers.jsonStructure(),
            Verifiers.latency().k(5).atMost(mostLatency))
        .build();
  }

  @Test
  void one_report_has_a_line_for_each_check_and_table() throws Exception {
    try (LocalPostgres.Database database = LocalPostgres.shared().createDatabase("catalogue")) {
      MigrationPlan plan = plan(temp, database);

      MigrationReport report = plan.run();

      String markdown = CheckLines.markdown(report, temp);
      assertThat(markdown).isEqualTo(CheckLines.golden("catalogue.md"));
      assertThat(CheckLines.of(report)).isEqualTo(CheckLines.ofMarkdown(markdown));
      assertThat(CheckLines.of(plan.verify())).isEqualTo(CheckLines.of(report));
    }
  }

  @Test
  void searches_that_take_longer_than_they_may_keep_everything_from_becoming_live()
      throws Exception {
    try (LocalPostgres.Database database = LocalPostgres.shared().createDatabase("catalogue");
        Observer observer = Observer.of(database)) {
      MigrationPlan plan = plan(temp, database, Duration.ZERO);

      VerificationFailedException failure =
          catchThrowableOfType(VerificationFailedException.class, plan::run);

      assertThat(CheckLines.failed(failure.report())).containsExactly("latency vectors");
      assertThat(observer.content("public.vectors")).isEqualTo("absent");
    }
  }

  @TestFactory
  Stream<DynamicTest> what_is_broken_fails_its_check() {
    return damages().stream().map(damage -> dynamicTest(damage.name(), () -> check(damage)));
  }

  private void check(Damage damage) throws Exception {
    Path folder = Files.createTempDirectory(temp, "catalogue");
    try (LocalPostgres.Database database = LocalPostgres.shared().createDatabase("catalogue");
        Observer observer = Observer.of(database)) {
      MigrationPlan plan = plan(folder, database);
      assertThat(CheckLines.failed(plan.run())).isEmpty();

      observer.execute(damage.sql());

      MigrationReport report = plan.verify();
      assertThat(report.outcome()).isEqualTo(Outcome.DIFFERENT);
      assertThat(CheckLines.failed(report)).containsExactlyInAnyOrderElementsOf(damage.failing());
      assertThat(report.findings()).anyMatch(Finding::blocks);
    }
  }
}
