package dev.vectormigrate.pgvector;

import dev.vectormigrate.spi.TransientException;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Sorts what PostgreSQL answers, and strips it of data. */
final class SqlErrors {

  /**
   * Serialization failure, deadlock, too many connections, the server going down or coming up, and
   * a session that was idle for too long.
   */
  private static final Set<String> PASSING =
      Set.of("40001", "40P01", "53300", "57P01", "57P02", "57P03", "57P05");

  private SqlErrors() {}

  /** Whether the connection is gone, so that the answer to a commit may be lost. */
  static boolean isConnectionLost(Throwable e) {
    String state = sqlState(e);
    return state != null && (state.startsWith("08") || state.startsWith("57P"));
  }

  private static boolean isPassing(Throwable e) {
    String state = sqlState(e);
    return state != null && (state.startsWith("08") || PASSING.contains(state));
  }

  static boolean hasState(Throwable e, String state) {
    return state.equals(sqlState(e));
  }

  private static @Nullable String sqlState(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && sql.getSQLState() != null) {
        return sql.getSQLState();
      }
    }
    return null;
  }

  /** What to throw instead: transient where trying again may help, and without any data. */
  static Exception clean(Exception e) {
    if (!(e instanceof SQLException)) {
      return e;
    }
    return isPassing(e) ? new TransientException(message(e), withoutData(e)) : withoutData(e);
  }

  /** The server's sentence alone: its details and context may quote rows. */
  private static SQLException withoutData(Exception e) {
    SQLException clean = new SQLException(message(e), sqlState(e));
    clean.setStackTrace(e.getStackTrace());
    return clean;
  }

  private static String message(Exception e) {
    Throwable last = e;
    while (last.getCause() instanceof SQLException deeper) {
      last = deeper;
    }
    ServerErrorMessage server =
        last instanceof PSQLException postgres ? postgres.getServerErrorMessage() : null;
    String text = server == null ? last.getMessage() : server.getMessage();
    if (text != null && text.startsWith("PostgreSQL: ") && text.endsWith(").")) {
      return text; // cleaned before
    }
    return "PostgreSQL: " + text + " (SQLSTATE " + sqlState(e) + ").";
  }
}
