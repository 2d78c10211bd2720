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

/** See {@link Layouts#documentChunks()}. */
record DocumentChunks() implements Layout {

  /** Of the payload: what all chunks of a document have in common. */
  private static final String DOCUMENT = "metadata";

  @Override
  public String name() {
    return "document-chunks";
  }

  @Override
  public void map(Dataset dataset, DatasetMapping.Builder mapping) {
    Collections.require(dataset, name(), List.of(Schema.ID, Schema.METADATA, Schema.EMBEDDING));
    mapping
        .table("document_chunks")
        .onlyColumns()
        .column("chunk_id", field(Schema.ID).as(FieldType.TEXT))
        .column("user_id", payload(FieldType.TEXT, "user_id").required())
        .column("text", text(dataset).required())
        .column("document_metadata", json(Schema.METADATA, DOCUMENT).jsonText())
        .column("source_type", payload(FieldType.TEXT, "source_type").required())
        .column("source_id", payload(FieldType.TEXT, DOCUMENT, "page_id"))
        .column("source_url", payload(FieldType.TEXT, DOCUMENT, "url"))
        .column("section_title", payload(FieldType.TEXT, DOCUMENT, "title"))
        .column("page_number", payload(FieldType.INTEGER_32, DOCUMENT, "page_number"))
        .column("chunk_size", payload(FieldType.INTEGER_32, DOCUMENT, "chunk_size"))
        .column("chunk_index", payload(FieldType.INTEGER_32, "chunk_id"))
        .column("embedding", field(Schema.EMBEDDING).jsonText().required())
        .column("embedding_vector", field(Schema.EMBEDDING).optional())
        .ignore(Schema.METADATA, "text")
        .key("chunk_id")
        .columnDefault(
            new ColumnDefault(
                Field.required("id", FieldType.INTEGER_32), ColumnDefault.Kind.NEXT, ""))
        .columnDefault(now("created_at"))
        .columnDefault(now("updated_at"))
        .index(index(true, "id"))
        .index(index(false, "user_id", "source_type"))
        .index(index(false, "user_id", "created_at"))
        .index(index(false, "source_id"));
  }

  private static ColumnValue payload(FieldType type, String... path) {
    return json(Schema.METADATA, path).as(type);
  }

  /** The source takes the text out of the payload only when told to. */
  private static ColumnValue text(Dataset dataset) {
    return dataset.schema().indexOf(Schema.TEXT) < 0
        ? payload(FieldType.TEXT, "text")
        : field(Schema.TEXT);
  }

  private static PlainIndex index(boolean unique, String... columns) {
    return new PlainIndex(PlainIndex.Method.BTREE, List.of(columns), unique);
  }

  private static ColumnDefault now(String column) {
    return new ColumnDefault(
        Field.optional(column, FieldType.TIMESTAMP), ColumnDefault.Kind.NOW, "");
  }
}
