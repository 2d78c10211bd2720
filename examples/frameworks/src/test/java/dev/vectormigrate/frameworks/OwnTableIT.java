package dev.vectormigrate.frameworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.langchain4j.data.document.Metadata;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.store.embedding.inmemory.InMemoryEmbeddingStore;
import dev.langchain4j.store.embedding.pgvector.DefaultMetadataStorageConfig;
import dev.langchain4j.store.embedding.pgvector.MetadataStorageConfig;
import dev.langchain4j.store.embedding.pgvector.MetadataStorageMode;
import dev.langchain4j.store.embedding.pgvector.PgVectorEmbeddingStore;
import dev.vectormigrate.Comparison;
import dev.vectormigrate.Layout;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.RowDifference;
import dev.vectormigrate.RowDifference.Change;
import dev.vectormigrate.RowDifference.ColumnDifference;
import dev.vectormigrate.RowDifference.Kind;
import dev.vectormigrate.layout.Layouts;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.pgvector.PgVectorTarget;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.sources.inmemory.LangChain4jStoreFile;
import dev.vectormigrate.sources.inmemory.SpringAiVectorStoreFile;
import dev.vectormigrate.spi.SourceStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.AbstractEmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.vectorstore.SimpleVectorStore;
import org.springframework.ai.vectorstore.pgvector.PgVectorStore;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Tables that a framework filled itself are compared with a file that the same framework wrote:
 * both hold the same documents, and nothing was migrated.
 */
class OwnTableIT {

  private static final int COUNT = 12;
  private static final int DIMENSION = 4;
  private static final MetadataStorageConfig JSONB =
      DefaultMetadataStorageConfig.builder()
          .storageMode(MetadataStorageMode.COMBINED_JSONB)
          .columnDefinitions(List.of("metadata JSONB NULL"))
          .build();

  @TempDir Path folder;
  private LocalPostgres.Database database;
  private JdbcTemplate jdbc;

  /** Gives the vector of the number in a text, which may stand between the document's metadata. */
  private static final class Numbered extends AbstractEmbeddingModel {

    private static final Pattern NUMBER = Pattern.compile("Text of no\\. (\\d+),");

    @Override
    public EmbeddingResponse call(EmbeddingRequest request) {
      List<org.springframework.ai.embedding.Embedding> embeddings = new ArrayList<>();
      for (String text : request.getInstructions()) {
        embeddings.add(
            new org.springframework.ai.embedding.Embedding(vectorOf(text), embeddings.size()));
      }
      return new EmbeddingResponse(embeddings);
    }

    @Override
    public int dimensions() {
      return DIMENSION;
    }

    @Override
    public float[] embed(Document document) {
      return vectorOf(String.valueOf(document.getText()));
    }

    private static float[] vectorOf(String text) {
      Matcher matcher = NUMBER.matcher(text);
      assertThat(matcher.find()).as(text).isTrue();
      return vector(Integer.parseInt(matcher.group(1)));
    }
  }

  @BeforeEach
  void open() throws Exception {
    database = LocalPostgres.shared().createDatabase("own");
    jdbc = new JdbcTemplate(database.dataSource());
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static String id(int number) {
    return new UUID(0x4000L, number).toString();
  }

  private static String text(int number) {
    return "Text of no. " + number + ", with \"quotes\" and \u00fc\ud83d\ude00";
  }

  private static float[] vector(int number) {
    return new float[] {number / 3f, -number / 7f, 1e-7f * number, 1};
  }

  /** Of every type that the framework keeps in both of its stores. */
  private static Map<String, Object> metadata(int number, boolean plain) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("language", number % 2 == 0 ? "de" : "en");
    metadata.put("number", number);
    metadata.put("large", Long.MAX_VALUE - number);
    metadata.put("weight", number + 0.1);
    metadata.put("single", number + 0.1f);
    metadata.put("small", number / 10_000.0);
    if (!plain) {
      metadata.put("even", number % 2 == 0);
      metadata.put("tags", List.of("a", "it's"));
      metadata.put("nested", Map.of("page", number));
    }
    return metadata;
  }

