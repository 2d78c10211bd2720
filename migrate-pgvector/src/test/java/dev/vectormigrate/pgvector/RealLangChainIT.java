package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vectormigrate.Layout;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.layout.Layouts;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.spi.WriteMode.OnConflict;
import dev.vectormigrate.testkit.InMemorySource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * LangChain's own stores (Python) find what was migrated, and go on writing. Left out where there
 * is no Python, or its packages can't be installed.
 */
class RealLangChainIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NAME = "articles";
  private static final int DIMENSION = 6;
  private static final int TOP = 5;
  private static final Schema SCHEMA = Schema.vectorCollection(DIMENSION, Distance.COSINE);

  /** What is migrated; ids are UUIDs, so that they are the same in both of LangChain's stores. */
  private record Article(int number, float[] vector) {

    String id() {
      return new UUID(0x4000L, number).toString();
    }

    String language() {
      return number % 3 == 0 ? "de" : "en";
    }

    Map<String, Object> metadata() {
      return Map.of(
          "language",
          language(),
          "number",
          number,
          "weight",
          number + 0.5,
          "even",
          number % 2 == 0,
          "tags",
          List.of("a", "it's"));
    }

    String text() {
      return "Text of article " + number;
    }

    Row row() {
      return Row.of(SCHEMA, id(), text(), Json.of(metadata()), Vector.of(vector));
    }

    ObjectNode found() {
      ObjectNode found = JSON.createObjectNode().put("id", id()).put("text", text());
      found.set("metadata", JSON.valueToTree(metadata()));
      return found;
    }

    double similarity(float[] query) {
      double product = 0;
      double mine = 0;
      double its = 0;
      for (int i = 0; i < query.length; i++) {
        product += (double) vector[i] * query[i];
        mine += (double) vector[i] * vector[i];
        its += (double) query[i] * query[i];
      }
      return product / Math.sqrt(mine * its);
    }
  }

  @TempDir Path temp;
  private final List<Article> articles = articles();
  private final ArrayNode steps = JSON.createArrayNode();
  private PythonEnvironment python;
  private LocalPostgres.Database database;
  private Connection connection;

  private static List<Article> articles() {
    Random random = new Random(3);
    return IntStream.range(0, 40)
        .mapToObj(
            number -> {
              float[] vector = new float[DIMENSION];
              for (int i = 0; i < DIMENSION; i++) {
                vector[i] = (float) random.nextGaussian();
              }
              return new Article(number, vector);
            })
        .toList();
  }

  @BeforeEach
  void open() throws Exception {
    python = PythonEnvironment.with("requirements-langchain-postgres.txt");
    database = LocalPostgres.shared().createDatabase("langchain");
    connection = database.connect();
  }

  @AfterEach
  void close() throws SQLException {
    if (database != null) {
      connection.close();
      database.close();
    }
  }

  private MigrationPlan plan(Layout layout, OnConflict... shared) {
    return MigrationPlan.builder("langchain")
        .from(
            InMemorySource.empty().with(NAME, SCHEMA, articles.stream().map(Article::row).toList()))
        .into(PgVectorTarget.of(database.dataSource()))
        .layout(layout)
        .eachDataset(
            d -> {
              for (OnConflict onConflict : shared) {
                d.append(onConflict);
              }
            })
        .build();
  }

  private ObjectNode step(String store, String what) {
    return steps.addObject().put("store", store).put("collection", NAME).put("do", what);
  }

  private void search(String store, Article near, @Nullable String language) {
    ObjectNode step = step(store, "search").put("top", TOP);
    step.set("vector", JSON.valueToTree(near.vector()));
    if (language != null) {
      step.putObject("filter").putObject("language").put("$eq", language);
    }
  }

  private ObjectNode add(String store, String id, float[] vector) {
    ObjectNode step = step(store, "add");
    step.putArray("ids").add(id);
    step.putArray("texts").add("added");
    step.putArray("vectors").add(JSON.valueToTree(vector));
    step.putArray("metadatas").addObject().put("language", "fr");
    return step;
  }

  private void delete(String store, String... ids) {
    step(store, "delete").set("ids", JSON.valueToTree(ids));
  }

  /** Lets LangChain take the steps so far; what each gave. */
  private List<JsonNode> answers() throws Exception {
    Path folder = Files.createTempDirectory(temp, "steps");
    JSON.writeValue(folder.resolve("steps.json").toFile(), steps);
    steps.removeAll();
    PGSimpleDataSource server = new PGSimpleDataSource();
    server.setUrl(database.jdbcUrl());
    python.run(
        "ask_langchain.py",
        folder,
        Map.of(
            "PGHOST", server.getServerNames()[0],
            "PGPORT", String.valueOf(server.getPortNumbers()[0]),
            "PGDATABASE", String.valueOf(server.getDatabaseName()),
            "PGUSER", database.username(),
            "PGPASSWORD", database.password()),
        "steps.json",
        "answers.json");
    List<JsonNode> answers = new ArrayList<>();
    JSON.readTree(folder.resolve("answers.json").toFile()).forEach(answers::add);
    return answers;
  }

  private JsonNode nearest(Article near, Predicate<Article> fits) {
    ArrayNode found = JSON.createArrayNode();
    articles.stream()
        .filter(fits)
        .sorted(Comparator.comparingDouble(article -> -article.similarity(near.vector())))
        .limit(TOP)
        .forEach(article -> found.add(article.found()));
    return found;
  }

  private void assertSearchesFiltersAddsAndDeletes(String store) throws Exception {
    String added = new UUID(0x4001L, 0).toString();
    Article near = articles.get(1);
    for (int i = 0; i < 10; i++) {
      search(store, articles.get(i), null);
    }
    search(store, near, "de");
    add(store, added, near.vector());
    search(store, near, "fr");
    delete(store, added, near.id());
    search(store, near, null);

    List<JsonNode> answers = answers();

    for (int i = 0; i < 10; i++) {
      assertThat(answers.get(i)).isEqualTo(nearest(articles.get(i), article -> true));
    }
    assertThat(answers.get(10)).isEqualTo(nearest(near, a -> a.language().equals("de")));
    assertThat(answers.get(11)).isEqualTo(JSON.createArrayNode().add(added));
    assertThat(answers.get(12))
        .isEqualTo(
            JSON.readTree(
                "[{\"id\": \"%s\", \"text\": \"added\", \"metadata\": {\"language\": \"fr\"}}]"
                    .formatted(added)));
    assertThat(answers.get(14)).isEqualTo(nearest(near, article -> article.number() != 1));
  }

  @Test
  void pgvector_works_on_tables_that_the_migration_made() throws Exception {
    plan(Layouts.langChain()).run();

    assertSearchesFiltersAddsAndDeletes("PGVector");

    add("PGVector", "x", articles.get(0).vector()).put("collection", "another");
    assertThat(answers()).containsExactly(JSON.createArrayNode().add("x"));
    assertThat(
            Sql.list(
                connection,
                "SELECT c.name FROM langchain_pg_embedding e JOIN langchain_pg_collection c"
                    + " ON c.uuid = e.collection_id WHERE e.id = 'x'",
                row -> row.getString(1)))
        .containsExactly("another");
  }

  @Test
  void pgvector_finds_what_joined_a_collection_of_its_own() throws Exception {
    float[] other = {1, 0, 0, 0, 0, 0};
    add("PGVector", "others", other).put("collection", "another");
    add("PGVector", "mine", other);
    answers();
    List<String> before = content();
    PgVectorTarget target = PgVectorTarget.of(database.dataSource());
    MigrationPlan plan = plan(Layouts.langChain(target.langChainCollections()), OnConflict.FAIL);

    plan.run();

    assertThat(content()).containsAll(before).hasSize(before.size() + articles.size());
    delete("PGVector", "mine");
    answers();
    assertSearchesFiltersAddsAndDeletes("PGVector");
    plan.rollback();
    assertThat(content()).isEqualTo(before.stream().filter(r -> !r.contains("mine")).toList());
  }

  private List<String> content() throws SQLException {
    return Sql.list(
        connection,
        "SELECT concat_ws('|', uuid, name, cmetadata) FROM langchain_pg_collection UNION ALL"
            + " SELECT concat_ws('|', id, collection_id, embedding, document, cmetadata)"
            + " FROM langchain_pg_embedding ORDER BY 1",
        row -> row.getString(1));
  }

  @Test
  void pgvectorstore_works_on_the_table_of_the_collection() throws Exception {
    plan(Layouts.langChainV2()).run();

    assertSearchesFiltersAddsAndDeletes("PGVectorStore");
  }
}
