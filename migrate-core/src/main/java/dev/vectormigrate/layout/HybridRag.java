package dev.vectormigrate.layout;

import static dev.vectormigrate.ColumnValue.constant;
import static dev.vectormigrate.ColumnValue.field;

import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.Layout;
import dev.vectormigrate.model.ColumnDefault;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Schema;

/** See {@link Layouts#hybridRag()}. */
record HybridRag() implements Layout {

  private static final FieldType NAME = FieldType.text(255);
  private static final FieldType KEY = FieldType.text(512);
  private static final String KEY_VALUE_PREFIX = "kv_store_";

  @Override
  public String name() {
    return "hybridrag";
  }

  @Override
  public void map(Dataset dataset, DatasetMapping.Builder mapping) {
    mapping
        .onlyColumns()
        .tenantColumn("workspace")
        .column("workspace", constant(NAME, Collections.workspace(dataset)))
        .columnDefault(
            new ColumnDefault(
                Field.optional("created_at", FieldType.TIMESTAMP), ColumnDefault.Kind.NOW, ""));
    if (dataset.name().startsWith(KEY_VALUE_PREFIX)) {
      mapKeyValue(dataset, mapping);
      return;
    }
    switch (dataset.name()) {
      case "doc_status" ->
          mapping
              .table("hybridrag_doc_status")
              .column("doc_id", field("key").as(KEY))
              .column("status_data", field("value"))
              .key("workspace", "doc_id");
      case "graph_edges" ->
          mapping
              .table("hybridrag_graph_edges")
              .column("source_id", field("source_id").as(KEY))
              .column("target_id", field("target_id").as(KEY))
              .column("properties", field("properties"))
              .key("workspace", "source_id", "target_id");
      case "graph_nodes" ->
          mapping
              .table("hybridrag_graph_nodes")
              .column("node_id", field("id").as(KEY))
              .column("properties", field("properties"))
              .key("workspace", "node_id");
      case "vdb_chunks" -> mapVectors(dataset, mapping, "hybridrag_chunks", "chunk_id");
      case "vdb_entities" -> mapVectors(dataset, mapping, "hybridrag_entities", "entity_id");
      case "vdb_relationships" ->
          mapVectors(dataset, mapping, "hybridrag_relationships", "relationship_id");
      default ->
          throw new IllegalArgumentException(
              "layout hybridrag: dataset '%s', expected one of a LightRAG working directory."
                  .formatted(dataset.name()));
    }
  }

  private static void mapKeyValue(Dataset dataset, DatasetMapping.Builder mapping) {
    String namespace = dataset.name().substring(KEY_VALUE_PREFIX.length());
    mapping
        .table("hybridrag_kv_store")
        .column("namespace", constant(NAME, namespace))
        .column("key", field("key").as(KEY))
        .column("value", field("value"))
        .key("workspace", "namespace", "key");
  }

  private static void mapVectors(
      Dataset dataset, DatasetMapping.Builder mapping, String table, String id) {
    Collections.require(dataset, "hybridrag");
    mapping
        .table(table)
        .column(id, field(Schema.ID).as(KEY))
        .column("content", field(Schema.TEXT))
        .column("embedding", field(Schema.EMBEDDING))
        .column("metadata", field(Schema.METADATA))
        .key("workspace", id);
  }
}
