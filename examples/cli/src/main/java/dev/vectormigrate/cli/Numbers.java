package dev.vectormigrate.cli;

import java.time.Duration;
import java.util.Locale;

/** How numbers are shown, the same in every locale. */
final class Numbers {

  private static final double MEGABYTE = 1e6;

  private Numbers() {}

  static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** Such as {@code 1 row} or {@code 2 rows}. */
  static String count(long number, String what) {
    return grouped(number) + " " + what + (number == 1 ? "" : "s");
  }

  static String seconds(Duration took) {
    return String.format(Locale.ROOT, "%.1f s", took.toMillis() / 1_000.0);
  }

  static String megabytes(double bytes) {
    return String.format(Locale.ROOT, "%.1f MB", bytes / MEGABYTE);
  }

  /** Such as {@code 0:07} or {@code 1:02:03}. */
  static String clock(Duration left) {
    String minutes = left.toHours() > 0 ? "%d:%02d" : "%2$d";
    return String.format(
        Locale.ROOT,
        minutes + ":%3$02d",
        left.toHours(),
        left.toMinutesPart(),
        left.toSecondsPart());
  }
}
