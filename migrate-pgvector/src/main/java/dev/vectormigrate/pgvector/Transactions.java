package dev.vectormigrate.pgvector;

import dev.vectormigrate.spi.UnknownOutcomeException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** Runs work in one transaction of a connection that is otherwise in auto-commit mode. */
final class Transactions {

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
    try {
      Sql.execute(
          connection,
          "SET LOCAL statement_timeout = 0",
          "SET LOCAL idle_in_transaction_session_timeout = 0",
          "SET LOCAL lock_timeout = " + lockWait.toMillis());
      T result = work.run(connection);
      commit(connection);
      return result;
    } catch (Exception e) {
      rollback(connection, e);
      throw e;
    } finally {
      backToAutoCommit(connection);
    }
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

  private static void rollback(Connection connection, Exception cause) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      cause.addSuppressed(e);
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
