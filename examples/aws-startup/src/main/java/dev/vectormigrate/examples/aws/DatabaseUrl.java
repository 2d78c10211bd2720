package dev.vectormigrate.examples.aws;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Where a database is, as a secret; never part of a message. */
final class DatabaseUrl {

  private DatabaseUrl() {}

  /**
   * Connects to {@code jdbc:postgresql:} URLs, and to {@code postgresql://user:password@host/db} as
   * Python has them.
   */
  static DataSource dataSource(String secret) {
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    try {
      if (secret.startsWith("jdbc:postgresql:")) {
        dataSource.setUrl(secret);
      } else {
        apply(URI.create(secret), dataSource);
      }
    } catch (IllegalArgumentException e) {
      // Without the cause, whose message quotes the secret.
      throw new IllegalArgumentException(
          "database URL: can't be read, expected jdbc:postgresql://host:port/database or"
              + " postgresql://user:password@host:port/database. Correct the parameter.");
    }
    return dataSource;
  }

  private static void apply(URI url, PGSimpleDataSource dataSource) {
    String scheme = String.valueOf(url.getScheme());
    if (!scheme.matches("postgres(ql)?(\\+\\w+)?") || url.getHost() == null) {
      throw new IllegalArgumentException("not a URL of PostgreSQL");
    }
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    String port = url.getPort() < 0 ? "" : ":" + url.getPort();
    dataSource.setUrl("jdbc:postgresql://" + url.getHost() + port + url.getRawPath() + query);
    if (url.getRawUserInfo() != null) {
      String[] user = url.getRawUserInfo().split(":", 2);
      dataSource.setUser(decoded(user[0]));
      if (user.length == 2) {
        dataSource.setPassword(decoded(user[1]));
      }
    }
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
