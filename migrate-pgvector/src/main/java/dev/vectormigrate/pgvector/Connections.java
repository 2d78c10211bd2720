package dev.vectormigrate.pgvector;

import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives borrowed connections back. */
final class Connections {

  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

  private Connections() {}

  /** Closes a connection; one that is lost already is none of the caller's trouble. */
  static void giveBack(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.debug("A connection could not be closed: SQLSTATE {}", e.getSQLState());
    }
  }
}
