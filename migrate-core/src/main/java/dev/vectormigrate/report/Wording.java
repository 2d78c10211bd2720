package dev.vectormigrate.report;

import dev.vectormigrate.Measurements.TenantRows;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.spi.SearchQuality;
import dev.vectormigrate.spi.VectorSearch.Access;
import java.time.Duration;
import java.util.Locale;

/** How the forms for people say things. */
final class Wording {

  private static final double KIB = 1 << 10;
  private static final double MIB = 1 << 20;
  private static final double GIB = 1 << 30;

  private Wording() {}

  /** How it ended, as the end of a title. */
  static String sentence(MigrationReport report) {
    int leftOut = report.leftOut().size();
    return outcome(report) + (leftOut == 0 ? "" : "; datasets left out: " + leftOut);
  }

  private static String outcome(MigrationReport report) {
    return switch (report.outcome()) {
      case MIGRATED -> count(report.written()) + " rows migrated and verified";
      case ALREADY_MIGRATED -> "already migrated, nothing done";
      case PREVIEWED -> "dry run, nothing changed";
      case VERIFIED -> "verified, no difference";
      case DIFFERENT -> "verification failed";
      case SAME -> "compared, no difference";
      case GROWN -> "compared, rows were added since the migration";
    };
  }

  /** As people read it: {@code nothing to check}. */
  static String words(Enum<?> value) {
    return word(value).replace('_', ' ');
  }

  static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** Such as {@code 1 row} or {@code 1,000 rows}. */
  static String count(long count, String noun) {
    return count(count) + " " + noun + (count == 1 ? "" : "s");
  }

  static String seconds(Duration took) {
    return String.format(Locale.ROOT, "%.1f s", took.toMillis() / 1_000.0);
  }

  /** Such as {@code 2 h 3 min}, {@code 1 min 2.3 s} or {@code 40 ms}. */
  static String time(Duration took) {
    long millis = took.toMillis();
    if (millis < 1_000) {
      return millis + " ms";
    }
    if (millis < 60_000) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1_000.0);
    }
    return took.toHours() > 0
        ? took.toHours() + " h " + took.toMinutesPart() + " min"
        : took.toMinutes() + " min " + took.toSecondsPart() + " s";
  }

  static String bytes(long bytes) {
    if (bytes < KIB) {
      return bytes + " B";
    }
    if (bytes < MIB) {
      return String.format(Locale.ROOT, "%.1f KiB", bytes / KIB);
    }
    return bytes < GIB
        ? String.format(Locale.ROOT, "%.1f MiB", bytes / MIB)
        : String.format(Locale.ROOT, "%.1f GiB", bytes / GIB);
  }

  /** A part of a whole, such as {@code 0.998}. */
  static String part(double part) {
    return String.format(Locale.ROOT, "%.3f", part);
  }

  /** A short time, such as {@code 1.2 ms}. */
  static String millis(Duration took) {
    return String.format(Locale.ROOT, "%.1f ms", took.toNanos() / 1_000_000.0);
  }

  /** How rows were found, such as {@code index} or {@code exact}. */
  static String access(SearchQuality search) {
    if (search.access() == Access.EXACT) {
      return "exact";
    }
    return switch (search.index()) {
      case USED -> "index";
      case NOT_CHOSEN -> "exact, as the index was not chosen";
      case NONE -> "exact, as there is no index";
    };
  }

  static String tenant(TenantRows tenant) {
    if (tenant.others() > 0) {
      return "(" + count(tenant.others(), "other tenant") + ")";
    }
    return tenant.tenant().isEmpty() ? "(no tenant)" : tenant.tenant();
  }

  /**
   * Text for XML and HTML. Characters that XML does not allow are replaced: so no text can make a
   * file that can't be read.
   */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    text.replace("\r\n", "\n").codePoints().forEach(point -> escaped.append(escape(point)));
    return escaped.toString();
  }

  private static String escape(int point) {
    return switch (point) {
      case '&' -> "&amp;";
      case '<' -> "&lt;";
      case '>' -> "&gt;";
      case '"' -> "&quot;";
      case '\'' -> "&#39;";
      case '\t', '\n' -> Character.toString(point);
      default -> isAllowed(point) ? Character.toString(point) : "\uFFFD";
    };
  }

  private static boolean isAllowed(int point) {
    boolean control = point < 0x20 || (point >= 0x7f && point < 0xa0);
    boolean surrogate = point >= 0xd800 && point < 0xe000;
    return !control && !surrogate && point != 0xfffe && point != 0xffff;
  }
}
