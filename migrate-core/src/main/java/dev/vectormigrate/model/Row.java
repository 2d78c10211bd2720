package dev.vectormigrate.model;

import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * One record of a dataset: a schema and a value, or null, for each of its fields. The classes of
 * the values are those of {@link FieldType.Kind#javaType()}.
 */
public final class Row {

  private final Schema schema;
  private final @Nullable Object[] values;

  private Row(Schema schema, @Nullable Object[] values) {
    this.schema = schema;
    this.values = values;
  }

  /**
   * Makes a row that owns the given array: the caller must not change it any more.
   *
   * @throws IllegalArgumentException if the count or a class differs from the schema, or a required
   *     value is null
   */
  public static Row of(Schema schema, @Nullable Object... values) {
    if (values.length != schema.size()) {
      throw new IllegalArgumentException(
          "values of a row: " + values.length + ", expected " + schema.size());
    }
    for (int i = 0; i < values.length; i++) {
      check(schema.field(i), values[i]);
    }
    return new Row(schema, values);
  }

  private static void check(Field field, @Nullable Object value) {
    Class<?> expected = field.type().kind().javaType();
    if (value == null ? !field.nullable() : !expected.isInstance(value)) {
      throw new IllegalArgumentException(
          "field '%s': %s, expected %s"
              .formatted(
                  field.name(),
                  value == null ? "null" : value.getClass().getSimpleName(),
                  expected.getSimpleName()));
    }
  }

  /** What the values are. */
  public Schema schema() {
    return schema;
  }

  /** The value of the field at a position from 0, or null. */
  public @Nullable Object value(int index) {
    return values[index];
  }

  /**
   * The value of a field, or null.
   *
   * @throws IllegalArgumentException if the schema has no such field
   */
  public @Nullable Object value(String field) {
    int index = schema.indexOf(field);
    if (index < 0) {
      throw new IllegalArgumentException("field '" + field + "': unknown, expected " + schema);
    }
    return values[index];
  }

  /**
   * The key's values joined with {@code /}: how messages and reports name this row. Different for
   * different keys: in a key of several fields, {@code /} and {@code \} inside a value are escaped
   * with {@code \}.
   */
  public String id() {
    List<String> key = schema.key();
    if (key.size() == 1) {
      return String.valueOf(value(key.get(0)));
    }
    StringJoiner id = new StringJoiner("/");
    for (String field : key) {
      id.add(String.valueOf(value(field)).replace("\\", "\\\\").replace("/", "\\/"));
    }
    return id.toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Row row
        && schema.equals(row.schema)
        && Arrays.equals(values, row.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  /** Names the row by its key alone, so that no content reaches a log. */
  @Override
  public String toString() {
    return "row " + id();
  }
}
