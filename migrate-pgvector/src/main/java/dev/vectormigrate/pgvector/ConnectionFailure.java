package dev.vectormigrate.pgvector;

import dev.vectormigrate.model.Finding;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.Locale;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Says in one sentence why there is no connection, and what to do. */
final class ConnectionFailure {

  private final SQLException failure;
  private final String reason;

  private ConnectionFailure(SQLException failure) {
    this.failure = failure;
    reason = reason(failure);
  }

  static Finding of(SQLException failure) {
    return new ConnectionFailure(failure).finding();
  }

  /** The server's sentence alone, else the driver's, without its full stop; no password in it. */
  static String reason(SQLException failure) {
    String said =
        causes(failure)
            .filter(PSQLException.class::isInstance)
            .map(cause -> ((PSQLException) cause).getServerErrorMessage())
            .filter(message -> message != null)
            .map(ServerErrorMessage::getMessage)
            .findFirst()
            .orElse(null);
    String text = said == null ? String.valueOf(failure.getMessage()) : said;
    return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause);
  }

  private boolean isCausedBy(Class<? extends Throwable> type) {
    return causes(failure).anyMatch(type::isInstance);
  }

  private boolean speaksOf(String word) {
    return reason.toLowerCase(Locale.ROOT).contains(word);
  }

  private Finding finding() {
    if (isCausedBy(UnknownHostException.class)) {
      return error("host", "The host is not known. Check its name, and this machine's DNS.");
    }
    if (isCausedBy(ConnectException.class)) {
      return error(
          "refused",
          "Nothing accepts connections at this host and port. Check both, that PostgreSQL runs there,"
              + " and that it listens on more than localhost.");
    }
    if (isCausedBy(SocketTimeoutException.class)) {
      return error(
          "timeout",
          "The server does not answer in time. Check host and port, and the firewall or security"
              + " group between.");
    }
    if (isCausedBy(SSLException.class) || isCausedBy(GeneralSecurityException.class)) {
      return error(
          "tls",
          "TLS could not be set up: the certificate or the protocol is not accepted. Check sslmode"
              + " and sslrootcert.");
    }
    return ofState();
  }

  private Finding ofState() {
    String state = failure.getSQLState() == null ? "" : failure.getSQLState();
    return switch (state) {
      case "28P01" -> error("password", said("Check user and password."));
      case "28000" ->
          speaksOf("encryption") || speaksOf("ssl")
              ? error("tls", said("Change sslmode, or the server's pg_hba.conf."))
              : error("user", said("Check the user, and the server's pg_hba.conf."));
      case "3D000" -> error("database", said("Create it, or correct its name."));
      case "42501" -> error("privilege", said("Grant the role CONNECT on the database."));
      case "53300" -> error("full", said("Raise max_connections, or end other sessions."));
      case "57P03" -> error("starting", said("Try again later."));
      default -> ofWords();
    };
  }

  /** The driver gives states of its own to what it notices itself. */
  private Finding ofWords() {
    if (speaksOf("ssl")) {
      return error("tls", said("Change sslmode, or turn TLS on at the server."));
    }
    return speaksOf("password")
        ? error("password", said("Pass one."))
        : error("failed", said("Check the URL."));
  }

  private String said(String advice) {
    return "No connection: " + reason + ". " + advice;
  }

  private static Finding error(String kind, String message) {
    return Finding.error("connection." + kind, message);
  }
}
