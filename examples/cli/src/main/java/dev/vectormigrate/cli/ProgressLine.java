package dev.vectormigrate.cli;

import dev.vectormigrate.Phase;
import dev.vectormigrate.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Draws how far a phase has come as one line.
 *
 * @param columns of the terminal; the last one stays free, since a full line may wrap
 */
record ProgressLine(int columns) {

  private static final int NARROWEST_BAR = 10;
  private static final int WIDEST_BAR = 40;
  private static final double MEGABYTE = 1e6;

  /** Such as {@code STAGE [####----] 50 % 45,210 rows/s 18 MB/s 0:42 left}. */
  String bar(Progress progress) {
    List<String> parts = new ArrayList<>();
    parts.add(
        name(progress.phase()) + (hasTotal(progress) ? bar(share(progress)) : count(progress)));
    addPace(parts, progress);
    return fitting(parts);
  }

  /** The same in words, such as {@code STAGE 50 % 620 of 1,240 rows ...}. */
  String plain(Progress progress) {
    List<String> parts = new ArrayList<>();
    if (hasTotal(progress)) {
      parts.add(name(progress.phase()) + percent(share(progress)));
      if (isOfRows(progress)) {
        parts.add("%s of %s".formatted(Numbers.grouped(progress.rows()), total(progress)));
      }
    } else {
      parts.add(name(progress.phase()) + count(progress));
    }
    addPace(parts, progress);
    return String.join("  ", parts);
  }

  /** A phase that has begun. */
  static String begun(Phase phase) {
    return name(phase) + "...";
  }

  /** A phase that has ended, with the rows that it has done, or 0. */
  static String ended(Phase phase, long rows, Duration took) {
    return name(phase)
        + (rows == 0 ? "" : Numbers.count(rows, "row") + " in ")
        + Numbers.seconds(took);
  }

  private static String name(Phase phase) {
    return "%-7s".formatted(phase.name()) + (phase.name().length() < 7 ? "" : " ");
  }

  /** While an index is built, something else is counted. */
  static boolean isOfRows(Progress progress) {
    return progress.phase() != Phase.INDEX;
  }

  private static boolean hasTotal(Progress progress) {
    return progress.expectedRows() > 0;
  }

  private static double share(Progress progress) {
    return Math.max(0, Math.min(1.0, (double) progress.rows() / progress.expectedRows()));
  }

  private String bar(double share) {
    int width = Math.max(NARROWEST_BAR, Math.min(WIDEST_BAR, columns / 4));
    int full = (int) (share * width);
    return "[%s%s] %s".formatted("#".repeat(full), "-".repeat(width - full), percent(share));
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%3d %%", (int) (share * 100));
  }

  private static String total(Progress progress) {
    return Numbers.count(progress.expectedRows(), "row");
  }

  private static String count(Progress progress) {
    return isOfRows(progress) ? Numbers.count(progress.rows(), "row") : progress.what();
  }

  private static void addPace(List<String> parts, Progress progress) {
    if (isOfRows(progress)) {
      parts.add(Numbers.grouped((long) progress.rowsPerSecond()) + " rows/s");
      parts.add(megabytes(progress.bytesPerSecond()) + "/s");
    } else if (hasTotal(progress)) {
      parts.add(progress.what());
    }
    if (hasTotal(progress)) {
      progress.remaining().ifPresent(left -> parts.add(Numbers.clock(left) + " left"));
    }
  }

  private static String megabytes(double bytes) {
    String format = bytes < 10 * MEGABYTE ? "%.1f MB" : "%.0f MB";
    return String.format(Locale.ROOT, format, bytes / MEGABYTE);
  }

  /** Leaves out what matters least, which is before the last, and cuts what still is too long. */
  private String fitting(List<String> parts) {
    while (parts.size() > 1 && String.join("  ", parts).length() >= columns) {
      parts.remove(Math.max(1, parts.size() - 2));
    }
    String line = String.join("  ", parts);
    return line.substring(0, Math.min(line.length(), columns - 1));
  }
}
