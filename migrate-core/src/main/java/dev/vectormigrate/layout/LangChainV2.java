package dev.vectormigrate.layout;

import static dev.vectormigrate.ColumnValue.field;

import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.Layout;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Schema;

/** See {@link Layouts#langChainV2()}. */
record LangChainV2() implements Layout {

  @Override
  public String name() {
    return "langchain-v2";
  }

  @Override
  public void map(Dataset dataset, DatasetMapping.Builder mapping) {
    Collections.require(dataset, name());
    mapping
        .onlyColumns()
        .column("langchain_id", Collections.uuid("langchain", dataset))
        .column("content", field(Schema.TEXT).required())
        .column("embedding", field(Schema.EMBEDDING).required())
        .column("langchain_metadata", Collections.metadata().optional())
        .column("source_id", field(Schema.ID).as(FieldType.TEXT).optional())
        .beside("source_id")
        .key("langchain_id");
  }
}
