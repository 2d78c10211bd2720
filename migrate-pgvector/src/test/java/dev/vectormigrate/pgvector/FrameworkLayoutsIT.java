package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vectormigrate.Layout;
import dev.vectormigrate.MigrationException;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.layout.Layouts;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.sources.chroma.ChromaDirectory;
import dev.vectormigrate.sources.chroma.Fixture;
import dev.vectormigrate.spi.WriteMode.OnConflict;
import dev.vectormigrate.testkit.Docs;
import dev.vectormigrate.testkit.InMemorySource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The tables of frameworks and applications: their statements, and every value in them. */
class FrameworkLayoutsIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What LangChain's PGVector makes, by SQLAlchemy's create_all. */
  private static final String[] TABLES_OF_LANGCHAIN = {
    """
    CREATE TABLE langchain_pg_collection (
      uuid UUID NOT NULL, name VARCHAR NOT NULL, cmetadata JSON,
      PRIMARY KEY (uuid), UNIQUE (name))""",
    """
    CREATE TABLE langchain_pg_embedding (
      id VARCHAR NOT NULL, collection_id UUID, embedding VECTOR, document VARCHAR, cmetadata JSONB,
      PRIMARY KEY (id),
      FOREIGN KEY(collection_id) REFERENCES langchain_pg_collection (uuid) ON DELETE CASCADE)""",
    "CREATE INDEX ix_cmetadata_gin ON langchain_pg_embedding USING gin (cmetadata jsonb_path_ops)"
  };

  private static final String OTHERS = "00000000-0000-4000-8000-000000000001";
  private static final String JOINED = "00000000-0000-4000-8000-000000000002";

  @TempDir Path temp;
  private LocalPostgres.Database database;
  private Connection connection;

  @BeforeEach
  void open() throws SQLException {
    database = LocalPostgres.shared().createDatabase("frameworks");
    connection = database.connect();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    database.close();
  }

  private MigrationPlan.Builder plan(Layout layout) {
    return MigrationPlan.builder("frameworks")
        .into(PgVectorTarget.of(database.dataSource()))
        .layout(layout);
  }

  private MigrationPlan.Builder docs(Layout layout) {
    return plan(layout).from(InMemorySource.empty().with("docs", Docs.SCHEMA, Docs.rows(3)));
  }

  private List<String> texts(String sql) throws SQLException {
    return Sql.list(connection, sql, row -> row.getString(1));
  }

  static Stream<Arguments> statements() {
    return Stream.of(
        Arguments.of(
            Layouts.springAi(),
            """
            CREATE TABLE vector_store ("id" uuid DEFAULT pg_catalog.gen_random_uuid() NOT NULL, \
            "content" text, "metadata" jsonb, "embedding" vector(3), "source_collection" text, \
            "source_id" text)
            ALTER TABLE vector_store ADD CONSTRAINT "vector_store_pkey" PRIMARY KEY ("id")
            CREATE INDEX "vector_store_embedding_idx" ON vector_store USING hnsw \
            ("embedding" vector_cosine_ops)
            """),
        Arguments.of(
            Layouts.langChain4j(),
            """
            CREATE TABLE docs ("embedding_id" uuid NOT NULL, "embedding" vector(3), "text" text, \
            "metadata" jsonb, "source_id" text)
            ALTER TABLE docs ADD CONSTRAINT "docs_pkey" PRIMARY KEY ("embedding_id")
            CREATE INDEX "docs_embedding_idx" ON docs USING hnsw ("embedding" vector_cosine_ops)
            """),
        Arguments.of(
            Layouts.langChain4j(Map.of("n", FieldType.INTEGER, "x", FieldType.FLOAT)),
            """
            CREATE TABLE docs ("embedding_id" uuid NOT NULL, "embedding" vector(3), "text" text, \
            "n" bigint, "x" double precision, "source_id" text)
            ALTER TABLE docs ADD CONSTRAINT "docs_pkey" PRIMARY KEY ("embedding_id")
            CREATE INDEX "docs_embedding_idx" ON docs USING hnsw ("embedding" vector_cosine_ops)
            """),
        Arguments.of(
            Layouts.langChainV2(),
            """
            CREATE TABLE docs ("langchain_id" uuid NOT NULL, "content" text NOT NULL, \
            "embedding" vector(3) NOT NULL, "langchain_metadata" jsonb, "source_id" text)
            ALTER TABLE docs ADD CONSTRAINT "docs_pkey" PRIMARY KEY ("langchain_id")
            CREATE INDEX "docs_embedding_idx" ON docs USING hnsw ("embedding" vector_cosine_ops)
            """),
        Arguments.of(
            Layouts.langChain(),
            """
            CREATE TABLE langchain_pg_embedding ("id" text NOT NULL, "collection_id" uuid, \
            "embedding" vector(3), "document" text, "cmetadata" jsonb)
            CREATE TABLE langchain_pg_collection ("uuid" uuid NOT NULL, "name" text NOT NULL, \
            "cmetadata" jsonb)
            ALTER TABLE langchain_pg_embedding ADD CONSTRAINT "langchain_pg_embedding_pkey" \
            PRIMARY KEY ("id")
            CREATE INDEX "langchain_pg_embedding_collection_id_idx" ON langchain_pg_embedding \
            USING btree ("collection_id")
            CREATE INDEX "langchain_pg_embedding_cmetadata_idx" ON langchain_pg_embedding \
            USING gin ("cmetadata")
            CREATE INDEX "langchain_pg_embedding_embedding_idx" ON langchain_pg_embedding \
            USING hnsw ("embedding" vector_cosine_ops)
            ALTER TABLE langchain_pg_collection ADD CONSTRAINT "langchain_pg_collection_pkey" \
            PRIMARY KEY ("uuid")
            CREATE UNIQUE INDEX "langchain_pg_collection_name_idx" ON langchain_pg_collection \
            USING btree ("name")
            ALTER TABLE langchain_pg_embedding ADD CONSTRAINT \
            "langchain_pg_embedding_collection_id_fkey" FOREIGN KEY ("collection_id") \
            REFERENCES langchain_pg_collection ("uuid") ON DELETE CASCADE ON UPDATE NO ACTION
            """),
        Arguments.of(
            Layouts.contentVectors(),
            """
            CREATE TABLE content_vectors ("id" text NOT NULL, "user_id" integer NOT NULL, \
            "embedding" jsonb NOT NULL, "embedding_vector" vector(3), \
            "title" character varying(255) NOT NULL, \
            "content_type" character varying(50), "mode" character varying(50), "summary" text, \
            "topics" jsonb, "tags" jsonb, "collections" jsonb, "source_url" text, \
            "has_transcript" boolean, "full_content" jsonb NOT NULL, "file_size_bytes" integer, \
            "searchable_text" text NOT NULL, "created_at" timestamp without time zone \
            DEFAULT (pg_catalog.now() AT TIME ZONE 'UTC'), "updated_at" timestamp without time \
            zone DEFAULT (pg_catalog.now() AT TIME ZONE 'UTC'))
            ALTER TABLE content_vectors ADD CONSTRAINT "content_vectors_pkey" PRIMARY KEY ("id")
            CREATE INDEX "content_vectors_user_id_idx" ON content_vectors USING btree ("user_id")
            CREATE INDEX "content_vectors_embedding_vector_idx" ON content_vectors USING hnsw \
            ("embedding_vector" vector_cosine_ops)
            """),
        Arguments.of(
            Layouts.documentChunks(),
            """
            CREATE TABLE document_chunks ("chunk_id" text NOT NULL, "user_id" text NOT NULL, \
            "text" text NOT NULL, "document_metadata" text, "source_type" text NOT NULL, \
            "source_id" text, "source_url" text, "section_title" text, "page_number" integer, \
            "chunk_size" integer, "chunk_index" integer, "embedding" text NOT NULL, \
            "embedding_vector" vector(3), "id" integer GENERATED BY DEFAULT AS IDENTITY NOT NULL, \
            "created_at" timestamp without time zone DEFAULT \
            (pg_catalog.now() AT TIME ZONE 'UTC'), "updated_at" timestamp without time zone \
            DEFAULT (pg_catalog.now() AT TIME ZONE 'UTC'))
            ALTER TABLE document_chunks ADD CONSTRAINT "document_chunks_pkey" \
            PRIMARY KEY ("chunk_id")
            CREATE UNIQUE INDEX "document_chunks_id_idx" ON document_chunks USING btree ("id")
            CREATE INDEX "document_chunks_user_id_source_type_idx" ON document_chunks \
            USING btree ("user_id", "source_type")
            CREATE INDEX "document_chunks_user_id_created_at_idx" ON document_chunks \
            USING btree ("user_id", "created_at")
            CREATE INDEX "document_chunks_source_id_idx" ON document_chunks \
            USING btree ("source_id")
            CREATE INDEX "document_chunks_embedding_vector_idx" ON document_chunks USING hnsw \
            ("embedding_vector" vector_cosine_ops)
            """));
  }

  @ParameterizedTest
  @MethodSource("statements")
  void the_table_is_the_one_that_its_readers_make_themselves(Layout layout, String expected) {
    MigrationPlan plan = docs(layout).maxRejects(3).build();

    assertThat(
            plan.dryRun().statements().stream()
                .filter(sql -> sql.matches("(CREATE TABLE|CREATE (UNIQUE )?INDEX|ALTER) .*"))
                .map(sql -> sql.replaceAll("\"(vector_migrate_stage_0|public)\"\\.", ""))
                .map(sql -> sql.replaceFirst("(TABLE|ON|REFERENCES) \"(\\w+)\" ", "$1 $2 "))
                .map(sql -> sql.replaceFirst("REFERENCES \"(\\w+)\" ", "REFERENCES $1 "))
                .map(sql -> sql.replaceAll("\"(vector_\\w+_ops)\"", "$1"))
                .map(sql -> sql.replaceAll("\"vector\"", "vector")))
        .containsExactlyElementsOf(expected.lines().toList());
  }

  static Stream<Arguments> readings() {
    return Stream.of(
        Arguments.of(
            Layouts.springAi(),
            "SELECT source_id, content, metadata, embedding::real[] FROM vector_store"
                + " WHERE source_collection = 'default_tenant/default_database/meta_types'",
            "content"),
        Arguments.of(
            Layouts.langChain4j(),
            "SELECT source_id, text, metadata, embedding::real[] FROM meta_types",
            null),
        Arguments.of(
            Layouts.langChain(),
            "SELECT e.id, document, e.cmetadata, embedding::real[] FROM langchain_pg_embedding e"
                + " JOIN langchain_pg_collection c ON c.uuid = e.collection_id"
                + " WHERE c.name = 'meta_types'",
            "document"),
        Arguments.of(
            Layouts.langChainV2(),
            "SELECT source_id, content, langchain_metadata, embedding::real[] FROM meta_types",
            "content"));
  }

  /**
   * @param query the rows as id, text, metadata, vector
   * @param required the column that rows without text are refused for; null if they aren't
   */
  @ParameterizedTest
  @MethodSource("readings")
  void every_value_of_a_chroma_collection_is_there_or_its_row_is_refused(
      Layout layout, String query, @Nullable String required) throws Exception {
    MigrationReport report =
        plan(layout)
            .from(ChromaDirectory.at(Fixture.V1.unpack(temp)))
            .dataset("meta_types", d -> {})
            .maxRejects(100)
            .build()
            .run();

    assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
    boolean plain = required == null;
    Map<String, String> wanted = new TreeMap<>();
    Map<String, String> refused = new TreeMap<>();
    for (JsonNode row : collection("meta_types").get("records")) {
      String id = row.get("id").asText();
      if (row.get("document").isNull() && required != null) {
        refused.put(id, "column '%s': no value, expected one".formatted(required));
      } else {
        wanted.put(id, expected(row, plain));
      }
    }
    Map<String, String> migrated = new TreeMap<>();
    Sql.list(
        connection,
        query,
        row ->
            migrated.put(
                row.getString(1),
                "%s | %s | %s"
                    .formatted(
                        row.getString(2),
                        canonical(row.getString(3)),
                        List.of((Float[]) row.getArray(4).getArray()))));
    assertThat(migrated).isEqualTo(wanted);
    Map<String, String> rejects = new TreeMap<>();
    report.rejects().forEach(reject -> rejects.put(reject.id(), reject.reason()));
    assertThat(rejects).isEqualTo(refused);
  }

  private static JsonNode collection(String name) throws Exception {
    for (JsonNode collection : Fixture.V1.expected().get("collections")) {
      if (collection.get("name").asText().equals(name)) {
        return collection;
      }
    }
    throw new AssertionError(name);
  }

  private static String expected(JsonNode row, boolean plain) throws Exception {
    JsonNode metadata = row.get("metadata");
    String text = metadata.isNull() ? (plain ? "null" : "{}") : metadata.toString();
    if (plain && metadata.isObject()) {
      ObjectNode members = metadata.deepCopy();
      metadata
          .properties()
          .forEach(
              member -> {
                JsonNode value = member.getValue();
                if (!value.isTextual() && !value.isNumber()) {
                  members.put(member.getKey(), canonical(value.toString()));
                }
              });
      text = members.toString();
    }
    return "%s | %s | %s"
        .formatted(
            row.get("document").textValue(),
            canonical(text),
            List.of(JSON.convertValue(row.get("embedding"), Float[].class)));
  }

  private static String canonical(@Nullable String json) {
    return json == null ? "null" : new String(Json.parse(json).utf8(), StandardCharsets.UTF_8);
  }

  @Test
  void ids_that_are_uuids_stay_and_others_become_the_same_uuid_in_every_run() throws Exception {
    String own = "6f0c3a52-1f6c-4b8e-9c80-0a1f0e3d9b11";
    InMemorySource source =
        InMemorySource.empty()
            .with("docs", Docs.SCHEMA, List.of(doc(own, 1), doc("a", 2)))
            .with("more", Docs.SCHEMA, List.of(doc("a", 3)));

    plan(Layouts.springAi()).from(source).build().run();

    assertThat(
            texts(
                "SELECT concat_ws(' ', id, source_collection, source_id, content)"
                    + " FROM vector_store ORDER BY content"))
        .containsExactly(
            own + " docs " + own + " text 1",
            "5514355e-f45e-52fb-901f-307a1071329e docs a text 2",
            "61528f3f-6eec-559f-9504-38e5faf89573 more a text 3");
  }

  private static Row doc(String id, int number) {
    Row row = Docs.row(number);
    return Row.of(Docs.SCHEMA, id, row.value(1), row.value(2), row.value(3));
  }

  /** LangChain's tables with a collection of others and one that the migration is to join. */
  private void makeTablesOfLangChain() throws SQLException {
    Sql.execute(connection, TABLES_OF_LANGCHAIN);
    Sql.execute(
        connection,
        "INSERT INTO langchain_pg_collection VALUES ('%s', 'others', '{\"a\": 1}'),"
                .formatted(OTHERS)
            + " ('%s', 'docs', '{\"mine\":  true}')".formatted(JOINED),
        "INSERT INTO langchain_pg_embedding VALUES ('o-1', '%s', '[1,2,3,4,5]', 'x', '{}'),"
                .formatted(OTHERS)
            + " ('d-1', '%s', '[1,2,3]', 'y', '{\"k\": 1}')".formatted(JOINED));
  }

  private List<String> contentOfLangChain() throws SQLException {
    return texts(
        "SELECT concat_ws('|', uuid, name, cmetadata, xmin) FROM langchain_pg_collection UNION ALL"
            + " SELECT concat_ws('|', id, collection_id, embedding, document, cmetadata, xmin)"
            + " FROM langchain_pg_embedding ORDER BY 1");
  }

  private MigrationPlan shared(InMemorySource source) throws SQLException {
    return plan(Layouts.langChain(PgVectorTarget.of(database.dataSource()).langChainCollections()))
        .from(source)
        .eachDataset(d -> d.append(OnConflict.FAIL))
        .build();
  }

  @Test
  void a_shared_table_of_langchain_keeps_what_others_have_and_its_own_collection_is_joined()
      throws Exception {
    makeTablesOfLangChain();
    List<String> before = contentOfLangChain();
    MigrationPlan plan =
        shared(
            InMemorySource.empty()
                .with("docs", Docs.SCHEMA, Docs.rows(2))
                .with("new", Docs.SCHEMA, List.of(doc("n-1", 7))));

    MigrationReport report = plan.run();

    assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(contentOfLangChain()).containsAll(before).hasSize(before.size() + 4);
    assertThat(
            texts(
                "SELECT concat_ws('|', c.name, c.cmetadata, e.id) FROM langchain_pg_embedding e"
                    + " JOIN langchain_pg_collection c ON c.uuid = e.collection_id ORDER BY 1"))
        .containsExactly(
            "docs|{\"mine\":  true}|d-1",
            "docs|{\"mine\":  true}|id-0",
            "docs|{\"mine\":  true}|id-1",
            "new|n-1",
            "others|{\"a\": 1}|o-1");
    assertThat(plan.verify().outcome()).isEqualTo(Outcome.VERIFIED);
    MigrationPlan again =
        shared(
            InMemorySource.empty()
                .with("docs", Docs.SCHEMA, Docs.rows(2))
                .with("new", Docs.SCHEMA, List.of(doc("n-1", 7))));
    assertThat(again.run().outcome()).isEqualTo(Outcome.ALREADY_MIGRATED);
    again.rollback();
    assertThat(contentOfLangChain()).isEqualTo(before);
  }

  @Test
  void a_shared_table_of_langchain_is_untouched_when_the_migration_fails() throws Exception {
    makeTablesOfLangChain();
    List<String> before = contentOfLangChain();
    MigrationPlan plan =
        shared(InMemorySource.empty().with("new", Docs.SCHEMA, List.of(doc("o-1", 1))));

    assertThatThrownBy(plan::run)
        .isInstanceOf(MigrationException.class)
        .hasMessageContaining(
            "table langchain_pg_embedding: has rows with the keys [o-1] already, expected none.");

    assertThat(contentOfLangChain()).isEqualTo(before);
    plan.discard();
    assertThat(contentOfLangChain()).isEqualTo(before);
  }

  @Test
  void a_collection_that_is_there_and_was_not_looked_up_is_not_overwritten() throws Exception {
    makeTablesOfLangChain();
    List<String> before = contentOfLangChain();
    MigrationPlan plan =
        docs(Layouts.langChain()).eachDataset(d -> d.append(OnConflict.FAIL)).build();

    assertThatThrownBy(plan::run)
        .isInstanceOf(MigrationException.class)
        .hasMessageContaining("langchain_pg_collection_name_key");

    assertThat(contentOfLangChain()).isEqualTo(before);
  }

  @Test
  void a_rollback_leaves_the_collection_to_what_was_added_to_it_since() throws Exception {
    makeTablesOfLangChain();
    MigrationPlan plan =
        shared(InMemorySource.empty().with("new", Docs.SCHEMA, List.of(doc("n-1", 1))));
    plan.run();
    Sql.execute(
        connection,
        "INSERT INTO langchain_pg_embedding SELECT 'later', uuid, '[1,2,3]', 'z', '{}'"
            + " FROM langchain_pg_collection WHERE name = 'new'");

    plan.rollback();

    assertThat(
            texts(
                "SELECT c.name || ' ' || e.id FROM langchain_pg_embedding e"
                    + " JOIN langchain_pg_collection c ON c.uuid = e.collection_id ORDER BY 1"))
        .containsExactly("docs d-1", "new later", "others o-1");
  }

  @Test
  void new_tables_of_langchain_are_taken_back_as_a_whole() throws Exception {
    MigrationPlan plan = docs(Layouts.langChain()).build();
    plan.run();
    assertThat(
            texts(
                "SELECT concat_ws('|', c.name, c.cmetadata, e.id) FROM langchain_pg_embedding e"
                    + " JOIN langchain_pg_collection c ON c.uuid = e.collection_id ORDER BY 1"))
        .containsExactly("docs|id-0", "docs|id-1", "docs|id-2");

    plan.rollback();

    assertThat(texts("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).isEmpty();
  }

  @Test
  void columns_of_langchain4j_hold_members_and_the_report_names_the_others() throws Exception {
    MigrationReport report =
        docs(Layouts.langChain4j(Map.of("n", FieldType.INTEGER))).build().run();

    assertThat(texts("SELECT concat_ws('|', source_id, text, n, embedding) FROM docs ORDER BY 1"))
        .containsExactly(
            "id-0|text 0|0|[0,-0,1]", "id-1|text 1|1|[1,-0,1]", "id-2|text 2|2|[2,-0,1]");
    assertThat(report.findings())
        .extracting(finding -> finding.message())
        .contains(
            "dataset 'docs': the table has no column for metadata.in (3 rows), metadata.x (3 rows)."
                + " Add columns, or ignore them in the plan.");
    assertThatThrownBy(() -> Layouts.langChain4j(Map.of("ok", FieldType.BOOLEAN)))
        .hasMessage(
            "layout langchain4j: column 'ok' of type boolean, expected text, integer, float or"
                + " uuid. LangChain4j reads no others.");
  }

  @Test
  void contents_and_entities_of_an_application_go_into_its_two_tables() throws Exception {
    Map<String, Object> content =
        Map.of(
            "user_id", "7",
            "title", "A title",
            "summary", "short",
            "content_type", "video",
            "topics", "[\"a\", \"b\"]",
            "tags", "[]",
            "full_content", "{\"title\": \"A title\", \"n\": 1.5}",
            "source_url", "https://example.org/",
            "created_at", "2024-05-06T07:08:09.123456");
    Map<String, Object> entity =
        Map.of("user_id", 7L, "content_id", "c-1", "entity_name", "Ada", "entity_type", "person");
    InMemorySource source =
        InMemorySource.empty()
            .with(
                "content",
                Docs.SCHEMA,
                List.of(
                    row("c-1", "searchable", content),
                    row("c-2", "nobody's", Map.of("title", "x", "full_content", "{}"))))
            .with("content_entities", Docs.SCHEMA, List.of(row("e-1", "Ada", entity)));

    MigrationReport report =
        plan(Layouts.contentVectors()).from(source).maxRejects(1).build().run();

    assertThat(report.rejects())
        .extracting(reject -> reject.id() + ": " + reject.reason())
        .containsExactly("c-2: column 'user_id': no value, expected one");
    assertThat(
            texts(
                "SELECT to_jsonb(v) - 'updated_at' || jsonb_build_object('now',"
                    + " updated_at IS NOT NULL) FROM content_vectors v"))
        .containsExactly(
            canonicalOfPostgres(
                """
                {"id": "c-1", "user_id": 7, "embedding": [1.0, -0.5, 0.1],
                 "embedding_vector": "[1,-0.5,0.1]", "title": "A title",
                 "content_type": "video", "mode": null, "summary": "short", "topics": ["a", "b"],
                 "tags": [], "collections": null, "source_url": "https://example.org/",
                 "has_transcript": null, "full_content": {"title": "A title", "n": 1.5},
                 "file_size_bytes": null, "searchable_text": "searchable",
                 "created_at": "2024-05-06T07:08:09.123456", "now": true}"""));
    assertThat(texts("SELECT to_jsonb(v) FROM entity_vectors v"))
        .containsExactly(
            canonicalOfPostgres(
                """
                {"id": 1, "user_id": 7, "content_id": "c-1", "entity_name": "Ada",
                 "entity_type": "person", "embedding": [1.0, -0.5, 0.1],
                 "embedding_vector": "[1,-0.5,0.1]", "created_at": null,
                 "source_id": "e-1"}"""));
  }

  @Test
  void chunks_of_an_application_have_their_vector_and_its_text() throws Exception {
    Map<String, Object> payload =
        Map.of(
            "text", "the chunk",
            "user_id", "u-1",
            "source_type", "notion",
            "chunk_id", 3L,
            "metadata", Map.of("page_id", "p-1", "title", "Page", "url", "https://example.org/p"));
    Schema points =
        new Schema(
            Schema.vectorCollection(3, Distance.COSINE).fields().stream()
                .filter(field -> !field.name().equals(Schema.TEXT))
                .toList(),
            List.of(Schema.ID));
    Row point = Row.of(points, "a1", Json.of(payload), Vector.of(1, -0.5f, 0.1f));

    plan(Layouts.documentChunks())
        .from(InMemorySource.empty().with("knowledgebase", points, List.of(point)))
        .build()
        .run();

    assertThat(texts("SELECT to_jsonb(c) - 'created_at' - 'updated_at' FROM document_chunks c"))
        .containsExactly(
            canonicalOfPostgres(
                """
                {"id": 1, "chunk_id": "a1", "user_id": "u-1", "text": "the chunk",
                 "document_metadata":
                   "{\\"url\\":\\"https://example.org/p\\",\\"title\\":\\"Page\\",\\"page_id\\":\\"p-1\\"}",
                 "source_type": "notion", "source_id": "p-1",
                 "source_url": "https://example.org/p", "section_title": "Page",
                 "page_number": null, "chunk_size": null, "chunk_index": 3,
                 "embedding": "[1.0,-0.5,0.1]", "embedding_vector": "[1,-0.5,0.1]"}"""));
    assertThat(texts("SELECT embedding::vector = embedding_vector FROM document_chunks"))
        .containsExactly("t");
    Sql.execute(
        connection,
        "INSERT INTO document_chunks (chunk_id, user_id, text, source_type, embedding)"
            + " VALUES ('p_0', 'u', 't', 's', '[1,2,3]')");
    assertThat(texts("SELECT id FROM document_chunks ORDER BY id")).containsExactly("1", "2");
  }

  private static Row row(String id, String text, Map<String, Object> metadata) {
    return Row.of(Docs.SCHEMA, id, text, Json.of(metadata), Vector.of(1, -0.5f, 0.1f));
  }

  private String canonicalOfPostgres(String json) throws SQLException {
    return Sql.first(connection, "SELECT ?::jsonb", row -> row.getString(1), json).orElseThrow();
  }
}
