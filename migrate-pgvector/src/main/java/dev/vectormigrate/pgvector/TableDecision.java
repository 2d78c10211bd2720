package dev.vectormigrate.pgvector;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.VectorIndex;
import dev.vectormigrate.spi.TableSpec;
import dev.vectormigrate.spi.WriteMode;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decides how a table's rows become live, by what is in the database now. */
final class TableDecision {

  private final Catalog catalog;
  private final TableSpec spec;
  private final String schema;
  private final List<Finding> findings = new ArrayList<>();
  private RunTable.Way way = RunTable.Way.CREATE;

  private TableDecision(Catalog catalog, TableSpec spec, String schema) {
    this.catalog = catalog;
    this.spec = spec;
    this.schema = schema;
  }

  /** Decides on a table of the plan; a finding that blocks says why it can't be done. */
  static TableDecision of(Catalog catalog, TableSpec spec, String defaultSchema)
      throws SQLException {
    String named = spec.name().schema();
    TableDecision decision =
        new TableDecision(catalog, spec, named == null ? defaultSchema : named);
    decision.decide();
    return decision;
  }

  RunTable.Way way() {
    return way;
  }

  List<Finding> findings() {
    return findings;
  }

  /** The table of a run with this number. */
  RunTable table(long run, int ordinal) {
    return new RunTable(run, ordinal, spec, schema, way);
  }

  private void decide() throws SQLException {
    checkNames();
    if (!findings.isEmpty()) {
      return; // there is no asking the database for such a name
    }
    checkColumns();
    if (!catalog.schemaExists(schema)) {
      refuse(
          "schema.missing",
          "schema '%s' is not there, expected it to exist. Create it.".formatted(schema));
      return;
    }
    Optional<String> kind = catalog.kindOf(schema, spec.name().name());
    if (kind.isEmpty()) {
      decideForNewTable();
    } else if (!kind.get().equals("r") && !kind.get().equals("p")) {
      refuse("table.kind", "is not a table, expected a table or nothing. Name another table.");
    } else {
      decideForExistingTable(kind.get());
    }
  }

  private void checkNames() {
    List<String> names = new ArrayList<>(List.of(schema, spec.name().name()));
    spec.schema().fields().forEach(field -> names.add(field.name()));
    for (String name : names) {
      if (!Identifiers.fits(name)) {
        refuse(
            "name.too_long",
            "name '%s' has %d bytes, expected at most %d. Name another in the plan."
                .formatted(name, Identifiers.bytes(name), Identifiers.MAX_BYTES));
      } else if (name.indexOf('\0') >= 0 || !UTF_8.newEncoder().canEncode(name)) {
        refuse(
            "name.invalid",
            "a name holds the character U+0000 or half a surrogate pair, expected neither. Name"
                + " another.");
      }
    }
  }

  private void checkColumns() throws SQLException {
    if (spec.schema().key().isEmpty()) {
      refuse("table.key", "has no key, expected columns that identify a row.");
    }
    for (Field field : spec.schema().fields()) {
      if (field.type().kind().isVector()) {
        checkVector(field);
      }
    }
  }

  private void checkVector(Field field) throws SQLException {
    int dimension = field.type().dimension();
    VectorIndexing indexing = new VectorIndexing(field, spec.index());
    if (field.type().kind().isDense() && dimension > ColumnTypes.MAX_DIMENSION) {
      refuse(
          "vector.dimension",
          "column '%s' has %,d dimensions, expected at most %,d. pgvector can't store them."
              .formatted(field.name(), dimension, ColumnTypes.MAX_DIMENSION));
    } else if (indexing.isWanted() && !indexing.fits()) {
      checkUnindexable(indexing);
    }
    checkVersion(indexing);
  }

