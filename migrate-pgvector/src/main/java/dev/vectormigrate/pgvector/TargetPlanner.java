package dev.vectormigrate.pgvector;

import dev.vectormigrate.model.ColumnDefault;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.TableSpec;
import dev.vectormigrate.spi.TargetPlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Decides what to do for the tables of a plan; the preview and the run share this code. */
final class TargetPlanner {

  static final Finding MAY_NOT_CREATE_SCHEMAS =
      Finding.error(
          "privilege.create",
          "The role may not create schemas in this database, where the migration keeps its state."
              + " Grant it CREATE on the database.");

  private final Connection connection;
  private final Catalog catalog;
  private final String defaultSchema;

  TargetPlanner(Connection connection, String defaultSchema) {
    this.connection = connection;
    this.catalog = new Catalog(connection);
    this.defaultSchema = defaultSchema;
  }

  /** Where the extension's types live. */
  static ColumnTypes columnTypes(Connection connection) throws SQLException {
    return new ColumnTypes(
        new Catalog(connection)
            .extensionSchema()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "extension vector: not installed in this database, expected 0.5 or newer. Run"
                            + " CREATE EXTENSION vector as a role that may.")));
  }

  /** What would be done, and what stands in the way. */
  TargetPlan plan(List<TableSpec> specs) throws SQLException {
    ColumnTypes types = columnTypes(connection);
    List<Finding> findings = new ArrayList<>(databaseFindings(specs));
    List<RunTable> tables = new ArrayList<>();
    for (TableSpec spec : specs) {
      TableDecision decision = TableDecision.of(catalog, spec, defaultSchema);
      findings.addAll(decision.findings());
      tables.add(decision.table(0, tables.size()));
    }
    boolean blocked = findings.stream().anyMatch(Finding::blocks);
    return new TargetPlan(blocked ? List.of() : statements(tables, types), findings);
  }

  private List<Finding> databaseFindings(List<TableSpec> specs) throws SQLException {
    List<Finding> findings = new ArrayList<>();
    if (!catalog.mayCreateSchemas()) {
      findings.add(MAY_NOT_CREATE_SCHEMAS);
    }
    Set<String> names = new HashSet<>();
    for (TableSpec spec : specs) {
      if (!names.add(spec.name().name())) {
        findings.add(
            Finding.error(
                "table.twice",
                "Two tables are named '%s' in different schemas, expected one in a plan. Make it two"
                        .formatted(spec.name().name())
                    + " plans."));
      }
    }
    return findings;
  }

  /** The tables of a run. */
  List<RunTable> decide(long run, List<TableSpec> specs) throws SQLException {
    List<RunTable> tables = new ArrayList<>();
    for (TableSpec spec : specs) {
      TableDecision decision = TableDecision.of(catalog, spec, defaultSchema);
      for (Finding finding : decision.findings()) {
        if (finding.blocks()) {
          throw new IllegalStateException(finding.message());
        }
      }
      tables.add(decision.table(run, tables.size()));
    }
    return tables;
  }

  private List<String> statements(List<RunTable> tables, ColumnTypes types) throws SQLException {
    List<String> statements = new ArrayList<>(stagingStatements(tables));
    for (RunTable table : tables) {
      statements.add(
          "COPY %s (%s) FROM STDIN (FORMAT binary)"
              .formatted(table.staging(), Identifiers.quoteAll(table.columnNames())));
      statements.addAll(new Indexes(table, types, 0, IndexSettings.SERVER).statements());
      LiveIndexes live = new LiveIndexes(connection, table);
      for (VectorIndexing index : live.missing()) {
        statements.add(live.statement(index, live.name(index), types, 0));
      }
    }
    ForeignKeys foreignKeys = new ForeignKeys(connection, tables);
    tables.forEach(table -> statements.addAll(foreignKeys.statements(table)));
    return statements;
  }

  /** The statements that make the tables which rows are staged in. */
  List<String> stagingStatements(List<RunTable> tables) throws SQLException {
    ColumnTypes types = columnTypes(connection);
    List<String> statements = new ArrayList<>();
    long run = tables.get(0).run();
    if (tables.stream().anyMatch(table -> !table.way().isDirect())) {
      statements.add("CREATE SCHEMA " + Identifiers.quote(RunTable.stagingSchema(run)));
    }
    if (tables.stream().anyMatch(table -> table.way().merges())) {
      statements.add("CREATE SCHEMA " + Identifiers.quote(RunTable.keptSchema(run)));
    }
    for (RunTable table : tables) {
      if (table.way() != RunTable.Way.DIRECT_MERGE) {
        statements.addAll(createTable(table, types));
      }
      if (table.way().merges()) {
        statements.addAll(Merge.ledgerDdl(table));
      }
    }
    return statements;
  }

  private static List<String> createTable(RunTable table, ColumnTypes types) {
    List<String> columns = new ArrayList<>();
    table.columns().fields().forEach(field -> columns.add(column(table, field, types)));
    for (ColumnDefault value : table.ownDefaults()) {
      if (table.columns().indexOf(value.column().name()) < 0) {
        columns.add(types.column(value.column(), value));
      }
    }
    List<String> statements = new ArrayList<>();
    statements.add(
        "CREATE TABLE %s (%s)%s"
            .formatted(table.staging(), String.join(", ", columns), partitioning(table)));
    statements.addAll(partitions(table));
    statements.add(
        "COMMENT ON TABLE %s IS %s"
            .formatted(table.staging(), Identifiers.literal(table.spec().comment())));
    statements.addAll(ColumnOrigins.statements(table));
    return statements;
  }

  private static String partitioning(RunTable table) {
    return table.isPartitioned()
        ? " PARTITION BY LIST (" + Identifiers.quote(table.spec().tenancy().column()) + ")"
        : "";
  }

  /** One a tenant, numbered, since names of tenants may differ only in what a table's name cuts. */
  private static List<String> partitions(RunTable table) {
    if (!table.isPartitioned()) {
      return List.of();
    }
    List<String> statements = new ArrayList<>();
    for (String tenant : table.spec().tenancy().tenants()) {
      statements.add(
          partition(table, "t" + (statements.size() + 1))
              + " FOR VALUES IN ("
              + Identifiers.literal(tenant)
              + ")");
    }
    statements.add(partition(table, "others") + " DEFAULT");
    return statements;
  }

  private static String partition(RunTable table, String ending) {
    return "CREATE TABLE %s PARTITION OF %s"
        .formatted(
            Identifiers.quote(table.schemaBefore(), Identifiers.joined(table.name(), ending)),
            table.staging());
  }

  private static String column(RunTable table, Field field, ColumnTypes types) {
    return table.ownDefaults().stream()
        .filter(value -> value.column().name().equals(field.name()))
        .findFirst()
        .map(value -> types.column(field, value))
        .orElseGet(() -> types.column(field));
  }
}
