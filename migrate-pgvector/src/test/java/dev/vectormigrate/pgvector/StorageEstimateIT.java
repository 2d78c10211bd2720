package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.model.VectorIndex;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.spi.TableEstimate.Needs;
import dev.vectormigrate.testkit.InMemorySource;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is estimated beside what PostgreSQL then takes. */
class StorageEstimateIT {

  private static final Percentage NEAR = Percentage.withPercentage(12);

  private LocalPostgres.Database database;

  @BeforeEach
  void makeDatabase() {
    database = LocalPostgres.shared().createDatabase("storage");
  }

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  private static List<Row> rows(Schema schema, int count, int dimension, int characters) {
    List<Row> rows = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(dimension);
    for (int i = 0; i < count; i++) {
      float[] vector = new float[dimension];
      for (int j = 0; j < dimension; j++) {
        vector[j] = (float) random.nextDouble(-1, 1);
      }
      rows.add(
          Row.of(
              schema,
              "document-%06d".formatted(i),
              text(random, characters),
              Json.of(Map.of("page", (long) i, "source", "a.pdf")),
              Vector.wrap(vector)));
    }
    return rows;
  }

  private static String text(SplittableRandom random, int characters) {
    StringBuilder text = new StringBuilder();
    while (text.length() < characters) {
      text.append(Integer.toString(random.nextInt(36), 36));
    }
    return text.toString();
  }

  private void mapping(DatasetMapping.Builder mapping, String kind) {
    switch (kind) {
      case "hnsw" -> mapping.index(VectorIndex.hnsw());
      case "ivfflat" -> mapping.index(VectorIndex.ivfflat(10));
      default -> mapping.index(VectorIndex.none());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2000, 64, 200, hnsw", "2000, 384, 300, hnsw", "2000, 384, 300, ivfflat",
    "1000, 1536, 100, hnsw", "3000, 3, 900, none", "1000, 768, 100, hnsw"
  })
  void isNearWhatTheDatabaseTakes(int count, int dimension, int characters, String kind)
      throws Exception {
    Schema schema = Schema.vectorCollection(dimension, Distance.COSINE);
    List<Row> rows = rows(schema, count, dimension, characters);
    Consumer<DatasetMapping.Builder> mapping = m -> mapping(m, kind);
    PgVectorTarget target = PgVectorTarget.of(database.dataSource());
    MigrationPlan plan =
        MigrationPlan.builder("storage")
            .from(InMemorySource.empty().with("docs", schema, rows))
            .into(target)
            .dataset("docs", mapping)
            .build();
    StorageEstimate estimate = new StorageEstimate(plan.inspect().get(0).table());
    rows.forEach(estimate::add);
    Needs needs = estimate.needs();

    plan.run();

    assertThat((double) needs.rows()).as("table").isCloseTo(size("pg_relation_size(t)"), NEAR);
    assertThat((double) needs.indexes()).as("indexes").isCloseTo(size("pg_indexes_size(t)"), NEAR);
    double aside = size("pg_table_size(t) - pg_relation_size(t)");
    assertThat((double) needs.aside()).as("aside").isBetween(aside * 0.88 - 100_000, aside * 1.12);
  }

  private double size(String expression) throws Exception {
    try (Connection connection = database.connect()) {
      return Sql.first(
              connection,
              "SELECT " + expression.replace("(t)", "('public.docs'::regclass)"),
              row -> row.getDouble(1))
          .orElseThrow();
    }
  }
}
