package dev.vectormigrate.pgvector;

import dev.vectormigrate.model.ColumnDefault;
import dev.vectormigrate.model.Digest;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.ForeignKey;
import dev.vectormigrate.model.PlainIndex;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.VectorIndex;
import dev.vectormigrate.spi.Checkpoint;
import dev.vectormigrate.spi.FrozenDataset;
import dev.vectormigrate.spi.FrozenDataset.SplitProgress;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.Reference;
import dev.vectormigrate.spi.Reject;
import dev.vectormigrate.spi.RunRecord;
import dev.vectormigrate.spi.RunState;
import dev.vectormigrate.spi.Sample;
import dev.vectormigrate.spi.Split;
import dev.vectormigrate.spi.TableName;
import dev.vectormigrate.spi.TableSpec;
import dev.vectormigrate.spi.Tenancy;
import dev.vectormigrate.spi.VectorOrigin;
import dev.vectormigrate.spi.WriteMode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The tables in which the target remembers its migrations, in the schema {@code vector_migrate}.
 * All methods work in the caller's transaction.
 */
final class ControlSchema {

  static final String SCHEMA = "vector_migrate";

  private static final int VERSION = 1;
  private static final int FETCHED_AT_ONCE = 1_000;

  private ControlSchema() {}

  /**
   * What is stored of one migration, with what only this target needs.
   *
   * @param id the run's number
   * @param epoch goes up whenever another process takes the run over
   * @param tables the tables, with how they become live
   * @param run what everybody sees
   */
  record Stored(long id, long epoch, List<RunTable> tables, RunRecord run) {}

