package dev.vectormigrate.internal;

import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.reduce.PcaSample;
import dev.vectormigrate.reduce.Projection;
import dev.vectormigrate.reduce.Reduction;
import dev.vectormigrate.spi.RejectedRowException;
import dev.vectormigrate.spi.VectorOrigin;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the vectors of mapped rows before they are written: made shorter, then rounded to
 * half precision. Thread-safe.
 */
final class VectorTreatment {

  /** What is counted of a vector that is not of half precision already. */
  static final String ROUNDED = "vector rounded to half precision";

  private final Schema mapped;
  private final Schema table;
  private final List<VectorOrigin> origins;
  private final Optional<Reduction> reduction;
  private final Map<Integer, Projection> projections;
  private final Tally losses;
  private final boolean changes;

  private VectorTreatment(
      Schema mapped,
      Schema table,
      List<VectorOrigin> origins,
      Optional<Reduction> reduction,
      Map<Integer, Projection> projections,
      Tally losses) {
    this.mapped = mapped;
    this.table = table;
    this.origins = List.copyOf(origins);
    this.reduction = reduction;
    this.projections = Map.copyOf(projections);
    this.losses = losses;
    changes = !projections.isEmpty() || !kinds(table).equals(kinds(mapped));
  }

  private static List<FieldType.Kind> kinds(Schema schema) {
    return schema.fields().stream().map(field -> field.type().kind()).toList();
  }

  /** Leaves every vector as it is mapped. */
  static VectorTreatment none(Schema mapped) {
    return new VectorTreatment(mapped, mapped, List.of(), Optional.empty(), Map.of(), new Tally());
  }

  /**
   * What a mapping says about the vectors of the rows that it makes.
   *
   * @param made the columns that the plan's model makes the vectors of; empty if it makes none, and
   *     the plan's model is that of all
   * @param losses counts what is lost of them
   * @throws IllegalArgumentException if a vector can't be reduced as the mapping says
   */
  static VectorTreatment of(Schema mapped, DatasetMapping mapping, Set<String> made, Tally losses) {
    List<Field> compared = mapped.fields().stream().map(field -> compared(field, mapping)).toList();
    List<Field> fields = new ArrayList<>();
    List<VectorOrigin> origins = new ArrayList<>();
    for (Field field : compared) {
      fields.add(treated(field, mapping));
      boolean known = made.isEmpty() || made.contains(field.name());
      String reduced = mapping.reduction().map(Reduction::toString).orElse("");
      VectorOrigin origin =
          new VectorOrigin(field.name(), known ? mapping.embeddingModel() : "", reduced);
      if (field.type().kind().isDense() && origin.isKnown()) {
        origins.add(origin);
      }
    }
    VectorTreatment treatment =
        new VectorTreatment(
            new Schema(compared, mapped.key()),
            new Schema(fields, mapped.key()),
            origins,
            mapping.reduction(),
            Map.of(),
            losses);
    return treatment.withCuts();
  }

  private static Field compared(Field field, DatasetMapping mapping) {
    FieldType type = field.type();
    Distance distance = mapping.distance().orElse(type.distance());
    return type.kind().isVector()
        ? new Field(
            field.name(), new FieldType(type.kind(), type.size(), distance), field.nullable())
        : field;
  }

  private static Field treated(Field field, DatasetMapping mapping) {
    FieldType type = field.type();
    if (!type.kind().isDense()) {
      return field;
    }
    int dimension = mapping.reduction().map(Reduction::dimension).orElse(type.size());
    boolean half = mapping.halfVectors() || type.kind() == FieldType.Kind.HALF_VECTOR;
    FieldType treated =
        half
            ? FieldType.halfVector(dimension, type.distance())
            : FieldType.vector(dimension, type.distance());
    return new Field(field.name(), treated, field.nullable());
  }

  /** A cut needs no sample. */
  private VectorTreatment withCuts() {
    if (reduction.isEmpty() || reduction.get().needsSample()) {
      samples(); // refuses what can't be reduced before anything is read
      return this;
    }
    Map<String, Projection> cuts = new LinkedHashMap<>();
    for (Field field : reduced()) {
      cuts.put(field.name(), reduction.get().projection(dimension(field)));
    }
    return with(cuts);
  }

  private static int dimension(Field field) {
    if (field.type().dimension() == 0) {
      throw new IllegalArgumentException(
          "column '%s': dimension not known before reading, expected it to reduce vectors. Convert it to vector(N)."
              .formatted(field.name()));
    }
    return field.type().dimension();
  }

  private List<Field> reduced() {
    return reduction.isEmpty()
        ? List.of()
        : mapped.fields().stream().filter(field -> field.type().kind().isDense()).toList();
  }

