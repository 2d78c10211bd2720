package dev.vectormigrate.pgvector;

import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.RefusalException;
import dev.vectormigrate.spi.WriteMode.OnConflict;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Inserts rows into a table that others share, and remembers what it inserted or overwrote, so that
 * exactly that can be taken back. Rows that it leaves out, because their key is there, are kept
 * aside.
 */
final class Merge {

  private static final String ACTION = "vector_migrate_action";

  private final RunTable table;
  private final String from;
  private final String columns;
  private final String sameKey;

  private Merge(RunTable table, String from) {
    this.table = table;
    this.from = from;
    columns = Identifiers.quoteAll(table.columnNames());
    sameKey =
        table.key().stream()
            .map(Identifiers::quote)
            .map(column -> "l." + column + " = s." + column)
            .collect(Collectors.joining(" AND "));
  }

  /** A merge of the rows of one table, as SQL text, into the live one. */
  static Merge of(RunTable table, String from) {
    return new Merge(table, from);
  }

  /** Makes the table that one batch of a direct merge comes in by. */
  static void makeIncoming(Connection connection, RunTable table, ColumnTypes types)
      throws SQLException {
    String columns =
        table.columns().fields().stream().map(types::column).collect(Collectors.joining(", "));
    Sql.execute(connection, "CREATE TEMP TABLE incoming (" + columns + ") ON COMMIT DROP");
  }

  /** The statements that make the tables a merge remembers in. */
  static List<String> ledgerDdl(RunTable table) {
    String columns = Identifiers.quoteAll(table.columnNames());
    return List.of(
        "CREATE TABLE %s AS SELECT ' '::text AS %s, %s FROM %s WITH NO DATA"
            .formatted(table.ledger(), ACTION, columns, table.live()),
        "ALTER TABLE %s ADD PRIMARY KEY (%s)"
            .formatted(table.ledger(), Identifiers.quoteAll(table.key())),
        "CREATE TABLE %s AS SELECT %s FROM %s WITH NO DATA"
            .formatted(table.skipped(), columns, table.live()));
  }

  /**
   * Merges. Writers of the live table wait until the transaction ends; readers don't.
   *
   * @return what is worth knowing
   */
  List<Finding> run(Connection connection) throws SQLException, RefusalException {
    table.lockLive(connection, "SHARE ROW EXCLUSIVE");
    OnConflict onConflict = table.spec().mode().onConflict();
    List<Finding> findings = new ArrayList<>();
    long known = 0;
    switch (onConflict) {
      case FAIL -> refuseConflicts(connection);
      case SKIP -> known = keepSkipped(connection);
      case UPDATE -> known = overwrite(connection);
    }
    if (known > 0) {
      findings.add(conflicts(onConflict, known));
    }
    insertNew(connection);
    return findings;
  }

  private Finding conflicts(OnConflict onConflict, long known) {
    String what = onConflict == OnConflict.SKIP ? "left as they are" : "overwritten";
    return Finding.warning(
        "merge.conflicts",
        "table %s: %d rows with the same key were there already and were %s."
            .formatted(table.spec().name(), known, what));
  }

  private void refuseConflicts(Connection connection) throws SQLException, RefusalException {
    List<String> ids =
        Sql.list(
            connection,
            "SELECT concat_ws('/', %s) FROM %s s JOIN %s l ON %s LIMIT 5"
                .formatted(Identifiers.quoteAll("s.", table.key()), from, table.live(), sameKey),
            row -> row.getString(1));
    if (!ids.isEmpty()) {
      throw new RefusalException(
          "table %s: has rows with the keys %s already, expected none. Append with skip or update, or"
                  .formatted(table.spec().name(), ids)
              + " name another table.");
    }
  }

  private long keepSkipped(Connection connection) throws SQLException {
    return Sql.update(
        connection,
        "INSERT INTO %s (%s) SELECT %s FROM %s s WHERE %s"
            .formatted(table.skipped(), columns, sources(), from, "EXISTS " + inLive()));
  }

  private long overwrite(Connection connection) throws SQLException {
    long known =
        Sql.update(
            connection,
            "INSERT INTO %s (%s, %s) SELECT 'U', %s FROM %s s JOIN %s l ON %s"
                .formatted(
                    table.ledger(),
                    ACTION,
                    columns,
                    Identifiers.quoteAll("l.", table.columnNames()),
                    from,
                    table.live(),
                    sameKey));
    Sql.update(
        connection,
        "UPDATE %s AS l SET %s FROM %s s WHERE %s"
            .formatted(table.live(), assignments(), from, sameKey));
    return known;
  }

  private String assignments() {
    return table.columnNames().stream()
        .map(Identifiers::quote)
        .map(column -> column + " = s." + column)
        .collect(Collectors.joining(", "));
  }

  private void insertNew(Connection connection) throws SQLException {
    String keys = Identifiers.quoteAll(table.key());
    Sql.update(
        connection,
        "INSERT INTO %s (%s, %s) SELECT 'I', %s FROM %s s WHERE NOT EXISTS %s"
            .formatted(
                table.ledger(),
                ACTION,
                keys,
                Identifiers.quoteAll("s.", table.key()),
                from,
                inLive()));
    Sql.update(
        connection,
        "INSERT INTO %s (%s) SELECT %s FROM %s s WHERE NOT EXISTS %s"
            .formatted(table.live(), columns, sources(), from, inLive()));
  }

  private String sources() {
    return Identifiers.quoteAll("s.", table.columnNames());
  }

  private String inLive() {
    return "(SELECT 1 FROM %s l WHERE %s)".formatted(table.live(), sameKey);
  }

  /**
   * Takes a merge back: what it inserted is removed, what it overwrote is restored. What it
   * inserted stays if rows of others refer to it by now that would go, or lose their reference,
   * with it.
   */
  static void undo(Connection connection, RunTable table) throws SQLException {
    Merge merge = new Merge(table, table.ledger());
    table.lockLive(connection, "SHARE ROW EXCLUSIVE");
    Sql.update(
        connection,
        "DELETE FROM %s l USING %s s WHERE s.%s = 'I' AND %s%s"
            .formatted(
                table.live(),
                table.ledger(),
                ACTION,
                merge.sameKey,
                unreferenced(connection, table)));
    Sql.update(
        connection,
        "UPDATE %s AS l SET %s FROM %s s WHERE s.%s = 'U' AND %s"
            .formatted(table.live(), merge.assignments(), table.ledger(), ACTION, merge.sameKey));
  }

  private static String unreferenced(Connection connection, RunTable table) throws SQLException {
    StringBuilder conditions = new StringBuilder();
    for (Catalog.Referring other :
        new Catalog(connection)
            .followingDeletion(table.schema(), table.name(), RunTable.stagingSchema(table.run()))) {
      conditions.append(
          " AND NOT EXISTS (SELECT 1 FROM %s r WHERE %s)".formatted(other.table(), other.same()));
    }
    return conditions.toString();
  }

  /** A query for the rows that a merge brought, with those that it kept aside. */
  static String broughtRows(RunTable table) {
    Merge merge = new Merge(table, table.ledger());
    return "SELECT %s FROM %s l JOIN %s s ON %s UNION ALL SELECT %s FROM %s"
        .formatted(
            Identifiers.quoteAll("l.", table.columnNames()),
            table.live(),
            table.ledger(),
            merge.sameKey,
            merge.columns,
            table.skipped());
  }
}
