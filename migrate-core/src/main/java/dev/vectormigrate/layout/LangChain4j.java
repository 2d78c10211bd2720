package dev.vectormigrate.layout;

import static dev.vectormigrate.ColumnValue.field;
import static dev.vectormigrate.ColumnValue.json;

import dev.vectormigrate.ColumnValue;
import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.Layout;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Schema;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * See {@link Layouts#langChain4j()} and {@link Layouts#langChain4j(Map)}.
 *
 * @param columns of metadata with their types; none where all of it is one JSON column
 * @param texts whether numbers in the JSON column are texts
 */
record LangChain4j(SortedMap<String, FieldType> columns, boolean texts) implements Layout {

  LangChain4j {
    columns = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(columns));
    columns.forEach(LangChain4j::requireReadable);
  }

  /** LangChain4j's class Metadata takes no others. */
  private static void requireReadable(String column, FieldType type) {
    switch (type.kind()) {
      case TEXT, INTEGER, FLOAT, UUID -> {}
      default ->
          throw new IllegalArgumentException(
              "layout langchain4j: column '%s' of type %s, expected text, integer, float or uuid."
                      .formatted(column, type)
                  + " LangChain4j reads no others.");
    }
  }

  @Override
  public String name() {
    String name = texts ? "langchain4j-texts" : "langchain4j";
    return columns.isEmpty() ? name : name + " " + columns;
  }

  @Override
  public void map(Dataset dataset, DatasetMapping.Builder mapping) {
    Collections.require(dataset, "langchain4j");
    mapping
        .onlyColumns()
        .column("embedding_id", Collections.uuid("langchain4j", dataset))
        .column("embedding", field(Schema.EMBEDDING).required().optional())
        .column("text", field(Schema.TEXT).optional());
    if (columns.isEmpty()) {
      ColumnValue metadata = field(Schema.METADATA);
      mapping.column(
          "metadata", (texts ? metadata.textMembers() : metadata.plainMembers()).optional());
    }
    columns.forEach((name, type) -> mapping.column(name, json(Schema.METADATA, name).as(type)));
    mapping
        .column("source_id", field(Schema.ID).as(FieldType.TEXT).optional())
        .beside("source_id")
        .key("embedding_id");
  }
}