  /** The statements that make the schema. */
  static List<String> ddl() {
    return List.of(
        "CREATE SCHEMA IF NOT EXISTS vector_migrate",
        """
        CREATE TABLE IF NOT EXISTS vector_migrate.version (
          version integer PRIMARY KEY)""",
        """
        CREATE TABLE IF NOT EXISTS vector_migrate.run (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          name text NOT NULL UNIQUE,
          state text NOT NULL,
          epoch bigint NOT NULL,
          plan text NOT NULL,
          started timestamptz NOT NULL,
          changed timestamptz NOT NULL)""",
        """
        CREATE TABLE IF NOT EXISTS vector_migrate.run_table (
          run_id bigint NOT NULL REFERENCES vector_migrate.run ON DELETE CASCADE,
          ordinal integer NOT NULL,
          named_schema text,
          schema_name text NOT NULL,
          table_name text NOT NULL,
          mode text NOT NULL,
          on_conflict text NOT NULL,
          way text NOT NULL,
          index_method text NOT NULL,
          index_first integer NOT NULL,
          index_second integer NOT NULL,
          index_precision text NOT NULL,
          comment text NOT NULL,
          live_oid bigint,
          tenant_column text NOT NULL,
          tenants text[] NOT NULL,
          policy_setting text NOT NULL,
          partitioned boolean NOT NULL,
          PRIMARY KEY (run_id, ordinal))""",
        """
        CREATE TABLE IF NOT EXISTS vector_migrate.run_column (
          run_id bigint NOT NULL REFERENCES vector_migrate.run ON DELETE CASCADE,
          table_ordinal integer NOT NULL,
          ordinal integer NOT NULL,
          name text NOT NULL,
          kind text NOT NULL,
          size integer NOT NULL,
          distance text,
          nullable boolean NOT NULL,
          key_ordinal integer,
          filled boolean NOT NULL,
          default_kind text,
          default_literal text,
          PRIMARY KEY (run_id, table_ordinal, ordinal))""",
        """
        CREATE TABLE IF NOT EXISTS vector_migrate.run_index (
          run_id bigint NOT NULL REFERENCES vector_migrate.run ON DELETE CASCADE,
          table_ordinal integer NOT NULL,
          ordinal integer NOT NULL,
          method text NOT NULL,
          columns text[] NOT NULL,
          is_unique boolean NOT NULL,
          PRIMARY KEY (run_id, table_ordinal, ordinal))""",
        """
        CREATE TABLE IF NOT EXISTS vector_migrate.run_reference (
          run_id bigint NOT NULL REFERENCES vector_migrate.run ON DELETE CASCADE,
          table_ordinal integer NOT NULL,
          ordinal integer NOT NULL,
          columns text[] NOT NULL,
          named_schema text,
          table_name text NOT NULL,
          referenced text[] NOT NULL,
          on_delete text NOT NULL,
          on_update text NOT NULL,
          PRIMARY KEY (run_id, table_ordinal, ordinal))""",
        """
        CREATE TABLE IF NOT EXISTS vector_migrate.run_origin (
          run_id bigint NOT NULL REFERENCES vector_migrate.run ON DELETE CASCADE,
          table_ordinal integer NOT NULL,
          ordinal integer NOT NULL,
          column_name text NOT NULL,
          model text NOT NULL,
          reduction text NOT NULL,
          PRIMARY KEY (run_id, table_ordinal, ordinal))""",
        """
        CREATE TABLE IF NOT EXISTS vector_migrate.kept (
          run_id bigint NOT NULL REFERENCES vector_migrate.run ON DELETE CASCADE,
          name text NOT NULL,
          content bytea NOT NULL,
          PRIMARY KEY (run_id, name))""",
        """
        CREATE TABLE IF NOT EXISTS vector_migrate.embedding (
          model text NOT NULL,
          dimension integer NOT NULL,
          text_hash bytea NOT NULL,
          vector bytea NOT NULL,
          PRIMARY KEY (model, dimension, text_hash))""",
        """
        CREATE TABLE IF NOT EXISTS vector_migrate.dataset (
          run_id bigint NOT NULL REFERENCES vector_migrate.run ON DELETE CASCADE,
          ordinal integer NOT NULL,
          source integer NOT NULL,
          name text NOT NULL,
          table_ordinal integer NOT NULL,
          fingerprint text NOT NULL,
          mapping text NOT NULL,
          expected_rows bigint NOT NULL,
          PRIMARY KEY (run_id, ordinal))""",
        """
        CREATE TABLE IF NOT EXISTS vector_migrate.split (
          run_id bigint NOT NULL REFERENCES vector_migrate.run ON DELETE CASCADE,
          dataset_ordinal integer NOT NULL,
          ordinal integer NOT NULL,
          token text NOT NULL,
          position text NOT NULL,
          rows_read bigint NOT NULL,
          rows_written bigint NOT NULL,
          rows_rejected bigint NOT NULL,
          bytes bigint NOT NULL,
          digest text NOT NULL,
          done boolean NOT NULL,
          PRIMARY KEY (run_id, dataset_ordinal, ordinal))""",
        """
        CREATE TABLE IF NOT EXISTS vector_migrate.reject (
          run_id bigint NOT NULL REFERENCES vector_migrate.run ON DELETE CASCADE,
          dataset_ordinal integer NOT NULL,
          split_ordinal integer NOT NULL,
          id text NOT NULL,
          position text NOT NULL,
          reason text NOT NULL)""",
        """
        CREATE TABLE IF NOT EXISTS vector_migrate.sample (
          run_id bigint NOT NULL REFERENCES vector_migrate.run ON DELETE CASCADE,
          dataset_ordinal integer NOT NULL,
          id text NOT NULL,
          fingerprint text NOT NULL)""",
        """
        CREATE TABLE IF NOT EXISTS vector_migrate.finding (
          run_id bigint NOT NULL REFERENCES vector_migrate.run ON DELETE CASCADE,
          ordinal integer NOT NULL,
          code text NOT NULL,
          severity text NOT NULL,
          message text NOT NULL,
          PRIMARY KEY (run_id, ordinal))""",
        "INSERT INTO vector_migrate.version VALUES (" + VERSION + ") ON CONFLICT DO NOTHING");
  }

  /** Makes the schema where it is missing; safe when two migrations do so at once. */
  static void create(Connection connection) throws SQLException {
    awaitOthers(connection);
    if (!exists(connection)) {
      Sql.execute(connection, ddl().toArray(new String[0]));
    }
  }

  /** Waits until no other transaction is beginning a run. */
  static boolean awaitOthers(Connection connection) throws SQLException {
    return Sql.first(
            connection,
            "SELECT pg_advisory_xact_lock(hashtextextended('vector_migrate schema', 0))",
            row -> true)
        .isPresent();
  }