  private void checkVersion(VectorIndexing indexing) throws SQLException {
    String version = catalog.extensionVersion().orElse("0");
    FieldType type = indexing.column().type();
    boolean newColumn = type.kind() != FieldType.Kind.VECTOR;
    boolean newIndex = indexing.isWanted() && indexing.isNewer();
    if ((newColumn || newIndex) && ExtensionCheck.isOlder(version, VectorIndexing.ALL_TYPES)) {
      refuse(
          "extension.types",
          "has column '%s' %s, which extension vector %s does not know, expected %s or newer. Update the extension, or choose other types and indexes."
              .formatted(
                  indexing.column().name(),
                  newColumn
                      ? "of type " + ColumnTypes.plain(type)
                      : "with an index over " + indexing.heldType(),
                  version,
                  VectorIndexing.ALL_TYPES));
    }
  }

  /** Sparse vectors often come beside dense ones, and of no known dimension: they do without. */
  private void checkUnindexable(VectorIndexing indexing) {
    boolean refused = indexing.isExplicit() && indexing.column().type().kind().isDense();
    String what =
        indexing.hasMethod()
            ? "column '%s' has %s dimensions, expected 1 to %,d for an index."
                .formatted(
                    indexing.column().name(),
                    indexing.dimension() == 0 ? "unknown" : indexing.dimension(),
                    indexing.limit())
            : "column '%s' has sparse vectors, which no %s index can hold."
                .formatted(indexing.column().name(), indexing.method());
    List<String> choices = alternatives(indexing);
    String chosen = choices.isEmpty() ? "" : " Choose " + String.join(", or ", choices);
    if (refused) {
      refuse(
          "index.dimension",
          what + (chosen.isEmpty() ? " Ask for no index." : chosen + ", or no index."));
    } else {
      String rest = chosen.isEmpty() ? "" : chosen + ".";
      findings.add(
          Finding.warning(
              "index.left_out", said(what + " It gets none; searches read every row." + rest)));
    }
  }

  /** What would make an index possible; what keeps most of the vectors comes first. */
  private List<String> alternatives(VectorIndexing indexing) {
    Field column = indexing.column();
    FieldType type = column.type();
    if (!type.kind().isDense() || type.dimension() == 0) {
      return List.of();
    }
    List<String> choices = new ArrayList<>();
    FieldType halved = FieldType.halfVector(type.dimension(), type.distance());
    Field halves = new Field(column.name(), halved, column.nullable());
    if (!halved.equals(type) && new VectorIndexing(halves, spec.index()).fits()) {
      choices.add("halfVectors()");
    }
    for (VectorIndex.Precision precision : VectorIndex.Precision.values()) {
      if (new VectorIndexing(column, spec.index().over(precision)).fits()) {
        choices.add("an index over(" + precision + ")");
      }
    }
    choices.add("fewer dimensions");
    return choices;
  }

  private void decideForNewTable() throws SQLException {
    boolean direct = spec.mode().kind() == WriteMode.Kind.DIRECT;
    way = direct ? RunTable.Way.DIRECT_NEW : RunTable.Way.CREATE;
    checkMayCreate();
  }

  private void checkMayCreate() throws SQLException {
    if (!catalog.mayCreateIn(schema)) {
      refuse(
          "privilege.create",
          "the role may not create tables in schema '%s'. Grant it CREATE there."
              .formatted(schema));
    }
  }

  private void decideForExistingTable(String kind) throws SQLException {
    String name = spec.name().name();
    switch (spec.mode().kind()) {
      case CREATE -> {
        way = RunTable.Way.MERGE;
        if (catalog.hasRows(schema, name)) {
          refuse(
              "table.filled",
              "has rows, expected none or no such table. Name another table, or choose replace or"
                  + " append.");
        }
      }
      case REPLACE -> way = RunTable.Way.REPLACE;
      case APPEND -> way = RunTable.Way.MERGE;
      case DIRECT -> way = RunTable.Way.DIRECT_MERGE;
    }
    if (way == RunTable.Way.REPLACE) {
      checkReplaceable(kind);
    } else {
      checkFits();
    }
  }

