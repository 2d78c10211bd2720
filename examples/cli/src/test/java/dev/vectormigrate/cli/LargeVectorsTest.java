package dev.vectormigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.Migration;
import dev.vectormigrate.cli.Cli.Result;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.pgvector.PgVectorTarget;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.reduce.Projection;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store in files whose vectors have more dimensions than an index of plain vectors holds. */
class LargeVectorsTest {

  @TempDir private Path folder;
  private LocalPostgres.Database database;
  private Rows rows;

  @BeforeEach
  void createDatabase() {
    database = LocalPostgres.shared().createDatabase("large");
    rows = new Rows(database);
  }

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  private Result migrate(float[][] vectors, String... more) throws Exception {
    Path root = UserData.addStore(folder.resolve("user_data"), "alice", "notes", vectors);
    List<String> words = new ArrayList<>(List.of("migrate", "--no-backup", "--name", "large"));
    words.addAll(List.of("--from", "simple-vector-store:" + root));
    words.addAll(List.of(more));
    return Cli.of(database).on(database, words.toArray(String[]::new));
  }

  /**
   * Vectors of length 1 that differ in some directions more than in others, as those of texts do.
   */
  static float[][] vectors(int count, int dimension) {
    Random random = new Random(dimension);
    float[][] vectors = new float[count][dimension];
    for (float[] vector : vectors) {
      double sum = 0;
      for (int i = 0; i < dimension; i++) {
        vector[i] = (float) (random.nextGaussian() / (1 + i));
        sum += vector[i];
      }
      // Mirrored, so that the directions are not the axes.
      double length = 0;
      for (int i = 0; i < dimension; i++) {
        vector[i] -= (float) (2 * sum / dimension);
        length += (double) vector[i] * vector[i];
      }
      for (int i = 0; i < dimension; i++) {
        vector[i] /= (float) Math.sqrt(length);
      }
    }
    return vectors;
  }

  /** As many as a store in use had, and as many of them copies. */
  private static float[][] withCopies() {
    float[][] vectors = vectors(116, 3_072);
    for (int i = 46; i < vectors.length; i++) {
      vectors[i] = vectors[i % 46];
    }
    return vectors;
  }

  private List<Vector> stored() throws SQLException {
    return rows.of("SELECT embedding::text FROM notes ORDER BY (metadata->>'page')::int").stream()
        .map(LargeVectorsTest::parsed)
        .toList();
  }

  private static Vector parsed(String text) {
    String[] numbers = text.substring(1, text.length() - 1).split(",");
    float[] components = new float[numbers.length];
    for (int i = 0; i < components.length; i++) {
      components[i] = Float.parseFloat(numbers[i]);
    }
    return Vector.wrap(components);
  }

  @Test
  void halvesGetAnIndexAndTheReportSaysWhatItFinds() throws Exception {
    float[][] vectors = withCopies();

    Result result = migrate(vectors, "--vector-type", "halfvec", "--index", "hnsw");

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(rows.type("notes.embedding")).isEqualTo("halfvec(3072)");
    assertThat(rows.vectorIndexes()).containsExactly("USING hnsw (embedding halfvec_cosine_ops)");
    assertThat(stored())
        .isEqualTo(Arrays.stream(vectors).map(v -> Vector.wrap(v).toHalfPrecision()).toList());
    assertThat(result.out())
        .contains("Migrated: 116 rows, ", "info mapping.lossy: ", "116 × vector rounded to half")
        .containsPattern("notes.embedding  halfvec   exact  none +100  10  1.000  1.000 ")
        .containsPattern("notes.embedding  halfvec   index  (used|not chosen) +100  10  [01]\\.");
  }

  @Test
  void tooFewRowsForAReductionAreRefusedAndNothingIsLeft() throws Exception {
    Result result = migrate(withCopies(), "--reduce", "2000");

    assertThat(result.err())
        .isEqualToIgnoringNewLines(
            "[table notes] column 'embedding': PCA to 2,000 dimensions: 116 vectors, expected at"
                + " least 2,001: 116 vectors span at most 115 directions. Store halfvec, which keeps"
                + " all 3,072 dimensions and can be indexed up to 4,000; or reduce to at most 115;"
                + " or, for a Matryoshka model, truncate(2000).");
    assertThat(result.code()).isEqualTo(6);
    assertThat(
            rows.of(
                "SELECT relname FROM pg_class WHERE relkind IN ('r', 'i')"
                    + " AND relnamespace::regnamespace::text !~ '^(pg_|information_schema)'"))
        .isEmpty();
  }

  @Test
  void rowsAndQueriesGoThroughTheSameReduction() throws Exception {
    float[][] vectors = vectors(400, 96);

    Result result = migrate(vectors, "--reduce", "48");

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    Projection projection =
        Migration.named("large", PgVectorTarget.of(database.dataSource()))
            .projection("notes", "embedding")
            .orElseThrow();
    assertThat(result.out())
        .contains(
            "info vector.reduced: Table notes: column 'embedding' gets 48 of 96 dimensions by a PCA"
                + " fitted to 400 vectors, which keeps 99.2 % of their variance; version "
                + projection.version()
                + ".")
        .containsPattern(
            "notes.embedding  vector, pca-96-48-\\w{16}  exact  none +100  10  0\\.9[0-9]{2} ")
        .containsPattern(
            "notes.embedding  vector, pca-96-48-\\w{16}  index  (used|not chosen) +100  10  0\\.");
    assertThat(rows.type("notes.embedding")).isEqualTo("vector(48)");
    assertThat(rows.vectorIndexes()).containsExactly("USING hnsw (embedding vector_cosine_ops)");
    assertThat(rows.comment("notes.embedding"))
        .isEqualTo("vector-migrate: reduction=" + projection.id());
    assertThat(stored())
        .isEqualTo(Arrays.stream(vectors).map(v -> projection.project(Vector.wrap(v))).toList());
    String query = Arrays.toString(projection.project(Vector.wrap(vectors[7])).toArray());
    assertThat(rows.of("SELECT id FROM notes ORDER BY embedding <=> '%s' LIMIT 1".formatted(query)))
        .containsExactly("doc_7");
  }
}
