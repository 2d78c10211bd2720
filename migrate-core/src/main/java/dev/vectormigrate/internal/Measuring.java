package dev.vectormigrate.internal;

import dev.vectormigrate.Measurements;
import dev.vectormigrate.Measurements.Pace;
import dev.vectormigrate.Measurements.TenantRows;
import dev.vectormigrate.Measurements.VectorColumn;
import dev.vectormigrate.Measurements.Vectors;
import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.Phase;
import dev.vectormigrate.Progress;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.SparseVector;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.spi.SearchQuality;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Measures what a call does, for its report; see {@link Measurements}. Thread-safe. */
final class Measuring implements MigrationListener {

  private static final int MOST_TENANTS = 100;

  private final Map<Phase, PaceOfPhase> paces = new EnumMap<>(Phase.class);
  private final Map<Column, VectorNorms> source = new HashMap<>();
  private final Map<Column, VectorNorms> target = new HashMap<>();
  private final List<TenantRows> tenants = new ArrayList<>();
  private final List<SearchQuality> searches = new ArrayList<>();

  /** A vector column of a table. */
  private record Column(String table, String name) implements Comparable<Column> {

    private static final Comparator<Column> ORDER =
        Comparator.comparing(Column::table).thenComparing(Column::name);

    @Override
    public int compareTo(Column other) {
      return ORDER.compare(this, other);
    }
  }

  /** Forgets what an earlier try of staging has read. */
  synchronized void beginStage() {
    paces.remove(Phase.STAGE);
    source.clear();
  }

  /** Forgets what an earlier try of verifying has read back. */
  synchronized void beginVerify() {
    paces.remove(Phase.VERIFY);
    target.clear();
    tenants.clear();
    searches.clear();
  }

  @Override
  public synchronized void progress(Progress progress) {
    if (progress.phase() == Phase.STAGE || progress.phase() == Phase.VERIFY) {
      paces.computeIfAbsent(progress.phase(), phase -> new PaceOfPhase()).add(progress);
    }
  }

  /** Rows of one schema, as they were read from the source and mapped. */
  synchronized void read(String table, List<Row> rows) {
    add(source, table, rows);
  }

  /** A row as it was read back. */
  synchronized void readBack(String table, Row row) {
    add(target, table, List.of(row));
  }

  private static void add(Map<Column, VectorNorms> norms, String table, List<Row> rows) {
    if (rows.isEmpty()) {
      return;
    }
    Schema schema = rows.get(0).schema();
    for (int i = 0; i < schema.size(); i++) {
      FieldType.Kind kind = schema.field(i).type().kind();
      if (kind == FieldType.Kind.VECTOR || kind == FieldType.Kind.SPARSE_VECTOR) {
        Column column = new Column(table, schema.field(i).name());
        addColumn(norms, column, rows, i);
      }
    }
  }

  /** Looks the column up once, for there are many rows; one without any vector is left out. */
  private static void addColumn(
      Map<Column, VectorNorms> norms, Column column, List<Row> rows, int field) {
    VectorNorms found = norms.get(column);
    VectorNorms known = found == null ? new VectorNorms() : found;
    boolean any = false;
    for (Row row : rows) {
      Object value = row.value(field);
      if (value instanceof Vector vector) {
        known.add(vector);
      } else if (value instanceof SparseVector vector) {
        known.add(vector);
      }
      any |= value != null;
    }
    if (any && found == null) {
      norms.put(column, known);
    }
  }

  /** How many rows each tenant has in a table. */
  synchronized void tenants(String table, Map<String, Long> counts) {
    List<Map.Entry<String, Long>> ordered = new ArrayList<>(counts.entrySet());
    ordered.sort(
        Map.Entry.<String, Long>comparingByValue()
            .reversed()
            .thenComparing(Map.Entry.comparingByKey()));
    int named = Math.min(ordered.size(), MOST_TENANTS);
    for (Map.Entry<String, Long> tenant : ordered.subList(0, named)) {
      tenants.add(new TenantRows(table, tenant.getKey(), 0, tenant.getValue()));
    }
    if (named < ordered.size()) {
      List<Map.Entry<String, Long>> rest = ordered.subList(named, ordered.size());
      long rows = rest.stream().mapToLong(Map.Entry::getValue).sum();
      tenants.add(new TenantRows(table, "", rest.size(), rows));
    }
  }

  /** How well and how fast searches are answered. */
  synchronized void searched(SearchQuality quality) {
    searches.add(quality);
  }

  synchronized Measurements measurements() {
    List<Pace> pace = new ArrayList<>();
    paces.forEach((phase, points) -> pace.addAll(points.points()));
    Set<Column> columns = new TreeSet<>(source.keySet());
    columns.addAll(target.keySet());
    List<VectorColumn> vectors = new ArrayList<>();
    for (Column column : columns) {
      vectors.add(
          new VectorColumn(
              column.table(), column.name(), vectors(source, column), vectors(target, column)));
    }
    return new Measurements(pace, tenants, vectors, searches);
  }

  private static Vectors vectors(Map<Column, VectorNorms> norms, Column column) {
    VectorNorms found = norms.get(column);
    return found == null ? Vectors.NONE : found.vectors();
  }
}
