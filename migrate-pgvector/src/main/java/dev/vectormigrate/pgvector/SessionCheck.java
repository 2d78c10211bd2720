package dev.vectormigrate.pgvector;

import dev.vectormigrate.model.Finding;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether connections are sessions of their own, and whether there are as many as a run takes.
 *
 * <p>A pooler in transaction mode lends a server process to a client for one transaction. So the
 * process that answered a first connection is lent to a second one that begins a transaction, and
 * while that holds it, the first is answered by another: the same process under two connections, or
 * two processes under one. Sessions of their own show neither. No state is left in any session.
 */
final class SessionCheck {

  private final Connection first;
  private final List<Connection> others;

  private SessionCheck(Connection first, List<Connection> others) {
    this.first = first;
    this.others = others;
  }

  /** Takes connections until there are so many, the given one included, and gives them back. */
  static List<Finding> of(PgVectorTarget target, Connection first, int wanted) throws SQLException {
    List<Connection> others = new ArrayList<>();
    try {
      while (others.size() < wanted - 1) {
        others.add(target.connect());
      }
    } catch (SQLException e) {
      others.forEach(Connections::giveBack);
      return List.of(tooFew(others.size() + 1, wanted, e));
    }
    try {
      return new SessionCheck(first, others).findings();
    } finally {
      others.forEach(Connections::giveBack);
    }
  }

  private static Finding tooFew(int taken, int wanted, SQLException e) {
    return Finding.error(
        "connections",
        "A run takes %d connections at once; there were %d: %s. Enlarge the pool, max_connections or the role's limit, or use fewer writers."
            .formatted(wanted, taken, ConnectionFailure.reason(e)));
  }

  private List<Finding> findings() throws SQLException {
    List<Finding> findings = new ArrayList<>();
    findings.add(connections());
    findings.add(isPooled() ? pooler() : Finding.info("sessions", "Connections are sessions."));
    return findings;
  }

  private Finding connections() throws SQLException {
    int taken = others.size() + 1;
    long free = free();
    return free < taken
        ? Finding.warning(
            "connections",
            "A run takes %d connections at once, and leaves %d of the server's: other clients may be turned away. Raise max_connections, or use fewer writers."
                .formatted(taken, Math.max(0, free)))
        : Finding.info(
            "connections", "There are %d connections at once, as a run takes.".formatted(taken));
  }

  private long free() throws SQLException {
    return Sql.first(
            first,
            """
            SELECT pg_catalog.current_setting('max_connections')::int
              - pg_catalog.current_setting('superuser_reserved_connections')::int
              - coalesce(pg_catalog.current_setting('reserved_connections', true)::int, 0)
              - (SELECT sum(numbackends) FROM pg_catalog.pg_stat_database)""",
            row -> row.getLong(1))
        .orElse(0L);
  }

  private boolean isPooled() throws SQLException {
    Connection second = others.get(0);
    long before = process(first);
    second.setAutoCommit(false);
    try {
      long held = process(second);
      return held == before || process(first) != before;
    } finally {
      second.rollback();
      second.setAutoCommit(true);
    }
  }

  private static long process(Connection connection) throws SQLException {
    return Sql.first(connection, "SELECT pg_catalog.pg_backend_pid()", row -> row.getLong(1))
        .orElseThrow();
  }

  private static Finding pooler() {
    return Finding.error(
        "sessions.pooled",
        "A pooler in transaction mode is between this program and PostgreSQL: while another"
            + " connection was in a transaction, this one was answered by another server process, or"
            + " both by the same one. The lock that keeps two runs apart would be lost. Connect past"
            + " the pooler, or to its port in session mode.");
  }
}
