package dev.vectormigrate.pgvector;

import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.PlainIndex;
import dev.vectormigrate.spi.Tenancy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Builds the key and the indexes of a table before it becomes live. Each is built in a transaction
 * of its own and bears its final name already. What an earlier attempt built is kept.
 */
final class Indexes {

  private final RunTable table;
  private final ColumnTypes types;
  private final long rows;
  private final IndexSettings settings;

  Indexes(RunTable table, ColumnTypes types, long rows, IndexSettings settings) {
    this.table = table;
    this.types = types;
    this.rows = rows;
    this.settings = settings;
  }

  /** Is told what is built, and what is worth knowing about it. */
  interface Listener {
    void building(String index);

    void found(Finding finding);
  }

  /** Runs one build in a transaction. */
  interface Step {
    void run(Transactions.Work<Boolean> work) throws Exception;
  }

  /** Builds what is missing. */
  void build(Step transaction, Listener listener) throws Exception {
    if (table.way() == RunTable.Way.DIRECT_MERGE) {
      return;
    }
    Step step = work -> transaction.run(c -> work.run(set(c, settings)));
    Consumer<String> progress = listener::building;
    step.run(c -> carryOver(c, progress));
    step.run(c -> buildKey(c, progress));
    if (table.way() != RunTable.Way.MERGE) {
      for (PlainIndex index : table.spec().indexes()) {
        step.run(c -> buildPlainIndex(c, index, progress));
      }
      for (VectorIndexing index : VectorIndexing.of(table.spec())) {
        buildVectorIndex(transaction, index, listener);
      }
    }
    step.run(
        c -> {
          makePolicy(c);
          Sql.execute(c, "ANALYZE " + table.staging());
          return true;
        });
  }

  private void makePolicy(Connection connection) throws SQLException {
    Catalog catalog = new Catalog(connection);
    if (!catalog.hasPolicy(table.schemaBefore(), table.name())) {
      Sql.execute(connection, policyStatements().toArray(new String[0]));
    }
  }

  /** The table's owner, and with it this migration, goes on seeing everything. */
  private List<String> policyStatements() {
    Tenancy tenancy = table.spec().tenancy();
    if (tenancy.setting().isEmpty() || !table.way().ownsTable()) {
      return List.of();
    }
    String mine =
        "%s::text = pg_catalog.current_setting(%s, true)"
            .formatted(Identifiers.quote(tenancy.column()), Identifiers.literal(tenancy.setting()));
    return List.of(
        "ALTER TABLE " + table.staging() + " ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY %s ON %s USING (%s) WITH CHECK (%s)"
            .formatted(
                Identifiers.quote(Identifiers.joined(table.name(), "tenant")),
                table.staging(),
                mine,
                mine));
  }

  /** The statements that {@link #build} would run on a fresh table, for a preview. */
  List<String> statements() {
    List<String> statements = new ArrayList<>();
    String name = table.name();
    statements.add(keyStatement(Identifiers.joined(name, "pkey")));
    if (!table.way().merges()) {
      for (PlainIndex index : table.spec().indexes()) {
        statements.add(plainStatement(index, Identifiers.joined(name, suffix(index))));
      }
    }
    if (!table.way().merges()) {
      for (VectorIndexing index : VectorIndexing.of(table.spec())) {
        statements.add(vectorStatement(index, Identifiers.joined(name, suffix(index))));
      }
    }
    statements.addAll(policyStatements());
    statements.add("ANALYZE " + table.staging());
    return statements;
  }

  /** The plain indexes of a table that is to be replaced are built on the new one, too. */
  private boolean carryOver(Connection connection, Consumer<String> progress) throws SQLException {
    if (table.way() != RunTable.Way.REPLACE) {
      return true;
    }
    Catalog catalog = new Catalog(connection);
    for (Catalog.Index index : catalog.plainIndexes(table.schema(), table.name())) {
      if (catalog.kindOf(table.schemaBefore(), index.name()).isEmpty()) {
        progress.accept("index " + index.name());
        Sql.execute(
            connection,
            "CREATE %sINDEX %s ON %s%s"
                .formatted(
                    index.unique() ? "UNIQUE " : "",
                    Identifiers.quote(index.name()),
                    table.staging(),
                    index.definition()));
      }
    }
    return true;
  }

  private boolean buildKey(Connection connection, Consumer<String> progress) throws SQLException {
    Catalog catalog = new Catalog(connection);
    if (catalog.hasPrimaryKey(table.schemaBefore(), table.name())) {
      return true;
    }
    progress.accept("primary key");
    try {
      Sql.execute(connection, keyStatement(freeName(catalog, "pkey")));
    } catch (SQLException e) {
      if (SqlErrors.hasState(e, "23505")) {
        throw duplicateKeys();
      }
      throw e;
    }
    return true;
  }

