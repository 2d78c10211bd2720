package dev.vectormigrate.spi;

import org.jspecify.annotations.Nullable;

/**
 * The name of a table, taken as it is: no case folding, no quoting.
 *
 * @param schema null for the target's default schema
 * @param name the table
 */
public record TableName(@Nullable String schema, String name) {

  public TableName {
    if (name.isEmpty() || (schema != null && schema.isEmpty())) {
      throw new IllegalArgumentException("name of a table: empty, expected some text");
    }
  }

  /** A table of the target's default schema. */
  public static TableName of(String name) {
    return new TableName(null, name);
  }

  @Override
  public String toString() {
    return schema == null ? name : schema + "." + name;
  }
}
