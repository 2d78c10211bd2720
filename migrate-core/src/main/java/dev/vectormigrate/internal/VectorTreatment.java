package dev.vectormigrate.internal;

import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.spi.RejectedRowException;
import dev.vectormigrate.spi.VectorOrigin;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the vectors of mapped rows before they are written: rounded to half precision.
 * Thread-safe.
 */
final class VectorTreatment {

  private final Schema table;
  private final List<VectorOrigin> origins;
  private final boolean changes;
  private final Tally losses;

  private VectorTreatment(Schema table, List<VectorOrigin> origins, boolean changes, Tally losses) {
    this.losses = losses;
    this.table = table;
    this.origins = List.copyOf(origins);
    this.changes = changes;
  }

  /** What a mapping says about the vectors of the rows that it makes. */
  /**
   * What a mapping says about the vectors of the rows that it makes.
   *
   * @param made the columns that the plan's model makes the vectors of; empty if it makes none, and
   *     the plan's model is that of all
   * @param losses counts what is lost of them
   */
  static VectorTreatment of(Schema mapped, DatasetMapping mapping, Set<String> made, Tally losses) {
    List<Field> fields = new ArrayList<>();
    List<VectorOrigin> origins = new ArrayList<>();
    for (Field field : mapped.fields()) {
      fields.add(mapping.halfVectors() ? halved(field) : field);
      boolean known = made.isEmpty() || made.contains(field.name());
      VectorOrigin origin =
          new VectorOrigin(field.name(), known ? mapping.embeddingModel() : "", "");
      if (field.type().kind().isDense() && origin.isKnown()) {
        origins.add(origin);
      }
    }
    Schema table = new Schema(fields, mapped.key());
    return new VectorTreatment(table, origins, !table.equals(mapped), losses);
  }

  private static Field halved(Field field) {
    FieldType type = field.type();
    return type.kind() == FieldType.Kind.VECTOR
        ? new Field(
            field.name(), FieldType.halfVector(type.size(), type.distance()), field.nullable())
        : field;
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
   * The row as it is written.
   *
   * @throws RejectedRowException if a vector can't be turned into what its column holds
   */
  Row apply(Row mapped) throws RejectedRowException {
    if (!changes) {
      return mapped;
    }
    @Nullable Object[] values = new Object[table.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(mapped, i);
    }
    return Row.of(table, values);
  }

  private @Nullable Object value(Row mapped, int column) throws RejectedRowException {
    Object value = mapped.value(column);
    FieldType type = table.field(column).type();
    if (!(value instanceof Vector vector) || type.kind() != FieldType.Kind.HALF_VECTOR) {
      return value;
    }
    try {
      Vector rounded = (Vector) new Conversion(type, ZoneOffset.UTC).convert(value);
      if (!rounded.equals(vector)) {
        losses.add("vector rounded to half precision", mapped.id(), share(vector, rounded));
      }
      return rounded;
    } catch (IllegalArgumentException e) {
      throw new RejectedRowException(
          mapped.id(), "column '" + table.field(column).name() + "': " + e.getMessage());
    }
  }

  /** How long the difference is against the vector itself. */
  private static double share(Vector vector, Vector rounded) {
    double squares = 0;
    for (int i = 0; i < vector.dimension(); i++) {
      double difference = (double) vector.get(i) - rounded.get(i);
      squares += difference * difference;
    }
    return vector.norm() == 0 ? 0 : Math.sqrt(squares) / vector.norm();
  }
}
