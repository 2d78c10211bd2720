package dev.vectormigrate.frameworks;

import static dev.langchain4j.store.embedding.filter.MetadataFilterBuilder.metadataKey;
import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.data.document.Metadata;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.store.embedding.EmbeddingMatch;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.filter.Filter;
import dev.langchain4j.store.embedding.pgvector.DefaultMetadataStorageConfig;
import dev.langchain4j.store.embedding.pgvector.MetadataStorageConfig;
import dev.langchain4j.store.embedding.pgvector.MetadataStorageMode;
import dev.langchain4j.store.embedding.pgvector.PgVectorEmbeddingStore;
import dev.vectormigrate.Layout;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.frameworks.Articles.Article;
import dev.vectormigrate.layout.Layouts;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.pgvector.PgVectorTarget;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** LangChain4j's own PgVectorEmbeddingStore, in its three ways, on what was migrated. */
class LangChain4jIT {

  private static final int TOP = 7;
  private static final MetadataStorageConfig JSONB =
      DefaultMetadataStorageConfig.builder()
          .storageMode(MetadataStorageMode.COMBINED_JSONB)
          .columnDefinitions(List.of("metadata JSONB NULL"))
          .build();
  private static final MetadataStorageConfig COLUMNS =
      DefaultMetadataStorageConfig.builder()
          .storageMode(MetadataStorageMode.COLUMN_PER_KEY)
          .columnDefinitions(
              List.of("language text null", "number bigint null", "weight float8 null"))
          .build();

  private final Articles articles = new Articles();
  private LocalPostgres.Database database;

  @BeforeEach
  void open() throws Exception {
    database = LocalPostgres.shared().createDatabase("langchain4j");
  }

  @AfterEach
  void close() {
    database.close();
  }

  /** The store as an application makes it, which finds its table there. */
  private PgVectorEmbeddingStore migrated(Layout layout, @Nullable MetadataStorageConfig config) {
    MigrationPlan.builder("langchain4j")
        .from(articles.source())
        .into(PgVectorTarget.of(database.dataSource()))
        .layout(layout)
        .build()
        .run();
    return PgVectorEmbeddingStore.datasourceBuilder()
        .datasource(database.dataSource())
        .table("articles")
        .dimension(Articles.DIMENSION)
        .metadataStorageConfig(config)
        .build();
  }

  private static List<EmbeddingMatch<TextSegment>> search(
      PgVectorEmbeddingStore store, Article near, @Nullable Filter filter) {
    return store
        .search(
            EmbeddingSearchRequest.builder()
                .queryEmbedding(Embedding.from(near.vector()))
                .maxResults(TOP)
                .filter(filter)
                .build())
        .matches();
  }

  /** With a JSON column; what LangChain4j has no type for is text. */
  private static Map<String, Object> json(Article article) {
    return Map.of(
        "language", article.language(),
        "number", article.number(),
        "weight", article.number() + 0.5,
        "even", String.valueOf(article.number() % 2 == 0),
        "tags", "[\"a\",\"it's\"]");
  }

  private static Map<String, Object> columns(Article article) {
    return Map.of(
        "language",
        article.language(),
        "number",
        (long) article.number(),
        "weight",
        article.number() + 0.5);
  }

  private interface Reading {
    Map<String, Object> metadata(Article article);
  }

  private void assertFound(
      List<EmbeddingMatch<TextSegment>> found, List<Article> expected, Reading reading)
      throws Exception {
    assertThat(found)
        .extracting(match -> match.embedded().text())
        .containsExactlyElementsOf(expected.stream().map(Article::text).toList());
    for (int i = 0; i < found.size(); i++) {
      EmbeddingMatch<TextSegment> match = found.get(i);
      Article article = expected.get(i);
      assertThat(match.embedded().metadata().toMap()).isEqualTo(reading.metadata(article));
      assertThat(match.embedding().vector()).isEqualTo(article.vector());
      assertThat(sourceId(match.embeddingId())).isEqualTo(article.id());
      if (article.number() % 3 == 0) {
        assertThat(match.embeddingId()).isEqualTo(article.id());
      }
    }
  }

  private String sourceId(String id) throws Exception {
    try (Connection connection = database.connect();
        PreparedStatement query =
            connection.prepareStatement("SELECT source_id FROM articles WHERE embedding_id = ?")) {
      query.setObject(1, UUID.fromString(id));
      try (ResultSet row = query.executeQuery()) {
        assertThat(row.next()).isTrue();
        return row.getString(1);
      }
    }
  }

  private void assertSearchesFiltersAddsAndDeletes(PgVectorEmbeddingStore store, Reading reading)
      throws Exception {
    Article near = articles.get(1);
    for (int i = 0; i < 10; i++) {
      Article query = articles.get(i);
      assertFound(
          search(store, query, null), articles.nearest(query.vector(), TOP, a -> true), reading);
    }
    assertFound(
        search(store, near, metadataKey("language").isEqualTo("de")),
        articles.nearest(near.vector(), TOP, a -> a.language().equals("de")),
        reading);
    assertFound(
        search(
            store,
            near,
            metadataKey("number")
                .isGreaterThanOrEqualTo(30)
                .and(metadataKey("weight").isLessThan(50.0))),
        articles.nearest(near.vector(), TOP, a -> a.number() >= 30 && a.number() + 0.5 < 50),
        reading);

    String added =
        store.add(
            Embedding.from(near.vector()),
            TextSegment.from("added", Metadata.from("language", "fr")));
    assertThat(search(store, near, metadataKey("language").isEqualTo("fr")))
        .extracting(EmbeddingMatch::embeddingId)
        .containsExactly(added);
    store.removeAll(List.of(added, articles.get(0).id()));
    store.removeAll(metadataKey("language").isEqualTo("de"));
    assertFound(
        search(store, near, null),
        articles.nearest(near.vector(), TOP, a -> a.number() > 0 && !a.language().equals("de")),
        reading);
  }

  @Test
  void works_with_one_json_column() throws Exception {
    assertSearchesFiltersAddsAndDeletes(migrated(Layouts.langChain4j(), null), LangChain4jIT::json);
  }

  @Test
  void works_with_one_jsonb_column() throws Exception {
    assertSearchesFiltersAddsAndDeletes(
        migrated(Layouts.langChain4j(), JSONB), LangChain4jIT::json);
  }

  @Test
  void works_with_a_column_for_each_key() throws Exception {
    Layout layout =
        Layouts.langChain4j(
            Map.of(
                "language", FieldType.TEXT,
                "number", FieldType.INTEGER,
                "weight", FieldType.FLOAT));

    assertSearchesFiltersAddsAndDeletes(migrated(layout, COLUMNS), LangChain4jIT::columns);
  }
}
