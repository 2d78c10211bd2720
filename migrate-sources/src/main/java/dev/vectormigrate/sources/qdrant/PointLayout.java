package dev.vectormigrate.sources.qdrant;

import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.SparseVector;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.spi.RejectedRowException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns points of one collection into rows. Immutable and thread-safe. */
final class PointLayout {

  /** The most dimensions that pgvector's {@code sparsevec} has. */
  static final int MOST_SPARSE_DIMENSION = 1_000_000_000;

  static final String SHARD_KEY = "shard_key";

  /**
   * What the caller chose.
   *
   * @param textKey key of the payload that has the text, null if none has
   * @param sparseDimension of sparse vectors, 0 if not set
   * @param normalized whether vectors under cosine distance get the length 1
   */
  record Options(@Nullable String textKey, int sparseDimension, boolean normalized) {
    static final Options DEFAULT = new Options(null, 0, false);
  }

  private final List<VectorSpec> specs;
  private final boolean sharded;
  private final Options options;
  private final boolean sparseAsJson;
  private final Map<String, Integer> places = new LinkedHashMap<>();
  private final Schema schema;

  /**
   * @param specs of all vectors
   * @param sharded whether ids are unique below a shard key only
   * @param sparseAsJson whether sparse vectors have positions that no sparse column takes
   */
  PointLayout(List<VectorSpec> specs, boolean sharded, Options options, boolean sparseAsJson) {
    this.specs = List.copyOf(specs);
    this.sharded = sharded;
    this.options = options;
    this.sparseAsJson = sparseAsJson;
    this.schema = schema();
  }

  Schema rows() {
    return schema;
  }

  private Schema schema() {
    List<Field> fields = new ArrayList<>();
    if (sharded) {
      fields.add(Field.required(SHARD_KEY, FieldType.TEXT));
    }
    fields.add(Field.required(Schema.ID, FieldType.TEXT));
    if (options.textKey() != null) {
      fields.add(Field.optional(Schema.TEXT, FieldType.TEXT));
    }
    fields.add(Field.required(Schema.METADATA, FieldType.JSON));
    Set<String> taken = taken();
    for (VectorSpec spec : specs) {
      places.put(spec.name(), fields.size());
      fields.add(Field.optional(free(spec.name(), taken), type(spec)));
    }
    return new Schema(fields, sharded ? List.of(SHARD_KEY, Schema.ID) : List.of(Schema.ID));
  }

  /** The names that mean something already, whether or not this collection has such fields. */
  private Set<String> taken() {
    Set<String> taken = new HashSet<>(Set.of(SHARD_KEY, Schema.ID, Schema.TEXT, Schema.METADATA));
    if (specs.stream().anyMatch(spec -> spec.name().isEmpty())) {
      taken.add(Schema.EMBEDDING);
    }
    return taken;
  }

  private static String free(String name, Set<String> taken) {
    if (name.isEmpty()) {
      return Schema.EMBEDDING;
    }
    String free = name;
    while (!taken.add(free)) {
      free += "_vector";
    }
    return free;
  }

  private FieldType type(VectorSpec spec) {
    return switch (spec.form()) {
      case DENSE -> FieldType.vector(spec.dimension(), spec.distance());
      case MULTI -> FieldType.JSON;
      case SPARSE ->
          sparseAsJson
              ? FieldType.JSON
              : FieldType.sparseVector(sparseDimension(), spec.distance());
    };
  }

  private int sparseDimension() {
    return options.sparseDimension() == 0 ? MOST_SPARSE_DIMENSION : options.sparseDimension();
  }

  /** What becomes of a point. */
  Row row(Point point) throws RejectedRowException {
    if (point.problem() != null) {
      throw new RejectedRowException(rejectedId(point), point.problem());
    }
    requireKnown(point);
    return Row.of(schema, values(point));
  }

  @SuppressWarnings("NullAway") // does not see that a varargs array of a class file holds nulls
  private Object[] values(Point point) throws RejectedRowException {
    Object[] values = new Object[schema.size()];
    int at = 0;
    if (sharded) {
      values[at++] = point.shardKey();
    }
    values[at++] = point.id();
    if (options.textKey() != null) {
      values[at++] = point.text(options.textKey());
    }
    values[at] = payload(point);
    for (VectorSpec spec : specs) {
      StoredVector vector = point.vectors().get(spec.name());
      values[places.getOrDefault(spec.name(), 0)] =
          vector == null ? null : value(point, spec, vector);
    }
    return values;
  }

  private String rejectedId(Point point) {
    return sharded ? point.shardKey() + "/" + point.id() : point.id();
  }

  private RejectedRowException refused(Point point, String reason) {
    return new RejectedRowException(rejectedId(point), reason);
  }

  private Json payload(Point point) throws RejectedRowException {
    try {
      return point.payload();
    } catch (IllegalArgumentException e) {
      throw refused(point, "payload: " + e.getMessage());
    }
  }

