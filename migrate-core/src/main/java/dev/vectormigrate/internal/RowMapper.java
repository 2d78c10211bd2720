package dev.vectormigrate.internal;

import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.Tenant;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.spi.RejectedRowException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns rows of a dataset into rows of its table. Immutable and thread-safe. */
final class RowMapper {

  /** Computes one column's value. */
  private interface Column {
    @Nullable Object of(Row row) throws RejectedRowException;
  }

  private final Schema target;
  private final List<Column> columns;

  private RowMapper(Schema target, List<Column> columns) {
    this.target = target;
    this.columns = columns;
  }

  /**
   * Compiles a mapping for a dataset's schema.
   *
   * @throws IllegalArgumentException if the mapping names a field that is not there, or two columns
   *     get the same name
   */
  static RowMapper of(Schema source, DatasetMapping mapping) {
    checkFields(source, mapping);
    List<Field> fields = new ArrayList<>();
    List<Column> columns = new ArrayList<>();
    List<String> key = new ArrayList<>();
    mapping
        .tenants()
        .forEach(
            (name, tenant) -> {
              fields.add(Field.required(name, FieldType.TEXT));
              columns.add(tenantColumn(source, tenant));
              key.add(name);
            });
    for (int i = 0; i < source.size(); i++) {
      Field field = source.field(i);
      if (!mapping.dropped().contains(field.name())) {
        int index = i;
        fields.add(field.named(mapping.column(field.name())));
        columns.add(row -> row.value(index));
      }
    }
    mapping
        .constants()
        .forEach(
            (name, value) -> {
              fields.add(Field.required(name, FieldType.TEXT));
              columns.add(row -> value);
            });
    source.key().forEach(name -> key.add(mapping.column(name)));
    checkColumns(fields);
    return new RowMapper(new Schema(fields, key), List.copyOf(columns));
  }

  private static void checkColumns(List<Field> columns) {
    Set<String> names = new HashSet<>();
    for (Field column : columns) {
      if (!names.add(column.name())) {
        throw new IllegalArgumentException(
            "column '" + column.name() + "': twice, expected once. Rename or drop one of them.");
      }
    }
  }

  private static void checkFields(Schema source, DatasetMapping mapping) {
    for (Map.Entry<String, String> rename : mapping.renamed().entrySet()) {
      boolean isDefault = rename.getKey().equals(Schema.TEXT);
      checkField(source, rename.getKey(), isDefault);
    }
    for (String dropped : mapping.dropped()) {
      checkField(source, dropped, false);
      if (source.key().contains(dropped)) {
        throw new IllegalArgumentException(
            "field '" + dropped + "': dropped, but it is part of the key. Keep it.");
      }
    }
  }

  private static void checkField(Schema source, String field, boolean mayBeAbsent) {
    if (!mayBeAbsent && source.indexOf(field) < 0) {
      List<String> names = source.fields().stream().map(Field::name).toList();
      throw new IllegalArgumentException(
          "field '" + field + "': not there, expected one of " + names + ".");
    }
  }

  private static Column tenantColumn(Schema source, Tenant tenant) {
    if (tenant.kind() == Tenant.Kind.CONSTANT) {
      return row -> tenant.value();
    }
    int metadata = source.indexOf(Schema.METADATA);
    checkField(source, Schema.METADATA, false);
    return row -> tenantOf(row, metadata, tenant.value());
  }

  private static String tenantOf(Row row, int metadata, String key) throws RejectedRowException {
    Object object = row.value(metadata) instanceof Json json ? json.toJava() : null;
    Object value = object instanceof Map<?, ?> members ? members.get(key) : null;
    boolean isTenant = value instanceof String text ? !text.isEmpty() : value instanceof Number;
    if (value != null && isTenant) {
      return value.toString();
    }
    throw new RejectedRowException(
        row.id(), "metadata '" + key + "': no text or number there to take the tenant from");
  }

  /** The columns of the table. */
  Schema schema() {
    return target;
  }

  /**
   * Maps a row.
   *
   * @throws RejectedRowException if a column's value can't be computed from this row
   */
  Row map(Row row) throws RejectedRowException {
    @Nullable Object[] values = new Object[columns.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = columns.get(i).of(row);
    }
    return Row.of(target, values);
  }
}
