package dev.vectormigrate.layout;

import static dev.vectormigrate.ColumnValue.constant;
import static dev.vectormigrate.ColumnValue.field;
import static dev.vectormigrate.ColumnValue.uuid;

import dev.vectormigrate.ColumnValue;
import dev.vectormigrate.Companion;
import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.Layout;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.ForeignKey.Action;
import dev.vectormigrate.model.PlainIndex;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.spi.Reference;
import dev.vectormigrate.spi.TableName;
import dev.vectormigrate.spi.WriteMode.OnConflict;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * See {@link Layouts#langChain(Map)}.
 *
 * @param collections the ids of those that are there, by name
 */
record LangChain(Map<String, UUID> collections) implements Layout {

  private static final String COLLECTIONS = "langchain_pg_collection";
  private static final String EMBEDDINGS = "langchain_pg_embedding";
  private static final String COLLECTION_METADATA = "cmetadata";
  private static final Schema COLLECTION =
      new Schema(
          List.of(
              Field.required("name", FieldType.TEXT),
              Field.optional(COLLECTION_METADATA, FieldType.JSON)),
          List.of("name"));

  LangChain {
    collections = Map.copyOf(collections);
  }

  /** Without the collections: they show in the mappings, and what was migrated stays the same. */
  @Override
  public String name() {
    return "langchain";
  }

  @Override
  public void map(Dataset dataset, DatasetMapping.Builder mapping) {
    Collections.require(dataset, name());
    mapping
        .table(EMBEDDINGS)
        .onlyColumns()
        .column("id", field(Schema.ID).as(FieldType.TEXT))
        .column("collection_id", collection(dataset).optional())
        .column("embedding", field(Schema.EMBEDDING).required().optional())
        .column("document", field(Schema.TEXT).required().optional())
        .column(COLLECTION_METADATA, Collections.metadata().optional())
        .key("id")
        .reference(
            new Reference(
                List.of("collection_id"),
                TableName.of(COLLECTIONS),
                List.of("uuid"),
                Action.CASCADE,
                Action.NO_ACTION))
        .index(new PlainIndex(PlainIndex.Method.BTREE, List.of("collection_id"), false))
        .index(new PlainIndex(PlainIndex.Method.GIN, List.of(COLLECTION_METADATA), false));
  }

  private ColumnValue collection(Dataset dataset) {
    UUID id = collections.get(dataset.name());
    return id == null ? uuid(COLLECTIONS, constant(dataset.name())) : constant(FieldType.UUID, id);
  }

  /** The collection's own row. One that is there stays as it is. */
  @Override
  public List<Companion> companions(Dataset dataset) {
    Row row = Row.of(COLLECTION, dataset.name(), null);
    return List.of(
        new Companion(
            COLLECTIONS,
            COLLECTION,
            List.of(row),
            mapping ->
                mapping
                    .table(COLLECTIONS)
                    .onlyColumns()
                    .column("uuid", collection(dataset))
                    .column("name", field("name"))
                    .column(COLLECTION_METADATA, field(COLLECTION_METADATA))
                    .key("uuid")
                    .append(OnConflict.SKIP)
                    .index(new PlainIndex(PlainIndex.Method.BTREE, List.of("name"), true))));
  }
}
