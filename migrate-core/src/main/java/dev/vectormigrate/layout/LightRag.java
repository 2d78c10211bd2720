package dev.vectormigrate.layout;

import static dev.vectormigrate.ColumnValue.constant;
import static dev.vectormigrate.ColumnValue.field;
import static dev.vectormigrate.ColumnValue.json;

import dev.vectormigrate.ColumnValue;
import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.Layout;
import dev.vectormigrate.model.ColumnDefault;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.PlainIndex;
import dev.vectormigrate.model.Schema;
import java.util.List;

/** See {@link Layouts#lightRag()}. */
record LightRag() implements Layout {

  private static final String WORKSPACE = "workspace";
  private static final String ID = "id";
  private static final String VALUE = "value";
  private static final String SEPARATOR = "<SEP>";
  private static final FieldType NAME = FieldType.text(255);
  private static final FieldType LONG_NAME = FieldType.text(512);
  private static final FieldType INTEGER = FieldType.INTEGER_32;

  @Override
  public String name() {
    return "lightrag";
  }

  @Override
  public void map(Dataset dataset, DatasetMapping.Builder mapping) {
    String workspace = Collections.workspace(dataset);
    mapping.tenantColumn(WORKSPACE);
    switch (dataset.name()) {
      case "kv_store_full_docs" -> mapDocuments(keyValue(mapping, "lightrag_doc_full", NAME));
      case "kv_store_text_chunks" -> mapChunks(keyValue(mapping, "lightrag_doc_chunks", NAME));
      case "kv_store_llm_response_cache" -> mapCache(keyValue(mapping, "lightrag_llm_cache", NAME));
      case "doc_status" -> mapStatus(keyValue(mapping, "lightrag_doc_status", NAME));
      case "kv_store_full_entities" ->
          mapCounted(keyValue(mapping, "lightrag_full_entities", NAME), "entity_names");
      case "kv_store_full_relations" ->
          mapCounted(keyValue(mapping, "lightrag_full_relations", NAME), "relation_pairs");
      case "kv_store_entity_chunks" ->
          mapCounted(keyValue(mapping, "lightrag_entity_chunks", LONG_NAME), "chunk_ids");
      case "kv_store_relation_chunks" ->
          mapCounted(keyValue(mapping, "lightrag_relation_chunks", LONG_NAME), "chunk_ids");
      case "vdb_chunks" -> mapChunkVectors(vectors(dataset, mapping, "lightrag_vdb_chunks"));
      case "vdb_entities" -> mapEntities(vectors(dataset, mapping, "lightrag_vdb_entity"));
      case "vdb_relationships" -> mapRelations(vectors(dataset, mapping, "lightrag_vdb_relation"));
      case "graph_nodes" -> mapNodes(mapping, workspace);
      case "graph_edges" -> mapEdges(mapping, workspace);
      default -> mapOther(dataset, mapping);
    }
    if (!dataset.name().startsWith("graph_")) {
      mapping.column(WORKSPACE, constant(NAME, workspace));
    }
  }

  /** What newer releases may add: as it is, in a table of its own. */
  private static void mapOther(Dataset dataset, DatasetMapping.Builder mapping) {
    mapping.table("lightrag_" + dataset.name());
    if (!dataset.schema().key().isEmpty()) {
      String[] key = new String[dataset.schema().key().size() + 1];
      key[0] = WORKSPACE;
      for (int i = 1; i < key.length; i++) {
        key[i] = dataset.schema().key().get(i - 1);
      }
      mapping.key(key);
    }
  }

  private static DatasetMapping.Builder keyValue(
      DatasetMapping.Builder mapping, String table, FieldType id) {
    return mapping
        .table(table)
        .onlyColumns()
        .column(ID, field("key").as(id))
        .column(WORKSPACE, constant(NAME, "")) // keeps the columns in LightRAG's order
        .ignore(VALUE, "_id")
        .key(WORKSPACE, ID)
        .index(new PlainIndex(PlainIndex.Method.BTREE, List.of(ID), false));
  }

  private static ColumnValue text(String member) {
    return json(VALUE, member).as(FieldType.TEXT);
  }

  private static ColumnValue text(String member, int most) {
    return json(VALUE, member).as(FieldType.text(most));
  }

