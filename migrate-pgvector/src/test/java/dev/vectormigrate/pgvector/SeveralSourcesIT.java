package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.ColumnValue;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.RefusedException;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.report.ReportFormat;
import dev.vectormigrate.sources.chroma.ChromaDirectory;
import dev.vectormigrate.sources.chroma.Fixture;
import dev.vectormigrate.sources.qdrant.LocalQdrant;
import dev.vectormigrate.sources.sqlite.SqliteSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Applications that keep rows in one store and vectors in another: one plan, live at one moment.
 */
class SeveralSourcesIT {

  @TempDir Path folder;
  private LocalPostgres.Database database;
  private Connection connection;

  @BeforeEach
  void open() throws SQLException {
    database = LocalPostgres.shared().createDatabase("several");
    connection = database.connect();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    database.close();
  }

  private SqliteSource sqlite(String... statements) throws SQLException {
    return sqlite(folder.resolve("store.db"), statements);
  }

  private static SqliteSource sqlite(Path file, String... statements) throws SQLException {
    try (Connection store = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = store.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
    return SqliteSource.at(file);
  }

  private List<String> texts(String sql) throws SQLException {
    return Sql.list(connection, sql, row -> row.getString(1));
  }

  private List<String> liveTables() throws SQLException {
    return texts(
        "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename");
  }

  private static final String[] KNOWLEDGE_BASE = {
    "CREATE TABLE users (id INTEGER PRIMARY KEY, user_id VARCHAR NOT NULL UNIQUE, email VARCHAR)",
    "CREATE TABLE chat_sessions (id INTEGER PRIMARY KEY, user_id VARCHAR NOT NULL REFERENCES"
        + " users (user_id), title VARCHAR)",
    "CREATE TABLE chat_messages (id INTEGER PRIMARY KEY, session_id INTEGER NOT NULL REFERENCES"
        + " chat_sessions ON DELETE CASCADE, content TEXT NOT NULL, sources TEXT)",
    "CREATE TABLE usage_logs (id INTEGER PRIMARY KEY, user_id VARCHAR REFERENCES users (user_id),"
        + " action VARCHAR, created_at DATETIME)",
    "CREATE TABLE notion_syncs (id INTEGER PRIMARY KEY, user_id VARCHAR NOT NULL REFERENCES users"
        + " (user_id), page_id VARCHAR)",
    "INSERT INTO users VALUES (3, 'u-1', 'a@example.org'), (41, 'u-2', NULL)",
    "INSERT INTO chat_sessions VALUES (1, 'u-1', 'first')",
    "INSERT INTO chat_messages VALUES (10, 1, 'hello', '[{\"page\": 1}]'), (11, 1, 'bye', NULL)",
    "INSERT INTO usage_logs VALUES (1, 'u-2', 'login', '2024-05-01 10:00:00')",
    "INSERT INTO notion_syncs VALUES (7, 'u-1', 'p-1')"
  };

  private String knowledge(String... owners) throws Exception {
    String collection = LocalQdrant.newName("knowledgebase");
    Map<UUID, Map<String, String>> points = new LinkedHashMap<>();
    for (int i = 0; i < owners.length; i++) {
      points.put(
          new UUID(0, i), Map.of("text", "chunk " + i, "user_id", owners[i], "source", "p-1"));
    }
    LocalQdrant.shared().fill(collection, points);
    return collection;
  }

  private MigrationPlan chatPlan(String collection) throws Exception {
    return MigrationPlan.builder("chat")
        .from(sqlite(KNOWLEDGE_BASE))
        .from(LocalQdrant.shared().source().collections(collection).textKey("text"))
        .into(PgVectorTarget.of(database.dataSource()))
        .adjust("chat_messages", d -> d.convert("sources", FieldType.JSON))
        .adjust("usage_logs", d -> d.convert("created_at", FieldType.TIMESTAMP))
        .adjust(
            collection,
            d ->
                d.table("document_chunks")
                    .column(
                        "user_id",
                        ColumnValue.json("metadata", "user_id").as(FieldType.TEXT).required())
                    .column("metadata", ColumnValue.rest("metadata"))
                    .ignore("metadata", "text"))
        .build();
  }

  @Test
  void a_database_and_a_vector_server_become_live_together() throws Exception {
    MigrationPlan plan = chatPlan(knowledge("u-1", "u-2", "u-1"));

    MigrationReport report = plan.run();

    assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(liveTables())
        .containsExactly(
            "chat_messages",
            "chat_sessions",
            "document_chunks",
            "notion_syncs",
            "usage_logs",
            "users");
    assertThat(
            texts(
                "SELECT concat_ws('|', id, content, user_id, metadata, embedding) FROM"
                    + " document_chunks ORDER BY id"))
        .containsExactly(
            "00000000-0000-0000-0000-000000000000|chunk 0|u-1|{\"source\": \"p-1\"}|[0,1]",
            "00000000-0000-0000-0000-000000000001|chunk 1|u-2|{\"source\": \"p-1\"}|"
                + "[0.70710677,0.70710677]",
            "00000000-0000-0000-0000-000000000002|chunk 2|u-1|{\"source\": \"p-1\"}|"
                + "[0.8944272,0.4472136]");
    assertThat(texts("SELECT sources->0->>'page' FROM chat_messages WHERE id = 10"))
        .containsExactly("1");
    assertThat(
            texts(
                "SELECT conrelid::regclass::text FROM pg_constraint WHERE contype = 'f' AND"
                    + " connamespace = 'public'::regnamespace ORDER BY 1"))
        .containsExactly("chat_messages", "chat_sessions", "notion_syncs", "usage_logs");
    assertThat(texts("INSERT INTO users (user_id) VALUES ('u-3') RETURNING id::text"))
        .containsExactly("42");
    Sql.execute(connection, "DELETE FROM users WHERE user_id = 'u-3'");
    assertThat(plan.verify().outcome()).isEqualTo(Outcome.VERIFIED);
    assertThat(ReportFormat.MARKDOWN.write(report))
        .contains("| document_chunks | create | 3 | 3 | 0 | 0 |");

    plan.rollback();

    assertThat(liveTables()).isEmpty();
  }

  @Test
  void nothing_of_either_store_is_live_while_one_of_them_is_not_right() throws Exception {
    MigrationPlan plan = chatPlan(knowledge("u-1"));
    try (Connection store = DriverManager.getConnection("jdbc:sqlite:" + folder + "/store.db");
        Statement statement = store.createStatement()) {
      statement.execute("INSERT INTO notion_syncs VALUES (8, 'nobody', 'p-2')");
    }

    assertThatThrownBy(plan::run)
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "[postgresql] table notion_syncs: 1 rows refer by [user_id] to rows of users that are"
                + " not there, such as [8], expected none. Mend the source, or leave its foreign keys"
                + " out.");
    assertThat(liveTables()).isEmpty();
  }