  static boolean exists(Connection connection) throws SQLException {
    if (!Sql.isTrue(connection, "SELECT to_regclass('vector_migrate.run') IS NOT NULL")) {
      return false;
    }
    int version =
        Sql.first(
                connection, "SELECT max(version) FROM vector_migrate.version", row -> row.getInt(1))
            .orElse(0);
    if (version != VERSION) {
      throw new IllegalStateException(
          "schema vector_migrate: version %d, expected %d. Use the release that made it."
              .formatted(version, VERSION));
    }
    return true;
  }

  /** What is stored of a migration. */
  static Optional<Stored> find(Connection connection, String migration) throws SQLException {
    if (!exists(connection)) {
      return Optional.empty();
    }
    return Sql.first(
        connection,
        "SELECT id, state, epoch, plan, started, changed FROM vector_migrate.run WHERE name = ?",
        row -> read(connection, migration, row),
        migration);
  }

  private static Stored read(Connection connection, String migration, ResultSet row)
      throws SQLException {
    long id = row.getLong(1);
    List<RunTable> tables = tables(connection, id);
    RunRecord run =
        new RunRecord(
            migration,
            RunState.valueOf(upper(row.getString(2))),
            row.getString(4),
            tables.stream().map(RunTable::spec).toList(),
            datasets(connection, id),
            findings(connection, id),
            instant(row, 5),
            instant(row, 6));
    return new Stored(id, row.getLong(3), tables, run);
  }