  /** The columns whose vectors are made shorter by what is still to be fitted, with samples. */
  Map<String, PcaSample> samples() {
    Map<String, PcaSample> samples = new LinkedHashMap<>();
    for (Field field : unfitted()) {
      Distance distance = field.type().distance();
      samples.put(
          field.name(),
          reduction
              .orElseThrow()
              .sample(dimension(field), distance == null ? Distance.COSINE : distance));
    }
    return samples;
  }

  private List<Field> unfitted() {
    return reduced().stream()
        .filter(field -> !projections.containsKey(mapped.indexOf(field.name())))
        .toList();
  }

  /** The columns of vectors that can't be made shorter before {@link #with}. */
  List<String> pending() {
    return unfitted().stream().map(Field::name).toList();
  }

  /** This treatment with projections of columns; of those that have other columns, nothing. */
  VectorTreatment with(Map<String, Projection> byColumn) {
    Map<Integer, Projection> all = new LinkedHashMap<>(projections);
    List<VectorOrigin> fitted = new ArrayList<>(origins);
    byColumn.forEach(
        (column, projection) -> {
          all.put(mapped.indexOf(column), projection);
          fitted.replaceAll(origin -> fitted(origin, column, projection));
        });
    return new VectorTreatment(mapped, table, fitted, reduction, all, losses);
  }

  /** This treatment, counting what is lost elsewhere. */
  VectorTreatment counting(Tally elsewhere) {
    return new VectorTreatment(mapped, table, origins, reduction, projections, elsewhere);
  }

  /** Rows and queries go through the same projection if it has the same version. */
  private static VectorOrigin fitted(VectorOrigin origin, String column, Projection projection) {
    return origin.column().equals(column)
        ? new VectorOrigin(column, origin.model(), projection.id())
        : origin;
  }

  /** How the vectors of columns are made shorter, as far as that is known. */
  Map<String, Projection> projections() {
    Map<String, Projection> byColumn = new LinkedHashMap<>();
    projections.forEach(
        (index, projection) -> byColumn.put(mapped.field(index).name(), projection));
    return byColumn;
  }

  /**
   * A row that the target refuses exactly if it refuses {@link #apply} of this one, without the
   * work of making vectors shorter.
   */
  Row trial(Row row) throws RejectedRowException {
    return projections.isEmpty() ? apply(row) : trial(row, projections);
  }

  private Row trial(Row row, Map<Integer, Projection> shorter) throws RejectedRowException {
    @Nullable Object[] values = new Object[table.size()];
    for (int i = 0; i < values.length; i++) {
      Projection projection = shorter.get(i);
      boolean fits =
          projection != null
              && row.value(i) instanceof Vector vector
              && vector.isFinite()
              && vector.dimension() == projection.sourceDimension();
      values[i] =
          projection != null && fits
              ? Vector.wrap(new float[projection.targetDimension()])
              : value(row, i);
    }
    return Row.of(table, values);
  }

  /** The columns of the table. */
  Schema schema() {
    return table;
  }

  /** Where the vectors come from, of the columns where anything is known. */
  List<VectorOrigin> origins() {
    return origins;
  }

  /**
   * What a vector of the source is looked for as in a column: reduced as the column's vectors were.
   * Rounding is left to the target.
   */
  Vector query(String column, Vector vector) {
    Projection projection = projections.get(mapped.indexOf(column));
    return projection == null ? vector : projection.project(vector);
  }

  /**
   * The row as it is written.
   *
   * @throws RejectedRowException if a vector can't be turned into what its column holds
   */
  Row apply(Row row) throws RejectedRowException {
    if (!changes) {
      return row;
    }
    @Nullable Object[] values = new Object[table.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(row, i);
    }
    return Row.of(table, values);
  }

  private @Nullable Object value(Row row, int column) throws RejectedRowException {
    Object value = row.value(column);
    if (!(value instanceof Vector vector)) {
      return value;
    }
    try {
      Projection projection = projections.get(column);
      Vector shorter = projection == null ? vector : projection.project(vector);
      boolean half = table.field(column).type().kind() == FieldType.Kind.HALF_VECTOR;
      return half ? rounded(row, shorter, table.field(column).type()) : shorter;
    } catch (IllegalArgumentException e) {
      throw new RejectedRowException(
          row.id(), "column '" + table.field(column).name() + "': " + e.getMessage());
    }
  }

  private Vector rounded(Row row, Vector vector, FieldType type) {
    Vector rounded = (Vector) new Conversion(type, ZoneOffset.UTC).convert(vector);
    if (!rounded.equals(vector)) {
      losses.add(ROUNDED, row.id(), share(vector, rounded));
    }
    return rounded;
  }

  /** How long the difference is against the vector itself. */
  static double share(Vector vector, Vector rounded) {
    double squares = 0;
    for (int i = 0; i < vector.dimension(); i++) {
      double difference = (double) vector.get(i) - rounded.get(i);
      squares += difference * difference;
    }
    return vector.norm() == 0 ? 0 : Math.sqrt(squares) / vector.norm();
  }
}