  /**
   * A member that older records lack, in a column with a default: LightRAG gives its own older rows
   * that default, too, since its readers expect no null. Its writers may put one there all the
   * same.
   */
  private static void addDefaulted(
      DatasetMapping.Builder mapping, String member, FieldType type, String literal) {
    Object value = type.equals(FieldType.JSON) ? Json.parse(literal) : literal;
    mapping
        .column(member, json(VALUE, member).as(type).or(constant(type, value)).optional())
        .columnDefault(
            new ColumnDefault(Field.optional(member, type), ColumnDefault.Kind.LITERAL, literal));
  }

  private static void addTimes(
      DatasetMapping.Builder mapping, ColumnValue made, ColumnValue changed) {
    mapping.column("create_time", made).column("update_time", changed);
    addNow(mapping, "create_time", FieldType.TIMESTAMP_SECONDS);
    addNow(mapping, "update_time", FieldType.TIMESTAMP_SECONDS);
  }

  private static void addNow(DatasetMapping.Builder mapping, String column, FieldType type) {
    mapping.columnDefault(
        new ColumnDefault(Field.optional(column, type), ColumnDefault.Kind.NOW, ""));
  }

  private static ColumnValue seconds(String field, String member) {
    return json(field, member).as(FieldType.TIMESTAMP).wholeSeconds();
  }

  private static void addTimes(DatasetMapping.Builder mapping) {
    addTimes(mapping, seconds(VALUE, "create_time"), seconds(VALUE, "update_time"));
  }

  private static void mapDocuments(DatasetMapping.Builder mapping) {
    mapping
        .column("doc_name", text("file_path", 1024))
        .column("content", text("content"))
        .column("meta", json(VALUE, "meta"))
        .column("sidecar_location", text("sidecar_location"));
    addDefaulted(mapping, "parse_format", FieldType.text(32), "raw");
    mapping
        .column("content_hash", text("content_hash"))
        .column("process_options", text("process_options"));
    addDefaulted(mapping, "chunk_options", FieldType.JSON, "{}");
    mapping.column("parse_engine", text("parse_engine"));
    addTimes(mapping);
  }

  private static void mapChunks(DatasetMapping.Builder mapping) {
    mapping
        .column("full_doc_id", text("full_doc_id", 256))
        .column("chunk_order_index", json(VALUE, "chunk_order_index").as(INTEGER))
        .column("tokens", json(VALUE, "tokens").as(INTEGER))
        .column("content", text("content"))
        .column("file_path", text("file_path"));
    addDefaulted(mapping, "llm_cache_list", FieldType.JSON, "[]");
    addDefaulted(mapping, "heading", FieldType.JSON, "{}");
    addDefaulted(mapping, "sidecar", FieldType.JSON, "{}");
    addTimes(mapping);
  }

  private static void mapCache(DatasetMapping.Builder mapping) {
    mapping
        .column("original_prompt", text("original_prompt"))
        .column("return_value", text("return"))
        .column("chunk_id", text("chunk_id", 255))
        .column("cache_type", text("cache_type", 32))
        .column("queryparam", json(VALUE, "queryparam"))
        .column("create_time", json(VALUE, "create_time").as(FieldType.TIMESTAMP))
        .column("update_time", json(VALUE, "update_time").as(FieldType.TIMESTAMP));
    addNow(mapping, "create_time", FieldType.TIMESTAMP);
    addNow(mapping, "update_time", FieldType.TIMESTAMP);
  }

  private static void mapStatus(DatasetMapping.Builder mapping) {
    mapping
        .column("content_summary", text("content_summary", 255))
        .column("content_length", json(VALUE, "content_length").as(INTEGER))
        .column("chunks_count", json(VALUE, "chunks_count").as(INTEGER))
        .column("status", text("status", 64))
        .column("file_path", text("file_path"));
    addDefaulted(mapping, "chunks_list", FieldType.JSON, "[]");
    mapping.column("track_id", text("track_id", 255));
    addDefaulted(mapping, "metadata", FieldType.JSON, "{}");
    mapping
        .column("error_msg", text("error_msg"))
        .column("content_hash", text("content_hash"))
        .column("created_at", json(VALUE, "created_at").as(FieldType.TIMESTAMP))
        .column("updated_at", json(VALUE, "updated_at").as(FieldType.TIMESTAMP));
    addNow(mapping, "created_at", FieldType.TIMESTAMP);
    addNow(mapping, "updated_at", FieldType.TIMESTAMP);
  }

