package dev.vectormigrate.sources.chroma;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteLimits;

/**
 * One connection to a {@code chroma.sqlite3}. Which tables and columns there are depends on the
 * version that wrote it and on upgrades, so they are asked for, never derived. Of one thread.
 */
final class ChromaDatabase implements Closeable {

  /** Takes one row of a result. */
  interface RowAction {
    void accept(ResultSet row) throws SQLException, IOException;
  }

  private static final int BUSY_MILLIS = 3_000;
  private static final int MAX_VALUE_BYTES = 256 << 20;

  private final Path file;
  private final Connection connection;

  private ChromaDatabase(Path file, Connection connection) {
    this.file = file;
    this.connection = connection;
  }

  /** Opens a file that is in no write-ahead mode and has no journal; creates nothing beside it. */
  static ChromaDatabase readOnly(Path file) throws IOException {
    return open(file, "ro");
  }

  /** Opens a private copy, whereupon SQLite recovers from its journal. */
  static ChromaDatabase writable(Path file) throws IOException {
    return open(file, "rw");
  }

  private static ChromaDatabase open(Path file, String mode) throws IOException {
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(mode.equals("ro"));
    config.setBusyTimeout(BUSY_MILLIS);
    String url = "jdbc:sqlite:" + file.toAbsolutePath().toUri() + "?mode=" + mode;
    try {
      Connection connection = config.createConnection(url);
      harden(connection);
      return new ChromaDatabase(file, connection);
    } catch (SQLException e) {
      throw failed(file, e);
    }
  }

  /** The schema comes from outside and may hold views that call functions, or huge values. */
  private static void harden(Connection connection) throws SQLException {
    ((SQLiteConnection) connection).setLimit(SQLiteLimits.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA trusted_schema = OFF");
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** Fails unless it is a database of Chroma 0.4.0 or later. */
  void requireChroma() throws IOException {
    String encoding = text("PRAGMA encoding");
    if (!"UTF-8".equals(encoding)) {
      throw new IOException(file + ": text encoding " + encoding + ", expected UTF-8");
    }
    for (String table :
        new String[] {
          "collections",
          "segments",
          "embeddings",
          "embedding_metadata",
          "embeddings_queue",
          "max_seq_id"
        }) {
      if (columns(table).isEmpty()) {
        throw new IOException(
            ("%s: table %s is missing, expected a database of Chroma 0.4.0 or later. Name Chroma's"
                    + " own directory")
                .formatted(file, table));
      }
    }
  }

  /** The columns of a table; none where there is no such table. */
  Set<String> columns(String table) throws IOException {
    Set<String> columns = new HashSet<>();
    forEach("SELECT name FROM pragma_table_info(?)", row -> columns.add(row.getString(1)), table);
    return columns;
  }

  boolean hasTable(String table) throws IOException {
    return !columns(table).isEmpty();
  }

  /** Runs a query and passes each row on. */
  void forEach(String sql, RowAction action, Object... parameters) throws IOException {
    try (PreparedStatement statement = prepare(sql, parameters);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        action.accept(rows);
      }
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** The first column of the only row as text. */
  @Nullable String text(String sql, Object... parameters) throws IOException {
    try (PreparedStatement statement = prepare(sql, parameters);
        ResultSet rows = statement.executeQuery()) {
      return rows.next() ? rows.getString(1) : null;
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** The first column of the only row, or a default where it is null or missing. */
  long number(long otherwise, String sql, Object... parameters) throws IOException {
    try (PreparedStatement statement = prepare(sql, parameters);
        ResultSet rows = statement.executeQuery()) {
      if (!rows.next()) {
        return otherwise;
      }
      long number = rows.getLong(1);
      return rows.wasNull() ? otherwise : number;
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** Runs a statement that changes a private copy. */
  void execute(String sql, @Nullable Object... parameters) throws IOException {
    try (PreparedStatement statement = prepare(sql, parameters)) {
      statement.execute();
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** A statement with its parameters set; the caller closes it. */
  PreparedStatement prepare(String sql, @Nullable Object... parameters) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
    return statement;
  }

  /** Says in one sentence what SQLite said. */
  IOException failed(SQLException e) {
    return failed(file, e);
  }

  private static IOException failed(Path file, SQLException e) {
    SQLiteErrorCode code =
        e instanceof SQLiteException sqlite
            ? sqlite.getResultCode()
            : SQLiteErrorCode.UNKNOWN_ERROR;
    return switch (code) {
      case SQLITE_NOTADB ->
          new IOException(
              file + ": not a SQLite database, expected Chroma's. Restore it from a backup", e);
      case SQLITE_BUSY ->
          new IOException(
              file + ": locked by another process. Stop the server, or use Snapshot.ALWAYS", e);
      default -> new IOException(file + ": " + e.getMessage(), e);
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
