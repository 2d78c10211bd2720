package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.RefusedException;
import dev.vectormigrate.RejectsExceededException;
import dev.vectormigrate.SourceException;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.sources.sqlite.SqliteSource;
import dev.vectormigrate.spi.WriteMode.OnConflict;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Databases as applications keep them, whole, into PostgreSQL. */
class SqliteMigrationIT {

  /** The tables of a chat over a knowledge base. */
  private static final String[] CHAT = {
    "CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, user_id VARCHAR NOT NULL UNIQUE,"
        + " email VARCHAR, is_anonymous BOOLEAN DEFAULT 0, created_at DATETIME DEFAULT"
        + " CURRENT_TIMESTAMP)",
    "CREATE TABLE chat_sessions (id INTEGER PRIMARY KEY, session_id VARCHAR UNIQUE,"
        + " user_id VARCHAR NOT NULL REFERENCES users (user_id), title VARCHAR)",
    "CREATE TABLE chat_messages (id INTEGER PRIMARY KEY, session_id INTEGER NOT NULL REFERENCES"
        + " chat_sessions ON DELETE CASCADE, \"order\" INTEGER, content TEXT NOT NULL, sources TEXT,"
        + " timestamp DATETIME)",
    "CREATE INDEX idx_session ON chat_messages (session_id, \"order\")",
    "INSERT INTO users VALUES (3, 'u-1', 'a@example.org', 0, '2024-05-01 10:00:00.123456'),"
        + " (41, 'u-2', NULL, 1, '2024-05-01 10:00:00')",
    "INSERT INTO chat_sessions VALUES (1, 's-1', 'u-1', ''), (2, 's-2', 'u-2', NULL)",
    "INSERT INTO chat_messages VALUES (10, 1, 1, 'Hello ''\"\\', '[{\"page\": 1, \"score\": 0.5}]',"
        + " '2024-05-01T10:00:01Z'), (11, 1, 2, '', NULL, '2024-05-01 12:00:02+0200'), (12, 2, 1,"
        + " 'x', '[]', '2024-05-01')"
  };

  /** The tables of a collection of images and what models said of them. */
  private static final String[] COLLECTIONS = {
    "CREATE TABLE items (id TEXT PRIMARY KEY, filename TEXT NOT NULL, file_size INTEGER,"
        + " created_at TEXT NOT NULL, updated_at TEXT NOT NULL)",
    "CREATE TABLE analyses (id TEXT PRIMARY KEY, item_id TEXT NOT NULL, version INTEGER DEFAULT 1,"
        + " raw_response TEXT, created_at TEXT NOT NULL, FOREIGN KEY (item_id) REFERENCES items(id))",
    "CREATE TABLE embeddings (id TEXT PRIMARY KEY, item_id TEXT NOT NULL REFERENCES items,"
        + " embedding_source TEXT, created_at TEXT NOT NULL)",
    "CREATE VIRTUAL TABLE items_fts USING fts5(item_id, content)",
    "INSERT INTO items_fts VALUES ('i1', 'a chair')",
    "INSERT INTO items VALUES ('i1', 'a.jpg', 9007199254740993, '2024-05-01T10:00:00.5',"
        + " '2024-05-01T10:00:00'), ('i2', 'b.jpg', NULL, '2024-05-01T10:00:00Z', '2024-05-01')",
    "INSERT INTO analyses VALUES ('a1', 'i1', 1, '{\"category\": \"food\", \"n\": 1.0}',"
        + " '2024-05-01T10:00:00'), ('a2', 'i2', 2, NULL, '2024-05-01T10:00:00')",
    "INSERT INTO embeddings VALUES ('e1', 'i2', '[\"summary\"]', '2024-05-01T10:00:00')"
  };

  @TempDir Path folder;
  private LocalPostgres.Database database;
  private Connection connection;

  @BeforeEach
  void open() throws SQLException {
    database = LocalPostgres.shared().createDatabase("sqlite");
    connection = database.connect();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    database.close();
  }

