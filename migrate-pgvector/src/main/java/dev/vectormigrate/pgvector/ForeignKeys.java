package dev.vectormigrate.pgvector;

import dev.vectormigrate.spi.Reference;
import dev.vectormigrate.spi.RefusalException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The foreign keys of the tables of a run. They are made and checked while the tables are staged;
 * those to a table that others share, when the run becomes live. Shared tables keep their own.
 */
final class ForeignKeys {

  private static final int MOST_NAMED = 10;

  private final Connection connection;
  private final List<RunTable> tables;
  private final Catalog catalog;

  ForeignKeys(Connection connection, List<RunTable> tables) {
    this.connection = connection;
    this.tables = tables;
    catalog = new Catalog(connection);
  }

  /** Makes those between staged tables that are not there yet. */
  void addStaged(RunTable table) throws SQLException, RefusalException {
    for (Reference reference : own(table)) {
      RunTable target = target(reference);
      if (target.way().ownsTable()) {
        add(table, table.staging(), table.schemaBefore(), reference, target.staging());
      }
    }
  }

  /** Makes the others, once all tables are live. */
  void addLive(RunTable table) throws SQLException, RefusalException {
    for (Reference reference : own(table)) {
      RunTable target = target(reference);
      if (target.way().merges()) {
        add(table, table.live(), table.schema(), reference, target.live());
      }
    }
  }

  /** What {@link #addStaged} would run, for a preview. */
  List<String> statements(RunTable table) {
    return own(table).stream()
        .map(r -> statement(table, table.staging(), r, target(r).staging()))
        .toList();
  }

  private static List<Reference> own(RunTable table) {
    return table.way().ownsTable() ? table.spec().references() : List.of();
  }

  private RunTable target(Reference reference) {
    return tables.stream()
        .filter(table -> table.spec().name().equals(reference.table()))
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("table " + reference.table() + ": not of this run"));
  }

  private void add(RunTable table, String from, String schema, Reference reference, String to)
      throws SQLException, RefusalException {
    if (!catalog.hasForeignKey(schema, table.name(), reference.columns())) {
      refuseOrphans(table, from, reference, to);
      Sql.execute(connection, statement(table, from, reference, to));
    }
  }

  private static String statement(RunTable table, String from, Reference reference, String to) {
    String name = Identifiers.joined(table.name(), String.join("_", reference.columns()) + "_fkey");
    return "ALTER TABLE %s ADD CONSTRAINT %s FOREIGN KEY (%s) REFERENCES %s (%s)%s%s"
        .formatted(
            from,
            Identifiers.quote(name),
            Identifiers.quoteAll(reference.columns()),
            to,
            Identifiers.quoteAll(reference.referenced()),
            " ON DELETE " + words(reference.onDelete()),
            " ON UPDATE " + words(reference.onUpdate()));
  }

  private static String words(Enum<?> action) {
    return action.name().toUpperCase(Locale.ROOT).replace('_', ' ');
  }

  private void refuseOrphans(RunTable table, String from, Reference reference, String to)
      throws SQLException, RefusalException {
    String orphans =
        "FROM %s s WHERE %s AND NOT EXISTS (SELECT 1 FROM %s r WHERE %s)"
            .formatted(
                from,
                reference.columns().stream()
                    .map(column -> "s." + Identifiers.quote(column) + " IS NOT NULL")
                    .collect(Collectors.joining(" AND ")),
                to,
                same(reference));
    List<String> named =
        Sql.list(
            connection,
            "SELECT concat_ws('/', %s) %s ORDER BY 1 LIMIT %d"
                .formatted(Identifiers.quoteAll("s.", table.key()), orphans, MOST_NAMED),
            row -> row.getString(1));
    if (!named.isEmpty()) {
      long count =
          Sql.first(connection, "SELECT count(*) " + orphans, row -> row.getLong(1)).orElse(0L);
      throw new RefusalException(
          "table %s: %,d rows refer by %s to rows of %s that are not there, such as %s, expected none."
                  .formatted(
                      table.spec().name(), count, reference.columns(), reference.table(), named)
              + " Mend the source, or leave its foreign keys out.");
    }
  }

  private static String same(Reference reference) {
    List<String> pairs = new ArrayList<>();
    for (int i = 0; i < reference.columns().size(); i++) {
      pairs.add(
          "r.%s = s.%s"
              .formatted(
                  Identifiers.quote(reference.referenced().get(i)),
                  Identifiers.quote(reference.columns().get(i))));
    }
    return String.join(" AND ", pairs);
  }

  /**
   * The tables such that those that live tables refer to come before them, as far as there is such
   * an order.
   */
  List<RunTable> referencedFirst() throws SQLException {
    Map<String, Set<String>> references = catalog.references();
    Set<RunTable> ordered = new LinkedHashSet<>();
    for (RunTable table : tables) {
      visit(table, references, ordered, new HashSet<>());
    }
    return List.copyOf(ordered);
  }

  private void visit(
      RunTable table,
      Map<String, Set<String>> references,
      Set<RunTable> ordered,
      Set<RunTable> underWay) {
    if (ordered.contains(table) || !underWay.add(table)) {
      return;
    }
    Set<String> targets = references.getOrDefault(table.live(), Set.of());
    for (RunTable other : tables) {
      if (targets.contains(other.live())) {
        visit(other, references, ordered, underWay);
      }
    }
    ordered.add(table);
  }
}
