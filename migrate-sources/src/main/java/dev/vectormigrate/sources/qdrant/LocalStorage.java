package dev.vectormigrate.sources.qdrant;

import dev.vectormigrate.sources.files.DamagedFileException;
import dev.vectormigrate.sources.json.JsonFile;
import dev.vectormigrate.sources.numpy.ScratchFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteLimits;

/**
 * The points of a private copy of a {@code storage.sqlite}, from one of them on, in the order of
 * their row ids. Of one thread.
 */
final class LocalStorage implements Closeable {

  private static final int LONGEST_ID = 64;

  private final Path source;
  private final ScratchFiles scratch;
  private final Connection connection;
  private final PreparedStatement statement;
  private final ResultSet points;

  private LocalStorage(
      Path source,
      ScratchFiles scratch,
      Connection connection,
      PreparedStatement statement,
      ResultSet points) {
    this.source = source;
    this.scratch = scratch;
    this.connection = connection;
    this.statement = statement;
    this.points = points;
  }

  /**
   * Opens the copy, whereupon SQLite recovers from its journal.
   *
   * @param source that was copied, for messages
   * @param first number of the first point, from 0
   */
  static LocalStorage open(Path source, Path copy, long first, ScratchFiles scratch)
      throws IOException {
    SQLiteConfig config = new SQLiteConfig();
    String url = "jdbc:sqlite:" + copy.toAbsolutePath().toUri() + "?mode=rw";
    Connection opened = null;
    try {
      Connection connection = config.createConnection(url);
      opened = connection;
      harden(connection);
      requirePlainTable(connection, source);
      PreparedStatement statement =
          connection.prepareStatement(
              "SELECT id, point FROM points ORDER BY rowid LIMIT -1 OFFSET ?");
      statement.setLong(1, first);
      return new LocalStorage(source, scratch, connection, statement, statement.executeQuery());
    } catch (SQLException e) {
      close(opened);
      throw failed(source, e);
    } catch (IOException e) {
      close(opened);
      throw e;
    }
  }

  /** The schema comes from outside and may hold views that call functions, or huge values. */
  private static void harden(Connection connection) throws SQLException {
    ((SQLiteConnection) connection)
        .setLimit(SQLiteLimits.SQLITE_LIMIT_LENGTH, JsonFile.MOST_RECORD_BYTES);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA trusted_schema = OFF");
    }
  }

  private static void requirePlainTable(Connection connection, Path source)
      throws SQLException, IOException {
    try (Statement statement = connection.createStatement();
        ResultSet tables =
            statement.executeQuery(
                "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'points'")) {
      if (!tables.next()) {
        throw new DamagedFileException(
            source, "no table points, expected the one of Qdrant's local mode. Check the file");
      }
    }
  }

  private static IOException failed(Path source, SQLException e) {
    return new DamagedFileException(
        source, "SQLite says: " + e.getMessage() + ". Restore it from a backup");
  }

  /** The next point; null at the end. */
  @Nullable Point next() throws IOException {
    try {
      if (!points.next()) {
        return null;
      }
      String otherwise = "row " + shortened(points.getString(1));
      byte[] pickle = points.getBytes(2);
      return pickle == null
          ? Point.unreadable(otherwise, null, "point: null, expected bytes")
          : PickledPoint.read(source, pickle, otherwise, scratch);
    } catch (SQLException e) {
      throw failed(source, e);
    }
  }

  /** The key of the table is base64 of the pickled id, but may be anything in a damaged file. */
  private static String shortened(@Nullable String key) {
    if (key == null) {
      return "without key";
    }
    boolean plain = key.length() <= LONGEST_ID && key.matches("[A-Za-z0-9+/=]+");
    return plain ? key : "with key #" + HexFormat.of().toHexDigits(key.hashCode());
  }

  private static void close(@Nullable Connection connection) {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      // Nothing was written, so nothing is lost.
    }
  }

  @Override
  public void close() {
    try {
      points.close();
      statement.close();
    } catch (SQLException e) {
      // Nothing was written, so nothing is lost.
    }
    close(connection);
  }
}
