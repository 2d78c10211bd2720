package dev.vectormigrate.sources.sqlite;

import dev.vectormigrate.model.Bytes;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.sources.files.Reading;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Makes databases with SQLite itself, and shows what is read of them. */
final class Sqlite {

  private Sqlite() {}

  static Connection connect(Path file) throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + file.toAbsolutePath().toUri());
  }

  static Path make(Path file, String... statements) throws SQLException {
    try (Connection connection = connect(file)) {
      execute(connection, statements);
    }
    return file;
  }

  static void execute(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  static Dataset dataset(SourceStore source, String name) throws Exception {
    try (SourceSession session = source.open()) {
      return find(session, name);
    }
  }

  private static Dataset find(SourceSession session, String name) throws Exception {
    return session.datasets().stream().filter(d -> d.name().equals(name)).findFirst().orElseThrow();
  }

  /** All rows of a table, each on a line with the class of its values. */
  static List<String> read(SourceStore source, String table) throws Exception {
    try (SourceSession session = source.open()) {
      List<String> lines = new ArrayList<>();
      for (Object item : Reading.of(session, find(session, table)).items) {
        lines.add(item instanceof Row row ? shown(row) : "refused " + item);
      }
      return lines;
    }
  }

  private static String shown(Row row) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < row.schema().size(); i++) {
      values.add(shown(row.value(i)));
    }
    return String.join(" | ", values);
  }

  private static String shown(Object value) {
    if (value instanceof Bytes bytes) {
      return "x'" + HexFormat.of().formatHex(bytes.view()) + "'";
    }
    return value instanceof String text ? "'" + text + "'" : String.valueOf(value);
  }

  /** The findings of a table as texts. */
  static List<String> findings(SourceStore source, String table) throws Exception {
    return dataset(source, table).findings().stream()
        .map(f -> f.severity() + " " + f.code() + ": " + f.message())
        .toList();
  }
}
