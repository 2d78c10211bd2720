package dev.vectormigrate.pgvector;

import dev.vectormigrate.spi.UnknownOutcomeException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** Runs work in one transaction of a connection that is otherwise in auto-commit mode. */
final class Transactions {

  private static final Duration LONGEST_WAIT = Duration.ofMillis(Integer.MAX_VALUE);

  /**
   * A statement whose client was killed ends soon, instead of working on for hours and holding its
   * locks, where the server can notice: PostgreSQL 14 or newer on Linux.
   */
  private static final String END_WITH_CLIENT =
      """
      SELECT pg_catalog.set_config('client_connection_check_interval', '1s', true)
      WHERE pg_catalog.current_setting('server_version_num')::int >= 140000
        AND pg_catalog.version() ~ 'linux'""";

  private Transactions() {}

  /** What to do in the transaction. */
  interface Work<T> {
    T run(Connection connection) throws Exception;
  }

  /**
   * Commits what the work did, or rolls it back if it throws. Settings are local to the
   * transaction: the connection goes back to its pool as it came.
   *
   * @param lockWait how long a statement may wait for a lock; zero for ever
   * @throws UnknownOutcomeException if the connection was lost during the commit
   */
  static <T> T run(Connection connection, Duration lockWait, Work<T> work) throws Exception {
    connection.setAutoCommit(false);
    T result;
    try {
      Sql.execute(
          connection,
          "SET LOCAL statement_timeout = 0",
          "SET LOCAL idle_in_transaction_session_timeout = 0",
          "SET LOCAL lock_timeout = " + milliseconds(lockWait),
          END_WITH_CLIENT);
      result = work.run(connection);
      commit(connection);
    } catch (Exception e) {
      rollback(connection, e);
      throw e;
    } catch (Error e) {
      // It can have left the driver inside a COPY or a message, where a rollback waits for ever.
      Connections.abort(connection);
      throw e;
    }
    backToAutoCommit(connection);
    return result;
  }

  /** Zero stands for ever, and a wait that is longer than PostgreSQL can count is cut. */
  private static long milliseconds(Duration wait) {
    if (wait.isZero()) {
      return 0;
    }
    return wait.compareTo(LONGEST_WAIT) > 0 ? Integer.MAX_VALUE : Math.max(1, wait.toMillis());
  }

  private static void commit(Connection connection) throws SQLException, UnknownOutcomeException {
    try {
      connection.commit();
    } catch (SQLException e) {
      if (SqlErrors.isConnectionLost(e)) {
        throw new UnknownOutcomeException("the connection was lost during COMMIT", e);
      }
      throw e;
    }
  }

  private static void rollback(Connection connection, Throwable cause) {
    try {
      connection.rollback();
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      cause.addSuppressed(e);
      Connections.abort(connection);
    }
  }

  private static void backToAutoCommit(Connection connection) {
    try {
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      // The connection is lost, and with it its transaction; the cause is on its way already.
      return;
    }
  }
}
