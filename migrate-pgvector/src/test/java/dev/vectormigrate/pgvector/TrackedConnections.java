package dev.vectormigrate.pgvector;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;

/** Sees how each borrowed connection comes back: whether it does, and in what state. */
final class TrackedConnections {

  private static final String STATE =
      """
      SELECT name || '=' || setting FROM pg_settings
      WHERE name NOT LIKE 'transaction%'
        AND name !~ '^(hnsw|ivfflat)' -- are there once the extension was used
      UNION ALL SELECT 'temporary table ' || relname FROM pg_class
        WHERE relnamespace = pg_my_temp_schema()
      UNION ALL SELECT 'advisory lock' FROM pg_locks
        WHERE locktype = 'advisory' AND pid = pg_backend_pid()
      ORDER BY 1""";

  private final DataSource dataSource;
  private final Set<Connection> open = Collections.synchronizedSet(new HashSet<>());
  private final List<String> faults = Collections.synchronizedList(new ArrayList<>());
  private final List<Integer> borrowed = Collections.synchronizedList(new ArrayList<>());

  TrackedConnections(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  private static Connection connection(InvocationHandler handler) {
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, handler);
  }

  private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** Hands out tracked connections. */
  DataSource dataSource() {
    return (DataSource)
        Proxy.newProxyInstance(
            DataSource.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              Object result = invoke(dataSource, method, arguments);
              return result instanceof Connection connection ? track(connection) : result;
            });
  }

  private Connection track(Connection connection) throws SQLException {
    List<String> before = state(connection);
    open.add(connection);
    borrowed.add(open.size());
    return connection(
        (proxy, method, arguments) -> {
          if (method.getName().equals("close") && open.remove(connection)) {
            checkReturned(connection, before);
          }
          return invoke(connection, method, arguments);
        });
  }

  private static List<String> state(Connection connection) throws SQLException {
    return Sql.list(connection, STATE, row -> row.getString(1));
  }

  private void checkReturned(Connection connection, List<String> before) throws SQLException {
    if (connection.isClosed() || !connection.isValid(5)) {
      return;
    }
    if (!connection.getAutoCommit()) {
      faults.add("returned without auto-commit");
      connection.rollback();
    }
    List<String> after = state(connection);
    List<String> changed = new ArrayList<>(after);
    changed.removeAll(before);
    if (!after.equals(before)) {
      faults.add("returned with another state: " + changed);
    }
  }

  /** What is wrong: connections that are still open, and those that came back changed. */
  List<String> faults() {
    List<String> all = new ArrayList<>(faults);
    open.forEach(connection -> all.add("not returned"));
    return all;
  }

  /** The most connections that were open at once. */
  int most() {
    return Collections.max(borrowed);
  }
}
