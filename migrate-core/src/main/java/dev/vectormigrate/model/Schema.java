package dev.vectormigrate.model;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a dataset, in order, and which of them identify a row.
 *
 * @param fields at least one; names are unique
 * @param key names of the fields that together are unique; empty where rows have no identity
 */
public record Schema(List<Field> fields, List<String> key) {

  /** Conventional name of the field that identifies a record of a vector collection. */
  public static final String ID = "id";

  /** Conventional name of the text that was embedded. */
  public static final String TEXT = "text";

  /** Conventional name of the JSON object of a record's attributes. */
  public static final String METADATA = "metadata";

  /** Conventional name of the only vector of a record. */
  public static final String EMBEDDING = "embedding";

  public Schema {
    fields = List.copyOf(fields);
    key = List.copyOf(key);
    Set<String> names = new HashSet<>();
    for (Field field : fields) {
      if (!names.add(field.name())) {
        throw new IllegalArgumentException("field '" + field.name() + "': twice, expected once");
      }
    }
    if (fields.isEmpty()) {
      throw new IllegalArgumentException("fields: none, expected at least one");
    }
    if (!names.containsAll(key) || Set.copyOf(key).size() < key.size()) {
      throw new IllegalArgumentException(
          "key " + key + ": expected different fields out of " + fieldNames(fields));
    }
  }

  private static List<String> fieldNames(List<Field> fields) {
    return fields.stream().map(Field::name).toList();
  }

  /**
   * The schema of a vector collection: id, text, metadata and one vector, identified by id.
   *
   * @param dimension components of the vectors, 0 where the store does not know it yet
   */
  public static Schema vectorCollection(int dimension, @Nullable Distance distance) {
    return new Schema(
        List.of(
            Field.required(ID, FieldType.TEXT),
            Field.optional(TEXT, FieldType.TEXT),
            Field.optional(METADATA, FieldType.JSON),
            Field.optional(EMBEDDING, FieldType.vector(dimension, distance))),
        List.of(ID));
  }

  /** How many fields a row has. */
  public int size() {
    return fields.size();
  }

  /** The field at a position from 0. */
  public Field field(int index) {
    return fields.get(index);
  }

  /** The position of a field from 0, or -1 where there is none of that name. */
  public int indexOf(String name) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  /** The positions of the key's fields, in the key's order. */
  public int[] keyIndexes() {
    return key.stream().mapToInt(this::indexOf).toArray();
  }

  @Override
  public String toString() {
    String columns = fields.stream().map(Field::toString).collect(Collectors.joining(", "));
    return "(" + columns + ") key (" + String.join(", ", key) + ")";
  }
}
