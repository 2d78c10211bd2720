package dev.vectormigrate.verify;

import dev.vectormigrate.model.Field;
import dev.vectormigrate.spi.SearchQuality;
import dev.vectormigrate.spi.VectorSearch.Access;
import dev.vectormigrate.spi.Verifier.Evidence;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a check that searches tells of one table, column by column. For one thread. */
final class SearchFigures {

  private final Evidence evidence;
  private final List<String> measured = new ArrayList<>();
  private final List<String> missing = new ArrayList<>();

  SearchFigures(Evidence evidence) {
    this.evidence = evidence;
  }

  /** Takes down, for the report, what some searches came to. */
  void measured(SearchQuality quality) {
    evidence.measured(quality);
    measured.add(
        String.format(
            Locale.ROOT,
            "%s (%s, %s): %,d queries, %,d nearest, %s",
            quality.column(),
            quality.form(),
            way(quality),
            quality.queries(),
            quality.k(),
            quality.found().isEmpty() ? times(quality) : parts(quality)));
  }

  private static String way(SearchQuality quality) {
    if (quality.access() == Access.EXACT) {
      return "exact";
    }
    return switch (quality.index()) {
      case USED -> "index";
      case NOT_CHOSEN -> "index not chosen";
      case NONE -> "no index";
    };
  }

  private static String parts(SearchQuality quality) {
    return String.format(
        Locale.ROOT, "%.3f found on average, %.3f at worst", quality.mean(), quality.worst());
  }

  private static String times(SearchQuality quality) {
    return String.format(
        Locale.ROOT,
        "median %.1f ms, 95 %% within %.1f ms",
        quality.median().toNanos() / 1e6,
        quality.slow().toNanos() / 1e6);
  }

  /** Takes down that nothing was measured in a column. */
  void notMeasured(Field field, String why) {
    missing.add(field.name() + ": not measured, as " + why);
  }

  /**
   * Tells everything.
   *
   * @param nothing why there is nothing to check, where no column was looked at
   */
  void tell(String nothing) {
    if (!measured.isEmpty()) {
      measured.addAll(missing);
      evidence.looked(String.join("; ", measured));
    } else {
      evidence.nothingToCheck(missing.isEmpty() ? nothing : String.join("; ", missing));
    }
  }
}
