package dev.vectormigrate.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Counts what happens to rows, by kind, with the first rows of each: values that arrive otherwise
 * than they were, or reasons for refusals. Thread-safe and bounded. Counts are those of this
 * process: after a resumption, of the rows since then.
 */
final class Tally {

  private static final int MOST_SHOWN = 3;

  /** Further kinds are counted together. */
  private static final int MOST_KINDS = 50;

  private static final String OTHERS = "others";

  private final Map<String, Kind> byKind = new TreeMap<>();

  /** What happened in one way. */
  private static final class Kind {

    private long count;
    private double largest;
    private final List<String> ids = new ArrayList<>();
  }

  /** Counts a value of a row. */
  void add(String what, String id) {
    add(what, id, 0);
  }

  /**
   * Counts a value of a row.
   *
   * @param share of the value that was lost, from 0 to 1
   */
  synchronized void add(String what, String id, double share) {
    boolean known = byKind.size() < MOST_KINDS || byKind.containsKey(what);
    Kind kind = byKind.computeIfAbsent(known ? what : OTHERS, any -> new Kind());
    kind.count++;
    kind.largest = Math.max(kind.largest, share);
    if (kind.ids.size() < MOST_SHOWN) {
      kind.ids.add(id);
    }
  }

  /** All of it as one text, such as {@code 3 × time cut to whole seconds ('a', 'b', 'c')}. */
  synchronized Optional<String> text() {
    List<String> parts = new ArrayList<>();
    byKind.forEach((what, kind) -> parts.add(text(what, kind)));
    return parts.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", parts));
  }

  private static String text(String what, Kind kind) {
    String most =
        kind.largest > 0
            ? String.format(Locale.ROOT, ", by at most %.2g of its length", kind.largest)
            : "";
    return String.format(
        Locale.ROOT,
        "%,d × %s%s (%s)",
        kind.count,
        what,
        most,
        String.join(", ", quoted(kind.ids)));
  }

  private static List<String> quoted(List<String> ids) {
    return ids.stream().map(id -> "'" + id + "'").toList();
  }
}
