package dev.vectormigrate.layout;

import static dev.vectormigrate.ColumnValue.field;
import static dev.vectormigrate.ColumnValue.json;

import dev.vectormigrate.ColumnValue;
import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.Layout;
import dev.vectormigrate.model.ColumnDefault;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.PlainIndex;
import dev.vectormigrate.model.Schema;
import java.util.List;

/** See {@link Layouts#contentVectors()}. */
record ContentVectors() implements Layout {

  private static final FieldType NAME = FieldType.text(255);
  private static final FieldType KIND = FieldType.text(50);

  @Override
  public String name() {
    return "content-vectors";
  }

  @Override
  public void map(Dataset dataset, DatasetMapping.Builder mapping) {
    Collections.require(dataset, name());
    if (dataset.name().endsWith("entities")) {
      mapEntities(mapping);
    } else {
      mapContents(mapping);
    }
    mapping
        .onlyColumns()
        .columnDefault(now("created_at"))
        .index(new PlainIndex(PlainIndex.Method.BTREE, List.of("user_id"), false));
  }

  private static void mapContents(DatasetMapping.Builder mapping) {
    mapping
        .table("content_vectors")
        .tenantColumn("user_id")
        .column("id", field(Schema.ID).as(FieldType.TEXT))
        .column("user_id", member("user_id", FieldType.INTEGER_32).required())
        .column("embedding", numbers())
        .column("embedding_vector", field(Schema.EMBEDDING).optional())
        .column("title", member("title", NAME).required())
        .column("content_type", member("content_type", KIND))
        .column("mode", member("mode", KIND))
        .column("summary", member("summary", FieldType.TEXT))
        .column("topics", document("topics"))
        .column("tags", document("tags"))
        .column("collections", document("collections"))
        .column("source_url", member("source_url", FieldType.TEXT))
        .column("has_transcript", member("has_transcript", FieldType.BOOLEAN))
        .column("full_content", document("full_content").required())
        .column("file_size_bytes", member("file_size_bytes", FieldType.INTEGER_32))
        .column("searchable_text", field(Schema.TEXT).required())
        .column("created_at", member("created_at", FieldType.TIMESTAMP))
        .key("id")
        .columnDefault(now("updated_at"));
  }

  /** Entities are found by number; the store's own ids stay beside, and are the key. */
  private static void mapEntities(DatasetMapping.Builder mapping) {
    mapping
        .table("entity_vectors")
        .tenantColumn("user_id")
        .column("user_id", member("user_id", FieldType.INTEGER_32).required())
        .column("content_id", member("content_id", FieldType.TEXT))
        .column("entity_name", member("entity_name", NAME).required())
        .column("entity_type", member("entity_type", KIND))
        .column("embedding", numbers())
        .column("embedding_vector", field(Schema.EMBEDDING).optional())
        .column("created_at", member("created_at", FieldType.TIMESTAMP))
        .column("source_id", field(Schema.ID).as(FieldType.TEXT))
        .key("source_id")
        .columnDefault(
            new ColumnDefault(
                Field.required("id", FieldType.INTEGER_32), ColumnDefault.Kind.NEXT, ""))
        .index(new PlainIndex(PlainIndex.Method.BTREE, List.of("id"), true));
  }

  /** The application computes with lists of numbers, and writes nothing else. */
  private static ColumnValue numbers() {
    return field(Schema.EMBEDDING).required().jsonText().as(FieldType.JSON);
  }

  private static ColumnValue member(String name, FieldType type) {
    return json(Schema.METADATA, name).as(type);
  }

  /** Chroma's metadata has no objects and lists: they are in there as the text of their JSON. */
  private static ColumnValue document(String name) {
    return member(name, FieldType.TEXT).as(FieldType.JSON);
  }

  private static ColumnDefault now(String column) {
    return new ColumnDefault(
        Field.optional(column, FieldType.TIMESTAMP), ColumnDefault.Kind.NOW, "");
  }
}
