package dev.vectormigrate.pgvector;

import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.RefusalException;
import dev.vectormigrate.spi.WriteMode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Makes the tables of a run live, takes that back, and removes what is kept aside. Every method
 * works in the caller's transaction, goes through the tables in the order of their names but
 * referenced ones first, and never drops anything that something else depends on.
 */
final class Promotion {

  private final Connection connection;
  private final Catalog catalog;
  private final long run;
  private final List<RunTable> tables;
  private final ForeignKeys foreignKeys;

  Promotion(Connection connection, ControlSchema.Stored stored) {
    this.connection = connection;
    this.catalog = new Catalog(connection);
    run = stored.id();
    tables = new ArrayList<>(stored.tables());
    tables.sort(Comparator.comparing(RunTable::live));
    foreignKeys = new ForeignKeys(connection, tables);
  }

  /** Makes every table live. */
  List<Finding> promote() throws SQLException, RefusalException {
    List<Finding> findings = new ArrayList<>();
    for (RunTable table : foreignKeys.referencedFirst()) {
      switch (table.way()) {
        case CREATE -> create(table);
        case REPLACE -> replace(table);
        case MERGE -> findings.addAll(merge(table));
        case DIRECT_NEW, DIRECT_MERGE -> findings.add(direct(table));
      }
      advanceSequences(table);
      ControlSchema.recordLive(connection, table);
    }
    for (RunTable table : tables) {
      foreignKeys.addLive(table);
    }
    dropSchemaIfEmpty(RunTable.stagingSchema(run));
    return findings;
  }

  /** What the application inserts next gets a number that no migrated row has. */
  private void advanceSequences(RunTable table) throws SQLException {
    for (Map.Entry<String, String> entry :
        catalog.sequences(table.schema(), table.name()).entrySet()) {
      if (table.columns().indexOf(entry.getKey()) >= 0) {
        String sequence = entry.getValue();
        String largest =
            "(SELECT max(%s) FROM %s)".formatted(Identifiers.quote(entry.getKey()), table.live());
        Sql.execute(
            connection,
            "SELECT pg_catalog.setval(%s::regclass, %s) FROM %s WHERE last_value <= %s AND %s > 0"
                .formatted(Identifiers.literal(sequence), largest, sequence, largest, largest));
      }
    }
  }

  private void create(RunTable table) throws SQLException, RefusalException {
    if (catalog.kindOf(table.schema(), table.name()).isPresent()) {
      throw new RefusalException(
          "table %s: was made by somebody else meanwhile, expected none. Remove it, or call discard()"
                  .formatted(table.spec().name())
              + " and choose replace or append.");
    }
    move(table.staging(), table.schema());
    grant(catalog.defaultGrants(table.schema(), table.live()));
  }

  private void replace(RunTable table) throws SQLException, RefusalException {
    table.lockLive(connection, "ACCESS EXCLUSIVE");
    List<String> obstacles = catalog.obstaclesToReplace(table.schema(), table.name());
    if (!obstacles.isEmpty()) {
      throw new RefusalException(
          "table %s: can't be replaced because of %s. Remove them, then run again."
              .formatted(table.spec().name(), obstacles));
    }
    List<String> grants = catalog.grantsOf(table.schema(), table.name(), table.live());
    ColumnOrigins.carryOver(connection, table);
    makeSchema(RunTable.keptSchema(run));
    move(table.live(), RunTable.keptSchema(run));
    move(table.staging(), table.schema());
    grant(grants);
  }

  private List<Finding> merge(RunTable table) throws SQLException, RefusalException {
    table.lockLive(connection, "SHARE ROW EXCLUSIVE");
    boolean expectsEmpty = table.spec().mode().kind() == WriteMode.Kind.CREATE;
    if (expectsEmpty && catalog.hasRows(table.schema(), table.name())) {
      throw new RefusalException(
          "table %s: was filled meanwhile, expected it empty. Call discard() and choose append."
              .formatted(table.spec().name()));
    }
    new ColumnOrigins(catalog, table).beforeMerge(connection);
    List<Finding> findings = Merge.of(table, table.staging()).run(connection);
    Sql.execute(connection, "DROP TABLE " + table.staging());
    return findings;
  }

  private static Finding direct(RunTable table) {
    return Finding.warning(
        "promote.direct",
        "Table %s was written directly: its rows were visible as they arrived, there was no atomic"
                .formatted(table.spec().name())
            + " switch.");
  }

  /** Puts the data from before back. */
  void rollback() throws SQLException, RefusalException {
    List<RunTable> referringFirst = new ArrayList<>(foreignKeys.referencedFirst());
    Collections.reverse(referringFirst);
    for (RunTable table : referringFirst) {
      requireOwn(table);
      switch (table.way()) {
        case CREATE, DIRECT_NEW -> moveAside(table);
        case REPLACE -> swapBack(table);
        case MERGE, DIRECT_MERGE -> undoMerge(table);
      }
    }
    dropSchemaIfEmpty(RunTable.keptSchema(run));
  }