  private void checkReplaceable(String kind) throws SQLException {
    String name = spec.name().name();
    checkMayCreate();
    if (spec.schema().key().size() > 1) {
      refuse(
          "table.shared",
          "is shared by tenants, expected a table of one owner to replace. Append instead.");
    }
    if (!kind.equals("r")) {
      refuse("table.kind", "is partitioned, expected a plain table to replace. Append instead.");
    }
    List<String> obstacles = catalog.obstaclesToReplace(schema, name);
    if (!obstacles.isEmpty()) {
      refuse(
          "table.dependents",
          "can't be replaced because of %s. Remove them, or append instead.".formatted(obstacles));
    }
    List<String> gone = new ArrayList<>(catalog.columns(schema, name).keySet());
    spec.schema().fields().forEach(field -> gone.remove(field.name()));
    if (!gone.isEmpty()) {
      findings.add(
          Finding.warning(
              "table.columns_gone",
              said("has columns %s, which the table that replaces it lacks.".formatted(gone))));
    }
  }

  /** Rows can only be merged into columns of the same names and types. */
  private void checkFits() throws SQLException {
    Map<String, Catalog.Column> columns = catalog.columns(schema, spec.name().name());
    for (Field field : spec.schema().fields()) {
      Catalog.Column column = columns.remove(field.name());
      String expected = ColumnTypes.plain(field.type());
      if (column == null) {
        refuse(
            "column.missing",
            "lacks the column '%s', expected it with type %s. Add it, or rename or drop the field in"
                    .formatted(field.name(), expected)
                + " the plan.");
      } else if (!ColumnTypes.holds(column.type(), field.type())) {
        refuse(
            "column.type",
            "has column '%s' of type %s, expected %s. Change it, or name another table."
                .formatted(field.name(), column.type(), expected));
      }
    }
    columns.forEach(this::checkUnfilled);
    if (findings.stream().noneMatch(Finding::blocks)) {
      findings.addAll(new ColumnOrigins(catalog, spec, schema).findings());
      adviseIndexes();
    }
  }

  /** Where a live table can't be indexed by the run, its owner is told how. */
  private void adviseIndexes() throws SQLException {
    boolean asked =
        spec.index().method() == VectorIndex.Method.HNSW
            || spec.index().method() == VectorIndex.Method.IVFFLAT;
    boolean plain = catalog.kindOf(schema, spec.name().name()).equals(Optional.of("r"));
    if (!asked || (plain && catalog.ownsTable(schema, spec.name().name()))) {
      return;
    }
    ColumnTypes types = TargetPlanner.columnTypes(catalog.connection());
    List<Catalog.VectorIndexShape> there = catalog.vectorIndexes(schema, spec.name().name());
    for (VectorIndexing index : VectorIndexing.of(spec)) {
      if (there.stream().noneMatch(s -> s.valid() && s.on(index.column().name()))) {
        findings.add(
            Finding.warning(
                "index.live",
                said(
                    "is live and has no vector index on column '%s', and this role can't build one while it is used: it is %s. Run CREATE INDEX%s ON %s USING %s (%s)%s."
                        .formatted(
                            index.column().name(),
                            plain ? "another's" : "partitioned",
                            plain ? " CONCURRENTLY" : "",
                            Identifiers.quote(schema, spec.name().name()),
                            index.method(),
                            index.key(types),
                            index.isHnsw() ? index.parameters(0) : ""))));
      }
    }
  }

  private void checkUnfilled(String name, Catalog.Column column) {
    if (column.notNull() && !column.hasDefault()) {
      refuse(
          "column.unfilled",
          "has column '%s', which must not be null and has no default, and which the plan does not"
                  .formatted(name)
              + " fill. Add a constant, or give it a default.");
    }
  }

  private void refuse(String code, String what) {
    findings.add(Finding.error(code, said(what)));
  }

  private String said(String what) {
    return "Table " + spec.name() + " " + what;
  }
}
