package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.layout.Layouts;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.sources.lightrag.Fixture;
import dev.vectormigrate.sources.lightrag.LightRagDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * LightRAG itself, on its PostgreSQL storages, opens what was migrated: it reads every value, finds
 * what is nearest, answers as it does from the files, and goes on writing. Left out where there is
 * no Python, or its packages can't be installed.
 */
class RealLightRagIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern URL =
      Pattern.compile("jdbc:postgresql:(?://([^:/]+)(?::(\\d+))?/)?([^?]*).*");
  private static final int TOP = 10;

  /** Of a chunk, an entity and a relation. */
  private static final List<String> ANSWERED = List.of("query 0", "query 5", "query 9");

  private static final String NEW_TEXT = "Grace Hopper wrote to Ada Lovelace.";

  @TempDir Path temp;
  private PythonEnvironment python;
  private LocalPostgres.Database database;
  private Connection connection;

  @BeforeEach
  void open() throws Exception {
    python = PythonEnvironment.with("requirements-lightrag-postgres.txt");
    database = LocalPostgres.shared().createDatabase("lightrag");
    connection = database.connect();
  }

  @AfterEach
  void close() throws SQLException {
    if (database != null) {
      connection.close();
      database.close();
    }
  }

  private void migrate(Fixture fixture) throws Exception {
    Outcome outcome =
        MigrationPlan.builder("rag")
            .from(LightRagDirectory.at(fixture.copyTo(folder("source"))))
            .into(PgVectorTarget.of(database.dataSource()))
            .layout(Layouts.lightRag())
            .build()
            .run()
            .outcome();
    assertThat(outcome).isEqualTo(Outcome.MIGRATED);
  }

  private Path folder(String name) throws Exception {
    return Files.createDirectories(temp.resolve(name));
  }

  /** A fixture's datasets by workspace, in LightRAG's tables' words. */
  private static Map<String, Map<String, JsonNode>> workspaces(Fixture fixture) throws Exception {
    Map<String, Map<String, JsonNode>> workspaces = new TreeMap<>();
    fixture
        .expected()
        .properties()
        .forEach(
            entry -> {
              String[] names = entry.getKey().split("/");
              workspaces
                  .computeIfAbsent(names[0], name -> new TreeMap<>())
                  .put(names[1], entry.getValue());
            });
    return workspaces;
  }

  /** The vectors of all records of the default workspace, as queries. */
  private static Map<String, JsonNode> queries(Map<String, JsonNode> datasets) {
    Map<String, JsonNode> queries = new LinkedHashMap<>();
    for (String dataset : List.of("vdb_chunks", "vdb_entities", "vdb_relationships")) {
      for (JsonNode row : datasets.get(dataset).get("rows")) {
        queries.put("query " + queries.size(), row.get("embedding"));
      }
    }
    return queries;
  }

  private static ObjectNode request(Fixture fixture, String storages, @Nullable String model)
      throws Exception {
    Map<String, Map<String, JsonNode>> workspaces = workspaces(fixture);
    Map<String, JsonNode> queries = queries(workspaces.get("default"));
    ObjectNode request = JSON.createObjectNode();
    request.put("storages", storages).put("model", model).put("dimension", 8).put("top", TOP);
    request.set("vectors", JSON.valueToTree(queries));
    request.set("queries", JSON.valueToTree(queries.keySet()));
    request.set("answers", JSON.valueToTree(ANSWERED));
    ObjectNode ids = request.putObject("workspaces");
    workspaces.forEach(
        (workspace, datasets) ->
            ids.set(
                workspace.equals("default") ? "" : workspace,
                ids(new LightRagReadings(workspace, datasets).records())));
    return request;
  }

  private static ObjectNode ids(ObjectNode records) {
    ObjectNode ids = JSON.createObjectNode();
    for (Map.Entry<String, JsonNode> storage : records.properties()) {
      ArrayNode ofStorage = ids.putArray(storage.getKey());
      storage.getValue().fieldNames().forEachRemaining(ofStorage::add);
    }
    return ids;
  }

  private static ObjectNode withDocument(ObjectNode request) {
    request
        .putObject("document")
        .put("id", "doc-new")
        .put("text", NEW_TEXT)
        .put("file_path", "new.txt");
    return request;
  }

  /** Runs LightRAG; what it found, by workspace. */
  private JsonNode ask(ObjectNode request, Path directory) throws Exception {
    Path folder = Files.createTempDirectory(temp, "run");
    Path asked = folder.resolve("request.json");
    Path answered = folder.resolve("answer.json");
    Files.writeString(asked, request.put("directory", directory.toString()).toString());
    python.run("ask_lightrag.py", folder, connectionVariables(), "request.json", "answer.json");
    return JSON.readTree(answered.toFile());
  }

  private Map<String, String> connectionVariables() {
    Matcher url = URL.matcher(database.jdbcUrl());
    assertThat(url.matches()).as(database.jdbcUrl()).isTrue();
    // LightRAG insists on a password, also where the server asks for none.
    String password = database.password().isEmpty() ? "none" : database.password();
    return Map.of(
        "POSTGRES_HOST",
        url.group(1) == null ? "localhost" : url.group(1),
        "POSTGRES_PORT",
        url.group(2) == null ? "5432" : url.group(2),
        "POSTGRES_USER",
        database.username(),
        "POSTGRES_PASSWORD",
        password,
        "POSTGRES_DATABASE",
        url.group(3));
  }

  private static void assertReads(Map<String, Map<String, JsonNode>> workspaces, JsonNode answer) {
    Map<String, JsonNode> queries = queries(workspaces.get("default"));
    assertThat(answer.size()).isEqualTo(workspaces.size());
    for (Map.Entry<String, Map<String, JsonNode>> workspace : workspaces.entrySet()) {
      LightRagReadings expected = new LightRagReadings(workspace.getKey(), workspace.getValue());
      JsonNode read = answer.get(key(workspace.getKey())).get("read");
      assertRecords(expected.records(), read);
      assertThat(read.get("graph")).as("graph").isEqualTo(expected.graph());
      assertThat(read.get("processed")).as("processed").isEqualTo(expected.processed());
      assertThat(read.get("found")).as("found").isEqualTo(expected.found(queries, TOP));
    }
  }

  private static String key(String workspace) {
    return workspace.equals("default") ? "" : workspace;
  }

  private static void assertRecords(ObjectNode expected, JsonNode read) {
    for (Map.Entry<String, JsonNode> storage : expected.properties()) {
      ObjectNode records = (ObjectNode) read.get(storage.getKey());
      for (JsonNode record : records) {
        if (record.has("vector")) {
          ((ObjectNode) record).put("vector", LightRagReadings.bits(record.get("vector")));
        }
      }
      assertThat((JsonNode) records).as(storage.getKey()).isEqualTo(storage.getValue());
    }
  }

  /** What LightRAG complains about. */
  private static List<String> complaints(JsonNode answer, String workspace) {
    List<String> complaints = new ArrayList<>();
    for (JsonNode part : answer.get(workspace).get("log")) {
      for (JsonNode message : part) {
        if (!message.get(0).asText().equals("INFO")) {
          complaints.add(message.get(1).asText());
        }
      }
    }
    return complaints;
  }

  private static final List<String> ABOUT_THE_MODEL =
      List.of(
          withoutModel("LIGHTRAG_VDB_ENTITY"),
          withoutModel("LIGHTRAG_VDB_RELATION"),
          withoutModel("LIGHTRAG_VDB_CHUNKS"));

  /** LightRAG asks for tables that the old files have no data for, and makes them. */
  private static final List<String> FIRST_START =
      Stream.concat(
              ABOUT_THE_MODEL.stream(),
              Stream.of("full_entities", "full_relations", "entity_chunks", "relation_chunks")
                  .map(
                      table ->
                          "PostgreSQL database, error:relation \"lightrag_%s\" does not exist"
                              .formatted(table)))
          .toList();

  private static String withoutModel(String table) {
    return "PostgreSQL table: "
        + table
        + " missing suffix. Pls add model_name to embedding_func for proper workspace data"
        + " isolation.";
  }

  @Test
  void every_value_is_read_and_the_nearest_are_found() throws Exception {
    migrate(Fixture.NEW);
    List<String> before = columns();

    JsonNode answer = ask(withDocument(request(Fixture.NEW, "postgres", null)), folder("unused"));

    assertReads(workspaces(Fixture.NEW), answer);
    for (String workspace : List.of("", "tenant_2")) {
      assertThat(complaints(answer, workspace)).isEqualTo(ABOUT_THE_MODEL);
      assertWrites(answer.get(workspace));
    }
    assertThat(columns()).isEqualTo(before);
  }

  @Test
  void answers_are_those_from_the_files_also_after_a_document_is_deleted() throws Exception {
    migrate(Fixture.NEW);

    JsonNode fromTables =
        ask(request(Fixture.NEW, "postgres", null).put("delete", true), folder("unused"));
    JsonNode fromFiles =
        ask(
            request(Fixture.NEW, "files", null).put("delete", true),
            Fixture.NEW.copyTo(folder("files")));

    for (String workspace : List.of("", "tenant_2")) {
      JsonNode read = fromFiles.get(workspace).get("read").get("retrieved");
      assertThat(read.get("mix query 0").get("chunks")).isNotEmpty();
      assertThat(fromTables.get(workspace).get("read").get("retrieved")).isEqualTo(read);
      JsonNode deleted = fromTables.get(workspace).get("deleted");
      JsonNode expected = fromFiles.get(workspace).get("deleted");
      assertThat(expected.get("status").asText()).isEqualTo("success");
      assertThat(expected.get("graph").get("nodes"))
          .hasSizeLessThan(fromFiles.get(workspace).get("read").get("graph").get("nodes").size());
      for (String part : List.of("status", "graph", "processed", "retrieved")) {
        assertThat(withoutTimes(deleted.get(part)))
            .as(part)
            .isEqualTo(withoutTimes(expected.get(part)));
      }
      assertThat(complaints(fromTables, workspace)).isEqualTo(ABOUT_THE_MODEL);
    }
  }

  /**
   * The vector files of early 2025 hold ids and vectors only. Searching such files, LightRAG leaves
   * out the chunks that have no text; from its tables it hands them to the model without text.
   */
  @Test
  void old_chunks_are_read_once_their_text_is_beside_the_vectors() throws Exception {
    migrate(Fixture.OLD);
    assertThat(count("SELECT count(*) FROM lightrag_vdb_chunks WHERE content IS NULL"))
        .isEqualTo(5);

    Sql.execute(
        connection,
        """
        UPDATE lightrag_vdb_chunks v
        SET content = c.content, full_doc_id = c.full_doc_id, tokens = c.tokens,
          chunk_order_index = c.chunk_order_index, file_path = c.file_path
        FROM lightrag_doc_chunks c
        WHERE c.workspace = v.workspace AND c.id = v.id AND v.content IS NULL""");
    JsonNode answer = ask(request(Fixture.OLD, "postgres", null), folder("unused"));

    Map<String, JsonNode> datasets = workspaces(Fixture.OLD).get("default");
    fillChunks(datasets);
    assertReads(Map.of("default", datasets), answer);
    assertThat(complaints(answer, "")).isEqualTo(FIRST_START);
    JsonNode read = answer.get("").get("read");
    for (String query : ANSWERED) {
      JsonNode answered = read.get("retrieved").get("naive " + query).path("chunks");
      JsonNode found = read.get("found").get("chunks_vdb").get(query);
      assertThat(answered.findValues("content")).isEqualTo(found.findValues("content"));
    }
  }

  private long count(String sql) throws SQLException {
    return Sql.list(connection, sql, row -> row.getLong(1)).get(0);
  }

  private static void fillChunks(Map<String, JsonNode> datasets) {
    Map<String, JsonNode> chunks = new TreeMap<>();
    for (JsonNode row : datasets.get("kv_store_text_chunks").get("rows")) {
      chunks.put(row.get("key").asText(), row.get("value"));
    }
    for (JsonNode row : datasets.get("vdb_chunks").get("rows")) {
      JsonNode chunk = chunks.get(row.get("id").asText());
      ((ObjectNode) row).set("text", chunk.get("content"));
      for (String member : List.of("full_doc_id", "tokens", "chunk_order_index", "file_path")) {
        ((ObjectNode) row.get("metadata")).set(member, chunk.get(member));
      }
    }
  }

  @Test
  void with_a_models_name_the_vectors_are_copied_by_lightrag_itself() throws Exception {
    migrate(Fixture.NEW);

    JsonNode answer = ask(request(Fixture.NEW, "postgres", "some-Model"), folder("unused"));

    assertReads(workspaces(Fixture.NEW), answer);
    String copied = "PostgreSQL: Manual deletion is required after data migration verification.";
    assertThat(complaints(answer, "")).isEqualTo(List.of(copied, copied, copied));
    assertThat(complaints(answer, "tenant_2")).isEqualTo(List.of(copied, copied, copied));
    assertThat(
            Sql.list(
                connection,
                "SELECT count(*) FROM lightrag_vdb_entity_some_model_8d"
                    + " UNION ALL SELECT count(*) FROM lightrag_vdb_relation_some_model_8d"
                    + " UNION ALL SELECT count(*) FROM lightrag_vdb_chunks_some_model_8d",
                row -> row.getLong(1)))
        .isEqualTo(List.of(7L, 5L, 8L));
  }

  @Test
  void the_columns_and_keys_are_those_that_lightrag_makes() throws Exception {
    ObjectNode nothing = request(Fixture.NEW, "postgres", null);
    nothing.putObject("workspaces").putObject("");
    nothing.putArray("queries");
    nothing.putArray("answers");
    ask(nothing, folder("unused"));
    List<String> made = columns();
    assertThat(made).hasSize(112);
    for (String table : tables()) {
      Sql.execute(connection, "DROP TABLE " + table + " CASCADE");
    }

    migrate(Fixture.NEW);

    assertThat(columns()).isEqualTo(made);
  }

  private List<String> tables() throws SQLException {
    return Sql.list(
        connection,
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
        row -> row.getString(1));
  }

  /** Every column with its type, whether it may be null, its default, and its place in the key. */
  private List<String> columns() throws SQLException {
    return Sql.list(
        connection,
        """
        SELECT concat_ws(' ', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
          CASE WHEN a.attnotnull THEN 'not null' END,
          replace(replace(pg_get_expr(d.adbin, d.adrelid), 'CURRENT_TIMESTAMP', 'now()'),
            '(now() AT TIME ZONE ''UTC''::text)', 'now()'),
          'key ' || array_position(k.conkey, a.attnum))
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY 1""",
        row -> row.getString(1));
  }

  /** LightRAG added a document of its own, and took it away again. */
  private static void assertWrites(JsonNode workspace) throws Exception {
    JsonNode written = workspace.get("written");
    assertThat(written.get("status"))
        .isEqualTo(
            with(
                written.get("status"),
                """
                {"status": "processed", "chunks_count": 1, "content_length": 35,
                 "chunks_list": ["doc-new-chunk-000"], "file_path": "new.txt", "error_msg": null,
                 "content_summary": "Grace Hopper wrote to Ada Lovelace."}"""));
    assertThat(written.get("chunks").get(0))
        .isEqualTo(
            with(
                written.get("chunks").get(0),
                """
                {"id": "doc-new-chunk-000", "content": "Grace Hopper wrote to Ada Lovelace.",
                 "tokens": 35, "chunk_order_index": 0, "full_doc_id": "doc-new",
                 "file_path": "new.txt", "heading": {}, "sidecar": {}}"""));
    assertThat(written.get("found").get(0).get("id").asText()).isEqualTo("doc-new-chunk-000");
    assertThat(written.get("entities").get("entity_names"))
        .isEqualTo(JSON.readTree("[\"Ada Lovelace\", \"Grace Hopper\"]"));
    JsonNode before = workspace.get("read");
    assertThat(ids(written, "Ada Lovelace"))
        .isEqualTo(plus(before.get("entity_chunks").get("Ada Lovelace").get("chunk_ids")));
    assertThat(written.get("graph").get("edges").get("Ada Lovelace|Grace Hopper").get("weight"))
        .isEqualTo(JSON.readTree("1.0"));
    assertThat(written.get("deleted").get("status").asText()).isEqualTo("success");
    assertThat(written.get("deleted").get("document").isNull()).isTrue();
    assertThat(workspace.get("read_again").get("found")).isEqualTo(before.get("found"));
    assertThat(withoutTimes(workspace.get("read_again").get("graph")))
        .isEqualTo(withoutTimes(before.get("graph")));
    assertThat(withoutTimes(workspace.get("read_again").get("entity_chunks")))
        .isEqualTo(withoutTimes(before.get("entity_chunks")));
  }

  /** A record with these members, so that the others, such as times, are as they are. */
  private static JsonNode with(JsonNode record, String members) throws Exception {
    ObjectNode whole = record.deepCopy();
    whole.setAll((ObjectNode) JSON.readTree(members));
    return whole;
  }

  private static JsonNode ids(JsonNode written, String entity) {
    return written.get("entity_chunks").get(entity).get("chunk_ids");
  }

  private static JsonNode plus(JsonNode ids) {
    return ((ArrayNode) ids.deepCopy()).add("doc-new-chunk-000");
  }

  private static JsonNode withoutTimes(JsonNode node) {
    JsonNode copy = node.deepCopy();
    for (JsonNode parent : copy.findParents("created_at")) {
      ((ObjectNode) parent).remove("created_at");
    }
    for (JsonNode parent : copy.findParents("update_time")) {
      ((ObjectNode) parent).remove("update_time");
    }
    return copy;
  }
}
