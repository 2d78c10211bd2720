package dev.vectormigrate.spi;

import dev.vectormigrate.model.ColumnDefault;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.PlainIndex;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.VectorIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A table as the plan wants it.
 *
 * @param name where
 * @param schema its columns, named as in the target, and its key
 * @param mode how rows become live
 * @param index what to build on each vector column
 * @param defaults what columns of a new table hold where an insert says nothing
 * @param indexes what to build on other columns of a new table
 * @param references its foreign keys
 * @param tenancy how its rows belong to tenants
 * @param origins where the vectors of its columns come from, of those where anything is known
 * @param comment what the table's comment says about where the rows came from
 */
public record TableSpec(
    TableName name,
    Schema schema,
    WriteMode mode,
    VectorIndex index,
    List<ColumnDefault> defaults,
    List<PlainIndex> indexes,
    List<Reference> references,
    Tenancy tenancy,
    List<VectorOrigin> origins,
    String comment) {

  public TableSpec {
    defaults = List.copyOf(defaults);
    indexes = List.copyOf(indexes);
    references = List.copyOf(references);
    origins = List.copyOf(origins);
  }

  /** A table without defaults, further indexes and foreign keys. */
  public TableSpec(
      TableName name, Schema schema, WriteMode mode, VectorIndex index, String comment) {
    this(
        name,
        schema,
        mode,
        index,
        List.of(),
        List.of(),
        List.of(),
        Tenancy.NONE,
        List.of(),
        comment);
  }

  /** This table; vectors whose dimension is not known get that of the same column of another. */
  public TableSpec withDimensionsOf(TableSpec other) {
    List<Field> fields = new ArrayList<>();
    for (Field field : schema.fields()) {
      int index = other.schema.indexOf(field.name());
      fields.add(index < 0 ? field : withDimensionOf(field, other.schema.field(index)));
    }
    return new TableSpec(
        name,
        new Schema(fields, schema.key()),
        mode,
        index,
        defaults,
        indexes,
        references,
        tenancy,
        origins,
        comment);
  }

  /** This table without some of its columns, none of which belongs to the key. */
  public TableSpec without(Set<String> columns) {
    List<Field> fields =
        schema.fields().stream().filter(field -> !columns.contains(field.name())).toList();
    return new TableSpec(
        name,
        new Schema(fields, schema.key()),
        mode,
        index,
        defaults,
        indexes,
        references,
        tenancy,
        origins.stream().filter(origin -> !columns.contains(origin.column())).toList(),
        comment);
  }

  /** This table, whose vectors come from elsewhere. */
  public TableSpec withOrigins(List<VectorOrigin> newOrigins) {
    return new TableSpec(
        name, schema, mode, index, defaults, indexes, references, tenancy, newOrigins, comment);
  }

  /** This table with other foreign keys. */
  public TableSpec withReferences(List<Reference> newReferences) {
    return new TableSpec(
        name, schema, mode, index, defaults, indexes, newReferences, tenancy, origins, comment);
  }

  /** This table, to which another dataset brings rows of its own tenants. */
  public TableSpec withTenantsOf(TableSpec other) {
    boolean known = !tenancy.tenants().isEmpty() && !other.tenancy.tenants().isEmpty();
    Set<String> tenants = new TreeSet<>(tenancy.tenants());
    tenants.addAll(other.tenancy.tenants());
    Tenancy both =
        new Tenancy(
            tenancy.column(),
            known || tenancy.partitioned() ? List.copyOf(tenants) : List.of(),
            tenancy.setting(),
            tenancy.partitioned());
    return new TableSpec(
        name, schema, mode, index, defaults, indexes, references, both, origins, comment);
  }

  private static Field withDimensionOf(Field field, Field other) {
    FieldType type = field.type();
    boolean unknown =
        type.size() == 0 && other.type().dimension() > 0 && type.kind() == other.type().kind();
    return unknown
        ? new Field(
            field.name(),
            new FieldType(type.kind(), other.type().size(), type.distance()),
            field.nullable())
        : field;
  }

  /**
   * Whether the vectors of a column may be less than the source's by design: rounded, or reduced. A
   * column of half precision may also be one of a source that has no more.
   */
  public boolean isLossy(Field field) {
    return field.type().kind() == FieldType.Kind.HALF_VECTOR || isReduced(field.name());
  }

  /** Whether the vectors of a column have fewer components than the source's. */
  public boolean isReduced(String column) {
    return origins.stream()
        .anyMatch(origin -> origin.column().equals(column) && !origin.reduction().isEmpty());
  }

  /** Whether the index on a column is planned to hold less than the column. */
  public boolean isIndexLossy(Field field) {
    return field.type().kind().isDense()
        && index.method() != VectorIndex.Method.NONE
        && index.precision() != VectorIndex.Precision.FULL;
  }

  /** Whether anything of a vector is lost by design, in a column or in an index alone. */
  public boolean isLossy() {
    return schema.fields().stream().anyMatch(field -> isLossy(field) || isIndexLossy(field));
  }

  /** All that must stay the same while a run is resumed, as text. */
  public String layout() {
    return "%s %s, %s, index %s%s%s%s%s%s%s"
        .formatted(
            name,
            schema,
            mode,
            index,
            defaults.isEmpty() ? "" : ", defaults " + defaults,
            indexes.isEmpty() ? "" : ", indexes " + indexes,
            references.isEmpty() ? "" : ", references " + references,
            tenancy.setting().isEmpty() ? "" : ", policy on " + tenancy.setting(),
            tenancy.partitioned() ? ", partitioned by " + tenancy.column() : "",
            origins.isEmpty() ? "" : ", vectors of " + origins);
  }
}
