package dev.vectormigrate;

import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.VectorIndex;
import dev.vectormigrate.spi.TableName;
import dev.vectormigrate.spi.WriteMode;
import dev.vectormigrate.spi.WriteMode.OnConflict;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How a dataset becomes a table. Immutable and thread-safe; made by the builder that {@link
 * MigrationPlan.Builder#dataset} passes in.
 *
 * <p>By default the table is named after the dataset, must not hold rows, and has the dataset's
 * fields as columns under their own names, except that {@code text} becomes {@code content}. Vector
 * columns get an HNSW index where the target can build one.
 */
public final class DatasetMapping {

  private final @Nullable TableName table;
  private final SortedMap<String, String> renamed;
  private final SortedSet<String> dropped;
  private final SortedMap<String, String> constants;
  private final SortedMap<String, Tenant> tenants;
  private final WriteMode mode;
  private final VectorIndex index;

  private DatasetMapping(Builder builder) {
    table = builder.table;
    renamed = Collections.unmodifiableSortedMap(new TreeMap<>(builder.renamed));
    dropped = Collections.unmodifiableSortedSet(new TreeSet<>(builder.dropped));
    constants = Collections.unmodifiableSortedMap(new TreeMap<>(builder.constants));
    tenants = Collections.unmodifiableSortedMap(new TreeMap<>(builder.tenants));
    mode = builder.mode;
    index = builder.index;
  }

  /** The table that the plan names. */
  public Optional<TableName> table() {
    return Optional.ofNullable(table);
  }

  /** The column of a field. */
  public String column(String field) {
    return renamed.getOrDefault(field, field);
  }

  /** The fields that the plan renames, with their columns. */
  public Map<String, String> renamed() {
    return renamed;
  }

  /** The fields that have no column. */
  public Set<String> dropped() {
    return dropped;
  }

  /** Added text columns with the value of all their rows. */
  public Map<String, String> constants() {
    return constants;
  }

  /** The tenant column, if there is one, with where its values come from. */
  public Map<String, Tenant> tenants() {
    return tenants;
  }

  /** How rows become live. */
  public WriteMode mode() {
    return mode;
  }

  /** The index on each vector column. */
  public VectorIndex index() {
    return index;
  }

  /** All of this as text; equal for equal mappings. */
  @Override
  public String toString() {
    return "table=%s renamed=%s dropped=%s constants=%s tenants=%s mode=%s index=%s"
        .formatted(
            table == null ? "(name of the dataset)" : table,
            renamed,
            dropped,
            constants,
            tenants,
            mode,
            index);
  }

  /** Collects the settings of one dataset. Not thread-safe. */
  public static final class Builder {

    private @Nullable TableName table;
    private final SortedMap<String, String> renamed = new TreeMap<>();
    private final SortedSet<String> dropped = new TreeSet<>();
    private final SortedMap<String, String> constants = new TreeMap<>();
    private final SortedMap<String, Tenant> tenants = new TreeMap<>();
    private WriteMode mode = WriteMode.CREATE;
    private VectorIndex index = VectorIndex.automatic();

    Builder() {
      renamed.put(Schema.TEXT, "content");
    }

    /** The table in the target's default schema. The name is taken as it is. */
    public Builder table(String name) {
      table = TableName.of(name);
      return this;
    }

    /** The table in the given schema. The names are taken as they are. */
    public Builder table(String schema, String name) {
      table = new TableName(schema, name);
      return this;
    }

    /** Stores a field in a column of another name. */
    public Builder rename(String field, String column) {
      renamed.put(field, column);
      return this;
    }

    /** Leaves a field out. */
    public Builder drop(String field) {
      dropped.add(field);
      return this;
    }

    /** Adds a text column that has the same value in every row. */
    public Builder constant(String column, String value) {
      constants.put(column, value);
      return this;
    }

    /**
     * Adds a text column that says whose row it is, and puts it first in the key.
     *
     * @throws IllegalArgumentException if there is one already
     */
    public Builder tenant(String column, Tenant tenant) {
      if (!tenants.isEmpty()) {
        throw new IllegalArgumentException(
            "tenant column '" + column + "': there is '" + tenants.firstKey() + "' already");
      }
      tenants.put(column, tenant);
      return this;
    }

    /** Makes a new table, or fills an empty one. The default. */
    public Builder create() {
      mode = WriteMode.CREATE;
      return this;
    }

    /** Swaps the new table with the one that is there, which is kept for a rollback. */
    public Builder replace() {
      mode = WriteMode.REPLACE;
      return this;
    }

    /** Merges the rows into a table that others share. */
    public Builder append(OnConflict onConflict) {
      mode = WriteMode.append(onConflict);
      return this;
    }

    /**
     * Writes straight into the table, for tables too large to hold twice. Rows are visible as they
     * arrive: there is no atomic switch.
     */
    public Builder direct(OnConflict onConflict) {
      mode = WriteMode.direct(onConflict);
      return this;
    }

    /** The index to build on each vector column. */
    public Builder index(VectorIndex index) {
      this.index = index;
      return this;
    }

    DatasetMapping build() {
      return new DatasetMapping(this);
    }
  }
}
