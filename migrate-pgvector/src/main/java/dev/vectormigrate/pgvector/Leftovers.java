package dev.vectormigrate.pgvector;

import dev.vectormigrate.model.Finding;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** What earlier migrations have left in a database. Reads only. */
final class Leftovers {

  private final Connection connection;

  Leftovers(Connection connection) {
    this.connection = connection;
  }

  /** Whether the database remembers migrations, and lets this role look. */
  static boolean remembers(Connection connection) throws SQLException {
    return Sql.isTrue(
        connection,
        """
        SELECT coalesce(pg_catalog.has_table_privilege(c.oid, 'SELECT')
          AND pg_catalog.has_schema_privilege(n.oid, 'USAGE'), false)
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'vector_migrate' AND c.relname = 'run'""");
  }

  List<Finding> findings() throws SQLException {
    Catalog catalog = new Catalog(connection);
    if (catalog.schemaExists(ControlSchema.SCHEMA) && !remembers(connection)) {
      return List.of(
          Finding.error(
              "control.privilege",
              "The role may not read what migrations have stored in schema vector_migrate. Use the"
                  + " role that ran them."));
    }
    try {
      ControlSchema.exists(connection);
    } catch (IllegalStateException e) {
      return List.of(Finding.error("control.version", String.valueOf(e.getMessage())));
    }
    return schemas(remembers(connection));
  }

  private List<Finding> schemas(boolean remembered) throws SQLException {
    String runs =
        remembered
            ? "SELECT id, name, state FROM vector_migrate.run"
            : "SELECT 0::bigint AS id, '' AS name, '' AS state WHERE false";
    return Sql.list(
        connection,
        """
        SELECT n.nspname, r.name, r.state, pg_catalog.pg_size_pretty(
          (SELECT coalesce(sum(pg_catalog.pg_total_relation_size(c.oid)), 0)
            FROM pg_catalog.pg_class c
            WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'm'))::bigint)
        FROM pg_catalog.pg_namespace n
        LEFT JOIN (%s) r ON r.id::text = substring(n.nspname FROM '[0-9]+$')
        WHERE n.nspname ~ '^vector_migrate_(stage|kept)_[0-9]+$' ORDER BY n.nspname"""
            .formatted(runs),
        row ->
            finding(
                row.getString(1),
                Optional.ofNullable(row.getString(2)),
                row.getString(3),
                row.getString(4)));
  }

  private static Finding finding(
      String schema, Optional<String> migration, String state, String size) {
    if (migration.isEmpty()) {
      return Finding.warning(
          "leftovers.unknown",
          "Schema '%s' (%s) belongs to no migration that this database remembers. Look into it, and drop it if nobody needs it."
              .formatted(schema, size));
    }
    return state.equals("promoted")
        ? Finding.info(
            "leftovers.kept",
            "Migration '%s' keeps %s for a rollback in schema '%s'. To discard it frees them."
                .formatted(migration.get(), size, schema))
        : Finding.info(
            "leftovers.staged",
            "Migration '%s' is %s, with %s in schema '%s'. Its next run goes on with them; to discard it frees them."
                .formatted(migration.get(), state, size, schema));
  }
}