  private static Instant instant(ResultSet row, int column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  private static List<RunTable> tables(Connection connection, long run) throws SQLException {
    return Sql.list(
        connection,
        """
        SELECT ordinal, named_schema, schema_name, table_name, mode, on_conflict, way,
          index_method, index_first, index_second, comment, tenant_column, tenants,
          policy_setting, partitioned, index_precision
        FROM vector_migrate.run_table WHERE run_id = ? ORDER BY ordinal""",
        row -> table(connection, run, row),
        run);
  }

  private static RunTable table(Connection connection, long run, ResultSet row)
      throws SQLException {
    int ordinal = row.getInt(1);
    TableSpec spec =
        new TableSpec(
            new TableName(row.getString(2), row.getString(4)),
            columns(connection, run, ordinal),
            new WriteMode(
                WriteMode.Kind.valueOf(upper(row.getString(5))),
                WriteMode.OnConflict.valueOf(upper(row.getString(6)))),
            new VectorIndex(
                VectorIndex.Method.valueOf(upper(row.getString(8))),
                row.getInt(9),
                row.getInt(10),
                VectorIndex.Precision.valueOf(upper(row.getString(16)))),
            defaults(connection, run, ordinal),
            indexes(connection, run, ordinal),
            references(connection, run, ordinal),
            new Tenancy(row.getString(12), texts(row, 13), row.getString(14), row.getBoolean(15)),
            origins(connection, run, ordinal),
            row.getString(11));
    RunTable.Way way = RunTable.Way.valueOf(upper(row.getString(7)));
    return new RunTable(run, ordinal, spec, row.getString(3), way);
  }

  private static List<VectorOrigin> origins(Connection connection, long run, int table)
      throws SQLException {
    return Sql.list(
        connection,
        """
        SELECT column_name, model, reduction FROM vector_migrate.run_origin
        WHERE run_id = ? AND table_ordinal = ? ORDER BY ordinal""",
        row -> new VectorOrigin(row.getString(1), row.getString(2), row.getString(3)),
        run,
        table);
  }

  private static Schema columns(Connection connection, long run, int table) throws SQLException {
    String from = " FROM vector_migrate.run_column WHERE run_id = ? AND table_ordinal = ?";
    List<Field> fields =
        Sql.list(
            connection,
            "SELECT " + FIELD + from + " AND filled ORDER BY ordinal",
            ControlSchema::field,
            run,
            table);
    List<String> key =
        Sql.list(
            connection,
            "SELECT name" + from + " AND key_ordinal IS NOT NULL ORDER BY key_ordinal",
            row -> row.getString(1),
            run,
            table);
    return new Schema(fields, key);
  }

  private static final String FIELD = "name, kind, size, distance, nullable";

  private static List<ColumnDefault> defaults(Connection connection, long run, int table)
      throws SQLException {
    return Sql.list(
        connection,
        "SELECT "
            + FIELD
            + ", default_kind, default_literal FROM vector_migrate.run_column"
            + " WHERE run_id = ? AND table_ordinal = ? AND default_kind IS NOT NULL"
            + " ORDER BY ordinal",
        row ->
            new ColumnDefault(
                field(row), ColumnDefault.Kind.valueOf(upper(row.getString(6))), row.getString(7)),
        run,
        table);
  }

  private static List<PlainIndex> indexes(Connection connection, long run, int table)
      throws SQLException {
    return Sql.list(
        connection,
        """
        SELECT method, columns, is_unique FROM vector_migrate.run_index
        WHERE run_id = ? AND table_ordinal = ? ORDER BY ordinal""",
        row ->
            new PlainIndex(
                PlainIndex.Method.valueOf(upper(row.getString(1))),
                texts(row, 2),
                row.getBoolean(3)),
        run,
        table);
  }

  private static List<String> texts(ResultSet row, int column) throws SQLException {
    return List.of((String[]) row.getArray(column).getArray());
  }

  private static List<Reference> references(Connection connection, long run, int table)
      throws SQLException {
    return Sql.list(
        connection,
        """
        SELECT columns, named_schema, table_name, referenced, on_delete, on_update
        FROM vector_migrate.run_reference
        WHERE run_id = ? AND table_ordinal = ? ORDER BY ordinal""",
        row ->
            new Reference(
                texts(row, 1),
                new TableName(row.getString(2), row.getString(3)),
                texts(row, 4),
                ForeignKey.Action.valueOf(upper(row.getString(5))),
                ForeignKey.Action.valueOf(upper(row.getString(6)))),
        run,
        table);
  }

  private static Field field(ResultSet row) throws SQLException {
    String distance = row.getString(4);
    FieldType type =
        new FieldType(
            FieldType.Kind.valueOf(upper(row.getString(2))),
            row.getInt(3),
            distance == null ? null : Distance.valueOf(upper(distance)));
    return new Field(row.getString(1), type, row.getBoolean(5));
  }

  private static List<FrozenDataset> datasets(Connection connection, long run) throws SQLException {
    return Sql.list(
        connection,
        """
        SELECT ordinal, source, name, table_ordinal, fingerprint, mapping, expected_rows
        FROM vector_migrate.dataset WHERE run_id = ? ORDER BY ordinal""",
        row ->
            new FrozenDataset(
                row.getInt(2),
                row.getString(3),
                row.getInt(4),
                row.getString(5),
                row.getString(6),
                row.getLong(7),
                splits(connection, run, row.getInt(1))),
        run);
  }

  private static List<SplitProgress> splits(Connection connection, long run, int dataset)
      throws SQLException {
    return Sql.list(
        connection,
        "SELECT token, "
            + CHECKPOINT
            + " FROM vector_migrate.split WHERE run_id = ? AND dataset_ordinal = ? ORDER BY ordinal",
        row -> new SplitProgress(new Split(row.getString(1)), checkpoint(row, 2)),
        run,
        dataset);
  }

  private static final String CHECKPOINT =
      "position, rows_read, rows_written, rows_rejected, bytes, digest, done";

  private static Checkpoint checkpoint(ResultSet row, int first) throws SQLException {
    return new Checkpoint(
        new Position(row.getString(first)),
        row.getLong(first + 1),
        row.getLong(first + 2),
        row.getLong(first + 3),
        row.getLong(first + 4),
        Digest.parse(row.getString(first + 5)),
        row.getBoolean(first + 6));
  }

  /**
   * The stored checkpoint of a split. Waits for a transaction that is changing it, whose answer may
   * have been lost: it holds the row until it has ended.
   */
  static Checkpoint checkpoint(Connection connection, long run, int dataset, int split)
      throws SQLException {
    return Sql.first(
            connection,
            "SELECT "
                + CHECKPOINT
                + " FROM vector_migrate.split"
                + " WHERE run_id = ? AND dataset_ordinal = ? AND ordinal = ? FOR UPDATE",
            row -> checkpoint(row, 1),
            run,
            dataset,
            split)
        .orElseThrow(() -> new IllegalStateException("split: not stored, expected it to be"));
  }

  /** Stores a split's new checkpoint. */
  static void store(Connection connection, long run, int dataset, int split, Checkpoint after)
      throws SQLException {
    Sql.update(
        connection,
        """
        UPDATE vector_migrate.split SET position = ?, rows_read = ?, rows_written = ?,
          rows_rejected = ?, bytes = ?, digest = ?, done = ?
        WHERE run_id = ? AND dataset_ordinal = ? AND ordinal = ?""",
        after.position().token(),
        after.read(),
        after.written(),
        after.rejected(),
        after.bytes(),
        after.digest().toString(),
        after.done(),
        run,
        dataset,
        split);
  }

  private static List<Finding> findings(Connection connection, long run) throws SQLException {
    return Sql.list(
        connection,
        """
        SELECT code, severity, message FROM vector_migrate.finding
        WHERE run_id = ? ORDER BY ordinal""",
        row ->
            new Finding(
                row.getString(1),
                Finding.Severity.valueOf(upper(row.getString(2))),
                row.getString(3)),
        run);
  }

  /** Stores a new run and returns its number. */
  static long insertRun(Connection connection, RunRecord run) throws SQLException {
    return Sql.first(
            connection,
            """
            INSERT INTO vector_migrate.run (name, state, epoch, plan, started, changed)
            VALUES (?, ?, 1, ?, ?, ?) RETURNING id""",
            row -> row.getLong(1),
            run.migration(),
            lower(run.state()),
            run.plan(),
            run.started().atOffset(ZoneOffset.UTC),
            run.changed().atOffset(ZoneOffset.UTC))
        .orElseThrow(() -> new IllegalStateException("run: not stored, expected it to be"));
  }

  /** Stores the datasets and splits of a new run. */
  static void insertDatasets(Connection connection, long run, List<FrozenDataset> datasets)
      throws SQLException {
    for (int d = 0; d < datasets.size(); d++) {
      FrozenDataset dataset = datasets.get(d);
      Sql.update(
          connection,
          "INSERT INTO vector_migrate.dataset VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
          run,
          d,
          dataset.source(),
          dataset.name(),
          dataset.table(),
          dataset.fingerprint(),
          dataset.mapping(),
          dataset.expectedRows());
      insertSplits(connection, run, d, dataset.splits());
    }
  }

  private static void insertSplits(
      Connection connection, long run, int dataset, List<SplitProgress> splits)
      throws SQLException {
    for (int s = 0; s < splits.size(); s++) {
      Sql.update(
          connection,
          "INSERT INTO vector_migrate.split VALUES (?, ?, ?, ?, '', 0, 0, 0, 0, ?, false)",
          run,
          dataset,
          s,
          splits.get(s).split().token(),
          Digest.NONE.toString());
    }
  }

  /** Stores a table of a new run. */
  static void insertTable(Connection connection, RunTable table) throws SQLException {
    TableSpec spec = table.spec();
    Sql.update(
        connection,
        "INSERT INTO vector_migrate.run_table"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?, ?, ?)",
        table.run(),
        table.ordinal(),
        spec.name().schema(),
        table.schema(),
        table.name(),
        lower(spec.mode().kind()),
        lower(spec.mode().onConflict()),
        lower(table.way()),
        lower(spec.index().method()),
        spec.index().first(),
        spec.index().second(),
        lower(spec.index().precision()),
        spec.comment(),
        spec.tenancy().column(),
        spec.tenancy().tenants().toArray(new String[0]),
        spec.tenancy().setting(),
        spec.tenancy().partitioned());
    Map<String, ColumnDefault> defaults = new LinkedHashMap<>();
    spec.defaults().forEach(value -> defaults.put(value.column().name(), value));
    int ordinal = 0;
    for (Field field : spec.schema().fields()) {
      insertColumn(connection, table, ordinal++, field, true, defaults.remove(field.name()));
    }
    for (ColumnDefault value : defaults.values()) {
      insertColumn(connection, table, ordinal++, value.column(), false, value);
    }
    for (int i = 0; i < spec.indexes().size(); i++) {
      insertIndex(connection, table, i, spec.indexes().get(i));
    }
    for (int i = 0; i < spec.references().size(); i++) {
      insertReference(connection, table, i, spec.references().get(i));
    }
    for (int i = 0; i < spec.origins().size(); i++) {
      insertOrigin(connection, table, i, spec.origins().get(i));
    }
  }

