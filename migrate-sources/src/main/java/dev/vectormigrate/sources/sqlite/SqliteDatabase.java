package dev.vectormigrate.sources.sqlite;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteLimits;

/** One connection to a database that rests. Of one thread. */
final class SqliteDatabase implements Closeable {

  /** The most bytes of a value, and of all values of a row. */
  static final int MOST_BYTES = 256 << 20;

  /** Takes one row of a result. */
  interface RowAction {
    void accept(ResultSet row) throws SQLException;
  }

  private final DatabaseFiles files;
  private final Connection connection;

  private SqliteDatabase(DatabaseFiles files, Connection connection) {
    this.files = files;
    this.connection = connection;
  }

  /** Opens a database without locking it, and without making any file beside it. */
  static SqliteDatabase atRest(DatabaseFiles files) throws IOException {
    return open(files, "mode=ro&immutable=1");
  }

  /** Has SQLite recover a private copy, and fold its files into one. */
  static void recover(DatabaseFiles copy) throws IOException {
    try (SqliteDatabase database = open(copy, "mode=rw")) {
      database.forEach("PRAGMA journal_mode = DELETE", row -> {});
      database.forEach("SELECT count(*) FROM sqlite_master", row -> {});
    }
  }

  private static SqliteDatabase open(DatabaseFiles files, String parameters) throws IOException {
    Path file = files.main().toAbsolutePath();
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(parameters.startsWith("mode=ro"));
    try {
      Connection connection =
          config.createConnection("jdbc:sqlite:" + file.toUri() + "?" + parameters);
      harden(connection);
      return new SqliteDatabase(files, connection);
    } catch (SQLException e) {
      throw failed(files, e);
    }
  }

  /** The schema comes from outside and may hold expressions that call functions, or be damaged. */
  private static void harden(Connection connection) throws SQLException {
    // A little more, so that a value's size can be asked for before SQLite refuses it.
    ((SQLiteConnection) connection)
        .setLimit(SQLiteLimits.SQLITE_LIMIT_LENGTH, MOST_BYTES + (1 << 20));
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA trusted_schema = OFF");
      statement.execute("PRAGMA cell_size_check = ON");
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** In which texts are stored. */
  Charset encoding() throws IOException {
    return switch (text("PRAGMA encoding")) {
      case "UTF-16le" -> StandardCharsets.UTF_16LE;
      case "UTF-16be" -> StandardCharsets.UTF_16BE;
      default -> StandardCharsets.UTF_8;
    };
  }

  private String text(String sql) throws IOException {
    String[] text = {""};
    forEach(sql, row -> text[0] = row.getString(1));
    return text[0];
  }

  /** The columns of the only row as numbers, 0 where one is null. */
  long[] numbers(String sql, long... parameters) throws IOException {
    try (PreparedStatement statement = prepare(sql, parameters);
        ResultSet row = statement.executeQuery()) {
      long[] numbers = new long[row.getMetaData().getColumnCount()];
      if (row.next()) {
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] = row.getLong(i + 1);
        }
      }
      return numbers;
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** Runs a query and passes each row on. */
  void forEach(String sql, RowAction action) throws IOException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        action.accept(rows);
      }
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** A statement with its parameters set; the caller closes it. */
  PreparedStatement prepare(String sql, long... parameters) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < parameters.length; i++) {
      statement.setLong(i + 1, parameters[i]);
    }
    return statement;
  }

  /** A name as SQL text; whatever it contains, it stays one name. */
  static String quote(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** Says in one sentence what SQLite said. */
  IOException failed(SQLException e) {
    return failed(files, e);
  }

  private static IOException failed(DatabaseFiles files, SQLException e) {
    SQLiteErrorCode code =
        e instanceof SQLiteException sqlite
            ? sqlite.getResultCode()
            : SQLiteErrorCode.UNKNOWN_ERROR;
    return switch (code) {
      case SQLITE_NOTADB -> files.notDatabase();
      case SQLITE_CORRUPT ->
          new IOException(
              files.main() + ": damaged, expected a whole database. Restore it from a backup", e);
      default -> new IOException(files.main() + ": " + e.getMessage(), e);
    };
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // Nothing was written, so nothing is lost.
    }
  }
}
