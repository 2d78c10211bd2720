package dev.vectormigrate.pgvector.testing;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A running server.
 *
 * @param where names it in messages
 * @param origin names it in the description
 * @param url of the database that databases are created from
 */
record PostgresServer(
    String where, String origin, ServerUrl url, String username, String password) {

  private static final String FACTS =
      """
      SELECT current_setting('server_version'),
             current_setting('server_version_num')::int / 10000,
             (SELECT default_version FROM pg_available_extensions WHERE name = 'vector'),
             (SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user)
      """;

  /** Checks that this server is fit for use and names its versions. */
  String describe() {
    try (Connection connection = dataSource(url.database()).getConnection();
        Statement statement = connection.createStatement();
        ResultSet facts = statement.executeQuery(FACTS)) {
      facts.next();
      return describe(facts.getString(1), facts.getInt(2), facts.getString(3), facts.getBoolean(4));
    } catch (SQLException e) {
      throw new IllegalStateException(
          "[%s] connection to %s as %s: %s, expected to succeed. Check that the server runs there and takes this user and password."
              .formatted(where, url, username, e.getMessage()),
          e);
    }
  }

  private String describe(
      String version, int major, @Nullable String pgvector, boolean createsDatabases) {
    if (major < InstalledPostgres.OLDEST_MAJOR) {
      throw unfit(
          "PostgreSQL",
          version,
          InstalledPostgres.OLDEST_MAJOR + " or newer",
          "Use a newer server.");
    }
    if (pgvector == null) {
      throw unfit(
          "extension vector",
          "not available on PostgreSQL " + version,
          "available",
          "Install pgvector on the machine of that server.");
    }
    if (!createsDatabases) {
      throw unfit(
          "user " + username,
          "may not create databases",
          "CREATEDB",
          "Run ALTER ROLE \"" + username + "\" CREATEDB there, or use another user.");
    }
    return "PostgreSQL %s with pgvector %s, %s".formatted(version.split(" ")[0], pgvector, origin);
  }

  private IllegalStateException unfit(String what, String actual, String expected, String help) {
    return new IllegalStateException(
        "[%s] %s: %s, expected %s. %s".formatted(where, what, actual, expected, help));
  }

  void execute(String sql) {
    execute(url.database(), sql);
  }

  void execute(String database, String sql) {
    try (Connection connection = dataSource(database).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(
          "[%s] %s: %s, expected to succeed on %s."
              .formatted(where, sql, e.getMessage(), url.toDatabase(database)),
          e);
    }
  }

  PGSimpleDataSource dataSource(String database) {
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    dataSource.setUrl(url.toDatabase(database));
    dataSource.setUser(username);
    if (!password.isEmpty()) {
      dataSource.setPassword(password);
    }
    return dataSource;
  }

  @Override
  public String toString() {
    return "PostgresServer[" + url + "]";
  }
}
