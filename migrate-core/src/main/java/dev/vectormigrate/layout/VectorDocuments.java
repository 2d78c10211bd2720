package dev.vectormigrate.layout;

import static dev.vectormigrate.ColumnValue.constant;
import static dev.vectormigrate.ColumnValue.field;
import static dev.vectormigrate.ColumnValue.uuid;

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
import java.util.Map;

/** See {@link Layouts#vectorDocuments()}. */
record VectorDocuments() implements Layout {

  private static final FieldType NAME = FieldType.text(255);

  @Override
  public String name() {
    return "vector-documents";
  }

  @Override
  public void map(Dataset dataset, DatasetMapping.Builder mapping) {
    Collections.require(dataset, name());
    String user = dataset.namespace().isEmpty() ? "default" : dataset.namespace().get(0);
    String space = "vector_documents/" + user + "/" + dataset.name();
    ColumnValue noMetadata = constant(FieldType.JSON, Json.of(Map.of()));
    mapping
        .table("vector_documents")
        .onlyColumns()
        .column("id", uuid(space, field(Schema.ID)))
        .column("user_id", constant(NAME, user))
        .column("collection_name", constant(NAME, dataset.name()))
        .column("text", field(Schema.TEXT).required())
        .column("embedding", field(Schema.EMBEDDING).required())
        .column("metadata", field(Schema.METADATA).or(noMetadata).optional())
        .column("source_id", field(Schema.ID).optional())
        .tenantColumn("user_id")
        .key("id")
        .columnDefault(
            new ColumnDefault(
                Field.required("id", FieldType.UUID), ColumnDefault.Kind.RANDOM_UUID, ""))
        .columnDefault(
            new ColumnDefault(
                Field.required("collection_name", NAME),
                ColumnDefault.Kind.LITERAL,
                "personal_assistant"))
        .columnDefault(
            new ColumnDefault(
                Field.optional("metadata", FieldType.JSON), ColumnDefault.Kind.LITERAL, "{}"))
        .columnDefault(now("created_at"))
        .columnDefault(now("updated_at"))
        .index(
            new PlainIndex(PlainIndex.Method.BTREE, List.of("user_id", "collection_name"), false))
        .index(new PlainIndex(PlainIndex.Method.GIN, List.of("metadata"), false));
  }

  private static ColumnDefault now(String column) {
    return new ColumnDefault(Field.optional(column, FieldType.INSTANT), ColumnDefault.Kind.NOW, "");
  }
}