  @Test
  void a_catalogue_and_its_chroma_directory_get_their_user() throws Exception {
    MigrationPlan plan =
        MigrationPlan.builder("golden")
            .from(
                sqlite(
                    "CREATE TABLE items (id TEXT PRIMARY KEY, filename TEXT NOT NULL, created_at"
                        + " TEXT NOT NULL)",
                    "CREATE TABLE analyses (id TEXT PRIMARY KEY, item_id TEXT NOT NULL REFERENCES"
                        + " items, raw_response TEXT, created_at TEXT NOT NULL)",
                    "CREATE TABLE embeddings (id TEXT PRIMARY KEY, item_id TEXT NOT NULL REFERENCES"
                        + " items, embedding_source TEXT, created_at TEXT NOT NULL)",
                    "INSERT INTO items VALUES ('i1', 'a.jpg', '2024-05-01T10:00:00.5')",
                    "INSERT INTO analyses VALUES ('a1', 'i1', '{\"category\": \"food\"}',"
                        + " '2024-05-01T10:00:00')",
                    "INSERT INTO embeddings VALUES ('e1', 'i1', '[\"summary\"]',"
                        + " '2024-05-01T10:00:00')"))
            .from(ChromaDirectory.at(Fixture.V0_5_5.unpack(folder)))
            .into(PgVectorTarget.of(database.dataSource()))
            .eachDataset(d -> d.constant("user_id", "sub-1"))
            .dataset("items", d -> d.convert("created_at", FieldType.TIMESTAMP))
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
            .dataset("cosine_small", d -> d.table("vectors"))
            .build();

    MigrationReport report = plan.run();

    assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(report.datasets())
        .extracting(MigrationReport.DatasetReport::table)
        .containsExactly("items", "analyses", "embeddings", "vectors");
    for (String table : liveTables()) {
      assertThat(texts("SELECT DISTINCT user_id FROM " + table)).as(table).containsExactly("sub-1");
    }
    assertThat(
            texts(
                "SELECT concat_ws('|', i.created_at, a.raw_response->>'category',"
                    + " e.embedding_source->>0) FROM items i JOIN analyses a ON a.item_id = i.id JOIN"
                    + " embeddings e ON e.item_id = i.id"))
        .containsExactly("2024-05-01 10:00:00.5|food|summary");
    assertThat(plan.verify().checked())
        .containsExactly("counts", "digest", "tenants", "samples", "schema");
  }

  @Test
  void names_that_differ_in_case_alone_are_two_tables() throws Exception {
    MigrationReport report =
        MigrationPlan.builder("cases")
            .from(
                sqlite(
                    folder.resolve("a.db"),
                    "CREATE TABLE Items (id INTEGER PRIMARY KEY, \"Order\" TEXT)",
                    "INSERT INTO Items VALUES (1, 'a')"))
            .from(
                sqlite(
                    folder.resolve("b.db"),
                    "CREATE TABLE items (id INTEGER PRIMARY KEY, \"order\" TEXT)",
                    "INSERT INTO items VALUES (1, 'b')"))
            .into(PgVectorTarget.of(database.dataSource()))
            .build()
            .run();

    assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(texts("SELECT \"Order\" FROM \"Items\"")).containsExactly("a");
    assertThat(texts("SELECT \"order\" FROM items")).containsExactly("b");
  }

  @Test
  void names_that_are_equal_are_told_apart_or_refused_with_both_places() throws Exception {
    Path a = folder.resolve("a.db");
    Path b = folder.resolve("b.db");
    String[] table = {
      "CREATE TABLE items (id INTEGER PRIMARY KEY)", "INSERT INTO items VALUES (1)"
    };
    MigrationPlan plan =
        MigrationPlan.builder("equal")
            .from(sqlite(a, table))
            .from(sqlite(b, table))
            .into(PgVectorTarget.of(database.dataSource()))
            .build();

    assertThatThrownBy(plan::run)
        .hasMessage(
            "[sqlite:%s items] table items: also that of sqlite:%s items, and the plan doesn't say so"
                    .formatted(b, a)
                + " for both. Name a table for each.");
    assertThat(liveTables()).isEmpty();
  }
}
