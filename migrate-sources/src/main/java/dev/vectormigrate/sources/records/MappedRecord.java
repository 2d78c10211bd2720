package dev.vectormigrate.sources.records;

import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.sources.json.JsonValue;
import dev.vectormigrate.sources.records.RecordFields.Part;
import dev.vectormigrate.spi.RejectedRowException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The id, text, vectors and metadata of a record, or why it has to be refused. Of one thread. */
final class MappedRecord {

  private final Map<String, @Nullable Object> members;
  private final @Nullable String id;
  private final @Nullable String text;
  private final List<@Nullable Components> vectors = new ArrayList<>();
  private final Map<String, @Nullable Object> metadata;
  private @Nullable String problem;

  private MappedRecord(RecordContent content, RecordFields fields) {
    this.members = content.members();
    this.problem = content.problem();
    this.id = content.key() == null ? id(fields.id()) : content.key();
    this.text = text(fields.text());
    for (RecordFields.VectorPart vector : fields.vectors()) {
      vectors.add(vector(vector.part()));
    }
    this.metadata = metadata(fields.metadata());
  }

  static MappedRecord of(RecordContent content, RecordFields fields) {
    return new MappedRecord(content, fields);
  }

  /** What the record itself is called; null where it is not. */
  @Nullable String id() {
    return id;
  }

  /** Whether the row of it is refused whatever dimension is expected of its vectors. */
  boolean isRefused() {
    return problem != null
        || vectors.stream().anyMatch(vector -> vector != null && vector.problem() != null);
  }

  /** Components of a vector, -1 where the record has none. */
  int dimension(int index) {
    Components components = vectors.get(index);
    return components == null ? -1 : components.vector().dimension();
  }

  /**
   * Makes a row.
   *
   * @param madeUpId for a record without id
   * @param last what stands behind the fields that come of the record
   */
  @SuppressWarnings("NullAway") // It takes what Row.of says of the values for the array of them.
  Row row(Schema schema, String madeUpId, @Nullable Object... last) throws RejectedRowException {
    String name = id == null ? madeUpId : id;
    refuse(name, problem);
    requireUnicode(name, "id", name);
    requireUnicode(name, "text", text);
    @Nullable Object[] values = new Object[schema.size()];
    values[0] = name;
    values[1] = text;
    values[2] = json(name);
    for (int i = 0; i < vectors.size(); i++) {
      values[3 + i] = vector(name, schema, 3 + i, vectors.get(i));
    }
    System.arraycopy(last, 0, values, values.length - last.length, last.length);
    return Row.of(schema, values);
  }

  private static void refuse(String id, @Nullable String reason) throws RejectedRowException {
    if (reason != null) {
      throw new RejectedRowException(JsonValue.escaped(id), JsonValue.escaped(reason));
    }
  }

  private static void requireUnicode(String id, String field, @Nullable String value)
      throws RejectedRowException {
    if (value != null && !JsonValue.isUnicode(value)) {
      refuse(id, field + ": lone surrogate, which is not Unicode text");
    }
  }

  private Json json(String id) throws RejectedRowException {
    try {
      return Json.of(metadata);
    } catch (IllegalArgumentException e) {
      throw new RejectedRowException(
          id, "metadata: " + JsonValue.escaped(String.valueOf(e.getMessage())));
    }
  }

  private static @Nullable Vector vector(
      String id, Schema schema, int index, @Nullable Components components)
      throws RejectedRowException {
    if (components == null) {
      return null;
    }
    String field = schema.field(index).name();
    if (components.problem() != null) {
      refuse(id, field + ": " + components.problem());
    }
    int expected = schema.field(index).type().dimension();
    if (components.vector().dimension() != expected) {
      refuse(
          id,
          "%s: dimension %d, expected %d as most have"
              .formatted(field, components.vector().dimension(), expected));
    }
    return components.vector();
  }

  private @Nullable String id(Part part) {
    Object value = take(part, MappedRecord::isId);
    if (isId(value)) {
      return String.valueOf(value);
    }
    if (part.named()) {
      note(
          value == null
              ? "id: no '%s', expected a text or an integer".formatted(part.name())
              : "id: '%s' is neither text nor integer".formatted(part.name()));
    }
    return null;
  }

  private static boolean isId(@Nullable Object value) {
    return value instanceof String || value instanceof Long || value instanceof BigInteger;
  }

  private @Nullable String text(Part part) {
    Object value = take(part, String.class::isInstance);
    if (value != null && !(value instanceof String)) {
      note("text: '%s' is no text".formatted(part.name()));
    }
    return value instanceof String found ? found : null;
  }

  private @Nullable Components vector(Part part) {
    Object value = take(part, MappedRecord::isVector);
    if (value instanceof Components components) {
      return components;
    }
    if (value instanceof String written) {
      return written.isBlank() ? null : Components.parse(written);
    }
    if (value != null) {
      note("vector: '%s' is no array, expected one of numbers".formatted(part.name()));
    }
    return null;
  }

  /** Whether nobody has to name a field with this value for it to be a vector. */
  static boolean isVector(@Nullable Object value) {
    return value instanceof Components
        || (value instanceof String text && text.stripLeading().startsWith("["));
  }

  private Map<String, @Nullable Object> metadata(Part part) {
    Object value = take(part, Map.class::isInstance);
    Map<String, @Nullable Object> all = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> object) {
      object.forEach((key, member) -> all.put(String.valueOf(key), member));
    } else if (value != null) {
      note("metadata: '%s' is no object, expected one".formatted(part.name()));
    }
    members.forEach(
        (key, member) -> {
          if (all.containsKey(key)) {
            note(
                "metadata: key '%s' in it and beside it, expected once. Name other fields"
                    .formatted(key));
          }
          all.put(key, member);
        });
    return all;
  }

  /**
   * Takes the value of a part out of the record. Of a part that nobody named, it is the first that
   * is usual; null where there is none.
   */
  private @Nullable Object take(Part part, Predicate<@Nullable Object> usual) {
    for (String path : part.paths()) {
      if (part.named() || usual.test(members.get(path))) {
        return take(members, path);
      }
    }
    for (String path : part.paths()) {
      if (members.containsKey(path) && members.get(path) == null) {
        return members.remove(path);
      }
    }
    return null;
  }

  @SuppressWarnings("unchecked") // Objects are made by the readers of formats, with text as keys.
  private static @Nullable Object take(Map<String, @Nullable Object> from, String path) {
    if (from.containsKey(path)) {
      return from.remove(path);
    }
    for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
      if (from.get(path.substring(0, dot)) instanceof Map<?, ?> inner) {
        Object found = take((Map<String, @Nullable Object>) inner, path.substring(dot + 1));
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  private void note(String reason) {
    if (problem == null) {
      problem = reason;
    }
  }
}
