package dev.vectormigrate.cli;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import dev.vectormigrate.TargetException;
import dev.vectormigrate.pgvector.PgVectorTarget;

/** The connections to a target. */
final class TargetDatabase implements AutoCloseable {

  private static final long TIMEOUT_MILLIS = 10_000;

  private final TargetUrl url;
  private final HikariDataSource pool;

  private TargetDatabase(TargetUrl url, HikariDataSource pool) {
    this.url = url;
    this.pool = pool;
  }

  /**
   * Makes the first connection.
   *
   * @throws TargetException if that fails
   */
  static TargetDatabase connect(TargetUrl url, int connections) {
    try {
      return new TargetDatabase(url, new HikariDataSource(configuration(url, connections)));
    } catch (PoolInitializationException e) {
      throw notConnected(url, e);
    }
  }

  private static HikariConfig configuration(TargetUrl url, int connections) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("vector-migrate");
    config.setJdbcUrl(url.jdbcUrl());
    if (!url.user().isEmpty()) {
      config.setUsername(url.user());
    }
    if (!url.password().isEmpty()) {
      config.setPassword(url.password());
    }
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(0);
    config.setConnectionTimeout(TIMEOUT_MILLIS);
    // One attempt: a wrong password does not become right.
    config.setInitializationFailTimeout(1);
    return config;
  }

  private static TargetException notConnected(TargetUrl url, PoolInitializationException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    String reason =
        String.valueOf(cause.getMessage()).lines().findFirst().orElse("no reason given");
    return new TargetException(
        url.place(),
        "connection%s: %s. Check the URL, the user and the password."
            .formatted(url.user().isEmpty() ? "" : " as " + url.user(), withoutStop(reason)),
        e);
  }

  private static String withoutStop(String sentence) {
    return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
  }

  PgVectorTarget store() {
    return PgVectorTarget.of(pool).named(url.place());
  }

  @Override
  public void close() {
    pool.close();
  }
}