  private void requireKnown(Point point) throws RejectedRowException {
    for (String name : point.vectors().keySet()) {
      if (!places.containsKey(name)) {
        throw refused(
            point,
            (name.isEmpty() ? "vector" : "vector '" + name + "'")
                + ": not of this collection, expected one that it is configured with");
      }
    }
  }

  private Object value(Point point, VectorSpec spec, StoredVector vector)
      throws RejectedRowException {
    if (vector.form() != spec.form()) {
      throw refused(
          point, "%s: %s, expected %s".formatted(spec.title(), vector.form(), spec.form()));
    }
    if (vector instanceof StoredVector.Dense dense) {
      return Vector.wrap(checked(point, spec, dense.components()));
    }
    try {
      return vector instanceof StoredVector.Multi multi
          ? multi(point, spec, multi)
          : sparse(point, spec, (StoredVector.Sparse) vector);
    } catch (IllegalArgumentException e) {
      throw refused(point, spec.title() + ": " + e.getMessage());
    }
  }

  private float[] checked(Point point, VectorSpec spec, float[] components)
      throws RejectedRowException {
    if (components.length != spec.dimension()) {
      throw refused(
          point,
          "%s: dimension %d, expected %d"
              .formatted(spec.title(), components.length, spec.dimension()));
    }
    boolean scaled = options.normalized() && spec.metric().equals(VectorSpec.COSINE);
    return scaled ? normalized(components) : components;
  }

  /** As Qdrant does: a vector of zeros, or one of length 1 as exactly as floats can, stays. */
  private static float[] normalized(float[] components) {
    float square = 0;
    for (float component : components) {
      square += component * component;
    }
    if (square < Math.ulp(1f) || Math.abs(square - 1) <= 1.0e-6f) {
      return components;
    }
    float length = (float) Math.sqrt(square);
    float[] unit = new float[components.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = components[i] / length;
    }
    return unit;
  }

  private Json multi(Point point, VectorSpec spec, StoredVector.Multi multi)
      throws RejectedRowException {
    List<List<Float>> vectors = new ArrayList<>();
    for (float[] vector : multi.vectors()) {
      vectors.add(boxed(checked(point, spec, vector)));
    }
    return Json.of(vectors);
  }

  private static List<Float> boxed(float[] vector) {
    List<Float> boxed = new ArrayList<>(vector.length);
    for (float component : vector) {
      boxed.add(component);
    }
    return boxed;
  }

  private Object sparse(Point point, VectorSpec spec, StoredVector.Sparse sparse)
      throws RejectedRowException {
    if (sparseAsJson) {
      return sparseJson(sparse);
    }
    int dimension = sparseDimension();
    for (int position : sparse.positions()) {
      if (Integer.compareUnsigned(position, dimension) >= 0) {
        throw refused(
            point,
            "%s: position %s, expected less than %d"
                .formatted(spec.title(), Integer.toUnsignedString(position), dimension));
      }
    }
    return SparseVector.of(dimension, sparse.positions(), sparse.values());
  }

  private static Json sparseJson(StoredVector.Sparse sparse) {
    List<Long> positions = new ArrayList<>(sparse.positions().length);
    for (int position : sparse.positions()) {
      positions.add(Integer.toUnsignedLong(position));
    }
    return Json.of(Map.of("indices", positions, "values", boxed(sparse.values())));
  }

  /** Says what other names a collection has. */
  static Finding aliases(List<String> names) {
    return Finding.info(
        "qdrant.aliases", "aliases, which are not moved: " + String.join(", ", names));
  }

  /** What is worth knowing about the collection's vectors. */
  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    for (VectorSpec spec : specs) {
      describe(spec, findings);
    }
    return findings;
  }

  private void describe(VectorSpec spec, List<Finding> findings) {
    String title = spec.title();
    if (spec.distance() == null) {
      findings.add(
          Finding.info(
              "qdrant.distance.unknown",
              "%s: distance %s, moved without distance".formatted(title, spec.metric())));
    }
    if (!spec.storage().equals(VectorSpec.FLOAT32)) {
      findings.add(
          Finding.info(
              "qdrant.vectors.rounded",
              "%s: stored as %s, moved as Qdrant rounded it when it was stored"
                  .formatted(title, spec.storage())));
    }
    if (spec.form() == VectorSpec.Form.MULTI) {
      findings.add(
          Finding.info(
              "qdrant.multivector",
              title + ": a multivector, moved as JSON: an array of its vectors"));
    }
    if (spec.form() == VectorSpec.Form.SPARSE && sparseAsJson) {
      findings.add(
          Finding.warning(
              "qdrant.sparse.json",
              "%s: positions of %d and more, which no sparse column takes; moved as JSON"
                  .formatted(title, MOST_SPARSE_DIMENSION)));
    }
  }
}
