package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.Migration;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.RefusedException;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.model.VectorIndex;
import dev.vectormigrate.model.VectorIndex.Precision;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.reduce.Projection;
import dev.vectormigrate.reduce.Reduction;
import dev.vectormigrate.spi.SearchQuality;
import dev.vectormigrate.spi.WriteMode.OnConflict;
import dev.vectormigrate.testkit.InMemorySource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Shorter and rounded vectors in tables of every kind. */
class VectorsTogetherIT {

  private static final int DIMENSION = 16;
  private static final Schema SCHEMA = Schema.vectorCollection(DIMENSION, Distance.COSINE);

  private LocalPostgres.Database database;
  private Connection connection;

  @BeforeEach
  void open() throws SQLException {
    database = LocalPostgres.shared().createDatabase("together");
    connection = database.connect();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    database.close();
  }

  private static List<Row> rows(String prefix, int count) {
    Random random = new Random(prefix.hashCode());
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] vector = new float[DIMENSION];
      for (int j = 0; j < DIMENSION; j++) {
        vector[j] = (float) (random.nextGaussian() * Math.pow(0.7, j));
      }
      rows.add(Row.of(SCHEMA, prefix + i, "text", null, Vector.wrap(vector)));
    }
    return rows;
  }

  private MigrationPlan.Builder plan(
      String name, String prefix, Consumer<DatasetMapping.Builder> mapping) {
    return MigrationPlan.builder(name)
        .from(InMemorySource.empty().with("docs", SCHEMA, rows(prefix, 60)))
        .into(PgVectorTarget.of(database.dataSource()))
        .eachDataset(mapping)
        .minRecall(0);
  }

  private long count(String sql) throws SQLException {
    return Sql.first(connection, sql, row -> row.getLong(1)).orElseThrow();
  }

  @Test
  void vectors_of_another_projection_are_kept_apart() throws SQLException {
    plan("first", "a", d -> d.reduce(Reduction.pca(8))).build().run();
    MigrationPlan second =
        plan("second", "b", d -> d.reduce(Reduction.pca(8)).append(OnConflict.FAIL)).build();

    assertThatThrownBy(second::run)
        .isInstanceOf(RefusedException.class)
        .hasMessageMatching(
            "\\[postgresql] Table docs has vectors of a model that is not named, reduction pca-\\d+-8-[0-9a-f]{16} in its column 'embedding', expected those of a model that is not named, reduction pca\\(8\\), which the plan brings: they can't be compared with each other\\. Name another table\\.");
    assertThat(second.dryRun().isRefused()).isTrue();
    assertThat(count("SELECT count(*) FROM docs")).isEqualTo(60);
    assertThat(count("SELECT count(*) FROM vector_migrate.run")).isEqualTo(1);
  }

  @Test
  void vectors_of_the_same_projection_are_put_beside_each_other() throws SQLException {
    plan("first", "a", d -> d.reduce(Reduction.pca(8))).build().run();
    PgVectorTarget target = PgVectorTarget.of(database.dataSource());
    Projection first =
        Migration.named("first", target).projection("docs", "embedding").orElseThrow();

    MigrationReport report =
        plan("second", "b", d -> d.reduce(Reduction.by(first)).append(OnConflict.FAIL))
            .build()
            .run();

    assertThat(report.findings()).noneMatch(found -> found.code().startsWith("vectors."));
    assertThat(count("SELECT count(*) FROM docs")).isEqualTo(120);
    assertThat(Migration.named("second", target).projection("docs", "embedding")).contains(first);
  }

  @Test
  void a_projection_is_there_as_long_as_the_migration_is() {
    plan("m", "a", d -> d.reduce(Reduction.pca(8))).build().run();
    Migration migration = Migration.named("m", PgVectorTarget.of(database.dataSource()));
    Projection kept = migration.projection("docs", "embedding").orElseThrow();

    migration.discard();
    assertThat(migration.projection("docs", "embedding")).contains(kept);
    migration.rollback();
    assertThat(migration.projection("docs", "embedding")).contains(kept);
    migration.discard();
    assertThatThrownBy(() -> migration.projection("docs", "embedding"))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void rows_that_are_written_directly_are_searched_as_well() throws SQLException {
    MigrationReport report =
        plan("m", "a", d -> d.reduce(Reduction.pca(8)).halfVectors().direct(OnConflict.FAIL))
            .build()
            .run();

    assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(report.measurements().searches()).extracting(SearchQuality::queries).contains(60);
    assertThat(count("SELECT count(*) FROM docs")).isEqualTo(60);
  }

  @Test
  void names_may_hold_anything() throws SQLException {
    String column = "My \"Vec'tör: ";
    MigrationPlan plan =
        plan(
                "m",
                "a",
                d ->
                    d.table("Do cs")
                        .rename("embedding", column)
                        .rename("id", "I D")
                        .halfVectors()
                        .index(VectorIndex.hnsw(8, 32).over(Precision.BIT)))
            .build();

    MigrationReport report = plan.run();

    assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(report.measurements().searches())
        .hasSizeGreaterThanOrEqualTo(2)
        .allSatisfy(searches -> assertThat(searches.mean()).isGreaterThan(0.9));
    assertThat(plan.run().outcome()).isEqualTo(Outcome.ALREADY_MIGRATED);
  }

  @Test
  void the_extension_may_be_in_a_schema_of_its_own() throws SQLException {
    Sql.execute(
        connection,
        "DROP EXTENSION vector",
        "CREATE SCHEMA \"Ext s\"",
        "CREATE EXTENSION vector SCHEMA \"Ext s\"");

    MigrationReport report =
        plan("m", "a", d -> d.halfVectors().index(VectorIndex.hnsw(8, 32).over(Precision.BIT)))
            .build()
            .run();

    assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(report.measurements().searches())
        .hasSizeGreaterThanOrEqualTo(2)
        .allSatisfy(searches -> assertThat(searches.mean()).isGreaterThan(0.9));
  }
}
