package dev.vectormigrate.layout;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.Schema;
import java.util.List;

/** Tells vector collections from other datasets. */
final class Collections {

  private Collections() {}

  /** Fails if a dataset lacks the fields of a vector collection. */
  static void require(Dataset dataset, String layout) {
    List<String> fields = dataset.schema().fields().stream().map(Field::name).toList();
    List<String> expected = List.of(Schema.ID, Schema.TEXT, Schema.METADATA, Schema.EMBEDDING);
    if (!fields.containsAll(expected)) {
      throw new IllegalArgumentException(
          "layout %s: dataset with the fields %s, expected a vector collection with %s. Leave it out,"
                  .formatted(layout, fields, expected)
              + " or choose another layout.");
    }
  }

  /** The workspace of a LightRAG dataset; LightRAG's tables call the unnamed one default. */
  static String workspace(Dataset dataset) {
    return dataset.namespace().isEmpty() ? "default" : dataset.namespace().get(0);
  }
}
