package dev.vectormigrate.sources.sqlite;

import static dev.vectormigrate.sources.sqlite.SqliteDatabase.quote;

import dev.vectormigrate.model.ColumnDefault;
import dev.vectormigrate.model.Constraints;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.ForeignKey;
import dev.vectormigrate.model.PlainIndex;
import dev.vectormigrate.model.Schema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What SQLite says of a table, and what becomes of that. Names of tables and columns in it are
 * compared as SQLite does: without regard to the case of ASCII letters.
 */
final class TableDescription {

  private static final List<String> ROW_NUMBER_NAMES = List.of("rowid", "_rowid_", "oid");

  /** Columns whose values are counted by one query. */
  private static final int COUNTED_AT_ONCE = 100;

  private final SqliteDatabase database;
  private final String name;
  private final List<Column> columns = new ArrayList<>();
  private final List<FieldType> types = new ArrayList<>();
  private final Set<PlainIndex> indexes = new LinkedHashSet<>();
  private final List<Finding> findings = new ArrayList<>();
  private final @Nullable String rowNumber;
  private boolean hasKeyIndex;

  private TableDescription(SqliteDatabase database, String name, boolean withoutRowNumber)
      throws IOException {
    this.database = database;
    this.name = name;
    readColumns();
    rowNumber = withoutRowNumber ? null : rowNumberName();
    readTypes();
    readIndexes();
  }

  static TableDescription read(SqliteDatabase database, String name, boolean withoutRowNumber)
      throws IOException {
    return new TableDescription(database, name, withoutRowNumber);
  }

  String name() {
    return name;
  }

  private void readColumns() throws IOException {
    database.forEach(
        "PRAGMA main.table_xinfo(" + quote(name) + ")",
        row ->
            columns.add(
                new Column(
                    row.getString("name"),
                    String.valueOf(row.getString("type")),
                    row.getInt("notnull") != 0,
                    row.getInt("pk"),
                    row.getString("dflt_value"),
                    row.getInt("hidden") != 0)));
    if (name.isEmpty() || columns.stream().anyMatch(column -> column.name().isEmpty())) {
      throw new IOException(
          "table '%s': an empty name, expected some text of each table and column. Rename it, or name the tables to read"
              .formatted(name));
    }
  }

  private @Nullable String rowNumberName() {
    return ROW_NUMBER_NAMES.stream().filter(n -> column(n) == null).findFirst().orElse(null);
  }

  private @Nullable Column column(String wanted) {
    return columns.stream().filter(c -> isSame(c.name(), wanted)).findFirst().orElse(null);
  }

  private static boolean isSame(String one, String other) {
    return lower(one).equals(lower(other));
  }

  private static String lower(String name) {
    StringBuilder lower = new StringBuilder(name);
    for (int i = 0; i < lower.length(); i++) {
      char c = lower.charAt(i);
      lower.setCharAt(i, c >= 'A' && c <= 'Z' ? (char) (c + 'a' - 'A') : c);
    }
    return lower.toString();
  }

  private void readTypes() throws IOException {
    List<Column> undecided =
        columns.stream().filter(c -> ColumnType.declared(c.declaration()) == null).toList();
    List<FieldType> stored = new ArrayList<>();
    for (int i = 0; i < undecided.size(); i += COUNTED_AT_ONCE) {
      stored.addAll(
          storedTypes(undecided.subList(i, Math.min(undecided.size(), i + COUNTED_AT_ONCE))));
    }
    for (Column column : columns) {
      FieldType declared = ColumnType.declared(column.declaration());
      types.add(declared == null ? stored.get(undecided.indexOf(column)) : declared);
    }
  }

  private List<FieldType> storedTypes(List<Column> some) throws IOException {
    String counts =
        some.stream()
            .flatMap(
                column ->
                    List.of("integer", "real", "text", "blob").stream()
                        .map(
                            type -> "sum(typeof(%s) = '%s')".formatted(quote(column.name()), type)))
            .collect(Collectors.joining(", "));
    long[] counted = database.numbers("SELECT " + counts + " FROM main." + quote(name));
    List<FieldType> stored = new ArrayList<>();
    for (int i = 0; i < some.size(); i++) {
      int at = 4 * i;
      stored.add(
          ColumnType.stored(
              some.get(i).declaration(),
              counted[at],
              counted[at + 1],
              counted[at + 2],
              counted[at + 3]));
    }
    return stored;
  }

