package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vectormigrate.Layout;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.layout.Layouts;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.sources.lightrag.Fixture;
import dev.vectormigrate.sources.lightrag.LightRagDirectory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The layouts of LightRAG: every value of every file, put together again out of the tables. */
class LightRagLayoutsIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** How to make a file's value out of a row of LightRAG's table. */
  private static final Map<String, String> VALUES =
      Map.ofEntries(
          Map.entry(
              "kv_store_full_docs",
              rebuilt(
                  "lightrag_doc_full",
                  "'content', content, 'file_path', doc_name, 'sidecar_location', sidecar_location,"
                      + " 'parse_format', parse_format, 'content_hash', content_hash,"
                      + " 'process_options', process_options, 'chunk_options', chunk_options,"
                      + " 'parse_engine', parse_engine, 'meta', meta, "
                      + seconds("create_time", "update_time"))),
          Map.entry(
              "kv_store_text_chunks",
              rebuilt(
                  "lightrag_doc_chunks",
                  "'tokens', tokens, 'content', content, 'chunk_order_index', chunk_order_index,"
                      + " 'full_doc_id', full_doc_id, 'file_path', file_path, 'llm_cache_list',"
                      + " llm_cache_list, 'heading', heading, 'sidecar', sidecar, "
                      + seconds("create_time", "update_time"))),
          Map.entry(
              "kv_store_llm_response_cache",
              rebuilt(
                  "lightrag_llm_cache",
                  "'return', return_value, 'cache_type', cache_type, 'chunk_id', chunk_id,"
                      + " 'original_prompt', original_prompt, 'queryparam', queryparam, "
                      + seconds("create_time", "update_time"))),
          Map.entry(
              "doc_status",
              rebuilt(
                  "lightrag_doc_status",
                  "'status', status, 'content_summary', content_summary, 'content_length',"
                      + " content_length, 'chunks_count', chunks_count, 'chunks_list', chunks_list,"
                      + " 'file_path', file_path, 'track_id', track_id, 'metadata', metadata,"
                      + " 'error_msg', error_msg, 'content_hash', content_hash,"
                      + " 'created_at', to_char(created_at, 'YYYY-MM-DD\"T\"HH24:MI:SS.US'),"
                      + " 'updated_at', to_char(updated_at, 'YYYY-MM-DD\"T\"HH24:MI:SS.US')")),
          Map.entry("kv_store_full_entities", counted("lightrag_full_entities", "entity_names")),
          Map.entry(
              "kv_store_full_relations", counted("lightrag_full_relations", "relation_pairs")),
          Map.entry("kv_store_entity_chunks", counted("lightrag_entity_chunks", "chunk_ids")),
          Map.entry("kv_store_relation_chunks", counted("lightrag_relation_chunks", "chunk_ids")),
          Map.entry(
              "vdb_chunks",
              vectors(
                  "lightrag_vdb_chunks",
                  "'full_doc_id', full_doc_id, 'chunk_order_index', chunk_order_index, 'tokens',"
                      + " tokens")),
          Map.entry(
              "vdb_entities",
              vectors(
                  "lightrag_vdb_entity",
                  "'entity_name', entity_name, 'source_id', array_to_string(chunk_ids, '<SEP>')")),
          Map.entry(
              "vdb_relationships",
              vectors(
                  "lightrag_vdb_relation",
                  "'src_id', source_id, 'tgt_id', target_id, 'source_id',"
                      + " array_to_string(chunk_ids, '<SEP>')")),
          Map.entry(
              "graph_nodes",
              "SELECT workspace, id, properties FROM lightrag_graph_nodes"
                  + " WHERE namespace = 'chunk_entity_relation'"),
          Map.entry(
              "graph_edges",
              "SELECT workspace, src_id || '|' || tgt_id, properties FROM lightrag_graph_edges"
                  + " WHERE namespace = 'chunk_entity_relation'"));

  /** What LightRAG's tables hold where a record lacks the member. */
  private static final Map<String, Map<String, JsonNode>> DEFAULTS =
      Map.of(
          "kv_store_full_docs",
          Map.of(
              "parse_format",
              JSON.getNodeFactory().textNode("raw"),
              "chunk_options",
              JSON.createObjectNode()),
          "kv_store_text_chunks",
          Map.of(
              "llm_cache_list",
              JSON.createArrayNode(),
              "heading",
              JSON.createObjectNode(),
              "sidecar",
              JSON.createObjectNode()),
          "doc_status",
          Map.of("chunks_list", JSON.createArrayNode(), "metadata", JSON.createObjectNode()));

  @TempDir Path temp;
  private LocalPostgres.Database database;
  private Connection connection;

  @BeforeEach
  void open() throws SQLException {
    database = LocalPostgres.shared().createDatabase("layouts");
    connection = database.connect();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    database.close();
  }

  private static String rebuilt(String table, String members) {
    return "SELECT workspace, id, jsonb_strip_nulls(jsonb_build_object(%s)) FROM %s"
        .formatted(members, table);
  }

  private static String seconds(String... columns) {
    StringBuilder members = new StringBuilder();
    for (String column : columns) {
      members.append(members.length() == 0 ? "" : ", ");
      members.append("'%1$s', extract(epoch FROM %1$s)::bigint".formatted(column));
    }
    return members.toString();
  }

  private static String counted(String table, String list) {
    return rebuilt(
        table,
        "'%1$s', %1$s, 'count', count, %2$s"
            .formatted(list, seconds("create_time", "update_time")));
  }

  private static String vectors(String table, String members) {
    return rebuilt(
        table,
        members
            + ", 'content', content, 'file_path', file_path,"
            + " '__created_at__', extract(epoch FROM create_time)::bigint,"
            + " 'changed', extract(epoch FROM update_time)::bigint,"
            + " 'vector', to_jsonb(content_vector::real[])");
  }

  private MigrationReport migrate(Fixture fixture, Layout layout) throws Exception {
    return MigrationPlan.builder("rag")
        .from(LightRagDirectory.at(fixture.copyTo(temp)))
        .into(PgVectorTarget.of(database.dataSource()))
        .layout(layout)
        .build()
        .run();
  }

  private Map<String, String> rows(String sql) throws SQLException {
    Map<String, String> rows = new TreeMap<>();
    Sql.list(
        connection,
        sql,
        row -> rows.put(row.getString(1) + "|" + row.getString(2), canonical(row.getString(3))));
    return rows;
  }

  private static String canonical(String json) {
    return new String(Json.parse(json).utf8(), StandardCharsets.UTF_8);
  }

  private static String key(String workspace, JsonNode row) {
    if (row.has("target_id")) {
      return workspace + "|" + row.get("source_id").asText() + "|" + row.get("target_id").asText();
    }
    return workspace + "|" + (row.has("key") ? row.get("key") : row.get("id")).asText();
  }

  /** What LightRAG's tables hold of a record. */
  private static ObjectNode lightRagValue(String dataset, JsonNode row) {
    if (row.has("properties")) {
      return row.get("properties").deepCopy();
    }
    if (row.has("value")) {
      ObjectNode value = withoutNulls(row.get("value"));
      value.remove("_id");
      DEFAULTS.getOrDefault(dataset, Map.of()).forEach(value::putIfAbsent);
      if (dataset.equals("doc_status")) {
        value.remove("content"); // of old files; the finding names it
        value.put("created_at", value.get("created_at").asText().replace("+00:00", ""));
        value.put("updated_at", value.get("updated_at").asText().replace("+00:00", ""));
      }
      return value;
    }
    ObjectNode value = withoutNulls(row.get("metadata"));
    value.remove("__write_seq__");
    long made = (long) Math.floor(value.get("__created_at__").asDouble());
    value.put("__created_at__", made);
    value.put("changed", made);
    if (!row.get("text").isNull()) {
      value.set("content", row.get("text"));
    }
    value.set("vector", row.get("embedding"));
    return value;
  }

  private static ObjectNode withoutNulls(JsonNode object) {
    ObjectNode stripped = object.deepCopy();
    for (Iterator<JsonNode> members = stripped.elements(); members.hasNext(); ) {
      JsonNode member = members.next();
      if (member.isNull()) {
        members.remove();
      } else if (member.isObject()) {
        ObjectNode inner = withoutNulls(member);
        ((ObjectNode) member).removeAll().setAll(inner);
      }
    }
    return stripped;
  }

  private void compareWithLightRagTables(Fixture fixture) throws Exception {
    Map<String, Map<String, String>> expected = new TreeMap<>();
    fixture
        .expected()
        .properties()
        .forEach(
            entry -> {
              String workspace = entry.getKey().split("/")[0];
              String dataset = entry.getKey().split("/")[1];
              Map<String, String> rows = expected.computeIfAbsent(dataset, k -> new TreeMap<>());
              for (JsonNode row : entry.getValue().get("rows")) {
                String value = canonical(lightRagValue(dataset, row).toString());
                rows.put(key(workspace, row), numbers(value));
              }
            });
    assertThat(VALUES.keySet()).containsAll(expected.keySet());
    for (Map.Entry<String, Map<String, String>> dataset : expected.entrySet()) {
      Map<String, String> migrated = rows(VALUES.get(dataset.getKey()));
      migrated.replaceAll((key, value) -> numbers(value));
      assertThat(migrated).as(dataset.getKey()).isEqualTo(dataset.getValue());
    }
  }

  /** Floats as their bits: JSON writers spell the same float in several ways. */
  private static String numbers(String json) {
    try {
      ObjectNode object = (ObjectNode) JSON.readTree(json);
      if (object.has("vector")) {
        StringBuilder bits = new StringBuilder();
        object
            .get("vector")
            .forEach(
                number -> bits.append(Float.floatToRawIntBits(number.floatValue())).append(' '));
        object.put("vector", bits.toString());
      }
      return object.toString();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void every_value_of_both_workspaces_is_in_the_tables_of_lightrag() throws Exception {
    MigrationReport report = migrate(Fixture.NEW, Layouts.lightRag());

    assertThat(report.outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(report.findings()).isEmpty();
    assertThat(report.rejects()).isEmpty();
    compareWithLightRagTables(Fixture.NEW);
  }

  @Test
  void what_old_files_hold_and_the_tables_do_not_is_named() throws Exception {
    MigrationReport report = migrate(Fixture.OLD, Layouts.lightRag());

    assertThat(report.findings())
        .filteredOn(finding -> !finding.code().equals("mapping.lossy"))
        .extracting(Finding::message)
        .containsExactly(
            "dataset 'default/doc_status': the table has no column for value.content (3 rows). Add"
                + " columns, or ignore them in the plan.");
    assertThat(report.findings())
        .filteredOn(finding -> finding.code().equals("mapping.lossy"))
        .extracting(Finding::message)
        .allSatisfy(message -> assertThat(message).contains(" × time cut to whole seconds ("))
        .hasSize(3);
    compareWithLightRagTables(Fixture.OLD);
  }

  @Test
  void every_value_is_in_the_tables_of_hybridrag() throws Exception {
    MigrationReport report = migrate(Fixture.NEW, Layouts.hybridRag());

    assertThat(report.findings()).isEmpty();
    Map<String, String> tables = new TreeMap<>();
    tables.put("doc_status", "SELECT workspace, doc_id, status_data FROM hybridrag_doc_status");
    tables.put("graph_nodes", "SELECT workspace, node_id, properties FROM hybridrag_graph_nodes");
    tables.put(
        "graph_edges",
        "SELECT workspace, source_id || '|' || target_id, properties FROM hybridrag_graph_edges");
    for (String[] names :
        new String[][] {
          {"vdb_chunks", "chunk", "chunks"},
          {"vdb_entities", "entity", "entities"},
          {"vdb_relationships", "relationship", "relationships"}
        }) {
      tables.put(
          names[0],
          ("SELECT workspace, %s_id, jsonb_build_object('text', content, 'metadata', metadata,"
                  + " 'vector', to_jsonb(embedding::real[])) FROM hybridrag_%s")
              .formatted(names[1], names[2]));
    }
    Map<String, Map<String, String>> expected = new TreeMap<>();
    fixtureRows(expected);
    for (Map.Entry<String, Map<String, String>> dataset : expected.entrySet()) {
      String name = dataset.getKey();
      String sql =
          name.startsWith("kv_store_")
              ? "SELECT workspace, key, value FROM hybridrag_kv_store WHERE namespace = '%s'"
                  .formatted(name.substring(9))
              : tables.get(name);
      Map<String, String> migrated = rows(sql);
      migrated.replaceAll((key, value) -> numbers(value));
      assertThat(migrated).as(name).isEqualTo(dataset.getValue());
    }
  }

  private static void fixtureRows(Map<String, Map<String, String>> expected) throws Exception {
    fixture(expected, Fixture.NEW.expected());
  }

  private static void fixture(Map<String, Map<String, String>> expected, JsonNode datasets) {
    datasets
        .properties()
        .forEach(
            entry -> {
              String[] names = entry.getKey().split("/");
              Map<String, String> rows = expected.computeIfAbsent(names[1], k -> new TreeMap<>());
              for (JsonNode row : entry.getValue().get("rows")) {
                rows.put(key(names[0], row), numbers(canonical(whole(row).toString())));
              }
            });
  }

  private static JsonNode whole(JsonNode row) {
    if (row.has("properties")) {
      return row.get("properties");
    }
    if (row.has("value")) {
      return row.get("value");
    }
    ObjectNode record = JSON.createObjectNode();
    record.set("text", row.get("text"));
    record.set("metadata", row.get("metadata"));
    record.set("vector", row.get("embedding"));
    return record;
  }

  @Test
  void the_columns_are_those_of_the_guide() throws Exception {
    migrate(Fixture.NEW, Layouts.hybridRag());

    assertThat(
            Sql.list(
                connection,
                """
                SELECT c.relname || ': ' || string_agg(a.attname || ' '
                  || format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attnum)
                FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
                WHERE c.relkind = 'r' AND c.relname LIKE 'hybridrag%' GROUP BY c.relname
                ORDER BY 1""",
                row -> row.getString(1)))
        .isEqualTo(
            List.of(
                "hybridrag_chunks: workspace character varying(255), chunk_id character"
                    + " varying(512), content text, embedding vector(8), metadata jsonb, created_at"
                    + " timestamp without time zone",
                "hybridrag_doc_status: workspace character varying(255), doc_id character"
                    + " varying(512), status_data jsonb, created_at timestamp without time zone",
                "hybridrag_entities: workspace character varying(255), entity_id character"
                    + " varying(512), content text, embedding vector(8), metadata jsonb, created_at"
                    + " timestamp without time zone",
                "hybridrag_graph_edges: workspace character varying(255), source_id character"
                    + " varying(512), target_id character varying(512), properties jsonb, created_at"
                    + " timestamp without time zone",
                "hybridrag_graph_nodes: workspace character varying(255), node_id character"
                    + " varying(512), properties jsonb, created_at timestamp without time zone",
                "hybridrag_kv_store: workspace character varying(255), namespace character"
                    + " varying(255), key character varying(512), value jsonb, created_at timestamp"
                    + " without time zone",
                "hybridrag_relationships: workspace character varying(255), relationship_id"
                    + " character varying(512), content text, embedding vector(8), metadata jsonb,"
                    + " created_at timestamp without time zone"));
  }
}
