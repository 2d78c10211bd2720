package dev.vectormigrate.pgvector;

import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives borrowed connections back. */
final class Connections {

  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

  private Connections() {}

  /** Ends a connection that may be in the middle of a transaction; nothing of it is committed. */
  static void abort(Connection connection) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      LOG.debug("A connection could not be aborted: SQLSTATE {}", e.getSQLState());
    }
  }

  /** Closes a connection; one that is lost already is none of the caller's trouble. */
  static void giveBack(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.debug("A connection could not be closed: SQLSTATE {}", e.getSQLState());
    }
  }
}
