package dev.vectormigrate.internal;

import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.spi.JsonProfile;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Profiles the JSON columns of rows; see {@link JsonProfile}. Its memory is bounded: of paths and
 * ids it keeps those that come first in the order of texts, so that the order of rows does not
 * matter. Not thread-safe.
 */
final class JsonProfiler {

  private static final int MOST_ROWS = 10;

  /** A longer path is counted among the others, so that no document makes paths of any length. */
  private static final int LONGEST_PATH = 512;

  private final List<Column> columns = new ArrayList<>();

  /** Profiles the rows of a table with this schema. */
  JsonProfiler(Schema schema) {
    for (int i = 0; i < schema.size(); i++) {
      Field field = schema.field(i);
      if (field.type().kind() == FieldType.Kind.JSON) {
        columns.add(new Column(field.name(), i, !schema.key().isEmpty()));
      }
    }
  }

  void add(Row row) {
    columns.forEach(column -> column.add(row));
  }

  List<JsonProfile> profiles() {
    return columns.stream().map(Column::profile).toList();
  }

  private static final class Column {

    private final String name;
    private final int index;
    private final boolean keyed;
    private final TreeSet<String> encodedRows = new TreeSet<>();
    private final TreeMap<String, Long> paths = new TreeMap<>();
    private final StringBuilder path = new StringBuilder();
    private long objects;
    private long arrays;
    private long scalars;
    private long encoded;
    private long nulls;
    private long otherPaths;
    private int depth;

    Column(String name, int index, boolean keyed) {
      this.name = name;
      this.index = index;
      this.keyed = keyed;
    }

    void add(Row row) {
      Object content = row.value(index) instanceof Json json ? json.toJava() : null;
      if (content == null) {
        nulls++;
      } else if (content instanceof Map<?, ?>) {
        objects++;
      } else if (content instanceof Collection<?>) {
        arrays++;
      } else if (content instanceof String text && holdsJson(text)) {
        encoded++;
        name(row);
      } else {
        scalars++;
      }
      depth = Math.max(depth, addMembers(content));
    }

    private void name(Row row) {
      if (keyed) {
        encodedRows.add(row.id());
        if (encodedRows.size() > MOST_ROWS) {
          encodedRows.pollLast();
        }
      }
    }

    /** Counts what is below a value and returns how deep that is. */
    private int addMembers(@Nullable Object value) {
      int deepest = -1;
      if (value instanceof Map<?, ?> object) {
        for (Map.Entry<?, ?> member : object.entrySet()) {
          String step = (path.length() == 0 ? "" : ".") + member.getKey();
          deepest = Math.max(deepest, addMember(step, member.getValue()));
        }
      } else if (value instanceof Collection<?> array) {
        for (Object element : array) {
          deepest = Math.max(deepest, addMember("[]", element));
        }
      } else {
        return 0;
      }
      return Math.max(deepest, 0) + 1;
    }

    private int addMember(String step, @Nullable Object value) {
      int before = path.length();
      if (before + step.length() > LONGEST_PATH) {
        otherPaths++;
        return depthOf(value);
      }
      path.append(step);
      count(path + " " + type(value));
      int deep = addMembers(value);
      path.setLength(before);
      return deep;
    }

    /** What is below a path that is too long is counted with it. */
    private int depthOf(@Nullable Object value) {
      Collection<?> members = List.of();
      if (value instanceof Map<?, ?> object) {
        members = object.values();
      } else if (value instanceof Collection<?> array) {
        members = array;
      } else {
        return 0;
      }
      int deepest = 0;
      for (Object member : members) {
        otherPaths++;
        deepest = Math.max(deepest, depthOf(member));
      }
      return deepest + 1;
    }

    /**
     * The first paths in the order of texts are kept: one that is among them at the end was among
     * them since it first occurred, so its count is whole.
     */
    private void count(String typed) {
      paths.merge(typed, 1L, Long::sum);
      if (paths.size() > JsonProfile.MOST_PATHS) {
        otherPaths += paths.pollLastEntry().getValue();
      }
    }

    JsonProfile profile() {
      return new JsonProfile(
          name,
          objects,
          arrays,
          scalars,
          encoded,
          nulls,
          List.copyOf(encodedRows),
          depth,
          paths,
          otherPaths);
    }
  }

  private static String type(@Nullable Object value) {
    if (value == null) {
      return "null";
    }
    if (value instanceof Map<?, ?>) {
      return "object";
    }
    if (value instanceof Collection<?>) {
      return "array";
    }
    if (value instanceof String) {
      return "string";
    }
    if (value instanceof Boolean) {
      return "boolean";
    }
    return value instanceof BigDecimal ? "decimal" : "integer";
  }

  /** Whether a text is an object or array as JSON, or such a text as JSON once more. */
  private static boolean holdsJson(String text) {
    String inner = text.strip();
    boolean opens = inner.startsWith("{") || inner.startsWith("[");
    if (!opens && !inner.startsWith("\"")) {
      return false;
    }
    try {
      return opens
          ? Json.parse(inner) != null
          : Json.parse(inner).toJava() instanceof String again && holdsJson(again);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
