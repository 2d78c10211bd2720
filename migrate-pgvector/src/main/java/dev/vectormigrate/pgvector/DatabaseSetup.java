package dev.vectormigrate.pgvector;

import dev.vectormigrate.model.Finding;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Whether a database is ready for a migration, and what makes it so. Immutable and thread-safe;
 * each call borrows connections and gives them back.
 *
 * <p>Everything that is found is a {@link Finding}, also that nothing can be reached: an ERROR says
 * that a run would fail, a WARNING what may hurt one, an INFO what is as it should be. Messages
 * hold no credential.
 */
public final class DatabaseSetup {

  private static final String NO_PRIVILEGE = "42501";
  private static final String DATABASE_IS_THERE = "42P04";
  private static final int OLDEST_SERVER = 130_000;

  private final PgVectorTarget target;
  private final int writers;
  private final @Nullable String migration;

  private DatabaseSetup(PgVectorTarget target, int writers, @Nullable String migration) {
    this.target = target;
    this.writers = writers;
    this.migration = migration;
  }

  /** Of the database of a target and its schema, for runs with one writer. */
  public static DatabaseSetup of(PgVectorTarget target) {
    return new DatabaseSetup(target, 1, null);
  }

  /**
   * The same for runs with so many writers.
   *
   * @throws IllegalArgumentException unless positive
   */
  public DatabaseSetup writers(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("writers: " + count + ", expected at least 1.");
    }
    return new DatabaseSetup(target, count, migration);
  }

  /** The same, with a look at the migration of this name, which need not exist. */
  public DatabaseSetup migration(String name) {
    return new DatabaseSetup(target, writers, name);
  }

  /**
   * Looks at everything that a run needs. Nothing remains of it: what is tried is tried in
   * transactions that are rolled back. As many connections are taken at once as a run takes.
   */
  public List<Finding> check() {
    return connected(this::check);
  }

  /**
   * Creates the extension and the target's schema where they are missing.
   *
   * @return what was created, and what could not be; empty if all was there
   */
  public List<Finding> create() {
    return connected(this::create);
  }

  /**
   * Creates a database in UTF-8, if there is none of this name.
   *
   * @param server connects to any other database of the same server, such as {@code postgres}
   * @return that it was created, or why it could not be; empty if it is there
   */
  public static List<Finding> createDatabase(DataSource server, String name) {
    try (Connection connection = server.getConnection()) {
      return createDatabase(connection, name);
    } catch (SQLException e) {
      return List.of(ConnectionFailure.of(e));
    }
  }

  private static List<Finding> createDatabase(Connection connection, String name) {
    try {
      // Another template may hold objects, or have another encoding.
      Sql.execute(
          connection,
          "CREATE DATABASE %s ENCODING 'UTF8' TEMPLATE template0"
              .formatted(Identifiers.quote(name)));
      return List.of(Finding.info("created.database", "Created database '%s'.".formatted(name)));
    } catch (SQLException e) {
      return SqlErrors.hasState(e, DATABASE_IS_THERE)
          ? List.of()
          : List.of(
              notCreated(
                  e,
                  "created.database",
                  "database '" + name + "'",
                  "Have it created by a role with CREATEDB."));
    }
  }

  private static Finding notCreated(SQLException e, String code, String what, String advice) {
    String why =
        SqlErrors.hasState(e, NO_PRIVILEGE)
            ? "the role may not."
            : String.valueOf(SqlErrors.clean(e).getMessage());
    return Finding.error(code, "Could not create %s: %s %s".formatted(what, why, advice));
  }

  private interface Look {
    List<Finding> at(Connection connection) throws SQLException;
  }

  private List<Finding> connected(Look look) {
    Connection connection;
    try {
      connection = target.connect();
    } catch (SQLException e) {
      return List.of(ConnectionFailure.of(e));
    }
    try {
      return look.at(connection);
    } catch (SQLException e) {
      return List.of(failed(e));
    } finally {
      Connections.giveBack(connection);
    }
  }

  private static Finding failed(SQLException e) {
    return Finding.error(
        "check.failed", "The check could not go on. " + SqlErrors.clean(e).getMessage());
  }

  private List<Finding> create(Connection connection) throws SQLException {
    List<Finding> done = new ArrayList<>();
    Catalog catalog = new Catalog(connection);
    if (catalog.extensionSchema().isEmpty()) {
      done.add(createExtension(connection));
    }
    if (!catalog.schemaExists(target.schema())) {
      done.add(createSchema(connection));
    }
    return done;
  }

  private static Finding createExtension(Connection connection) {
    try {
      Sql.execute(connection, "CREATE EXTENSION IF NOT EXISTS vector");
      return Finding.info("created.extension", "Created extension vector.");
    } catch (SQLException e) {
      return notCreated(
          e,
          "created.extension",
          "extension vector",
          "Have CREATE EXTENSION vector run in this database by a superuser, or by the administrator"
              + " that the provider names.");
    }
  }

  private Finding createSchema(Connection connection) {
    try {
      Sql.execute(connection, "CREATE SCHEMA IF NOT EXISTS " + Identifiers.quote(target.schema()));
      return Finding.info("created.schema", "Created schema '%s'.".formatted(target.schema()));
    } catch (SQLException e) {
      return notCreated(
          e,
          "created.schema",
          "schema '" + target.schema() + "'",
          "Grant the role CREATE on the database.");
    }
  }

  private List<Finding> check(Connection connection) throws SQLException {
    List<Finding> findings = new ArrayList<>();
    ServerCheck server = new ServerCheck(connection);
    findings.add(server.connection());
    findings.add(server.version(OLDEST_SERVER));
    findings.addAll(server.readOnly());
    findings.add(server.encoding());
    findings.addAll(privileges(new Catalog(connection)));
    ExtensionCheck extension = new ExtensionCheck(connection);
    findings.addAll(extension.version());
    if (findings.stream().noneMatch(Finding::blocks)) {
      findings.addAll(new VectorTrial(connection).run());
    }
    findings.addAll(server.indexMemory());
    findings.addAll(server.timeouts());
    findings.addAll(SessionCheck.of(target, connection, writers + 2));
    findings.addAll(new Leftovers(connection).findings());
    if (migration != null) {
      findings.add(migration(connection, migration));
    }
    return findings;
  }

  private List<Finding> privileges(Catalog catalog) throws SQLException {
    String schema = target.schema();
    List<Finding> findings = new ArrayList<>();
    if (!catalog.mayCreateSchemas()) {
      findings.add(TargetPlanner.MAY_NOT_CREATE_SCHEMAS);
    }
    if (!catalog.schemaExists(schema)) {
      findings.add(
          Finding.error(
              "schema.missing",
              "Schema '%s' is not there, expected it to exist. Create it.".formatted(schema)));
    } else if (!catalog.mayCreateIn(schema)) {
      findings.add(
          Finding.error(
              "privilege.schema",
              "The role may not create tables in schema '%s'. Grant it CREATE and USAGE on the schema."
                  .formatted(schema)));
    }
    if (findings.isEmpty()) {
      findings.add(
          Finding.info(
              "privileges",
              "The role may create schemas, and tables in schema '%s'.".formatted(schema)));
    }
    return findings;
  }

  /** In vector_migrate.run, and whether a process holds the lock of the migration. */
  private static Finding migration(Connection connection, String name) throws SQLException {
    Optional<String> state =
        Leftovers.remembers(connection)
            ? Sql.first(
                connection,
                "SELECT state FROM vector_migrate.run WHERE name = ?",
                row -> row.getString(1),
                name)
            : Optional.empty();
    if (state.isEmpty()) {
      return Finding.info("migration", "Migration '%s' has not begun here.".formatted(name));
    }
    boolean running =
        Sql.isTrue(
            connection,
            """
            SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_locks l
              JOIN pg_catalog.pg_database d ON d.oid = l.database
              WHERE d.datname = pg_catalog.current_database()
                AND l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
                AND (l.classid::bigint << 32) | l.objid::bigint = hashtextextended(?, 0))""",
            PgVectorSession.lockName(name));
    return running
        ? Finding.warning(
            "migration",
            "Migration '%s' is %s, and a process is at it: another would wait or be refused."
                .formatted(name, state.get()))
        : Finding.info(
            "migration", "Migration '%s' is %s; no process is at it.".formatted(name, state.get()));
  }
}