  private static void insertOrigin(
      Connection connection, RunTable table, int ordinal, VectorOrigin origin) throws SQLException {
    Sql.update(
        connection,
        "INSERT INTO vector_migrate.run_origin VALUES (?, ?, ?, ?, ?, ?)",
        table.run(),
        table.ordinal(),
        ordinal,
        origin.column(),
        origin.model(),
        origin.reduction());
  }

  /** Keeps something with a run; see {@code TargetSession.begin}. */
  static void keep(Connection connection, long run, String name, byte[] content)
      throws SQLException {
    Sql.update(connection, "INSERT INTO vector_migrate.kept VALUES (?, ?, ?)", run, name, content);
  }

  /** Keeps nothing under a name any more. */
  static void forget(Connection connection, long run, String name) throws SQLException {
    Sql.update(
        connection, "DELETE FROM vector_migrate.kept WHERE run_id = ? AND name = ?", run, name);
  }

  /** What is kept with a run under a name. */
  static Optional<byte[]> kept(Connection connection, long run, String name) throws SQLException {
    return Sql.first(
        connection,
        "SELECT content FROM vector_migrate.kept WHERE run_id = ? AND name = ?",
        row -> row.getBytes(1),
        run,
        name);
  }

  private static void insertColumn(
      Connection connection,
      RunTable table,
      int ordinal,
      Field field,
      boolean filled,
      @Nullable ColumnDefault value)
      throws SQLException {
    int inKey = table.key().indexOf(field.name());
    Distance distance = field.type().distance();
    Sql.update(
        connection,
        "INSERT INTO vector_migrate.run_column VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        table.run(),
        table.ordinal(),
        ordinal,
        field.name(),
        lower(field.type().kind()),
        field.type().size(),
        distance == null ? null : lower(distance),
        field.nullable(),
        inKey < 0 ? null : inKey,
        filled,
        value == null ? null : lower(value.kind()),
        value == null ? null : value.literal());
  }

