package dev.vectormigrate.internal;

import dev.vectormigrate.RowDifference.Change;
import dev.vectormigrate.RowDifference.ColumnDifference;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The types and short hashes of a row's values, as text: enough to say which field, or which key of
 * a JSON object, differs and whether its type does, without holding any content. One line a value:
 * {@code path TAB type TAB hash}.
 */
public final class RowFingerprint {

  private final RowHasher hasher = new RowHasher();
  private final StringBuilder lines = new StringBuilder();

  private RowFingerprint() {}

  /** The fingerprint of a row. */
  public static String of(Row row) {
    RowFingerprint fingerprint = new RowFingerprint();
    for (int i = 0; i < row.schema().size(); i++) {
      fingerprint.add(row.schema().field(i).name(), row.value(i));
    }
    return fingerprint.lines.toString();
  }

  private void add(String path, @Nullable Object value) {
    if (value instanceof Json json) {
      addJson(path, json.toJava());
    } else {
      line(path, value == null ? "null" : typeName(value), value);
    }
  }

  /** Lists have several classes. */
  private static String typeName(Object value) {
    return value instanceof List<?> ? "List" : value.getClass().getSimpleName();
  }

  private void addJson(String path, @Nullable Object value) {
    if (value instanceof Map<?, ?> object) {
      line(path, "object", null);
      object.forEach((key, member) -> addJson(path + "." + key, member));
    } else {
      line(path, jsonType(value), Json.of(value));
    }
  }

  private static String jsonType(@Nullable Object value) {
    if (value == null) {
      return "null";
    }
    if (value instanceof String) {
      return "string";
    }
    if (value instanceof Boolean) {
      return "boolean";
    }
    if (value instanceof Collection<?>) {
      return "array";
    }
    return value instanceof BigDecimal ? "decimal" : "integer";
  }

  private void line(String path, String type, @Nullable Object value) {
    String printable = path.replaceAll("\\p{Cntrl}", " ");
    String hash = hasher.hash(value).toString().substring(0, 16);
    lines.append(printable).append('\t').append(type).append('\t').append(hash).append('\n');
  }

  /** What differs between two fingerprints, in short phrases; empty if nothing does. */
  public static List<String> differences(String expected, String actual) {
    if (expected.equals(actual)) {
      return List.of();
    }
    List<String> phrases = changes(expected, actual).stream().map(RowFingerprint::phrase).toList();
    // Two keys may have one path, such as "a.b" and "b" in "a".
    return phrases.isEmpty() ? List.of("a value differs") : phrases;
  }

  /**
   * How some columns of JSON are built otherwise, in short phrases: keys that are missing or were
   * added, and values of another type. Values of the same type are not compared.
   */
  public static List<String> structuralChanges(
      String expected, String actual, List<String> columns) {
    if (expected.equals(actual)) {
      return List.of();
    }
    return changes(expected, actual).stream()
        .filter(change -> change.change() != Change.VALUE)
        .filter(change -> columns.stream().anyMatch(column -> isIn(column, change.path())))
        .map(RowFingerprint::phrase)
        .toList();
  }

  private static boolean isIn(String column, String path) {
    return path.equals(column) || path.startsWith(column + ".");
  }

  private static String phrase(ColumnDifference value) {
    String field = "field '" + value.path() + "' ";
    return switch (value.change()) {
      case MISSING -> field + "is missing";
      case ADDED -> field + "was added";
      case TYPE -> field + "is of type " + value.actual() + ", expected " + value.expected();
      case VALUE -> field + "has another value";
      case UNREADABLE -> field + "can't be read";
    };
  }

  /** What differs between two fingerprints, in the order of the expected one. */
  static List<ColumnDifference> changes(String expected, String actual) {
    Map<String, String[]> then = parse(expected);
    Map<String, String[]> now = parse(actual);
    List<ColumnDifference> changes = new ArrayList<>();
    then.forEach((path, value) -> compare(path, value, now.remove(path), changes));
    now.forEach(
        (path, value) -> changes.add(new ColumnDifference(path, Change.ADDED, "", value[1])));
    return changes;
  }

  private static void compare(
      String path, String[] then, String @Nullable [] now, List<ColumnDifference> changes) {
    if (now == null) {
      changes.add(new ColumnDifference(path, Change.MISSING, then[1], ""));
    } else if (!then[1].equals(now[1])) {
      changes.add(new ColumnDifference(path, Change.TYPE, then[1], now[1]));
    } else if (!then[2].equals(now[2])) {
      changes.add(new ColumnDifference(path, Change.VALUE, then[1], now[1]));
    }
  }

  private static Map<String, String[]> parse(String fingerprint) {
    Map<String, String[]> values = new LinkedHashMap<>();
    fingerprint.lines().map(line -> line.split("\t", 3)).forEach(v -> values.put(v[0], v));
    return values;
  }
}