  /** What came after this migration is not this migration's to take away. */
  private void requireOwn(RunTable table) throws SQLException, RefusalException {
    if (!ControlSchema.isLive(connection, table)) {
      throw new RefusalException(
          "table %s: is gone, or another one than this migration made live, expected the same. Take back"
                  .formatted(table.spec().name())
              + " what replaced it first.");
    }
  }

  private void moveAside(RunTable table) throws SQLException {
    table.lockLive(connection, "ACCESS EXCLUSIVE");
    makeSchema(RunTable.stagingSchema(run));
    move(table.live(), RunTable.stagingSchema(run));
  }

  private void swapBack(RunTable table) throws SQLException, RefusalException {
    requireKept(table, table.name());
    moveAside(table);
    move(table.previous(), table.schema());
  }

  private void undoMerge(RunTable table) throws SQLException, RefusalException {
    requireKept(table, "ledger_" + table.ordinal());
    new LiveIndexes(connection, table).drop();
    Merge.undo(connection, table);
    new ColumnOrigins(catalog, table).afterUndo(connection);
    Sql.execute(connection, "DROP TABLE " + table.ledger(), "DROP TABLE " + table.skipped());
  }

  private void requireKept(RunTable table, String kept) throws SQLException, RefusalException {
    if (catalog.kindOf(RunTable.keptSchema(run), kept).isEmpty()) {
      throw new RefusalException(
          "table %s: the data from before was discarded, expected it to be kept. It can't be rolled"
                  .formatted(table.spec().name())
              + " back.");
    }
  }

  /** Removes the data from before of a run that is live. */
  void discardPrevious() throws SQLException {
    for (RunTable table : tables) {
      if (table.way() == RunTable.Way.REPLACE) {
        Sql.execute(connection, "DROP TABLE IF EXISTS " + table.previous());
      }
      dropLedger(table);
    }
    dropSchemaIfEmpty(RunTable.keptSchema(run));
  }

  /**
   * Removes everything of a run that is not live.
   *
   * @param rolledBack whether it was live once: what a direct run wrote is out of the way already
   */
  void discardAll(boolean rolledBack) throws SQLException {
    List<String> ownTables = new ArrayList<>();
    for (RunTable table : tables) {
      if (!rolledBack && table.way().merges()) {
        new LiveIndexes(connection, table).drop();
      }
      if (!rolledBack && table.way() == RunTable.Way.DIRECT_MERGE) {
        Merge.undo(connection, table);
        new ColumnOrigins(catalog, table).afterUndo(connection);
      }
      if (!rolledBack && table.way() == RunTable.Way.DIRECT_NEW) {
        ownTables.add(table.live());
      }
      ownTables.add(Identifiers.quote(RunTable.stagingSchema(run), table.name()));
      dropLedger(table);
    }
    // At once: they may refer to each other.
    Sql.execute(connection, "DROP TABLE IF EXISTS " + String.join(", ", ownTables));
    dropSchemaIfEmpty(RunTable.stagingSchema(run));
    dropSchemaIfEmpty(RunTable.keptSchema(run));
  }

  private void dropLedger(RunTable table) throws SQLException {
    if (table.way().merges()) {
      Sql.execute(
          connection,
          "DROP TABLE IF EXISTS " + table.ledger(),
          "DROP TABLE IF EXISTS " + table.skipped());
    }
  }

  /** Partitions go along; PostgreSQL moves their parent alone. */
  private void move(String table, String schema) throws SQLException {
    List<String> statements = new ArrayList<>();
    for (String moved : catalog.withPartitions(table)) {
      statements.add("ALTER TABLE " + moved + " SET SCHEMA " + Identifiers.quote(schema));
    }
    Sql.execute(connection, statements.toArray(new String[0]));
  }

  private void grant(List<String> statements) throws SQLException {
    Sql.execute(connection, statements.toArray(new String[0]));
  }

  private void makeSchema(String schema) throws SQLException {
    Sql.execute(connection, "CREATE SCHEMA IF NOT EXISTS " + Identifiers.quote(schema));
  }

  private void dropSchemaIfEmpty(String schema) throws SQLException {
    boolean empty =
        Sql.isTrue(
            connection,
            """
            SELECT NOT EXISTS (SELECT 1 FROM pg_catalog.pg_class c
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ?)""",
            schema);
    if (empty) {
      Sql.execute(connection, "DROP SCHEMA IF EXISTS " + Identifiers.quote(schema));
    }
  }
}