  private List<String> primaryKey() {
    return columns.stream()
        .filter(column -> column.keyPlace() > 0)
        .sorted(Comparator.comparingInt(Column::keyPlace))
        .map(Column::name)
        .toList();
  }

  /** An {@code INTEGER PRIMARY KEY} is the row's number itself and counts on by itself. */
  private boolean isRowNumber(Column column) {
    return rowNumber != null
        && column.keyPlace() > 0
        && primaryKey().size() == 1
        && lower(column.declaration()).equals("integer")
        && !hasKeyIndex;
  }

  /** An entry of {@code PRAGMA index_list}. */
  private record IndexEntry(String name, boolean unique, String origin, boolean partial) {}

  private void readIndexes() throws IOException {
    List<IndexEntry> entries = new ArrayList<>();
    database.forEach(
        "PRAGMA main.index_list(" + quote(name) + ")",
        row ->
            entries.add(
                new IndexEntry(
                    row.getString("name"),
                    row.getInt("unique") != 0,
                    row.getString("origin"),
                    row.getInt("partial") != 0)));
    entries.sort(Comparator.comparing(IndexEntry::name));
    for (IndexEntry entry : entries) {
      if (entry.origin().equals("pk")) {
        hasKeyIndex = true;
      } else {
        readIndex(entry);
      }
    }
    // A unique one does what another on the same columns does.
    Set<List<String>> unique =
        indexes.stream()
            .filter(PlainIndex::unique)
            .map(PlainIndex::columns)
            .collect(Collectors.toSet());
    indexes.removeIf(index -> !index.unique() && unique.contains(index.columns()));
  }

  private void readIndex(IndexEntry entry) throws IOException {
    List<String> parts = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    database.forEach(
        "PRAGMA main.index_xinfo(" + quote(entry.name()) + ")",
        row -> {
          if (row.getInt("key") != 0) {
            String part = row.getString("name");
            if (part == null) {
              problems.add("on an expression");
            } else {
              parts.add(part);
            }
            if (entry.unique() && !"BINARY".equalsIgnoreCase(row.getString("coll"))) {
              problems.add("with collation " + row.getString("coll"));
            }
          }
        });
    if (entry.partial()) {
      problems.add("of some rows only");
    }
    if (problems.isEmpty() && new HashSet<>(parts).size() == parts.size()) {
      indexes.add(new PlainIndex(PlainIndex.Method.BTREE, parts, entry.unique()));
    } else {
      leftOut(entry, problems.isEmpty() ? "on a column twice" : problems.get(0));
    }
  }

  private void leftOut(IndexEntry entry, String problem) {
    String message =
        "%s '%s': %s, left out. Make one like it afterwards."
            .formatted(entry.unique() ? "unique index" : "index", entry.name(), problem);
    findings.add(
        entry.unique()
            ? Finding.warning("sqlite.index.left.out", message)
            : Finding.info("sqlite.index.left.out", message));
  }

  /**
   * What is read of this table.
   *
   * @param all tables that are read, that foreign keys may refer to
   * @param first findings that come before those of the table
   */
  SqliteTable build(List<TableDescription> all, List<Finding> first) throws IOException {
    List<Field> fields = new ArrayList<>();
    List<String> key = primaryKey();
    List<ColumnDefault> defaults = new ArrayList<>();
    if (key.isEmpty() && rowNumber != null) {
      key = List.of(rowNumber);
      Field number = Field.required(rowNumber, FieldType.INTEGER);
      fields.add(number);
      defaults.add(new ColumnDefault(number, ColumnDefault.Kind.NEXT, ""));
      findings.add(
          Finding.info(
              "sqlite.key.rowid",
              "primary key: none, so the field '%s' with SQLite's number of each row is added and is the key."
                  .formatted(rowNumber)));
    }
    for (int i = 0; i < columns.size(); i++) {
      Field field = columns.get(i).field(types.get(i));
      fields.add(field);
      addDefault(columns.get(i), field, defaults);
    }
    noteGenerated();
    Constraints constraints = new Constraints(foreignKeys(all), List.copyOf(indexes), defaults);
    List<Finding> found = new ArrayList<>(first);
    found.addAll(findings);
    return new SqliteTable(
        name,
        List.copyOf(columns),
        rowNumber,
        new Schema(fields, key),
        constraints,
        List.copyOf(found));
  }

