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

/** See {@link Layouts#springAi()}. */
record SpringAi() implements Layout {

  private static final String TABLE = "vector_store";

  @Override
  public String name() {
    return "spring-ai";
  }

  @Override
  public void map(Dataset dataset, DatasetMapping.Builder mapping) {
    Collections.require(dataset, name());
    mapping
        .table(TABLE)
        .onlyColumns()
        .column("id", Collections.uuid(TABLE, dataset))
        .column("content", field(Schema.TEXT).required().optional())
        .column("metadata", Collections.metadata().withoutNulls().optional())
        .column("embedding", field(Schema.EMBEDDING).required().optional())
        .column("source_collection", constant(dataset.qualifiedName()).optional())
        .column("source_id", field(Schema.ID).as(FieldType.TEXT).optional())
        .beside("source_collection", "source_id")
        .key("id")
        .columnDefault(
            new ColumnDefault(
                Field.required("id", FieldType.UUID), ColumnDefault.Kind.RANDOM_UUID, ""));
  }
}
