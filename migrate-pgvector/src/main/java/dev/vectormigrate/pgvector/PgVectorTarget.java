package dev.vectormigrate.pgvector;

import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.spi.RejectedRowException;
import dev.vectormigrate.spi.TableEstimate;
import dev.vectormigrate.spi.TableSpec;
import dev.vectormigrate.spi.TargetSession;
import dev.vectormigrate.spi.TargetStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL database with the pgvector extension. Immutable and thread-safe.
 *
 * <p>Connections come from the caller's {@link DataSource} and go back to it as they came; it stays
 * the caller's. A run takes two, and one more for each writer. They must be sessions of their own:
 * a pooler in transaction mode between application and server loses the lock.
 *
 * <p>What a migration remembers is in the schema {@code vector_migrate}; what it stages or keeps
 * for a rollback is in schemas {@code vector_migrate_stage_N} and {@code vector_migrate_kept_N}.
 * The role needs CREATE on the database and on the schemas of the tables.
 *
 * <p>Where the plan knows which model made the vectors of a column, or how they were reduced, a
 * line of the column's comment says so: {@code vector-migrate: model=all-minilm-l6-v2
 * reduction=pca(64)}. Vectors of another origin are not put beside them.
 *
 * <p>A vector index that the plan asks for in so many words is built on a live table, too, to which
 * rows are appended or written directly, if it has none on that column: concurrently, before the
 * rows become live. To roll back, or to discard what is not live, drops it.
 *
 * <p>Values that PostgreSQL can't hold refuse their row: text with the character U+0000 or a lone
 * surrogate, JSON with U+0000, vectors with NaN, an infinity or another dimension than the
 * column's.
 */
public final class PgVectorTarget implements TargetStore {

  private static final Duration DEFAULT_LOCK_WAIT = Duration.ofSeconds(5);

  private final DataSource dataSource;
  private final String name;
  private final String schema;
  private final Duration lockWait;
  private final IndexSettings indexSettings;

  private PgVectorTarget(
      DataSource dataSource,
      String name,
      String schema,
      Duration lockWait,
      IndexSettings indexSettings) {
    this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
    this.name = name;
    this.schema = schema;
    this.lockWait = lockWait;
    this.indexSettings = indexSettings;
  }

  /** The database that a data source connects to; tables go into the schema {@code public}. */
  public static PgVectorTarget of(DataSource dataSource) {
    return new PgVectorTarget(
        dataSource, "postgresql", "public", DEFAULT_LOCK_WAIT, IndexSettings.SERVER);
  }

  /** The same database under the name that messages and reports shall use; no credential in it. */
  public PgVectorTarget named(String newName) {
    return new PgVectorTarget(dataSource, newName, schema, lockWait, indexSettings);
  }

  /** The same database with another schema for tables that the plan names without one. */
  public PgVectorTarget schema(String newSchema) {
    return new PgVectorTarget(dataSource, name, newSchema, lockWait, indexSettings);
  }

  /** The same database with another wait for locks on live tables; 5 seconds by default. */
  public PgVectorTarget lockWait(Duration wait) {
    return new PgVectorTarget(dataSource, name, schema, wait, indexSettings);
  }

  /**
   * The same database with so much memory for each index build, 1 MiB to 2 TiB, in place of what
   * the server's {@code maintenance_work_mem} grants. It is set for the builds alone. A parallel
   * build takes it from shared memory: in a container, {@code /dev/shm} must be as large.
   */
  public PgVectorTarget indexMemory(long bytes) {
    return new PgVectorTarget(dataSource, name, schema, lockWait, indexSettings.memory(bytes));
  }

  /**
   * The same database with so many parallel workers for each index build, 0 to 1,024, in place of
   * what the server's {@code max_parallel_maintenance_workers} grants. Where this is not said, HNSW
   * indexes are built without workers by versions of pgvector whose parallel builds are faulty.
   */
  public PgVectorTarget indexWorkers(int workers) {
    return new PgVectorTarget(dataSource, name, schema, lockWait, indexSettings.workers(workers));
  }

  @Override
  public String name() {
    return name;
  }

  /**
   * The collections of LangChain (Python) that are in the schema for tables, by name; none where
   * LangChain has no table there. For a layout that joins them.
   */
  public Map<String, UUID> langChainCollections() throws SQLException {
    try (Connection connection = connect()) {
      String table = "langchain_pg_collection";
      if (new Catalog(connection).kindOf(schema, table).isEmpty()) {
        return Map.of();
      }
      Map<String, UUID> collections = new TreeMap<>();
      Sql.list(
          connection,
          "SELECT name, uuid FROM " + Identifiers.quote(schema, table),
          row -> collections.put(row.getString(1), row.getObject(2, UUID.class)));
      return collections;
    }
  }

  String schema() {
    return schema;
  }

  Duration lockWait() {
    return lockWait;
  }

  IndexSettings indexSettings() {
    return indexSettings;
  }

  Connection connect() throws SQLException {
    Connection connection = borrow();
    if (!connection.getAutoCommit()) {
      connection.setAutoCommit(true);
    }
    return connection;
  }

  private Connection borrow() throws SQLException {
    try {
      return dataSource.getConnection();
    } catch (SQLTransientConnectionException e) {
      if (e.getCause() != null) {
        throw e;
      }
      SQLException clear =
          new SQLException(
              "the pool gave no connection in time, expected one. A run takes two, and one more for"
                  + " each writer: enlarge the pool, or lower writers(...)",
              e.getSQLState());
      clear.addSuppressed(e);
      throw clear;
    }
  }

  @Override
  public TargetSession open(String migration) throws Exception {
    return new PgVectorSession(this, migration);
  }

  @Override
  public void check(Row row) throws RejectedRowException {
    Schema columns = row.schema();
    for (int i = 0; i < columns.size(); i++) {
      String why = whyNot(columns.field(i), row.value(i));
      if (why != null) {
        throw new RejectedRowException(
            row.id(), "column '" + columns.field(i).name() + "': " + why);
      }
    }
  }

  @Override
  public Optional<TableEstimate> estimate(TableSpec table) {
    return Optional.of(new StorageEstimate(table));
  }

  private static @Nullable String whyNot(Field field, @Nullable Object value) {
    return value == null ? null : Representable.whyNot(field.type(), value);
  }
}
