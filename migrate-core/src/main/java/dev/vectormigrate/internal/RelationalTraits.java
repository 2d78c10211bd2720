package dev.vectormigrate.internal;

import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.model.ColumnDefault;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.PlainIndex;
import dev.vectormigrate.model.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Carries defaults and indexes of a relational dataset over to its table, under its names. */
final class RelationalTraits {

  private RelationalTraits() {}

  /** The columns of fields, if the table has them all and has them as they are in the dataset. */
  static Optional<List<String>> columns(List<String> fields, DatasetMapping mapping, Schema table) {
    List<String> columns = new ArrayList<>();
    for (String field : fields) {
      String column = mapping.column(field);
      boolean kept =
          !mapping.dropped().contains(field)
              && !mapping.onlyColumns()
              && !mapping.columns().containsKey(column)
              && table.indexOf(column) >= 0;
      if (!kept) {
        return Optional.empty();
      }
      columns.add(column);
    }
    return Optional.of(columns);
  }

  /** Defaults of the dataset, then those of the plan, which win. */
  static List<ColumnDefault> defaults(Dataset dataset, DatasetMapping mapping, Schema table) {
    Map<String, ColumnDefault> defaults = new LinkedHashMap<>();
    for (ColumnDefault value : dataset.constraints().defaults()) {
      columns(List.of(value.column().name()), mapping, table)
          .map(columns -> table.field(table.indexOf(columns.get(0))))
          .map((Field column) -> new ColumnDefault(column, value.kind(), value.literal()))
          .ifPresent(carried -> defaults.put(carried.column().name(), carried));
    }
    mapping.defaults().forEach(value -> defaults.put(value.column().name(), value));
    return List.copyOf(defaults.values());
  }

  /**
   * Indexes of the dataset, then those of the plan. What is unique among the rows of one tenant
   * need not be so among those of all: the tenant comes first in such an index.
   */
  static List<PlainIndex> indexes(Dataset dataset, DatasetMapping mapping, Schema table) {
    List<PlainIndex> indexes = new ArrayList<>();
    for (PlainIndex index : dataset.constraints().indexes()) {
      columns(index.columns(), mapping, table)
          .map(columns -> index.unique() ? withTenant(columns, mapping) : columns)
          .filter(columns -> !columns.equals(table.key()))
          .map(columns -> new PlainIndex(index.method(), columns, index.unique()))
          .ifPresent(indexes::add);
    }
    indexes.addAll(mapping.indexes());
    return indexes;
  }

  private static List<String> withTenant(List<String> columns, DatasetMapping mapping) {
    List<String> all = new ArrayList<>(mapping.tenants().keySet());
    all.addAll(columns);
    return all;
  }
}
