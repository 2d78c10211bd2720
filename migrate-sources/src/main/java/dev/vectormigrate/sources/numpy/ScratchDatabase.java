package dev.vectormigrate.sources.numpy;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/**
 * A scratch file that finds rows by a key, so that the heap does not grow with a store. Of one
 * thread; several may be open on one file once it is filled.
 */
public final class ScratchDatabase implements Closeable {

  private static final int CACHE_KIBIBYTES = 32 << 10;

  private final Connection connection;

  private ScratchDatabase(Connection connection) {
    this.connection = connection;
  }

  /** Opens a file, which may be empty. */
  public static ScratchDatabase open(Path file) throws IOException {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.OFF);
    config.setSynchronous(SQLiteConfig.SynchronousMode.OFF);
    config.setTempStore(SQLiteConfig.TempStore.FILE);
    // Negative: in KiB instead of pages.
    config.setCacheSize(-CACHE_KIBIBYTES);
    try {
      return new ScratchDatabase(config.createConnection("jdbc:sqlite:" + file));
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  private static IOException failed(SQLException e) {
    return new IOException("scratch file: " + e.getMessage(), e);
  }

  /** Runs statements one after another. */
  public void execute(String... statements) throws IOException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** Prepares a statement with parameters; closed with this. */
  public Prepared prepare(String sql) throws IOException {
    try {
      return new Prepared(connection.prepareStatement(sql));
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** A prepared statement. */
  public static final class Prepared implements Closeable {

    private final PreparedStatement statement;

    private Prepared(PreparedStatement statement) {
      this.statement = statement;
    }

    private void bind(@Nullable Object... parameters) throws SQLException {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
    }

    /** Changes rows. */
    public void run(@Nullable Object... parameters) throws IOException {
      try {
        bind(parameters);
        statement.executeUpdate();
      } catch (SQLException e) {
        throw failed(e);
      }
    }

    /** Takes one row of a result. */
    public interface RowConsumer {
      /** Reads the columns of the current row, from 1. */
      void accept(ResultSet row) throws SQLException;
    }

    /** Passes on the rows of a result, and returns how many there were. */
    public int forEach(RowConsumer consumer, @Nullable Object... parameters) throws IOException {
      try {
        bind(parameters);
        int rows = 0;
        try (ResultSet result = statement.executeQuery()) {
          while (result.next()) {
            consumer.accept(result);
            rows++;
          }
        }
        return rows;
      } catch (SQLException e) {
        throw failed(e);
      }
    }

    /** The only value of a result of one row, 0 where it is null. */
    public long number(@Nullable Object... parameters) throws IOException {
      long[] number = new long[1];
      forEach(row -> number[0] = row.getLong(1), parameters);
      return number[0];
    }

    @Override
    public void close() throws IOException {
      try {
        statement.close();
      } catch (SQLException e) {
        throw failed(e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    try {
      connection.close();
    } catch (SQLException e) {
      throw failed(e);
    }
  }
}
