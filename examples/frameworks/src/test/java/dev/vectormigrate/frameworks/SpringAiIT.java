package dev.vectormigrate.frameworks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.frameworks.Articles.Article;
import dev.vectormigrate.layout.Layouts;
import dev.vectormigrate.pgvector.PgVectorTarget;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.AbstractEmbeddingModel;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.pgvector.PgVectorStore;
import org.springframework.jdbc.core.JdbcTemplate;

/** Spring AI's own PgVectorStore, with its defaults, on what was migrated. */
class SpringAiIT {

  private static final int TOP = 7;

  private final Articles articles = new Articles();
  private LocalPostgres.Database database;
  private JdbcTemplate jdbc;
  private PgVectorStore store;

  /** Reads the vector out of a text that lists its components. */
  private static final class Spelled extends AbstractEmbeddingModel {

    @Override
    public EmbeddingResponse call(EmbeddingRequest request) {
      List<Embedding> embeddings = new ArrayList<>();
      for (String text : request.getInstructions()) {
        embeddings.add(new Embedding(vector(text), embeddings.size()));
      }
      return new EmbeddingResponse(embeddings);
    }

    @Override
    public float[] embed(Document document) {
      return vector(String.valueOf(document.getText()));
    }

    private static float[] vector(String text) {
      String[] components = text.split(" ");
      float[] vector = new float[components.length];
      for (int i = 0; i < vector.length; i++) {
        vector[i] = Float.parseFloat(components[i]);
      }
      return vector;
    }

    static String text(float[] vector) {
      List<String> components = new ArrayList<>();
      for (float component : vector) {
        components.add(Float.toString(component));
      }
      return String.join(" ", components);
    }
  }

  @BeforeEach
  void migrate() throws Exception {
    database = LocalPostgres.shared().createDatabase("spring");
    MigrationPlan.builder("spring")
        .from(articles.source())
        .into(PgVectorTarget.of(database.dataSource()))
        .layout(Layouts.springAi())
        .build()
        .run();
    jdbc = new JdbcTemplate(database.dataSource());
    store =
        PgVectorStore.builder(jdbc, new Spelled())
            .dimensions(Articles.DIMENSION)
            .vectorTableValidationsEnabled(true)
            .build();
    store.afterPropertiesSet();
  }

  @AfterEach
  void close() {
    database.close();
  }

  private List<Document> search(Article near, String filter) {
    return store.similaritySearch(
        SearchRequest.builder()
            .query(Spelled.text(near.vector()))
            .topK(TOP)
            .similarityThresholdAll()
            .filterExpression(filter)
            .build());
  }

  /** What Spring AI gives of an article, without the distance. */
  private static Map<String, Object> metadata(Article article) {
    Map<String, Object> metadata = new LinkedHashMap<>(article.metadata());
    metadata.remove("nothing");
    metadata.put("number", article.number());
    return metadata;
  }

  private static Map<String, Object> withoutDistance(Document found) {
    Map<String, Object> metadata = new LinkedHashMap<>(found.getMetadata());
    assertThat(metadata.remove("distance")).isInstanceOf(Float.class);
    return metadata;
  }

  private void assertFound(List<Document> found, List<Article> expected) {
    assertThat(found)
        .extracting(Document::getText)
        .containsExactlyElementsOf(expected.stream().map(Article::text).toList());
    assertThat(found)
        .extracting(SpringAiIT::withoutDistance)
        .containsExactlyElementsOf(expected.stream().map(SpringAiIT::metadata).toList());
    for (int i = 0; i < found.size(); i++) {
      String id = found.get(i).getId();
      assertThat(
              jdbc.queryForObject(
                  "SELECT source_id FROM vector_store WHERE id = ?",
                  String.class,
                  UUID.fromString(id)))
          .isEqualTo(expected.get(i).id());
      if (expected.get(i).number() % 3 == 0) {
        assertThat(id).isEqualTo(expected.get(i).id());
      }
    }
  }

  @Test
  void finds_the_nearest_with_text_metadata_and_id() {
    for (int i = 0; i < 10; i++) {
      Article near = articles.get(i);

      assertFound(search(near, null), articles.nearest(near.vector(), TOP, article -> true));
    }
  }

  @Test
  void filters_by_metadata_of_every_type() {
    Article near = articles.get(1);
    assertFound(
        search(near, "language == 'de'"),
        articles.nearest(near.vector(), TOP, article -> article.language().equals("de")));
    assertFound(
        search(near, "number >= 30 && weight < 50"),
        articles.nearest(near.vector(), TOP, a -> a.number() >= 30 && a.number() + 0.5 < 50));
    assertFound(
        search(near, "even == true"),
        articles.nearest(near.vector(), TOP, article -> article.number() % 2 == 0));
  }

  @Test
  void adds_updates_and_deletes_rows_of_its_own_and_deletes_migrated_ones() {
    Article near = articles.get(1);
    String text = Spelled.text(near.vector());
    Document added = new Document(UUID.randomUUID().toString(), text, Map.of("language", "fr"));
    store.add(List.of(added));
    store.add(List.of(added.mutate().metadata(Map.of("language", "it")).build()));
    assertThat(search(near, "language == 'fr'")).isEmpty();
    assertThat(search(near, "language == 'it'"))
        .extracting(Document::getId)
        .containsExactly(added.getId());

    store.delete(List.of(added.getId(), articles.get(0).id()));
    store.delete("language == 'de'");

    assertFound(
        search(near, null),
        articles.nearest(near.vector(), TOP, a -> a.number() > 0 && !a.language().equals("de")));
  }

  @Test
  void gives_ids_of_its_own_to_rows_that_have_none() {
    jdbc.update(
        "INSERT INTO vector_store (content, metadata, embedding)"
            + " VALUES ('x', '{}', '[1,1,1,1,1,1,1,1]')");

    assertThat(jdbc.queryForObject("SELECT count(*) FROM vector_store", Integer.class))
        .isEqualTo(61);
  }
}
