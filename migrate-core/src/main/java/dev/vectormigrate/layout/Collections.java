package dev.vectormigrate.layout;

import dev.vectormigrate.ColumnValue;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Schema;
import java.util.List;
import java.util.Map;

/** What layouts of vector collections have in common. */
final class Collections {

  private Collections() {}

  /** Fails if a dataset lacks the fields of a vector collection. */
  static void require(Dataset dataset, String layout) {
    require(dataset, layout, List.of(Schema.ID, Schema.TEXT, Schema.METADATA, Schema.EMBEDDING));
  }

  /** Fails if a dataset lacks some of these fields. */
  static void require(Dataset dataset, String layout, List<String> expected) {
    List<String> fields = dataset.schema().fields().stream().map(Field::name).toList();
    if (!fields.containsAll(expected)) {
      throw new IllegalArgumentException(
          "layout %s: dataset with the fields %s, expected a vector collection with %s. Leave it out,"
                  .formatted(layout, fields, expected)
              + " or choose another layout.");
    }
  }

  /**
   * The key of a dataset's rows as a UUID: the id itself where it is one, else one made of it.
   *
   * @param space keeps the layouts apart
   */
  static ColumnValue uuid(String space, Dataset dataset) {
    return ColumnValue.uuid(space + "/" + dataset.qualifiedName(), ColumnValue.field(Schema.ID));
  }

  /** The metadata; an empty object where there is none, which no framework can do without. */
  static ColumnValue metadata() {
    return ColumnValue.field(Schema.METADATA)
        .or(ColumnValue.constant(FieldType.JSON, Json.of(Map.of())));
  }

  /** The workspace of a LightRAG dataset; LightRAG's tables call the unnamed one default. */
  static String workspace(Dataset dataset) {
    return dataset.namespace().isEmpty() ? "default" : dataset.namespace().get(0);
  }
}
