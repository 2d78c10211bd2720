package dev.vectormigrate;

import dev.vectormigrate.model.ColumnDefault;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.PlainIndex;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.VectorIndex;
import dev.vectormigrate.reduce.Reduction;
import dev.vectormigrate.spi.Reference;
import dev.vectormigrate.spi.TableName;
import dev.vectormigrate.spi.WriteMode;
import dev.vectormigrate.spi.WriteMode.OnConflict;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
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

  private static final String DEFAULT_TENANT_COLUMN = "user_id";

  private final @Nullable TableName table;
  private final SortedMap<String, String> renamed;
  private final SortedSet<String> dropped;
  private final SortedMap<String, String> constants;
  private final SortedMap<String, Tenant> tenants;
  private final SortedMap<String, Conversion> conversions;
  private final Map<String, ColumnValue> columns;
  private final boolean onlyColumns;
  private final List<String> key;
  private final SortedSet<String> ignored;
  private final SortedSet<String> beside;
  private final WriteMode mode;
  private final VectorIndex index;
  private final List<ColumnDefault> defaults;
  private final List<PlainIndex> indexes;
  private final List<Reference> references;
  private final boolean foreignKeys;
  private final SortedMap<String, SortedSet<String>> wanted;
  private final String tenantColumn;
  private final String policySetting;
  private final boolean partitioned;
  private final String embeddingModel;
  private final String keptModel;
  private final Embeddings embeddings;
  private final @Nullable Embedding embedding;
  private final boolean halfVectors;
  private final @Nullable Reduction reduction;
  private final @Nullable Distance distance;

  /** Which vectors of a dataset are made anew. */
  public enum Embeddings {
    /** None: they arrive as the source has them. */
    KEEP,
    /** Those that rows lack. */
    EMBED_MISSING,
    /** All. */
    REEMBED
  }

  /**
   * The type that a field's values are turned into.
   *
   * @param type what they become
   * @param zone of times that name no offset
   */
  public record Conversion(FieldType type, ZoneId zone) {}

  private DatasetMapping(Builder builder) {
    table = builder.table;
    SortedMap<String, String> names = new TreeMap<>(builder.renamed);
    names.putIfAbsent(Schema.TEXT, "content");
    renamed = Collections.unmodifiableSortedMap(names);
    dropped = Collections.unmodifiableSortedSet(new TreeSet<>(builder.dropped));
    constants = Collections.unmodifiableSortedMap(new TreeMap<>(builder.constants));
    String named = builder.tenantColumn.isEmpty() ? DEFAULT_TENANT_COLUMN : builder.tenantColumn;
    tenants = Collections.unmodifiableSortedMap(resolved(builder.tenants, named));
    conversions = Collections.unmodifiableSortedMap(new TreeMap<>(builder.conversions));
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(builder.columns));
    onlyColumns = builder.onlyColumns;
    key = List.copyOf(builder.key);
    ignored = Collections.unmodifiableSortedSet(new TreeSet<>(builder.ignored));
    beside = Collections.unmodifiableSortedSet(new TreeSet<>(builder.beside));
    mode = builder.mode == null ? WriteMode.CREATE : builder.mode;
    index = builder.index == null ? VectorIndex.automatic() : builder.index;
    defaults = List.copyOf(builder.defaults.values());
    indexes = List.copyOf(builder.indexes);
    references = List.copyOf(builder.references);
    foreignKeys = builder.foreignKeys;
    tenantColumn = tenants.isEmpty() ? builder.tenantColumn : tenants.firstKey();
    wanted =
        Collections.unmodifiableSortedMap(
            resolved(builder.wanted, tenantColumn.isEmpty() ? named : tenantColumn));
    policySetting = builder.policySetting;
    partitioned = builder.partitioned;
    embeddings = builder.embeddings == null ? Embeddings.KEEP : builder.embeddings;
    embedding = embeddings == Embeddings.KEEP ? null : builder.embedding;
    keptModel = embeddings == Embeddings.REEMBED ? "" : builder.embeddingModel;
    embeddingModel = embedding == null ? builder.embeddingModel : embedding.embedder().modelId();
    halfVectors = builder.halfVectors;
    reduction = builder.reduction;
    distance = builder.distance;
  }

  /** Puts the name of the tenant column where the builder was given none. */
  private static <T> SortedMap<String, T> resolved(SortedMap<String, T> byColumn, String named) {
    SortedMap<String, T> resolved = new TreeMap<>();
    byColumn.forEach((column, value) -> resolved.put(column.isEmpty() ? named : column, value));
    return resolved;
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

  /** The fields whose values are turned into another type. */
  public Map<String, Conversion> conversions() {
    return conversions;
  }

  /** Columns whose values are computed, in order. */
  public Map<String, ColumnValue> columns() {
    return columns;
  }

  /** Whether the fields have no columns of their own. */
  public boolean onlyColumns() {
    return onlyColumns;
  }

  /** The columns of the key; empty if they are the dataset's, behind the tenant. */
  public List<String> key() {
    return key;
  }

  /** Fields, and members of JSON fields as {@code field.member}, that need no column. */
  public Set<String> ignored() {
    return ignored;
  }

  /** Columns that a table may lack when it is compared; see {@link Builder#beside}. */
  public Set<String> beside() {
    return beside;
  }

  /** How rows become live. */
  public WriteMode mode() {
    return mode;
  }

  /** The index on each vector column. */
  public VectorIndex index() {
    return index;
  }

  /** What columns of a new table hold where an insert says nothing. */
  public List<ColumnDefault> defaults() {
    return defaults;
  }

  /** Further indexes of a new table. */
  public List<PlainIndex> indexes() {
    return indexes;
  }

  /** Foreign keys of a new table beside the dataset's. */
  public List<Reference> references() {
    return references;
  }

  /** Whether the dataset's foreign keys become the table's. */
  public boolean foreignKeys() {
    return foreignKeys;
  }

  /** The values, as text, that rows must have in columns to be taken. */
  public Map<String, SortedSet<String>> wanted() {
    return wanted;
  }

  /** The column that says whose row it is; empty if there is none. */
  public String tenantColumn() {
    return tenantColumn;
  }

  /** The setting that a row-level security policy compares the tenant with; empty for none. */
  public String policySetting() {
    return policySetting;
  }

  /** Whether a new table is partitioned by its tenants. */
  public boolean partitioned() {
    return partitioned;
  }

  /** Which vectors are made anew. */
  public Embeddings embeddings() {
    return embeddings;
  }

  /** How vectors are made anew; empty where all are kept. */
  public Optional<Embedding> embedding() {
    return Optional.ofNullable(embedding);
  }

  /** The id of the model that made the vectors, as they will be; empty where nobody said. */
  public String embeddingModel() {
    return embeddingModel;
  }

  /** The id of the model that made the vectors that are kept; empty where nobody said. */
  public String keptEmbeddingModel() {
    return keptModel;
  }

  /** Whether dense vectors are rounded to half precision. */
  public boolean halfVectors() {
    return halfVectors;
  }

  /** How dense vectors are made shorter; empty where they are not. */
  public Optional<Reduction> reduction() {
    return Optional.ofNullable(reduction);
  }

  /** How vectors are compared, where the plan says so; else it is as the source has it. */
  public Optional<Distance> distance() {
    return Optional.ofNullable(distance);
  }

  /** All of this as text; equal for equal mappings. */
  @Override
  public String toString() {
    String text =
        "table=%s renamed=%s dropped=%s constants=%s tenants=%s mode=%s index=%s"
            .formatted(
                table == null ? "(name of the dataset)" : table,
                renamed,
                dropped,
                constants,
                tenants,
                mode,
                index);
    return text
        + unlessEmpty("conversions", conversions)
        + unlessEmpty(onlyColumns ? "only columns" : "columns", columns)
        + unlessEmpty("ignored", ignored)
        + unlessEmpty("key", key)
        + unlessEmpty("defaults", defaults)
        + unlessEmpty("indexes", indexes)
        + unlessEmpty("references", references)
        + unlessEmpty("only rows", wanted)
        + (policySetting.isEmpty() ? "" : " policy on " + policySetting)
        + (partitioned ? " partitioned by tenant" : "")
        + (foreignKeys ? "" : " without foreign keys")
        + (embedding == null ? "" : " " + lower(embeddings) + " with " + embedding)
        + (embedding == null && !embeddingModel.isEmpty() ? " model " + embeddingModel : "")
        + (distance == null ? "" : " distance " + distance.name().toLowerCase(Locale.ROOT))
        + (reduction == null ? "" : " reduced by " + reduction)
        + (halfVectors ? " half vectors" : "");
  }

  private static String lower(Embeddings policy) {
    return policy.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String unlessEmpty(String what, Object values) {
    String text = values.toString();
    return text.length() == 2 ? "" : " " + what + "=" + text;
  }

  /** Collects the settings of one dataset. Not thread-safe. */
  public static final class Builder {

    private @Nullable TableName table;
    private final SortedMap<String, String> renamed = new TreeMap<>();
    private final SortedSet<String> dropped = new TreeSet<>();
    private final SortedMap<String, String> constants = new TreeMap<>();
    private final SortedMap<String, Tenant> tenants = new TreeMap<>();
    private final SortedMap<String, Conversion> conversions = new TreeMap<>();
    private final Map<String, ColumnValue> columns = new LinkedHashMap<>();
    private boolean onlyColumns;
    private List<String> key = List.of();
    private final SortedSet<String> ignored = new TreeSet<>();
    private final SortedSet<String> beside = new TreeSet<>();
    private final Map<String, ColumnDefault> defaults = new LinkedHashMap<>();
    private final Set<PlainIndex> indexes = new LinkedHashSet<>();
    private final Set<Reference> references = new LinkedHashSet<>();
    private boolean foreignKeys = true;
    private final SortedMap<String, SortedSet<String>> wanted = new TreeMap<>();
    private String tenantColumn = "";
    private String policySetting = "";
    private boolean partitioned;
    private @Nullable WriteMode mode;
    private @Nullable VectorIndex index;
    private @Nullable Embeddings embeddings;
    private @Nullable Embedding embedding;
    private String embeddingModel = "";
    private boolean halfVectors;
    private @Nullable Reduction reduction;
    private @Nullable Distance distance;

    Builder() {}

    /** Takes over what another one says; it wins where both say something. */
    void putAll(Builder other) {
      table = other.table == null ? table : other.table;
      renamed.putAll(other.renamed);
      dropped.addAll(other.dropped);
      constants.putAll(other.constants);
      if (!other.tenants.isEmpty()) {
        tenants.clear();
        tenants.putAll(other.tenants);
      }
      conversions.putAll(other.conversions);
      columns.putAll(other.columns);
      onlyColumns |= other.onlyColumns;
      key = other.key.isEmpty() ? key : other.key;
      ignored.addAll(other.ignored);
      beside.addAll(other.beside);
      defaults.putAll(other.defaults);
      indexes.addAll(other.indexes);
      references.addAll(other.references);
      foreignKeys &= other.foreignKeys;
      wanted.putAll(other.wanted);
      tenantColumn = other.tenantColumn.isEmpty() ? tenantColumn : other.tenantColumn;
      policySetting = other.policySetting.isEmpty() ? policySetting : other.policySetting;
      partitioned |= other.partitioned;
      mode = other.mode == null ? mode : other.mode;
      index = other.index == null ? index : other.index;
      if (other.embeddings != null) {
        embeddings = other.embeddings;
        embedding = other.embedding;
      }
      embeddingModel = other.embeddingModel.isEmpty() ? embeddingModel : other.embeddingModel;
      halfVectors |= other.halfVectors;
      reduction = other.reduction == null ? reduction : other.reduction;
      distance = other.distance == null ? distance : other.distance;
    }

    /** Takes the vectors as the source has them: the default. */
    public Builder keepEmbeddings() {
      embeddings = Embeddings.KEEP;
      embedding = null;
      return this;
    }

    /**
     * Says which model made the vectors that are kept. It is stored with them, and vectors of
     * another are not put beside them.
     *
     * @param id as {@link dev.vectormigrate.spi.Embedder#modelId()} of the application's model
     */
    public Builder embeddingModel(String id) {
      embeddingModel = id;
      return this;
    }

    /**
     * Makes vectors for the rows that have none; the others keep theirs. The plan so says that they
     * are of the same model. A dimension that is not the model's is refused.
     */
    public Builder embedMissing(Embedding how) {
      embeddings = Embeddings.EMBED_MISSING;
      embedding = how.checked();
      return this;
    }

    /**
     * Makes all vectors anew, of the rows' texts, or vectors for a dataset that has none: before
     * anything else of this mapping, so that every column made of the field holds the new vector.
     */
    public Builder reembed(Embedding how) {
      embeddings = Embeddings.REEMBED;
      embedding = how.checked();
      return this;
    }

    /**
     * Rounds dense vectors to half precision, {@code halfvec} in PostgreSQL: half the size, and
     * indexes of up to 4,000 dimensions instead of 2,000. About three decimal digits of each
     * component are kept.
     */
    public Builder halfVectors() {
      halfVectors = true;
      return this;
    }

    /**
     * Makes dense vectors shorter. What a PCA was fitted to is kept with the migration: the
     * application's queries go through the same {@link dev.vectormigrate.reduce.Projection}, see
     * {@link Migration#projection}.
     */
    public Builder reduce(Reduction how) {
      reduction = how;
      return this;
    }

    /** Says how vectors are compared, whatever the source says. */
    public Builder distance(Distance measure) {
      distance = measure;
      return this;
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

    /** Turns a field's values into another type, as {@link ColumnValue#as(FieldType)} does. */
    public Builder convert(String field, FieldType type) {
      return convert(field, type, ZoneOffset.UTC);
    }

    /** As {@link #convert(String, FieldType)}; times that name no offset are of the given zone. */
    public Builder convert(String field, FieldType type, ZoneId zone) {
      conversions.put(field, new Conversion(type, zone));
      return this;
    }

    /** Adds a column with a value that is computed, or computes one differently. */
    public Builder column(String column, ColumnValue value) {
      columns.put(column, value);
      return this;
    }

    /**
     * Leaves out every field that no added column uses. What is left out by this and is not null is
     * counted, and named in a finding; see {@link #ignore}.
     */
    public Builder onlyColumns() {
      onlyColumns = true;
      return this;
    }

    /**
     * Says that a field, or members of a JSON field, need no column, since others hold the same.
     *
     * @param members none for the whole field
     */
    public Builder ignore(String field, String... members) {
      if (members.length == 0) {
        ignored.add(field);
      }
      for (String member : members) {
        ignored.add(field + "." + member);
      }
      return this;
    }

    /**
     * Says that columns hold what a table's readers don't know of, such as where a row came from. A
     * migration makes them like all others; a table that lacks them is the same all the same when
     * {@link MigrationPlan#compare()} looks at it.
     */
    public Builder beside(String... names) {
      beside.addAll(List.of(names));
      return this;
    }

    /** The columns that identify a row; by default the dataset's key, behind the tenant. */
    public Builder key(String... columns) {
      key = List.of(columns);
      return this;
    }

    /** What a column of a new table holds where an insert says nothing. */
    public Builder columnDefault(ColumnDefault value) {
      defaults.put(value.column().name(), value);
      return this;
    }

    /** Builds an index on other columns than vectors of a new table. */
    public Builder index(PlainIndex index) {
      indexes.add(index);
      return this;
    }

    /** Says which of the columns tells whose row it is, where {@link #tenant} does not add one. */
    public Builder tenantColumn(String column) {
      tenantColumn = column;
      return this;
    }

    /**
     * Lets sessions see only the rows of one tenant, in a new table: enables row-level security
     * with a policy that compares the tenant column with a setting of the session, such as {@code
     * app.user_id}. The owner of the table sees everything, as PostgreSQL has it.
     */
    public Builder rowLevelSecurity(String setting) {
      policySetting = setting;
      return this;
    }

    /**
     * Gives a new table a partition for each tenant that the plan knows (constants, namespaces,
     * collections, or those named with {@link #onlyTenants}), and one for all others. The tenant
     * must be part of the key.
     */
    public Builder partitionByTenant() {
      partitioned = true;
      return this;
    }

    /**
     * Takes only rows that have one of these values, as text, in a column, such as one tenant's.
     * The others are counted as filtered.
     */
    public Builder onlyRows(String column, String... values) {
      wanted.put(column, Collections.unmodifiableSortedSet(new TreeSet<>(List.of(values))));
      return this;
    }

    /** Makes a new table refer to another one of the plan. */
    public Builder reference(Reference reference) {
      references.add(reference);
      return this;
    }

    /** Leaves the dataset's foreign keys out, for stores that don't keep to theirs. */
    public Builder withoutForeignKeys() {
      foreignKeys = false;
      return this;
    }

    /**
     * As {@link #tenant(String, Tenant)}, with the column that the layout has for tenants, else
     * {@code user_id}.
     */
    public Builder tenant(Tenant tenant) {
      return tenant("", tenant);
    }

    /** Takes only rows of these tenants; the others are counted as filtered. */
    public Builder onlyTenants(String... tenants) {
      return onlyRows("", tenants);
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
