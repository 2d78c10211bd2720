package dev.vectormigrate.sources.sqlite;

import dev.vectormigrate.model.Finding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds the tables of a database that are read, and tells of the others. */
final class SqliteCatalog {

  private static final int MOST_NAMED = 20;

  /** What sqlite-vec keeps; SQLite knows such tables of the modules alone that it has. */
  private static final Pattern KEPT_BY_VEC0 =
      Pattern.compile(
          "_(chunks|info|rowids|auxiliary|(vector_|metadata)chunks\\d+|metadatatext\\d+)");

  private final SqliteDatabase database;
  private final List<TableEntry> entries;
  private final List<String> vec0 = new ArrayList<>();

  /**
   * An entry of {@code PRAGMA table_list}.
   *
   * @param type such as {@code table}, {@code view}, {@code virtual} or {@code shadow}
   */
  private record TableEntry(String name, String type, boolean withoutRowNumber) {

    boolean isTable() {
      return type.equals("table") && !name.toLowerCase(Locale.ROOT).startsWith("sqlite_");
    }
  }

  private SqliteCatalog(SqliteDatabase database, List<TableEntry> entries) {
    this.database = database;
    this.entries = entries;
  }

  /**
   * Reads the schema.
   *
   * @param wanted names of tables; all if there are none
   */
  static List<SqliteTable> read(SqliteDatabase database, List<String> wanted) throws IOException {
    List<TableEntry> entries = new ArrayList<>();
    database.forEach(
        "PRAGMA main.table_list",
        row ->
            entries.add(
                new TableEntry(
                    row.getString("name"), row.getString("type"), row.getInt("wr") != 0)));
    entries.sort((a, b) -> a.name().compareTo(b.name()));
    return new SqliteCatalog(database, entries).tables(wanted);
  }

  private List<SqliteTable> tables(List<String> wanted) throws IOException {
    // Virtual tables alone have no page of their own.
    database.forEach(
        "SELECT name FROM main.sqlite_master WHERE type = 'table' AND rootpage = 0"
            + " AND sql LIKE '%USING vec0%' ORDER BY name",
        row -> vec0.add(row.getString(1)));
    List<TableEntry> readable =
        entries.stream().filter(e -> e.isTable() && !isKeptByVec0(e)).toList();
    refuseMissing(wanted, readable);
    List<TableDescription> described = new ArrayList<>();
    for (TableEntry entry : readable) {
      if (wanted.isEmpty() || wanted.contains(entry.name())) {
        described.add(TableDescription.read(database, entry.name(), entry.withoutRowNumber()));
      }
    }
    List<SqliteTable> tables = new ArrayList<>();
    for (TableDescription table : described) {
      List<Finding> findings = tables.isEmpty() ? leftOut(readable, wanted) : List.of();
      tables.add(table.build(described, findings));
    }
    return tables;
  }

  private boolean isKeptByVec0(TableEntry entry) {
    return vec0.stream()
        .filter(entry.name()::startsWith)
        .anyMatch(name -> KEPT_BY_VEC0.matcher(entry.name().substring(name.length())).matches());
  }

  private static void refuseMissing(List<String> wanted, List<TableEntry> readable)
      throws IOException {
    Set<String> missing = new HashSet<>(wanted);
    readable.forEach(entry -> missing.remove(entry.name()));
    for (String name : wanted) {
      if (missing.contains(name)) {
        throw new IOException(
            "table '%s': not there, expected one of %s. Check the spelling"
                .formatted(name, shown(readable.stream().map(TableEntry::name).toList())));
      }
    }
  }

  private List<Finding> leftOut(List<TableEntry> readable, List<String> wanted) throws IOException {
    List<String> names = new ArrayList<>();
    for (TableEntry entry : entries) {
      boolean schemaTable = entry.name().equals("sqlite_schema");
      if (!readable.contains(entry) && !schemaTable) {
        names.add(entry.type() + " " + entry.name());
      }
    }
    database.forEach(
        "SELECT name FROM main.sqlite_master WHERE type = 'trigger' ORDER BY name",
        row -> names.add("trigger " + row.getString(1)));
    readable.stream()
        .map(TableEntry::name)
        .filter(name -> !wanted.isEmpty() && !wanted.contains(name))
        .forEach(name -> names.add("table " + name + " (not wanted)"));
    List<Finding> findings = new ArrayList<>();
    if (!names.isEmpty()) {
      findings.add(
          Finding.info("sqlite.left.out", "of the database, left out: " + shown(names) + "."));
    }
    if (!vec0.isEmpty()) {
      findings.add(
          Finding.warning(
              "sqlite.vec0",
              "tables of sqlite-vec with vectors in them, not read: %s. Copy what they hold into plain tables with sqlite-vec first."
                  .formatted(shown(vec0))));
    }
    return findings;
  }

  private static String shown(List<String> names) {
    String shown = String.join(", ", names.subList(0, Math.min(MOST_NAMED, names.size())));
    int more = names.size() - MOST_NAMED;
    return more > 0 ? "%s and %,d more".formatted(shown, more) : shown;
  }
}
