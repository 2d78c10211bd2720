package dev.vectormigrate.pgvector;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.vectormigrate.model.VectorIndex;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Builds the vector indexes that a plan asks for on a live table that lacks them, while others read
 * and write it. Such a build is no part of a transaction: its name is stored before, so that
 * whoever comes after a kill finds what it left, and whoever takes the run back, what to drop.
 */
final class LiveIndexes {

  private final RunTable table;
  private final Catalog catalog;
  private final Connection connection;

  /**
   * @param connection in auto-commit mode for {@link #build}
   */
  LiveIndexes(Connection connection, RunTable table) {
    this.table = table;
    this.connection = connection;
    catalog = new Catalog(connection);
  }

  /** Runs a change of what is stored of the run in a transaction. */
  interface Step {
    void run(Transactions.Work<Boolean> work) throws Exception;
  }

  /** The indexes that are to be built on the table as it is now. */
  List<VectorIndexing> missing() throws SQLException {
    VectorIndex.Method method = table.spec().index().method();
    boolean asked = method == VectorIndex.Method.HNSW || method == VectorIndex.Method.IVFFLAT;
    if (!asked || !table.way().merges() || !mayBuild()) {
      return List.of();
    }
    List<VectorIndexing> missing = new ArrayList<>();
    List<Catalog.VectorIndexShape> there = catalog.vectorIndexes(table.schema(), table.name());
    for (VectorIndexing index : VectorIndexing.of(table.spec())) {
      if (there.stream().noneMatch(s -> s.valid() && s.on(index.column().name()))) {
        missing.add(index);
      }
    }
    return missing;
  }

  /** No index of a partitioned table is built concurrently, and only its owner builds one. */
  private boolean mayBuild() throws SQLException {
    return catalog.kindOf(table.schema(), table.name()).equals(Optional.of("r"))
        && catalog.ownsTable(table.schema(), table.name());
  }

  /** The statement that builds an index under a name. */
  String statement(VectorIndexing index, String name, ColumnTypes types, long rows) {
    return "CREATE INDEX CONCURRENTLY %s ON %s USING %s (%s)%s"
        .formatted(
            Identifiers.quote(name),
            table.live(),
            index.method(),
            index.key(types),
            index.parameters(rows));
  }

  /** The name of an index where nothing else has it. */
  String name(VectorIndexing index) throws SQLException {
    String suffix = index.column().name() + "_idx";
    for (int i = 0; ; i++) {
      String name = Identifiers.joined(table.name(), i == 0 ? suffix : suffix + i);
      if (catalog.kindOf(table.schema(), name).isEmpty()) {
        return name;
      }
    }
  }

  /** Builds what is missing; what a killed build left is dropped before. */
  void build(
      Step step, ColumnTypes types, long rows, IndexSettings settings, Indexes.Listener listener)
      throws Exception {
    for (VectorIndexing index : missing()) {
      dropLeft(index);
      String name = name(index);
      step.run(c -> store(c, index, name));
      BuildCheck check = new BuildCheck(table.spec().name().toString(), index, rows);
      String statement = statement(index, name, types, rows);
      try {
        build(index, statement, check, settings, listener);
      } catch (SQLException e) {
        SQLException clean = cleaned(e);
        if (settings.workers() == 0 || !BuildCheck.lacksSpace(clean)) {
          throw check.explained(clean);
        }
        listener.found(check.withoutWorkers(clean));
        dropLeft(index);
        build(index, statement, check, settings.workers(0), listener);
      }
    }
  }

  private static SQLException cleaned(SQLException e) throws Exception {
    Exception clean = SqlErrors.clean(e);
    if (clean instanceof SQLException sql) {
      return sql;
    }
    throw clean;
  }

  private void build(
      VectorIndexing index,
      String statement,
      BuildCheck check,
      IndexSettings settings,
      Indexes.Listener listener)
      throws SQLException {
    Map<String, String> wanted = new LinkedHashMap<>(settings.values());
    wanted.put("statement_timeout", "0");
    wanted.put("lock_timeout", "0");
    if (catalog.endsWithClient()) {
      wanted.put("client_connection_check_interval", "1s");
    }
    Map<String, String> before = set(wanted);
    try {
      BuildCheck.Server server = BuildCheck.Server.of(connection, table.live());
      check.before(server, settings.namesWorkers()).forEach(listener::found);
      if (check.isFaultyInParallel(server) && !settings.namesWorkers()) {
        before.putAll(set(Map.of("max_parallel_maintenance_workers", "0")));
      }
      listener.building(index.toString());
      check.after(Sql.notices(connection, statement), server).forEach(listener::found);
    } finally {
      set(before);
    }
  }

  /** Changes settings of the session, which goes back to its pool as it came. */
  private Map<String, String> set(Map<String, String> values) throws SQLException {
    Map<String, String> before = new LinkedHashMap<>();
    for (Map.Entry<String, String> entry : values.entrySet()) {
      Sql.list(
          connection,
          """
          SELECT o.was, pg_catalog.set_config(?, ?, false)
          FROM (SELECT pg_catalog.current_setting(?) AS was OFFSET 0) o""",
          row -> before.put(entry.getKey(), row.getString(1)),
          entry.getKey(),
          entry.getValue(),
          entry.getKey());
    }
    return before;
  }

  private boolean store(Connection c, VectorIndexing index, String name) throws SQLException {
    ControlSchema.forget(c, table.run(), key(index)); // of a build that was killed, or failed
    ControlSchema.keep(c, table.run(), key(index), name.getBytes(UTF_8));
    return true;
  }

  private String key(VectorIndexing index) {
    return "live index " + table.ordinal() + " " + index.column().name();
  }

  /** The index that this run built, or began to build, if it is there. */
  private Optional<Catalog.VectorIndexShape> own(VectorIndexing index) throws SQLException {
    Optional<String> name =
        ControlSchema.kept(connection, table.run(), key(index)).map(b -> new String(b, UTF_8));
    return catalog.vectorIndexes(table.schema(), table.name()).stream()
        .filter(shape -> name.equals(Optional.of(shape.name())))
        .findFirst();
  }

  private void dropLeft(VectorIndexing index) throws SQLException {
    Optional<Catalog.VectorIndexShape> left = own(index);
    if (left.isPresent() && !left.get().valid()) {
      Sql.execute(connection, "DROP INDEX CONCURRENTLY " + qualified(left.get()));
    }
  }

  /** Drops what this run built; in the caller's transaction. */
  void drop() throws SQLException {
    for (VectorIndexing index : VectorIndexing.of(table.spec())) {
      Optional<Catalog.VectorIndexShape> built = own(index);
      if (built.isPresent()) {
        Sql.execute(connection, "DROP INDEX " + qualified(built.get()));
      }
      ControlSchema.forget(connection, table.run(), key(index));
    }
  }

  private String qualified(Catalog.VectorIndexShape index) {
    return Identifiers.quote(table.schema(), index.name());
  }
}
