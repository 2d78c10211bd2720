package dev.vectormigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.cli.Cli.Result;
import dev.vectormigrate.embed.MiniLm;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Contents and entities of a real Chroma, with vectors made anew by the model MiniLM. */
class ContentMemoryTest {

  private static final String STAMP = "vector-migrate: model=all-minilm-l6-v2";

  @TempDir private Path folder;
  private LocalPostgres.Database database;
  private Rows rows;

  @BeforeEach
  void createDatabase() {
    database = LocalPostgres.shared().createDatabase("contents");
    rows = new Rows(database);
  }

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  private Result run(String command, Path store, String... more) {
    List<String> words = new ArrayList<>(List.of(command, "--from", "chroma:" + store));
    words.addAll(List.of("--layout", "content-vectors"));
    words.addAll(List.of("--reembed", "--embedder", "minilm"));
    words.addAll(List.of("--text-field", "{metadata.title}. {metadata.summary} {text}"));
    words.addAll(List.of(more));
    return Cli.of(database).on(database, words.toArray(String[]::new));
  }

  private Result migrate(Path store, String... more) {
    List<String> words = new ArrayList<>(List.of("--no-backup", "--max-rejects", "1"));
    words.addAll(List.of(more));
    return run("migrate", store, words.toArray(String[]::new));
  }

  private static Vector embedded(String text) throws Exception {
    return MiniLm.load().embed(List.of(text)).get(0);
  }

  private static String pgText(Vector vector) {
    return Arrays.toString(vector.toArray()).replace(" ", "");
  }

  @Test
  void allVectorsAreThoseOfTheModelAndNoneIsMadeTwice() throws Exception {
    Path store = ChromaArchive.unpack("content-memory", folder);

    Result first = migrate(store);

    assertThat(first.err()).isEmpty();
    assertThat(first.code()).isZero();
    for (String table : List.of("content_vectors", "entity_vectors")) {
      assertThat(rows.type(table + ".embedding_vector")).isEqualTo("vector(384)");
      assertThat(rows.comment(table + ".embedding_vector")).isEqualTo(STAMP);
    }
    assertThat(rows.vectorIndexes())
        .hasSize(2)
        .containsOnly("USING hnsw (embedding_vector vector_cosine_ops)");
    String bread = "Bread, äöü 😀";
    Vector expected = embedded("%1$s. About %1$s Text of %1$s".formatted(bread));
    assertThat(distance("content_vectors", "id = 'c-2'", expected)).containsExactly("0");
    assertThat(distance("entity_vectors", "source_id = 'e-1'", embedded(".  salt")))
        .containsExactly("0");
    assertThat(numbers("SELECT embedding::text FROM content_vectors WHERE id = 'c-2'"))
        .isEqualTo(expected);
    assertThat(first.out())
        .contains(
            "info embedding.made: dataset 'default_tenant/default_database/contents': 3 rows waited"
                + " for vectors of all-minilm-l6-v2: 3 texts embedded with ",
            "info embedding.made: dataset 'default_tenant/default_database/entities': 2 rows waited"
                + " for vectors of all-minilm-l6-v2: 2 texts embedded with ");

    assertThat(Cli.of(database).on(database, "rollback", "--name", name(first), "-y").code())
        .isZero();
    Result second = migrate(store, "--name", "again");

    assertThat(second.err()).isEmpty();
    assertThat(second.code()).isZero();
    assertThat(second.out())
        .contains(
            "3 rows waited for vectors of all-minilm-l6-v2: 0 texts embedded with 0 tokens in 0"
                + " requests, 3 known from before.",
            "2 rows waited for vectors of all-minilm-l6-v2: 0 texts embedded with 0 tokens in 0"
                + " requests, 2 known from before.");
    assertThat(distance("content_vectors", "id = 'c-2'", expected)).containsExactly("0");
    assertThat(migrate(store, "--name", "again").out())
        .contains("Already migrated: 5 rows; nothing was done.");
  }

  private static String name(Result result) {
    return result.out().lines().findFirst().orElseThrow().substring("Migration: ".length());
  }

  private List<String> distance(String table, String which, Vector expected) throws Exception {
    return rows.of(
        "SELECT embedding_vector <-> '%s' FROM %s WHERE %s"
            .formatted(pgText(expected), table, which));
  }

  /** The list of numbers that the application reads. */
  private Vector numbers(String sql) throws Exception {
    List<?> numbers = (List<?>) Json.parse(rows.of(sql).get(0)).toJava();
    float[] components = new float[numbers.size()];
    for (int i = 0; i < components.length; i++) {
      components[i] = ((Number) numbers.get(i)).floatValue();
    }
    return Vector.wrap(components);
  }

  @Test
  void theSameOptionsCompareTheSourceWithWhatWasMade() throws Exception {
    Path store = ChromaArchive.unpack("content-memory", folder);
    String[] tenants = {"--tenant-field", "user_id", "--missing-tenant", "7"};
    assertThat(migrate(store, tenants).err()).isEmpty();

    Result same = run("verify", store, tenants);
    assertThat(
            rows.of(
                "UPDATE content_vectors SET embedding_vector = embedding_vector + embedding_vector"
                    + " WHERE id = 'c-1' RETURNING id"))
        .containsExactly("c-1");
    Result different = run("verify", store, tenants);

    assertThat(same.err()).isEmpty();
    assertThat(same.out()).contains("The same: 6 rows are in the target as in the source");
    assertThat(same.code()).isZero();
    assertThat(different.code()).isEqualTo(3);
  }
}
