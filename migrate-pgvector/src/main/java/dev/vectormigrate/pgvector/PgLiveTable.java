package dev.vectormigrate.pgvector;

import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.spi.LiveTable;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SearchResult;
import dev.vectormigrate.spi.TableSpec;
import dev.vectormigrate.spi.VectorSearch;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A relation whose columns can be selected, whoever made and filled it. */
final class PgLiveTable implements LiveTable {

  /** Tables, also partitioned and foreign ones, and views. */
  private static final String KINDS = "rpfvm";

  private static final int MOST_TENANTS = 1_000;

  private final PgVectorTarget target;
  private final TableSpec spec;
  private final String relation;
  private final List<Finding> findings = new ArrayList<>();
  private final List<Field> fields = new ArrayList<>();
  private final List<String> selected = new ArrayList<>();
  private final Schema schema;

  private PgLiveTable(
      PgVectorTarget target, TableSpec spec, String schema, Map<String, Catalog.Column> columns) {
    this.target = target;
    this.spec = spec;
    relation = Identifiers.quote(schema, spec.name().name());
    for (Field field : spec.schema().fields()) {
      Catalog.Column column = columns.get(field.name());
      if (column == null) {
        addMissing(field);
      } else {
        add(field, column.type());
      }
    }
    if (fields.isEmpty()) {
      throw new IllegalStateException(
          "table %s: has none of the columns %s, expected at least one. Name another table."
              .formatted(spec.name(), spec.schema().fields().stream().map(Field::name).toList()));
    }
    List<String> key = spec.schema().key();
    boolean hasKey = fields.stream().map(Field::name).toList().containsAll(key);
    this.schema = new Schema(fields, hasKey ? key : List.of());
  }

  /** The relation of a table's name, if there is one that can be read. */
  static Optional<PgLiveTable> find(PgVectorTarget target, Catalog catalog, TableSpec spec)
      throws SQLException {
    String named = spec.name().schema();
    String schema = named == null ? target.schema() : named;
    Optional<String> kind = catalog.kindOf(schema, spec.name().name());
    if (kind.isEmpty() || !KINDS.contains(kind.get())) {
      return Optional.empty();
    }
    return Optional.of(
        new PgLiveTable(target, spec, schema, catalog.columns(schema, spec.name().name())));
  }

  private void addMissing(Field field) {
    findings.add(
        Finding.error(
            "compare.column",
            "table %s: lacks the column '%s', expected it with type %s; its values were not compared."
                .formatted(spec.name(), field.name(), ColumnTypes.plain(field.type()))));
  }

  private void add(Field field, String type) {
    if (!ColumnTypes.holds(type, field.type())) {
      findings.add(
          Finding.warning(
              "compare.type",
              "table %s: has column '%s' of type %s, expected %s."
                  .formatted(spec.name(), field.name(), type, ColumnTypes.plain(field.type()))));
    }
    Optional<FieldType> read = ColumnTypes.read(type);
    fields.add(Field.optional(field.name(), read.orElse(FieldType.TEXT)));
    String column = Identifiers.quote(field.name());
    selected.add(read.isPresent() ? column : column + "::text");
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public List<Finding> findings() {
    return List.copyOf(findings);
  }

  @Override
  public RowReader read() throws Exception {
    String query = "SELECT " + String.join(", ", selected) + " FROM " + relation + tenants();
    try {
      return new BinaryReader(target.connect(), schema, query);
    } catch (SQLException e) {
      throw SqlErrors.clean(e);
    }
  }

  @Override
  public Optional<SearchResult> search(VectorSearch search) throws Exception {
    if (schema.key().isEmpty() || !VectorSearches.canName(spec.schema())) {
      return Optional.empty();
    }
    Connection connection = target.connect();
    try {
      ColumnTypes types = TargetPlanner.columnTypes(connection);
      return Optional.of(
          Transactions.run(
              connection,
              Duration.ZERO,
              c -> new VectorSearches(c, types, relation, spec.schema(), search).run()));
    } catch (SQLException e) {
      throw SqlErrors.clean(e);
    } finally {
      Connections.giveBack(connection);
    }
  }

  /**
   * Leaves out the rows of other tenants, if the tenant is part of the key: else such a row may be
   * one of the plan's that changed hands.
   */
  private String tenants() {
    List<String> tenants = spec.tenancy().tenants();
    String column = spec.tenancy().column();
    boolean isText =
        schema.key().contains(column)
            && schema.field(schema.indexOf(column)).type().kind() == FieldType.Kind.TEXT;
    if (!isText || tenants.isEmpty() || tenants.size() > MOST_TENANTS) {
      return "";
    }
    return tenants.stream()
        .map(Identifiers::literal)
        .collect(
            Collectors.joining(
                ", ", " WHERE %s IS NULL OR %1$s IN (".formatted(Identifiers.quote(column)), ")"));
  }
}
