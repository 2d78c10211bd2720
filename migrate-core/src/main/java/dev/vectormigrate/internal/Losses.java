package dev.vectormigrate.internal;

import dev.vectormigrate.model.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Counts the values of a dataset that arrive otherwise than they were, because the plan wants it so
 * or the target has nothing nearer. Thread-safe. Counts are those of this process: after a
 * resumption, of the rows since then.
 */
final class Losses {

  private static final int MOST_SHOWN = 3;

  private final Map<String, Loss> byKind = new TreeMap<>();

  /** What was lost in one way. */
  private static final class Loss {

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
    Loss loss = byKind.computeIfAbsent(what, any -> new Loss());
    loss.count++;
    loss.largest = Math.max(loss.largest, share);
    if (loss.ids.size() < MOST_SHOWN) {
      loss.ids.add(id);
    }
  }

  /** What was lost of a dataset, if anything. */
  synchronized Optional<Finding> finding(String dataset) {
    if (byKind.isEmpty()) {
      return Optional.empty();
    }
    List<String> parts = new ArrayList<>();
    byKind.forEach((what, loss) -> parts.add(text(what, loss)));
    return Optional.of(
        Finding.info(
            "mapping.lossy", "Dataset '%s': %s.".formatted(dataset, String.join("; ", parts))));
  }

  private static String text(String what, Loss loss) {
    String most =
        loss.largest > 0
            ? String.format(Locale.ROOT, ", by at most %.2g of their length", loss.largest)
            : "";
    return String.format(
        Locale.ROOT,
        "%,d %s%s, such as in rows %s",
        loss.count,
        what,
        most,
        String.join(", ", quoted(loss.ids)));
  }

  private static List<String> quoted(List<String> ids) {
    return ids.stream().map(id -> "'" + id + "'").toList();
  }
}
