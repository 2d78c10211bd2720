package dev.vectormigrate.pgvector;

import dev.vectormigrate.model.ColumnDefault;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.spi.TableSpec;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * A table of a stored run, with the names of everything that belongs to it.
 *
 * @param run the run's number
 * @param ordinal its position in the run, from 0
 * @param spec what the plan wants
 * @param schema where the live table is, or will be
 * @param way how its rows become live
 */
record RunTable(long run, int ordinal, TableSpec spec, String schema, Way way) {

  /** How rows become live, decided when the run begins. */
  enum Way {
    /** The staging table moves to where no table is. */
    CREATE,
    /** The staging table moves to where the old one was. */
    REPLACE,
    /** The staged rows are inserted into the live table. */
    MERGE,
    /** Rows are written straight into a new live table. */
    DIRECT_NEW,
    /** Each batch is inserted straight into the live table. */
    DIRECT_MERGE;

    boolean isDirect() {
      return this == DIRECT_NEW || this == DIRECT_MERGE;
    }

    boolean merges() {
      return this == MERGE || this == DIRECT_MERGE;
    }

    /** Whether the table that the run fills becomes the live table itself. */
    boolean ownsTable() {
      return !merges();
    }
  }

  String name() {
    return spec.name().name();
  }

  Schema columns() {
    return spec.schema();
  }

  List<String> columnNames() {
    return columns().fields().stream().map(Field::name).toList();
  }

  /** Defaults of columns; those of a live table that is merged into are its own. */
  List<ColumnDefault> ownDefaults() {
    return way.merges() ? List.of() : spec.defaults();
  }

  /** Whether the run makes a table with a partition a tenant. */
  boolean isPartitioned() {
    return way.ownsTable() && spec.tenancy().partitioned();
  }

  List<String> key() {
    return columns().key();
  }

  /** Locks the live table, in the caller's transaction. */
  void lockLive(Connection connection, String mode) throws SQLException {
    try {
      Sql.execute(connection, "LOCK TABLE " + live() + " IN " + mode + " MODE");
    } catch (SQLException e) {
      if (SqlErrors.hasState(e, "55P03")) {
        throw new IllegalStateException(
            "table %s: in use by others for longer than the wait for a lock, expected it to be free."
                    .formatted(spec.name())
                + " Run again when it is.",
            e);
      }
      throw e;
    }
  }

  /** The live table as SQL text. */
  String live() {
    return Identifiers.quote(schema, name());
  }

  /** The schema of the run's staging tables, which bear their final names. */
  static String stagingSchema(long run) {
    return "vector_migrate_stage_" + run;
  }

  /** The schema of what the run keeps for a rollback. */
  static String keptSchema(long run) {
    return "vector_migrate_kept_" + run;
  }

  /** The table that is read and indexed before the promotion, as SQL text. */
  String staging() {
    return Identifiers.quote(schemaBefore(), name());
  }

  /** Where that table is before the promotion. */
  String schemaBefore() {
    return way.isDirect() ? schema : stagingSchema(run);
  }

  /** The replaced table, as SQL text. */
  String previous() {
    return Identifiers.quote(keptSchema(run), name());
  }

  /** What a merge inserted or overwrote, as SQL text. */
  String ledger() {
    return Identifiers.quote(keptSchema(run), "ledger_" + ordinal);
  }

  /** What a merge left out because its key was there, as SQL text. */
  String skipped() {
    return Identifiers.quote(keptSchema(run), "skipped_" + ordinal);
  }
}
