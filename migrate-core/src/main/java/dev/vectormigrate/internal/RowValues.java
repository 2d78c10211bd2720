package dev.vectormigrate.internal;

import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A row whose JSON fields are parsed once, however many columns are taken from them. */
final class RowValues {

  private static final Object NOTHING = new Object();

  private final Row row;
  private final @Nullable Object[] contents;

  RowValues(Row row) {
    this.row = row;
    contents = new Object[row.schema().size()];
  }

  Row row() {
    return row;
  }

  @Nullable Object value(int field) {
    return row.value(field);
  }

  /** What the document in a JSON field is as Java values; null where the field is null. */
  @Nullable Object content(int field) {
    Object known = contents[field];
    if (known == null) {
      Object parsed = row.value(field) instanceof Json json ? json.toJava() : null;
      known = parsed == null ? NOTHING : parsed;
      contents[field] = known;
    }
    return known == NOTHING ? null : known;
  }

  /**
   * The members of the object in a JSON field; none where the field is null.
   *
   * @throws IllegalArgumentException if it holds something else
   */
  Map<?, ?> members(int field) {
    Object content = content(field);
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
