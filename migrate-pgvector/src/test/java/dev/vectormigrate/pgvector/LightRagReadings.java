package dev.vectormigrate.pgvector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What LightRAG's PostgreSQL storages have to return for a fixture's workspace: made from what
 * Python reads in the fixture's files, and for searches by comparing with every vector.
 */
final class LightRagReadings {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** LightRAG's names of its storages, by the names of our datasets. */
  static final Map<String, String> STORAGES =
      Map.ofEntries(
          Map.entry("kv_store_full_docs", "full_docs"),
          Map.entry("kv_store_text_chunks", "text_chunks"),
          Map.entry("kv_store_full_entities", "full_entities"),
          Map.entry("kv_store_full_relations", "full_relations"),
          Map.entry("kv_store_entity_chunks", "entity_chunks"),
          Map.entry("kv_store_relation_chunks", "relation_chunks"),
          Map.entry("kv_store_llm_response_cache", "llm_response_cache"),
          Map.entry("doc_status", "doc_status"),
          Map.entry("vdb_chunks", "chunks_vdb"),
          Map.entry("vdb_entities", "entities_vdb"),
          Map.entry("vdb_relationships", "relationships_vdb"));

  /** Of LightRAG: what is farther from the query is not found. */
  private static final double FARTHEST = 1 - 0.2;

  private final String workspace;
  private final Map<String, JsonNode> datasets;

  LightRagReadings(String workspace, Map<String, JsonNode> datasets) {
    this.workspace = workspace;
    this.datasets = datasets;
  }

  private JsonNode rows(String dataset) {
    JsonNode found = datasets.get(dataset);
    return found == null ? JSON.createArrayNode() : found.get("rows");
  }

  /** Every record, by storage and id. */
  ObjectNode records() {
    ObjectNode records = JSON.createObjectNode();
    STORAGES.forEach(
        (dataset, storage) -> {
          ObjectNode ofStorage = records.putObject(storage);
          rows(dataset).forEach(row -> ofStorage.set(id(row), record(dataset, row)));
        });
    return reparsed(records);
  }

  private static String id(JsonNode row) {
    return (row.has("key") ? row.get("key") : row.get("id")).asText();
  }

  private ObjectNode record(String dataset, JsonNode row) {
    JsonNode value = row.has("value") ? row.get("value") : row.get("metadata");
    return switch (dataset) {
      case "kv_store_full_docs" -> document(row, value);
      case "kv_store_text_chunks" -> chunk(row, value);
      case "kv_store_full_entities" -> counted(row, value, "entity_names");
      case "kv_store_full_relations" -> counted(row, value, "relation_pairs");
      case "kv_store_entity_chunks", "kv_store_relation_chunks" -> counted(row, value, "chunk_ids");
      case "kv_store_llm_response_cache" -> cached(row, value);
      case "doc_status" -> status(value);
      default -> vector(dataset, row, value);
    };
  }

  /** The id and these members, null where there are none. */
  private static ObjectNode members(JsonNode row, JsonNode value, String... names) {
    ObjectNode members = JSON.createObjectNode().put("id", id(row));
    for (String name : names) {
      members.set(name, value.get(name));
    }
    return members;
  }

  private static void fill(ObjectNode record, String member, JsonNode instead) {
    if (record.get(member) == null || record.get(member).isNull()) {
      record.set(member, instead);
    }
  }

  private static ObjectNode document(JsonNode row, JsonNode value) {
    ObjectNode record =
        members(
            row,
            value,
            "content",
            "file_path",
            "sidecar_location",
            "parse_format",
            "content_hash",
            "process_options",
            "chunk_options",
            "parse_engine");
    fill(record, "file_path", JSON.getNodeFactory().textNode(""));
    fill(record, "parse_format", JSON.getNodeFactory().textNode("raw"));
    fill(record, "chunk_options", JSON.createObjectNode());
    return record;
  }

  private static ObjectNode chunk(JsonNode row, JsonNode value) {
    ObjectNode record =
        members(
            row,
            value,
            "tokens",
            "content",
            "chunk_order_index",
            "full_doc_id",
            "file_path",
            "llm_cache_list",
            "heading",
            "sidecar",
            "create_time",
            "update_time");
    fill(record, "llm_cache_list", JSON.createArrayNode());
    fill(record, "heading", JSON.createObjectNode());
    fill(record, "sidecar", JSON.createObjectNode());
    return record;
  }

  private static ObjectNode counted(JsonNode row, JsonNode value, String list) {
    return members(row, value, list, "count", "create_time", "update_time");
  }

  private static ObjectNode cached(JsonNode row, JsonNode value) {
    ObjectNode record =
        members(
            row,
            value,
            "original_prompt",
            "chunk_id",
            "cache_type",
            "queryparam",
            "create_time",
            "update_time",
            "return");
    record.set("return_value", value.get("return"));
    return record;
  }

  private static ObjectNode status(JsonNode value) {
    ObjectNode record =
        members(
            JSON.createObjectNode().put("id", ""),
            value,
            "content_length",
            "content_summary",
            "status",
            "chunks_count",
            "created_at",
            "updated_at",
            "file_path",
            "chunks_list",
            "metadata",
            "error_msg",
            "track_id",
            "content_hash");
    record.remove("id");
    fill(record, "chunks_list", JSON.createArrayNode());
    fill(record, "metadata", JSON.createObjectNode());
    for (String time : List.of("created_at", "updated_at")) {
      record.put(time, record.get(time).asText().replace("+00:00", "") + "+00:00");
    }
    return record;
  }

