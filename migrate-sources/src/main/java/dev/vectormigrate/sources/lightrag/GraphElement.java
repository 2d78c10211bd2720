package dev.vectormigrate.sources.lightrag;

import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.spi.RejectedRowException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A node or an edge of a graph.
 *
 * @param kind which of the two
 * @param ends the id of a node, or the ids of the two nodes of an edge
 * @param properties by name
 * @param problem why it cannot be migrated, null where it can
 */
record GraphElement(
    Kind kind, List<String> ends, Map<String, Object> properties, @Nullable String problem) {

  private static final Schema NODES = schema("id");
  private static final Schema EDGES = schema("source_id", "target_id");

  /** Kinds of elements. */
  enum Kind {
    NODE("nodes"),
    EDGE("edges");

    final String plural;

    Kind(String plural) {
      this.plural = plural;
    }

    Schema schema() {
      return this == NODE ? NODES : EDGES;
    }
  }

  private static Schema schema(String... key) {
    List<Field> fields = new ArrayList<>();
    for (String name : key) {
      fields.add(Field.required(name, FieldType.TEXT));
    }
    fields.add(Field.required("properties", FieldType.JSON));
    return new Schema(fields, List.of(key));
  }

  GraphElement {
    ends = List.copyOf(ends);
  }

  /** The ends of an undirected edge in the order that Python sorts them. */
  static List<String> sorted(String source, String target) {
    byte[] a = source.getBytes(StandardCharsets.UTF_8);
    byte[] b = target.getBytes(StandardCharsets.UTF_8);
    return Arrays.compareUnsigned(a, b) <= 0 ? List.of(source, target) : List.of(target, source);
  }

  /** A text that two elements of one kind share only if their ends are the same. */
  String key() {
    return ends.get(0).length() + ":" + String.join("", ends);
  }

  Row toRow() throws RejectedRowException {
    if (problem != null) {
      throw new RejectedRowException(name(), problem);
    }
    return Row.of(kind.schema(), Stream.concat(ends.stream(), Stream.of(json())).toArray());
  }

  private String name() {
    return String.join("/", ends);
  }

  private Json json() throws RejectedRowException {
    try {
      return Json.of(properties);
    } catch (IllegalArgumentException e) {
      throw new RejectedRowException(name(), "properties: " + e.getMessage());
    }
  }
}
