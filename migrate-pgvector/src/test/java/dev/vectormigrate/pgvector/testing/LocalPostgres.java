package dev.vectormigrate.pgvector.testing;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Locale;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server with pgvector that tests, benchmarks and the quickstart share. It is, in this
 * order:
 *
 * <ol>
 *   <li>the server of the JDBC URL in the environment variable {@code VECTOR_MIGRATE_JDBC_URL}
 *       (with {@code VECTOR_MIGRATE_JDBC_USER} and {@code VECTOR_MIGRATE_JDBC_PASSWORD} where the
 *       URL has none), whose user may create databases;
 *   <li>a container, where a Docker engine answers and Testcontainers is on the class path;
 *   <li>a throw-away cluster of the newest installed PostgreSQL that has pgvector, which ends with
 *       the JVM however that ends.
 * </ol>
 *
 * <p>Safe for use by many threads.
 */
public final class LocalPostgres {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int LONGEST_LABEL = 40;
  private static @Nullable LocalPostgres shared;
  private static @Nullable IllegalStateException failure;

  private final PostgresServer server;
  private final String description;

  private LocalPostgres(PostgresServer server) {
    this.server = server;
    this.description = server.describe();
  }

  /**
   * The one server of this JVM; the first call starts it and prints which one it is.
   *
   * @throws IllegalStateException when there is none, or it cannot be used; the message says what
   *     to do
   */
  public static synchronized LocalPostgres shared() {
    if (failure != null) {
      // A start that failed fails again, and slowly: every further test gets the answer at once.
      throw new IllegalStateException(failure.getMessage(), failure);
    }
    if (shared == null) {
      shared = startOrRemember();
    }
    return shared;
  }

  private static LocalPostgres startOrRemember() {
    try {
      return start(ServerFinder.ofThisMachine());
    } catch (IllegalStateException e) {
      failure = e;
      throw e;
    }
  }

  static LocalPostgres start(ServerFinder finder) {
    LocalPostgres started = new LocalPostgres(finder.find());
    System.out.println("[database] using " + started.description());
    return started;
  }

  /** The versions of PostgreSQL and pgvector, and which of the three ways the server was found. */
  public String description() {
    return description;
  }

  /** Creates a database {@code vm_<label>_<random>} with the extension {@code vector}. */
  public Database createDatabase(String label) {
    Database database = createDatabaseWithoutExtension(label);
    try {
      server.execute(database.name, "CREATE EXTENSION vector");
    } catch (IllegalStateException e) {
      database.close();
      throw e;
    }
    return database;
  }

  /** Creates a database {@code vm_<label>_<random>} without any extension. */
  public Database createDatabaseWithoutExtension(String label) {
    String name = databaseName(label);
    // template1 can be in use, or hold something, on a server that is not ours.
    server.execute("CREATE DATABASE " + name + " TEMPLATE template0 ENCODING 'UTF8'");
    return new Database(server, name);
  }

  private static String databaseName(String label) {
    String plain = label.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
    String fitting = plain.substring(0, Math.min(plain.length(), LONGEST_LABEL));
    return "vm_" + fitting + "_" + randomHex(5);
  }

  static String randomHex(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  @Override
  public String toString() {
    return "LocalPostgres[" + description + "]";
  }

  /**
   * One database of its own on a {@link LocalPostgres}; closing it drops it.
   *
   * <p>Safe for use by many threads; {@link #close} ends the connections of all of them.
   */
  public static final class Database implements AutoCloseable {

    private final PostgresServer server;
    private final String name;

    private Database(PostgresServer server, String name) {
      this.server = server;
      this.name = name;
    }

    /** The URL of this database, without user and password. */
    public String jdbcUrl() {
      return server.url().toDatabase(name);
    }

    /** The user who owns this database. */
    public String username() {
      return server.username();
    }

    /** The password of {@link #username}; empty when the server asks for none. */
    public String password() {
      return server.password();
    }

    /** A data source without a pool: each of its connections is a new one. */
    public DataSource dataSource() {
      return server.dataSource(name);
    }

    /** Opens a new connection to this database. */
    public Connection connect() throws SQLException {
      return dataSource().getConnection();
    }

    /** Drops this database, and ends what is still connected to it; a second call does nothing. */
    @Override
    public void close() {
      server.execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
    }

    @Override
    public String toString() {
      return "Database[" + jdbcUrl() + "]";
    }
  }
}