  private SqliteSource sqlite(String... statements) throws SQLException {
    Path file = folder.resolve("store.db");
    try (Connection store = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = store.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
    return SqliteSource.at(file);
  }

  private MigrationPlan.Builder plan(SqliteSource source) {
    return MigrationPlan.builder("store")
        .from(source)
        .into(PgVectorTarget.of(database.dataSource()));
  }

  private List<String> texts(String sql) throws SQLException {
    return Sql.list(connection, sql, row -> row.getString(1));
  }

  private List<String> rows(String table) throws SQLException {
    return texts("SELECT t::text FROM " + table + " t ORDER BY 1");
  }

  private List<String> columns(String table) throws SQLException {
    return texts(
        "SELECT attname || ' ' || format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' not"
            + " null' ELSE '' END FROM pg_attribute WHERE attrelid = '"
            + table
            + "'::regclass AND attnum > 0 ORDER BY attnum");
  }

  private boolean isLive(String table) throws SQLException {
    return !texts(
            "SELECT 1 FROM pg_tables WHERE schemaname = 'public' AND tablename = '" + table + "'")
        .isEmpty();
  }

  private MigrationPlan.Builder chat(SqliteSource source) {
    return plan(source)
        .adjust(
            "users",
            d ->
                d.convert("is_anonymous", FieldType.BOOLEAN)
                    .convert("created_at", FieldType.TIMESTAMP))
        .adjust(
            "chat_messages",
            d -> d.convert("sources", FieldType.JSON).convert("timestamp", FieldType.TIMESTAMP));
  }

  @Test
  void a_chat_with_its_keys_types_and_sequences() throws Exception {
    MigrationReport report = chat(sqlite(CHAT)).build().run();

    assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(rows("users"))
        .containsExactly(
            "(3,u-1,a@example.org,f,\"2024-05-01 10:00:00.123456\")",
            "(41,u-2,,t,\"2024-05-01 10:00:00\")");
    assertThat(rows("chat_sessions")).containsExactly("(1,s-1,u-1,\"\")", "(2,s-2,u-2,)");
    assertThat(rows("chat_messages"))
        .containsExactly(
            "(10,1,1,\"Hello '\"\"\\\\\",\"[{\"\"page\"\": 1, \"\"score\"\": 0.5}]\",\"2024-05-01"
                + " 10:00:01\")",
            "(11,1,2,\"\",,\"2024-05-01 10:00:02\")",
            "(12,2,1,x,[],\"2024-05-01 00:00:00\")");
    assertThat(columns("chat_messages"))
        .containsExactly(
            "id bigint not null",
            "session_id bigint not null",
            "order bigint",
            "content text not null",
            "sources jsonb",
            "timestamp timestamp without time zone");
    assertThat(
            texts(
                "SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint"
                    + " WHERE contype = 'f' AND connamespace = 'public'::regnamespace ORDER BY 1"))
        .containsExactly(
            "chat_messages FOREIGN KEY (session_id) REFERENCES chat_sessions(id) ON DELETE CASCADE",
            "chat_sessions FOREIGN KEY (user_id) REFERENCES users(user_id)");
    assertThat(
            texts(
                "INSERT INTO users (user_id) VALUES ('u-3') RETURNING id || ' ' || is_anonymous || ' '"
                    + " || (created_at > '2024-06-01')"))
        .containsExactly("42 false true");
    assertThat(texts("INSERT INTO chat_messages (session_id, content) VALUES (1, '') RETURNING id"))
        .containsExactly("13");
    assertThatThrownBy(() -> Sql.execute(connection, "INSERT INTO users (user_id) VALUES ('u-1')"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("users_user_id_idx");
  }

  @Test
  void a_collection_with_a_user_everywhere_documents_and_times() throws Exception {
    MigrationPlan plan =
        plan(sqlite(COLLECTIONS))
            .eachDataset(
                d -> d.constant("user_id", "sub-1").convert("created_at", FieldType.TIMESTAMP))
            .adjust("items", d -> d.convert("updated_at", FieldType.TIMESTAMP))
            .adjust("analyses", d -> d.convert("raw_response", FieldType.JSON))
            .adjust("embeddings", d -> d.convert("embedding_source", FieldType.JSON))
            .build();

    assertThat(plan.run().outcome()).isEqualTo(Outcome.MIGRATED);

    assertThat(columns("analyses"))
        .containsExactly(
            "id text not null",
            "item_id text not null",
            "version bigint",
            "raw_response jsonb",
            "created_at timestamp without time zone not null",
            "user_id text not null");
    assertThat(rows("items"))
        .containsExactly(
            "(i1,a.jpg,9007199254740993,\"2024-05-01 10:00:00.5\",\"2024-05-01 10:00:00\",sub-1)",
            "(i2,b.jpg,,\"2024-05-01 10:00:00\",\"2024-05-01 00:00:00\",sub-1)");
    assertThat(rows("analyses"))
        .containsExactly(
            "(a1,i1,1,\"{\"\"n\"\": 1.0, \"\"category\"\": \"\"food\"\"}\",\"2024-05-01"
                + " 10:00:00\",sub-1)",
            "(a2,i2,2,,\"2024-05-01 10:00:00\",sub-1)");
    assertThat(rows("embeddings"))
        .containsExactly("(e1,i2,\"[\"\"summary\"\"]\",\"2024-05-01 10:00:00\",sub-1)");
    assertThat(isLive("items_fts")).isFalse();
    assertThat(plan.run().outcome()).isEqualTo(Outcome.ALREADY_MIGRATED);

    plan.rollback();

    assertThat(isLive("items")).isFalse();
  }

  @Test
  void every_conversion_out_of_one_file() throws Exception {
    MigrationPlan plan =
        plan(sqlite(
                "CREATE TABLE t (id INTEGER PRIMARY KEY, doc JSON, utc DATETIME, flag TEXT, uid"
                    + " CHAR(32), price TEXT, vec TEXT, raw BLOB)",
                "INSERT INTO t VALUES (1, '{\"a\":[1,1.0]}', 1714557600, 'yes',"
                    + " '00112233445566778899aabbccddeeff', '12.50', '[0.5,-1,2e0]',"
                    + " x'0000003f000080bf00000040')",
                "INSERT INTO t VALUES (2, NULL, 1714557600123, 'f',"
                    + " '00112233-4455-6677-8899-AABBCCDDEEFF', '-0.10', NULL, NULL)"))
            .dataset(
                "t",
                d ->
                    d.convert("doc", FieldType.JSON)
                        .convert("utc", FieldType.INSTANT)
                        .convert("flag", FieldType.BOOLEAN)
                        .convert("uid", FieldType.UUID)
                        .convert("price", FieldType.DECIMAL)
                        .convert("vec", FieldType.vector(3, null))
                        .convert("raw", FieldType.vector(3, null)))
            .build();

    assertThat(plan.run().outcome()).isEqualTo(Outcome.MIGRATED);

    assertThat(columns("t"))
        .containsExactly(
            "id bigint not null",
            "doc jsonb",
            "utc timestamp with time zone",
            "flag boolean",
            "uid uuid",
            "price numeric",
            "vec vector(3)",
            "raw vector(3)");
    Sql.execute(connection, "SET TIME ZONE 'UTC'");
    assertThat(rows("t"))
        .containsExactly(
            "(1,\"{\"\"a\"\": [1, 1.0]}\",\"2024-05-01 10:00:00+00\",t,"
                + "00112233-4455-6677-8899-aabbccddeeff,12.50,\"[0.5,-1,2]\",\"[0.5,-1,2]\")",
            "(2,,\"2024-05-01 10:00:00.123+00\",f,00112233-4455-6677-8899-aabbccddeeff,-0.10,,)");
  }

  @Test
  void rows_that_cannot_be_converted_are_refused_with_their_reasons() throws Exception {
    MigrationPlan.Builder plan =
        plan(sqlite(
                "CREATE TABLE t (id INTEGER PRIMARY KEY, vec TEXT, at TEXT, n INTEGER, s TEXT)",
                "INSERT INTO t VALUES (1, '[1,2,3]', '2024-05-01', 1, 'a'), (2, '[1,2]', NULL, 1,"
                    + " 'a'), (3, NULL, '2024-02-30', 1, 'a'), (4, NULL, NULL, 'one', 'a'), (5,"
                    + " NULL, NULL, 1, 'a' || char(0))"))
            .dataset(
                "t",
                d ->
                    d.convert("vec", FieldType.vector(3, null)).convert("at", FieldType.TIMESTAMP));

    assertThatThrownBy(() -> plan.build().run()).isInstanceOf(RejectsExceededException.class);
    assertThat(isLive("t")).isFalse();
    plan.build().discard();
    MigrationPlan tolerant = plan.maxRejects(4).build();
    tolerant.run();

    assertThat(rows("t")).containsExactly("(1,\"[1,2,3]\",\"2024-05-01 00:00:00\",1,a)");
    assertThat(texts("SELECT id || ': ' || reason FROM vector_migrate.reject ORDER BY id"))
        .containsExactly(
            "2: column 'vec': a vector of 2 components, expected 3",
            "3: column 'at': a text, expected a time of ISO 8601 such as 2024-05-01T10:00:00+00:00",
            "4: field 'n': stored as text, expected integer",
            "5: column 's': text with the character U+0000, which PostgreSQL can't hold");
  }

  @Test
  void orphans_are_listed_and_nothing_becomes_live() throws Exception {
    SqliteSource source = sqlite(COLLECTIONS);
    sqlite("PRAGMA foreign_keys = OFF", "INSERT INTO analyses VALUES ('a3', 'i9', 1, NULL, 'x')");

    assertThatThrownBy(() -> plan(source).build().run())
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "[postgresql] table analyses: 1 rows refer by [item_id] to rows of items that are not"
                + " there, such as [a3], expected none. Mend the source, or leave its foreign keys"
                + " out.");
    assertThat(isLive("items")).isFalse();
    assertThat(isLive("analyses")).isFalse();
    assertThat(isLive("embeddings")).isFalse();
  }

  @Test
  void the_same_data_twice_is_there_once() throws Exception {
    SqliteSource source = sqlite(CHAT);
    plan(source).build().run();

    MigrationPlan again =
        MigrationPlan.builder("again")
            .from(source)
            .into(PgVectorTarget.of(database.dataSource()))
            .eachDataset(d -> d.append(OnConflict.SKIP))
            .build();
    again.run();

    assertThat(
            texts("INSERT INTO users (user_id) VALUES ('u-4') RETURNING length(created_at)::text"))
        .containsExactly("19");
    Sql.execute(connection, "DELETE FROM users WHERE user_id = 'u-4'");
    assertThat(texts("SELECT count(*) FROM chat_messages")).containsExactly("3");
    assertThat(texts("SELECT count(*) FROM users")).containsExactly("2");
  }

  @Test
  void names_that_would_be_sql_stay_names() throws Exception {
    String table = "x\"; DROP TABLE kept; --";
    Sql.execute(connection, "CREATE TABLE kept (id int)");
    plan(sqlite(
            "CREATE TABLE \"x\"\"; DROP TABLE kept; --\" (\"select\" INTEGER PRIMARY KEY, \"a'); --\""
                + " TEXT)",
            "INSERT INTO \"x\"\"; DROP TABLE kept; --\" VALUES (1, '''); DROP TABLE kept; --')"))
        .build()
        .run();

    assertThat(isLive("kept")).isTrue();
    assertThat(rows(Identifiers.quote(table))).containsExactly("(1,\"'); DROP TABLE kept; --\")");
  }

  @Test
  void a_name_too_long_for_postgresql_is_refused_before_anything_is_made() throws Exception {
    String name = "n".repeat(80);
    SqliteSource source = sqlite("CREATE TABLE t (id INTEGER PRIMARY KEY, " + name + " TEXT)");

    assertThatThrownBy(() -> plan(source).build().run())
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("'" + name + "'")
        .hasMessageContaining("80 bytes");
    assertThat(isLive("t")).isFalse();
  }

  @Test
  void a_change_of_mapping_for_what_is_not_there_is_an_error() throws Exception {
    SqliteSource source = sqlite(CHAT);

    assertThatThrownBy(() -> plan(source).adjust("chats", d -> d.drop("title")).build().run())
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("dataset 'chats': not there, expected one of");
  }
}