  private ObjectNode vector(String dataset, JsonNode row, JsonNode value) {
    ObjectNode record = members(row, value, "file_path").put("workspace", workspace);
    record.set("content", row.get("text"));
    switch (dataset) {
      case "vdb_chunks" -> {
        record.setAll(members(row, value, "full_doc_id", "chunk_order_index", "tokens"));
      }
      case "vdb_entities" -> {
        record.set("entity_name", value.get("entity_name"));
        record.set("chunk_ids", chunkIds(value));
      }
      default -> {
        record.set("source_id", value.get("src_id"));
        record.set("target_id", value.get("tgt_id"));
        record.set("chunk_ids", chunkIds(value));
      }
    }
    String made =
        LocalDateTime.ofEpochSecond(made(value), 0, ZoneOffset.UTC)
            .format(DateTimeFormatter.ISO_LOCAL_DATE_TIME);
    record.put("create_time", made).put("update_time", made).put("created_at", made(value));
    ObjectNode whole = JSON.createObjectNode();
    whole.set("record", record);
    whole.put("vector", bits(row.get("embedding")));
    return whole;
  }

  private static JsonNode chunkIds(JsonNode value) {
    if (!value.has("source_id")) {
      return JSON.nullNode();
    }
    ArrayNode ids = JSON.createArrayNode();
    for (String id : value.get("source_id").asText().split("<SEP>", -1)) {
      ids.add(id);
    }
    return ids;
  }

  private static long made(JsonNode value) {
    return (long) Math.floor(value.get("__created_at__").asDouble());
  }

  /** Floats as their bits: JSON writers spell the same float in several ways. */
  static String bits(JsonNode vector) {
    StringBuilder bits = new StringBuilder();
    vector.forEach(n -> bits.append(Integer.toHexString(Float.floatToIntBits(n.floatValue()))));
    return bits.toString();
  }

  /** The nodes, the edges, and how many edges each node has. */
  ObjectNode graph() {
    ObjectNode graph = JSON.createObjectNode();
    ObjectNode nodes = graph.putObject("nodes");
    ObjectNode degrees = graph.putObject("degrees");
    for (JsonNode row : rows("graph_nodes")) {
      ObjectNode properties = row.get("properties").deepCopy();
      nodes.set(id(row), properties.put("entity_id", id(row)));
      degrees.put(id(row), 0);
    }
    ObjectNode edges = graph.putObject("edges");
    for (JsonNode row : rows("graph_edges")) {
      String source = row.get("source_id").asText();
      String target = row.get("target_id").asText();
      edges.set(source + "|" + target, row.get("properties"));
      degrees.put(source, degrees.get(source).asInt() + 1);
      degrees.put(target, degrees.get(target).asInt() + 1);
    }
    return reparsed(graph);
  }

  /** The ids of the documents that are processed, in order. */
  JsonNode processed() {
    TreeSet<String> processed = new TreeSet<>();
    for (JsonNode row : rows("doc_status")) {
      if (row.get("value").get("status").asText().equals("processed")) {
        processed.add(id(row));
      }
    }
    return JSON.valueToTree(processed);
  }

  /** What each search has to find for each query, the nearest first. */
  ObjectNode found(Map<String, JsonNode> queries, int top) {
    ObjectNode found = JSON.createObjectNode();
    for (String dataset : List.of("vdb_chunks", "vdb_entities", "vdb_relationships")) {
      ObjectNode ofStorage = found.putObject(STORAGES.get(dataset));
      queries.forEach((name, vector) -> ofStorage.set(name, nearest(dataset, vector, top)));
    }
    return reparsed(found);
  }

  private ArrayNode nearest(String dataset, JsonNode query, int top) {
    List<JsonNode> rows = new ArrayList<>();
    for (JsonNode row : rows(dataset)) {
      if (distance(row.get("embedding"), query) < FARTHEST) {
        rows.add(row);
      }
    }
    rows.sort(Comparator.comparingDouble(row -> distance(row.get("embedding"), query)));
    ArrayNode nearest = JSON.createArrayNode();
    rows.stream().limit(top).forEach(row -> nearest.add(hit(dataset, row)));
    return nearest;
  }

  private static double distance(JsonNode a, JsonNode b) {
    double product = 0;
    double squareA = 0;
    double squareB = 0;
    for (int i = 0; i < a.size(); i++) {
      double x = a.get(i).floatValue();
      double y = b.get(i).floatValue();
      product += x * y;
      squareA += x * x;
      squareB += y * y;
    }
    return 1 - product / Math.sqrt(squareA * squareB);
  }

  private static ObjectNode hit(String dataset, JsonNode row) {
    JsonNode value = row.get("metadata");
    ObjectNode hit = JSON.createObjectNode();
    switch (dataset) {
      case "vdb_chunks" -> {
        hit.put("id", id(row));
        hit.set("content", row.get("text"));
        hit.set("file_path", value.get("file_path"));
      }
      case "vdb_entities" -> hit.set("entity_name", value.get("entity_name"));
      default -> {
        hit.set("src_id", value.get("src_id"));
        hit.set("tgt_id", value.get("tgt_id"));
      }
    }
    return hit.put("created_at", made(value));
  }

  /** With the classes of numbers that a parser chooses, so that equal ones are equal. */
  private static ObjectNode reparsed(ObjectNode node) {
    try {
      return (ObjectNode) JSON.readTree(node.toString());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