  private IllegalStateException duplicateKeys() {
    return new IllegalStateException(
        "table %s: two rows have the same key %s, expected each once. Add a column that tells them"
                .formatted(table.spec().name(), table.key())
            + " apart to the key, such as a tenant.");
  }

  private String keyStatement(String name) {
    return "ALTER TABLE %s ADD CONSTRAINT %s PRIMARY KEY (%s)"
        .formatted(table.staging(), Identifiers.quote(name), Identifiers.quoteAll(table.key()));
  }

  private boolean buildPlainIndex(
      Connection connection, PlainIndex index, Consumer<String> progress) throws SQLException {
    Catalog catalog = new Catalog(connection);
    String method = method(index);
    if (catalog.hasIndex(table.schemaBefore(), table.name(), method, index.columns())) {
      return true;
    }
    progress.accept(method + " index on " + String.join(", ", index.columns()));
    Sql.execute(connection, plainStatement(index, freeName(catalog, suffix(index))));
    return true;
  }

  private static String method(PlainIndex index) {
    return index.method().name().toLowerCase(Locale.ROOT);
  }

  private static String suffix(PlainIndex index) {
    return String.join("_", index.columns()) + "_idx";
  }

  private String plainStatement(PlainIndex index, String name) {
    return "CREATE %sINDEX %s ON %s USING %s (%s)"
        .formatted(
            index.unique() ? "UNIQUE " : "",
            Identifiers.quote(name),
            table.staging(),
            method(index),
            Identifiers.quoteAll(index.columns()));
  }

  private static Connection set(Connection connection, IndexSettings settings) throws SQLException {
    Sql.execute(connection, settings.statements().toArray(new String[0]));
    return connection;
  }

  /** Builds it, if need be without workers. */
  private void buildVectorIndex(Step transaction, VectorIndexing index, Listener listener)
      throws Exception {
    BuildCheck check = new BuildCheck(table.spec().name().toString(), index, rows);
    try {
      transaction.run(c -> buildVectorIndex(set(c, settings), index, check, listener));
    } catch (SQLException e) {
      if (settings.workers() == 0 || !BuildCheck.lacksSpace(e)) {
        throw check.explained(e);
      }
      listener.found(check.withoutWorkers(e));
      buildAlone(transaction, index, check, listener);
    }
  }

  private void buildAlone(
      Step transaction, VectorIndexing index, BuildCheck check, Listener listener)
      throws Exception {
    try {
      transaction.run(c -> buildVectorIndex(set(c, settings.workers(0)), index, check, listener));
    } catch (SQLException e) {
      throw check.explained(e);
    }
  }

  private boolean buildVectorIndex(
      Connection connection, VectorIndexing index, BuildCheck check, Listener listener)
      throws SQLException {
    Catalog catalog = new Catalog(connection);
    for (Catalog.VectorIndexShape there :
        catalog.vectorIndexes(table.schemaBefore(), table.name())) {
      if (there.is(index) && there.valid()) {
        return true;
      }
      if (!there.valid() && there.column().equals(index.column().name())) {
        Sql.execute(
            connection, "DROP INDEX " + Identifiers.quote(table.schemaBefore(), there.name()));
      }
    }
    BuildCheck.Server server = BuildCheck.Server.of(connection, table.staging());
    check.before(server, settings.namesWorkers()).forEach(listener::found);
    if (check.isFaultyInParallel(server) && !settings.namesWorkers()) {
      Sql.execute(connection, "SET LOCAL max_parallel_maintenance_workers = 0");
    }
    listener.building(index.toString());
    String statement = vectorStatement(index, freeName(catalog, suffix(index)));
    check.after(Sql.notices(connection, statement), server).forEach(listener::found);
    return true;
  }

  private static String suffix(VectorIndexing index) {
    return index.column().name() + "_idx";
  }

  private String vectorStatement(VectorIndexing index, String name) {
    return "CREATE INDEX %s ON %s USING %s (%s)%s"
        .formatted(
            Identifiers.quote(name),
            table.staging(),
            index.method(),
            index.key(types),
            index.parameters(rows));
  }

  private String freeName(Catalog catalog, String suffix) throws SQLException {
    String base = table.name();
    for (int i = 0; ; i++) {
      String end = i == 0 ? suffix : suffix + i;
      String name = Identifiers.joined(base, end);
      boolean taken =
          catalog.takenByOthers(table.schema(), name, base)
              || catalog.kindOf(table.schemaBefore(), name).isPresent();
      if (!taken) {
        return name;
      }
    }
  }
}
