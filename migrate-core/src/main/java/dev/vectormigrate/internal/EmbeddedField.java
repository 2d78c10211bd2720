package dev.vectormigrate.internal;

import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.DatasetMapping.Embeddings;
import dev.vectormigrate.Embedding;
import dev.vectormigrate.Embedding.MissingText;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.spi.Embedder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The field of a dataset that gets vectors made of the rows' texts, before the mapping sees it:
 * whatever columns the mapping makes of it, copies included, hold the same vector. Immutable and
 * thread-safe.
 */
final class EmbeddedField {

  private final Dataset dataset;
  private final Schema schema;
  private final int index;
  private final boolean added;
  private final boolean keeps;
  private final Embedding how;
  private final TextTemplate template;
  private final Vector standIn;

  private EmbeddedField(Dataset source, DatasetMapping mapping, Embedding how) {
    this.how = how;
    keeps = mapping.embeddings() == Embeddings.EMBED_MISSING;
    int found = indexIn(source.schema());
    added = found < 0;
    index = added ? source.schema().size() : found;
    schema = schemaOf(source.schema());
    dataset =
        new Dataset(
            source.namespace(),
            source.name(),
            schema,
            source.rows(),
            source.fingerprint(),
            source.findings(),
            source.constraints());
    template = TextTemplate.of(how.template(), source.schema());
    float[] unit = new float[how.embedder().dimension()];
    unit[0] = 1;
    standIn = Vector.wrap(unit);
  }

  /**
   * What a mapping makes of a dataset's texts.
   *
   * @return null if it makes nothing of them
   * @throws IllegalArgumentException if it can't
   */
  static @Nullable EmbeddedField of(Dataset source, DatasetMapping mapping) {
    Embedding how = mapping.embedding().orElse(null);
    if (how == null) {
      return null;
    }
    Embedder embedder = how.embedder();
    // Where nobody declared it, this asks the service.
    int dimension = Failures.atEmbedder(ModelRequests.where(embedder), embedder::dimension);
    if (dimension < 1 || embedder.maxBatch() < 1) {
      throw new IllegalArgumentException(
          "embedder %s: %d dimensions, %d texts a request, expected at least one of each."
              .formatted(embedder.modelId(), dimension, embedder.maxBatch()));
    }
    refuseOtherModel(mapping, how);
    return new EmbeddedField(source, mapping, how);
  }

  private static void refuseOtherModel(DatasetMapping mapping, Embedding how) {
    String kept = mapping.keptEmbeddingModel();
    if (!kept.isEmpty() && !kept.equals(how.embedder().modelId())) {
      throw new IllegalArgumentException(
          "vectors of model '%s' are kept, expected '%s', which is to make the missing ones. Call reembed(...)."
              .formatted(kept, how.embedder().modelId()));
    }
  }

  private int indexIn(Schema source) {
    if (how.field().isPresent()) {
      return source.indexOf(how.field().get());
    }
    List<Field> dense = source.fields().stream().filter(f -> f.type().kind().isDense()).toList();
    if (dense.size() > 1) {
      throw new IllegalArgumentException(
          "vectors to make: %d fields hold vectors, expected one. Name one of %s with into(...)."
              .formatted(dense.size(), dense.stream().map(Field::name).toList()));
    }
    return source.indexOf(dense.isEmpty() ? Schema.EMBEDDING : dense.get(0).name());
  }

  private Schema schemaOf(Schema source) {
    List<Field> fields = new ArrayList<>(source.fields());
    boolean nullable = how.missingText() == MissingText.KEEP;
    if (added) {
      String name = how.field().orElse(Schema.EMBEDDING);
      fields.add(new Field(name, FieldType.vector(how.embedder().dimension(), null), nullable));
    } else {
      Field field = fields.get(index);
      fields.set(index, new Field(field.name(), type(field), nullable));
    }
    return new Schema(fields, source.key());
  }

  private FieldType type(Field field) {
    FieldType type = field.type();
    int dimension = how.embedder().dimension();
    if (keeps) {
      refuseOther(field, dimension);
    }
    Distance distance = type.distance();
    return type.kind() == FieldType.Kind.HALF_VECTOR
        ? FieldType.halfVector(dimension, distance)
        : FieldType.vector(dimension, distance);
  }

  private static void refuseOther(Field field, int dimension) {
    if (!field.type().kind().isDense()) {
      throw new IllegalArgumentException(
          "field '%s': %s, expected a vector to keep. Call reembed(...), or name another field with into(...)."
              .formatted(field.name(), field.type()));
    }
    int kept = field.type().dimension();
    if (kept > 0 && kept != dimension) {
      throw new IllegalArgumentException(
          "field '%s': vectors of %d dimensions are kept, expected %d as those to make. Call reembed(...), or choose another model."
              .formatted(field.name(), kept, dimension));
    }
  }

  /** The dataset as the mapping sees it. */
  Dataset dataset() {
    return dataset;
  }

  /** The name of the field. */
  String name() {
    return schema.field(index).name();
  }

  Embedding how() {
    return how;
  }

  /** Whether a row of the source keeps the vector that it has. */
  boolean keepsVectorOf(Row source) {
    return keeps && !added && source.value(index) != null;
  }

  /** The text of a row of the source. */
  String text(RowValues source) {
    return template.text(source);
  }

  /** A row of the source with the vector that it has. */
  Row kept(Row source) {
    return with(source, (Vector) source.value(index));
  }

  /** A row of the source with a vector that was made. */
  Row made(Row source, Vector vector) {
    boolean half = schema.field(index).type().kind() == FieldType.Kind.HALF_VECTOR;
    return with(source, half ? vector.toHalfPrecision() : vector);
  }

  /** A row of the source with another vector, or none. */
  Row with(Row source, @Nullable Vector vector) {
    @Nullable Object[] values = new Object[schema.size()];
    for (int i = 0; i < source.schema().size(); i++) {
      values[i] = source.value(i);
    }
    values[index] = vector;
    return Row.of(schema, values);
  }

  /** Stands for a vector that is not made: of the right dimension, and of length 1. */
  Vector standIn() {
    return standIn;
  }
}