  private static void insertIndex(
      Connection connection, RunTable table, int ordinal, PlainIndex index) throws SQLException {
    Sql.update(
        connection,
        "INSERT INTO vector_migrate.run_index VALUES (?, ?, ?, ?, ?, ?)",
        table.run(),
        table.ordinal(),
        ordinal,
        lower(index.method()),
        index.columns().toArray(new String[0]),
        index.unique());
  }

  private static void insertReference(
      Connection connection, RunTable table, int ordinal, Reference reference) throws SQLException {
    Sql.update(
        connection,
        "INSERT INTO vector_migrate.run_reference VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        table.run(),
        table.ordinal(),
        ordinal,
        reference.columns().toArray(new String[0]),
        reference.table().schema(),
        reference.table().name(),
        reference.referenced().toArray(new String[0]),
        lower(reference.onDelete()),
        lower(reference.onUpdate()));
  }

  /** Stores rejects of a split. */
  static void insertRejects(
      Connection connection, long run, int dataset, int split, List<Reject> rejects)
      throws SQLException {
    for (Reject reject : rejects) {
      Sql.update(
          connection,
          "INSERT INTO vector_migrate.reject VALUES (?, ?, ?, ?, ?, ?)",
          run,
          dataset,
          split,
          storable(reject.id()),
          reject.position().token(),
          storable(reject.reason()));
    }
  }

  /** Stores samples of a dataset. */
  static void insertSamples(Connection connection, long run, int dataset, List<Sample> samples)
      throws SQLException {
    for (Sample sample : samples) {
      Sql.update(
          connection,
          "INSERT INTO vector_migrate.sample VALUES (?, ?, ?, ?)",
          run,
          dataset,
          sample.id(),
          sample.values());
    }
  }