  private static void mapCounted(DatasetMapping.Builder mapping, String list) {
    mapping.column(list, json(VALUE, list)).column("count", json(VALUE, "count").as(INTEGER));
    addTimes(mapping);
  }

  private static DatasetMapping.Builder vectors(
      Dataset dataset, DatasetMapping.Builder mapping, String table) {
    Collections.require(dataset, "lightrag");
    return mapping
        .table(table)
        .onlyColumns()
        .ignore(Schema.METADATA, "__write_seq__") // which write came last, of use to files alone
        .column(ID, field(Schema.ID).as(NAME))
        .column(WORKSPACE, constant(NAME, ""))
        .key(WORKSPACE, ID)
        .index(new PlainIndex(PlainIndex.Method.BTREE, List.of(ID), false));
  }

  private static ColumnValue member(String name, FieldType type) {
    return json(Schema.METADATA, name).as(type);
  }

  private static ColumnValue chunkIds() {
    return member("source_id", FieldType.TEXT).split(SEPARATOR).as(FieldType.texts(255));
  }

  /** Vectors know only when they were made. */
  private static void addVectorTimes(DatasetMapping.Builder mapping) {
    ColumnValue made = seconds(Schema.METADATA, "__created_at__");
    addTimes(mapping, made, made);
  }

  private static void mapChunkVectors(DatasetMapping.Builder mapping) {
    mapping
        .column("full_doc_id", member("full_doc_id", FieldType.text(256)))
        .column("chunk_order_index", member("chunk_order_index", INTEGER))
        .column("tokens", member("tokens", INTEGER))
        .column("content", field(Schema.TEXT))
        .column("content_vector", field(Schema.EMBEDDING))
        .column("file_path", member("file_path", FieldType.TEXT));
    addVectorTimes(mapping);
  }

  private static void mapEntities(DatasetMapping.Builder mapping) {
    mapping
        .column("entity_name", member("entity_name", LONG_NAME))
        .column("content", field(Schema.TEXT))
        .column("content_vector", field(Schema.EMBEDDING))
        .column("chunk_ids", chunkIds())
        .column("file_path", member("file_path", FieldType.TEXT));
    addVectorTimes(mapping);
  }

  private static void mapRelations(DatasetMapping.Builder mapping) {
    mapping
        .column("source_id", member("src_id", LONG_NAME))
        .column("target_id", member("tgt_id", LONG_NAME))
        .column("content", field(Schema.TEXT))
        .column("content_vector", field(Schema.EMBEDDING))
        .column("chunk_ids", chunkIds())
        .column("file_path", member("file_path", FieldType.TEXT));
    addVectorTimes(mapping);
  }

  private static final String GRAPH = "chunk_entity_relation";

  private static void mapNodes(DatasetMapping.Builder mapping, String workspace) {
    graph(mapping, "lightrag_graph_nodes", workspace)
        .column(ID, field(ID))
        .column("properties", field("properties"))
        .key(WORKSPACE, "namespace", ID);
  }

  private static void mapEdges(DatasetMapping.Builder mapping, String workspace) {
    graph(mapping, "lightrag_graph_edges", workspace)
        .column("src_id", field("source_id"))
        .column("tgt_id", field("target_id"))
        .column("properties", field("properties"))
        .key(WORKSPACE, "namespace", "src_id", "tgt_id");
  }

  private static DatasetMapping.Builder graph(
      DatasetMapping.Builder mapping, String table, String workspace) {
    return mapping
        .table(table)
        .onlyColumns()
        .column(WORKSPACE, constant(workspace))
        .column("namespace", constant(GRAPH))
        .columnDefault(required("namespace", FieldType.TEXT, GRAPH))
        .columnDefault(required("properties", FieldType.JSON, "{}"))
        .columnDefault(
            new ColumnDefault(
                Field.required("updated_at", FieldType.INSTANT), ColumnDefault.Kind.NOW, ""));
  }

  private static ColumnDefault required(String column, FieldType type, String value) {
    return new ColumnDefault(Field.required(column, type), ColumnDefault.Kind.LITERAL, value);
  }
}
