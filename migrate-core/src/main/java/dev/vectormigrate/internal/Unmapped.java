package dev.vectormigrate.internal;

import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Schema;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/**
 * Counts the values that have no column, by field or member. Thread-safe. Counts are those of this
 * process: after a resumption, of the rows since then.
 */
final class Unmapped {

  private static final int MOST_NAMES = 1_000;
  private static final int MOST_SHOWN = 20;

  /** A field whose values are not used as a whole: its position and the keys that need no count. */
  private record Watched(int index, String name, boolean isJson, Set<String> accounted) {}

  private final List<Watched> watched;
  private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

  private Unmapped(List<Watched> watched) {
    this.watched = watched;
  }

  /** Watches nothing. */
  static Unmapped none() {
    return new Unmapped(List.of());
  }

  /**
   * Watches what columns don't use.
   *
   * @param ignored fields, and members as {@code field.member}, that need no column
   */
  static Unmapped of(Schema schema, ColumnCompiler columns, Set<String> ignored) {
    return new Unmapped(
        schema.fields().stream()
            .filter(f -> !columns.usedFields().contains(f.name()) && !ignored.contains(f.name()))
            .map(f -> watched(schema, f, columns.usedMembers().getOrDefault(f.name(), Set.of())))
            .map(w -> withIgnored(w, ignored))
            .toList());
  }

  private static Watched watched(Schema schema, Field field, Set<String> used) {
    boolean isJson = field.type().kind() == FieldType.Kind.JSON;
    return new Watched(schema.indexOf(field.name()), field.name(), isJson, Set.copyOf(used));
  }

  private static Watched withIgnored(Watched field, Set<String> ignored) {
    Set<String> accounted = new HashSet<>(field.accounted());
    String prefix = field.name() + ".";
    ignored.stream()
        .filter(name -> name.startsWith(prefix))
        .forEach(name -> accounted.add(name.substring(prefix.length())));
    return new Watched(field.index(), field.name(), field.isJson(), accounted);
  }

  void count(RowValues row) {
    for (Watched field : watched) {
      if (row.value(field.index()) != null) {
        count(field, row);
      }
    }
  }

  private void count(Watched field, RowValues row) {
    if (!field.isJson()) {
      add(field.name());
      return;
    }
    row.members(field.index())
        .forEach(
            (key, value) -> {
              if (value != null && !field.accounted().contains(String.valueOf(key))) {
                add(field.name() + "." + key);
              }
            });
  }

  private void add(String name) {
    LongAdder count = counts.get(name);
    if (count == null) {
      String shown = counts.size() < MOST_NAMES ? name : "(others)";
      count = counts.computeIfAbsent(shown, key -> new LongAdder());
    }
    count.increment();
  }

  /** What was left out of a dataset, if anything. */
  Optional<Finding> finding(String dataset) {
    if (counts.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Long> sorted = new TreeMap<>();
    counts.forEach((name, count) -> sorted.put(name, count.sum()));
    String shown =
        sorted.entrySet().stream()
            .limit(MOST_SHOWN)
            .map(e -> "%s (%d rows)".formatted(e.getKey(), e.getValue()))
            .collect(Collectors.joining(", "));
    String more =
        sorted.size() > MOST_SHOWN ? " and %d more".formatted(sorted.size() - MOST_SHOWN) : "";
    return Optional.of(
        Finding.warning(
            "mapping.unmapped",
            "dataset '%s': the table has no column for %s%s. Add columns, or ignore them in the plan."
                .formatted(dataset, shown, more)));
  }
}