  /** The name of a refused row may be what PostgreSQL can't store, and why it was refused. */
  private static String storable(String text) {
    StringBuilder storable = new StringBuilder();
    text.codePoints()
        .map(
            c ->
                c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)
                    ? 0xFFFD
                    : c)
        .forEach(storable::appendCodePoint);
    return storable.toString();
  }

  static List<Sample> samples(Connection connection, long run, int table) throws SQLException {
    return Sql.list(
        connection,
        """
        SELECT s.id, s.fingerprint FROM vector_migrate.sample s
        JOIN vector_migrate.dataset d ON d.run_id = s.run_id AND d.ordinal = s.dataset_ordinal
        WHERE s.run_id = ? AND d.table_ordinal = ?""",
        row -> new Sample(row.getString(1), row.getString(2)),
        run,
        table);
  }

  static List<Reject> rejects(Connection connection, long run, int dataset, int most)
      throws SQLException {
    return Sql.list(
        connection,
        """
        SELECT id, position, reason FROM vector_migrate.reject
        WHERE run_id = ? AND dataset_ordinal = ? ORDER BY split_ordinal, position, id LIMIT ?""",
        row -> new Reject(row.getString(1), new Position(row.getString(2)), row.getString(3)),
        run,
        dataset,
        most);
  }

  /** Every reject of a dataset, read in portions: the transaction holds a cursor. */
  static boolean eachReject(Connection connection, long run, int dataset, Consumer<Reject> receiver)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            SELECT id, position, reason FROM vector_migrate.reject
            WHERE run_id = ? AND dataset_ordinal = ? ORDER BY split_ordinal, position, id""")) {
      statement.setLong(1, run);
      statement.setInt(2, dataset);
      statement.setFetchSize(FETCHED_AT_ONCE);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          receiver.accept(
              new Reject(row.getString(1), new Position(row.getString(2)), row.getString(3)));
        }
      }
    }
    return true;
  }

  /** Stores a state, and what the checks found. */
  static void record(
      Connection connection, long run, RunState state, @Nullable List<Finding> findings)
      throws SQLException {
    Sql.update(
        connection,
        "UPDATE vector_migrate.run SET state = ?, changed = now() WHERE id = ?",
        lower(state),
        run);
    if (findings == null) {
      return;
    }
    Sql.update(connection, "DELETE FROM vector_migrate.finding WHERE run_id = ?", run);
    List<Finding> inOrder = new ArrayList<>(findings);
    for (int i = 0; i < inOrder.size(); i++) {
      Finding finding = inOrder.get(i);
      Sql.update(
          connection,
          "INSERT INTO vector_migrate.finding VALUES (?, ?, ?, ?, ?)",
          run,
          i,
          finding.code(),
          lower(finding.severity()),
          storable(finding.message()));
    }
  }

  /** Remembers which table is live now, so that no other is ever taken for it. */
  static void recordLive(Connection connection, RunTable table) throws SQLException {
    Sql.update(
        connection,
        """
        UPDATE vector_migrate.run_table SET live_oid = to_regclass(?)::oid::bigint
        WHERE run_id = ? AND ordinal = ?""",
        table.live(),
        table.run(),
        table.ordinal());
  }

  /** Whether the live table is the one that was made live by the run. */
  static boolean isLive(Connection connection, RunTable table) throws SQLException {
    return Sql.isTrue(
        connection,
        """
        SELECT live_oid = to_regclass(?)::oid::bigint FROM vector_migrate.run_table
        WHERE run_id = ? AND ordinal = ?""",
        table.live(),
        table.run(),
        table.ordinal());
  }

  /** Waits until no other transaction is changing a run, or removing it. */
  static boolean awaitRun(Connection connection, String migration) throws SQLException {
    return Sql.first(
            connection,
            "SELECT true FROM vector_migrate.run WHERE name = ? FOR UPDATE",
            row -> true,
            migration)
        .isPresent();
  }

  /** Takes the run over: writers of an earlier process that still live can store nothing more. */
  static long nextEpoch(Connection connection, long run) throws SQLException {
    return Sql.first(
            connection,
            "UPDATE vector_migrate.run SET epoch = epoch + 1 WHERE id = ? RETURNING epoch",
            row -> row.getLong(1),
            run)
        .orElseThrow(() -> new IllegalStateException("run: gone, expected it to be stored"));
  }

  /**
   * Makes the caller's transaction one of the run's present owner: a process that wants to take the
   * run over waits until it has ended.
   */
  static void holdEpoch(Connection connection, long run, long epoch) throws SQLException {
    boolean held =
        Sql.first(
                connection,
                "SELECT true FROM vector_migrate.run WHERE id = ? AND epoch = ? FOR SHARE",
                row -> true,
                run,
                epoch)
            .orElse(false);
    if (!held) {
      throw new IllegalStateException(
          "run: taken over by another process or discarded. Call status() to see how far it is.");
    }
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static String upper(String value) {
    return value.toUpperCase(Locale.ROOT);
  }
}