  private void addDefault(Column column, Field field, List<ColumnDefault> defaults) {
    if (isRowNumber(column)) {
      defaults.add(new ColumnDefault(field, ColumnDefault.Kind.NEXT, ""));
      return;
    }
    if (column.defaultSql() == null || column.generated()) {
      return;
    }
    DefaultSql sql = new DefaultSql(field, column.defaultSql());
    ColumnDefault carried = sql.carried();
    if (carried != null) {
      defaults.add(carried);
    } else if (!sql.isNull()) {
      findings.add(
          Finding.info(
              "sqlite.default.left.out",
              "default of column '%s': computed, or of another type than %s, left out. Set it afterwards."
                  .formatted(column.name(), field.type())));
    }
  }

  private void noteGenerated() {
    List<String> names = columns.stream().filter(Column::generated).map(Column::name).toList();
    if (!names.isEmpty()) {
      findings.add(
          Finding.info(
              "sqlite.generated",
              "generated columns %s: become plain ones with the values they have."
                  .formatted(names)));
    }
  }

  /** A foreign key as {@code PRAGMA foreign_key_list} lists it. */
  private record Reference(
      String table, List<String> from, List<String> to, String onDelete, String onUpdate) {}

  private List<ForeignKey> foreignKeys(List<TableDescription> all) throws IOException {
    List<Reference> references = new ArrayList<>();
    database.forEach(
        "PRAGMA main.foreign_key_list(" + quote(name) + ")",
        row -> {
          if (row.getInt("seq") == 0) {
            references.add(
                new Reference(
                    row.getString("table"),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    row.getString("on_delete"),
                    row.getString("on_update")));
          }
          Reference last = references.get(references.size() - 1);
          last.from().add(row.getString("from"));
          if (row.getString("to") != null) {
            last.to().add(row.getString("to"));
          }
        });
    Set<ForeignKey> keys = new LinkedHashSet<>();
    // SQLite lists the last one first.
    Collections.reverse(references);
    for (Reference reference : references) {
      ForeignKey key = foreignKey(reference, all);
      if (key != null) {
        keys.add(key);
      }
    }
    return List.copyOf(keys);
  }

  private @Nullable ForeignKey foreignKey(Reference reference, List<TableDescription> all) {
    TableDescription parent =
        all.stream().filter(t -> isSame(t.name, reference.table())).findFirst().orElse(null);
    if (parent == null) {
      return leftOut(reference, "that table is not read");
    }
    List<Column> from = columns(reference.from());
    List<Column> to =
        parent.columns(reference.to().isEmpty() ? parent.primaryKey() : reference.to());
    if (from.size() != to.size() || to.isEmpty()) {
      return leftOut(reference, "columns that don't match");
    }
    List<String> names = to.stream().map(Column::name).toList();
    if (!parent.isUnique(names)) {
      return leftOut(reference, "what it refers to is not unique");
    }
    for (int i = 0; i < to.size(); i++) {
      if (!type(from.get(i)).equals(parent.type(to.get(i)))) {
        return leftOut(reference, "the columns have different types");
      }
    }
    return new ForeignKey(
        from.stream().map(Column::name).toList(),
        parent.name,
        names,
        action(reference.onDelete()),
        action(reference.onUpdate()));
  }

  private @Nullable ForeignKey leftOut(Reference reference, String problem) {
    findings.add(
        Finding.warning(
            "sqlite.foreign.key.left.out",
            "foreign key %s to table '%s': %s, left out."
                .formatted(reference.from(), reference.table(), problem)));
    return null;
  }

  private List<Column> columns(List<String> names) {
    return names.stream().map(this::column).filter(Objects::nonNull).toList();
  }

  private FieldType type(Column column) {
    return types.get(columns.indexOf(column));
  }

  private boolean isUnique(List<String> names) {
    Set<String> wanted = new HashSet<>(names);
    return wanted.equals(new HashSet<>(primaryKey()))
        || indexes.stream().anyMatch(i -> i.unique() && wanted.equals(new HashSet<>(i.columns())));
  }

  private static ForeignKey.Action action(String sql) {
    return switch (sql) {
      case "CASCADE" -> ForeignKey.Action.CASCADE;
      case "RESTRICT" -> ForeignKey.Action.RESTRICT;
      case "SET NULL" -> ForeignKey.Action.SET_NULL;
      case "SET DEFAULT" -> ForeignKey.Action.SET_DEFAULT;
      default -> ForeignKey.Action.NO_ACTION;
    };
  }
}
