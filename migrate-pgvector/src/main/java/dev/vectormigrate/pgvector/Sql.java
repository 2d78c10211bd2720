package dev.vectormigrate.pgvector;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Runs SQL over a connection. */
final class Sql {

  private Sql() {}

  /** Makes a value of the current row. */
  interface RowReading<T> {
    T of(ResultSet row) throws SQLException;
  }

  /** Runs statements that take no parameters and return nothing. */
  static void execute(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** Runs a statement and returns what the server said meanwhile, such as notices. */
  static List<String> notices(Connection connection, String sql) throws SQLException {
    List<String> notices = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
      for (SQLWarning said = statement.getWarnings(); said != null; said = said.getNextWarning()) {
        notices.add(String.valueOf(said.getMessage()));
      }
    }
    return notices;
  }

  /** Runs a statement and returns how many rows it touched. */
  static long update(Connection connection, String sql, @Nullable Object... arguments)
      throws SQLException {
    try (PreparedStatement statement = prepare(connection, sql, arguments)) {
      return statement.executeLargeUpdate();
    }
  }

  /** All rows of a query. */
  static <T> List<T> list(
      Connection connection, String sql, RowReading<T> reading, @Nullable Object... arguments)
      throws SQLException {
    try (PreparedStatement statement = prepare(connection, sql, arguments);
        ResultSet rows = statement.executeQuery()) {
      List<T> values = new ArrayList<>();
      while (rows.next()) {
        values.add(reading.of(rows));
      }
      return values;
    }
  }

  /** The first row of a query, if it has one. */
  static <T> Optional<T> first(
      Connection connection, String sql, RowReading<T> reading, @Nullable Object... arguments)
      throws SQLException {
    List<T> values = list(connection, sql, reading, arguments);
    return values.isEmpty() ? Optional.empty() : Optional.of(values.get(0));
  }

  /** The single value of a query. */
  static boolean isTrue(Connection connection, String sql, @Nullable Object... arguments)
      throws SQLException {
    return first(connection, sql, row -> row.getBoolean(1), arguments).orElse(false);
  }

  private static PreparedStatement prepare(
      Connection connection, String sql, @Nullable Object[] arguments) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < arguments.length; i++) {
      statement.setObject(i + 1, arguments[i]);
    }
    return statement;
  }
}
