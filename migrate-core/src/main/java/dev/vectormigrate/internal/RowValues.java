package dev.vectormigrate.internal;

import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A row whose JSON fields are parsed once, however many columns are taken from them. */
final class RowValues {

  private final Row row;
  private final @Nullable Object[] objects;

  RowValues(Row row) {
    this.row = row;
    objects = new Object[row.schema().size()];
  }

  Row row() {
    return row;
  }

  @Nullable Object value(int field) {
    return row.value(field);
  }

  /**
   * The members of the object in a JSON field; none where the field is null.
   *
   * @throws IllegalArgumentException if it holds something else
   */
  Map<?, ?> members(int field) {
    Object known = objects[field];
    if (known == null) {
      known = parse(field);
      objects[field] = known;
    }
    return (Map<?, ?>) known;
  }

  private Object parse(int field) {
    Object content = row.value(field) instanceof Json json ? json.toJava() : null;
    if (content == null) {
      return Map.of();
    }
    if (content instanceof Map<?, ?> members) {
      return members;
    }
    throw new IllegalArgumentException(
        "field '" + row.schema().field(field).name() + "': no JSON object, expected one");
  }
}
