package dev.vectormigrate.pgvector;

import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.PlainIndex;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares how a table of a run is built with how the plan wants it; reads the catalog only. */
final class TableShape {

  private final Connection connection;
  private final Catalog catalog;
  private final RunTable table;
  private final boolean live;
  private final String schema;
  private final List<Finding> findings = new ArrayList<>();

  /**
   * @param live whether the run is promoted; else the table is looked at where it is staged
   */
  TableShape(Connection connection, RunTable table, boolean live) {
    this.connection = connection;
    this.catalog = new Catalog(connection);
    this.table = table;
    this.live = live;
    schema = live ? table.schema() : table.schemaBefore();
  }

  /** What is otherwise than planned. */
  List<Finding> findings() throws SQLException {
    Map<String, Catalog.Column> columns = catalog.columns(schema, table.name());
    if (columns.isEmpty()) {
      add("schema.table", "not there, expected it to be");
      return findings;
    }
    for (Field field : table.columns().fields()) {
      checkColumn(field, columns.get(field.name()));
    }
    if (!isShared()) {
      List<Catalog.IndexShape> indexes = catalog.indexShapes(schema, table.name());
      checkKey(indexes);
      checkIndexes(indexes);
    }
    if (live) {
      checkSequences();
    }
    return findings;
  }

  /** Whether the table is one that others made: its key and indexes are theirs. */
  private boolean isShared() {
    return table.way() == RunTable.Way.DIRECT_MERGE || (live && table.way().merges());
  }

  private void checkColumn(Field field, Catalog.@Nullable Column column) {
    String expected = ColumnTypes.plain(field.type());
    if (column == null) {
      add(
          "schema.column",
          "column '%s' is not there, expected it with type %s".formatted(field.name(), expected));
      return;
    }
    boolean fits =
        isShared()
            ? ColumnTypes.holds(column.type(), field.type())
            : column.type().equals(expected);
    if (!fits) {
      add(
          "schema.type",
          "column '%s' is of type %s, expected %s"
              .formatted(field.name(), column.type(), expected));
    }
    if (!isShared() && !field.nullable() && !column.notNull()) {
      add("schema.nullable", "column '%s' may be null, expected not".formatted(field.name()));
    }
  }

  private void checkKey(List<Catalog.IndexShape> indexes) {
    List<String> key =
        indexes.stream()
            .filter(index -> index.primary() && index.valid())
            .findFirst()
            .map(Catalog.IndexShape::columns)
            .orElse(List.of());
    if (!key.equals(table.key())) {
      add("schema.key", "primary key %s, expected %s".formatted(key, table.key()));
    }
  }

  private void checkIndexes(List<Catalog.IndexShape> indexes) throws SQLException {
    for (Catalog.IndexShape index : indexes) {
      if (!index.valid()) {
        add(
            "schema.index",
            "index '%s' is invalid, expected it to be used".formatted(index.name()));
      }
    }
    if (table.way().merges()) {
      return; // rows are staged for a table that has its own
    }
    for (PlainIndex index : table.spec().indexes()) {
      checkPlain(index, indexes);
    }
    for (VectorIndexing wanted : VectorIndexing.of(table.spec())) {
      checkVector(wanted);
    }
  }

  private void checkPlain(PlainIndex wanted, List<Catalog.IndexShape> indexes) {
    String method = wanted.method().name().toLowerCase(Locale.ROOT);
    boolean there =
        indexes.stream()
            .anyMatch(
                index ->
                    index.method().equals(method)
                        && index.columns().equals(wanted.columns())
                        && (index.unique() || !wanted.unique()));
    if (!there) {
      add(
          "schema.index",
          "%s%s index on %s is not there, expected it"
              .formatted(wanted.unique() ? "unique " : "", method, wanted.columns()));
    }
  }

  private void checkVector(VectorIndexing wanted) throws SQLException {
    List<String> found =
        catalog.vectorIndexes(schema, table.name()).stream()
            .filter(index -> index.is(wanted))
            .map(Catalog.VectorIndexShape::operatorClass)
            .toList();
    String name = named(wanted);
    if (found.isEmpty()) {
      add("schema.index", name + " is not there, expected it");
    } else if (!found.contains(wanted.operatorClass())) {
      add(
          "schema.distance",
          "%s is for %s, expected %s, the store's distance"
              .formatted(name, String.join(", ", found), wanted.operatorClass()));
    }
  }

  private static String named(VectorIndexing index) {
    String name = "%s index on column '%s'".formatted(index.method(), index.column().name());
    String plain = ColumnTypes.plain(index.column().type());
    return index.heldType().equals(plain) ? name : name + " over " + index.heldType();
  }

  private void checkSequences() throws SQLException {
    for (Map.Entry<String, String> entry : catalog.sequences(schema, table.name()).entrySet()) {
      if (table.columns().indexOf(entry.getKey()) >= 0 && isBehind(entry)) {
        add(
            "schema.sequence",
            "the sequence of column '%s' is behind its largest number, expected beyond it"
                .formatted(entry.getKey()));
      }
    }
  }

  private boolean isBehind(Map.Entry<String, String> sequence) throws SQLException {
    return Sql.isTrue(
        connection,
        """
        SELECT m.largest > s.last_value OR (m.largest = s.last_value AND NOT s.is_called)
        FROM %s s, (SELECT max(%s) AS largest FROM %s) m"""
            .formatted(
                sequence.getValue(),
                Identifiers.quote(sequence.getKey()),
                Identifiers.quote(schema, table.name())));
  }

  private void add(String code, String what) {
    findings.add(Finding.error(code, "table %s: %s.".formatted(table.spec().name(), what)));
  }
}