  private void fillSpringAi(Path file, @Nullable Double extra) throws Exception {
    Numbered model = new Numbered();
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      Map<String, Object> metadata = metadata(i, false);
      if (extra != null && i == 7) {
        metadata.put("extra", extra);
      }
      documents.add(new Document(id(i), text(i), metadata));
    }
    SimpleVectorStore simple = SimpleVectorStore.builder(model).build();
    simple.add(documents);
    simple.save(file.toFile());
    PgVectorStore store =
        PgVectorStore.builder(jdbc, model).dimensions(DIMENSION).initializeSchema(true).build();
    store.afterPropertiesSet();
    store.add(documents);
  }

  private void fillLangChain4j(
      Path file, @Nullable MetadataStorageConfig config, @Nullable Double extra) {
    List<String> ids = new ArrayList<>();
    List<Embedding> embeddings = new ArrayList<>();
    List<TextSegment> segments = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      Map<String, Object> metadata = metadata(i, true);
      if (extra != null && i == 7) {
        metadata.put("extra", extra);
      }
      ids.add(id(i));
      embeddings.add(Embedding.from(vector(i)));
      segments.add(TextSegment.from(text(i), Metadata.from(metadata)));
    }
    InMemoryEmbeddingStore<TextSegment> memory = new InMemoryEmbeddingStore<>();
    memory.addAll(ids, embeddings, segments);
    memory.serializeToFile(file);
    PgVectorEmbeddingStore.datasourceBuilder()
        .datasource(database.dataSource())
        .table("embeddings")
        .dimension(DIMENSION)
        .metadataStorageConfig(config)
        .build()
        .addAll(ids, embeddings, segments);
  }

  private MigrationPlan plan(SourceStore source, Layout layout) {
    return MigrationPlan.builder("own")
        .from(source)
        .into(PgVectorTarget.of(database.dataSource()))
        .layout(layout)
        .build();
  }

  private static void assertSame(MigrationPlan plan, String table, String beside) {
    Comparison comparison = plan.compare();

    assertThat(comparison.report().findings())
        .containsExactly(
            Finding.info(
                "compare.beside",
                "table %s: lacks the columns %s, which hold what its readers don't know of; they were not compared."
                    .formatted(table, beside)),
            Finding.info(
                "compare.counted",
                "table %s: 12 rows in the source, 12 in the table, 12 of them the same."
                    .formatted(table)));
    assertThat(comparison.outcome()).isEqualTo(Outcome.SAME);
  }

  /** Each statement changes the row of number 7, and one value of it. */
  private void assertNamed(
      MigrationPlan plan, String table, String key, Map<String, ColumnDifference> changes) {
    for (Map.Entry<String, ColumnDifference> change : changes.entrySet()) {
      jdbc.execute("CREATE TABLE saved AS SELECT * FROM " + table);
      jdbc.execute(
          "UPDATE %s SET %s WHERE %s = '%s'".formatted(table, change.getKey(), key, id(7)));
      List<RowDifference> told = new ArrayList<>();

      Comparison comparison = plan.compare(told::add);

      assertThat(comparison.outcome()).as(change.getKey()).isEqualTo(Outcome.DIFFERENT);
      assertThat(told)
          .as(change.getKey())
          .extracting(RowDifference::id, RowDifference::kind, RowDifference::columns)
          .containsExactly(tuple(id(7), Kind.DIFFERENT, List.of(change.getValue())));
      jdbc.execute("TRUNCATE " + table);
      jdbc.execute("INSERT INTO " + table + " SELECT * FROM saved");
      jdbc.execute("DROP TABLE saved");
    }
    assertThat(plan.compare().outcome()).isEqualTo(Outcome.SAME);
  }

  private static ColumnDifference differs(String path, String type) {
    return new ColumnDifference(path, Change.VALUE, type, type);
  }

  @Test
  void spring_ai_has_written_the_same_into_both_and_a_changed_value_is_named() throws Exception {
    Path file = folder.resolve("vectorstore.json");
    fillSpringAi(file, null);
    MigrationPlan plan = plan(SpringAiVectorStoreFile.at(file), Layouts.springAi());

    assertSame(plan, "vector_store", "[source_collection, source_id]");
    assertNamed(
        plan,
        "vector_store",
        "id",
        Map.of(
            "content = content || '.'",
            differs("content", "String"),
            "metadata = jsonb_set(metadata::jsonb, '{language}', '\"fr\"')::json",
            differs("metadata.language", "string"),
            "metadata = jsonb_set(metadata::jsonb, '{number}', '\"7\"')::json",
            new ColumnDifference("metadata.number", Change.TYPE, "integer", "string"),
            "metadata = (metadata::jsonb - 'even')::json",
            new ColumnDifference("metadata.even", Change.MISSING, "boolean", ""),
            "embedding = '[1,2,3,4]'",
            differs("embedding", "Vector")));
  }

  @Test
  void langchain4j_has_written_the_same_into_both_and_a_changed_value_is_named() {
    for (MetadataStorageConfig config : new MetadataStorageConfig[] {null, JSONB}) {
      Path file = folder.resolve("embeddings.json");
      fillLangChain4j(file, config, null);
      MigrationPlan plan = plan(LangChain4jStoreFile.at(file), Layouts.langChain4jTexts());
      String type = config == null ? "json" : "jsonb";

      assertSame(plan, "embeddings", "[source_id]");
      assertNamed(
          plan,
          "embeddings",
          "embedding_id",
          Map.of(
              "text = text || '.'",
              differs("text", "String"),
              "metadata = jsonb_set(metadata::jsonb, '{language}', '\"fr\"')::" + type,
              differs("metadata.language", "string"),
              "metadata = jsonb_set(metadata::jsonb, '{number}', '7')::" + type,
              new ColumnDifference("metadata.number", Change.TYPE, "string", "integer"),
              "embedding = '[1,2,3,4]'",
              differs("embedding", "Vector")));
      jdbc.execute("DROP TABLE embeddings");
    }
  }

  /** PostgreSQL keeps the exponent's trailing zeros of no number in jsonb. */
  @Test
  void a_large_double_became_an_integer_where_spring_ai_wrote_it_and_is_named() throws Exception {
    Path file = folder.resolve("vectorstore.json");
    fillSpringAi(file, 1e10);

    List<RowDifference> told = new ArrayList<>();
    plan(SpringAiVectorStoreFile.at(file), Layouts.springAi()).compare(told::add);

    assertThat(told)
        .extracting(RowDifference::id, RowDifference::kind, RowDifference::columns)
        .containsExactly(
            tuple(
                id(7),
                Kind.DIFFERENT,
                List.of(
                    new ColumnDifference("metadata.extra", Change.TYPE, "decimal", "integer"))));
  }

  @Test
  void a_large_double_is_the_same_text_where_langchain4j_wrote_it() {
    Path file = folder.resolve("embeddings.json");
    fillLangChain4j(file, JSONB, 1e10);

    assertSame(
        plan(LangChain4jStoreFile.at(file), Layouts.langChain4jTexts()),
        "embeddings",
        "[source_id]");
  }

  @Test
  void the_layout_with_numbers_tells_that_langchain4j_wrote_texts() {
    Path file = folder.resolve("embeddings.json");
    fillLangChain4j(file, null, null);

    List<RowDifference> told = new ArrayList<>();
    plan(LangChain4jStoreFile.at(file), Layouts.langChain4j()).compare(told::add);

    assertThat(told)
        .hasSize(COUNT)
        .allSatisfy(
            row ->
                assertThat(row.columns())
                    .hasSize(5)
                    .allMatch(column -> column.change() == Change.TYPE)
                    .allMatch(column -> column.actual().equals("string")));
  }
}
