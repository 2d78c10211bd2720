package dev.vectormigrate;

import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * A few rows of its own that a layout puts beside a dataset, such as the entry of a collection in a
 * table of collections. They are staged, verified, made live and taken back with the dataset.
 * Immutable and thread-safe, if the mapping is.
 *
 * @param name what reports call it, before the dataset's name
 * @param schema its fields
 * @param rows a few; the same as long as the layout is
 * @param mapping how they become a table; the plan has no say in it
 */
public record Companion(
    String name, Schema schema, List<Row> rows, Consumer<DatasetMapping.Builder> mapping) {

  public Companion {
    rows = List.copyOf(rows);
    Objects.requireNonNull(schema, "schema");
    Objects.requireNonNull(mapping, "mapping");
    if (name.isEmpty()) {
      throw new IllegalArgumentException("name of a companion: empty, expected some text");
    }
  }

  /** How the rows become a table. */
  public DatasetMapping table() {
    DatasetMapping.Builder builder = new DatasetMapping.Builder();
    mapping.accept(builder);
    return builder.build();
  }
}
