package dev.vectormigrate;

import java.util.List;

/**
 * What a comparison of sources with live tables found; see {@link MigrationPlan#compare()}.
 *
 * @param report for people and programs: its findings have the codes {@code compare.missing},
 *     {@code compare.extra}, {@code compare.different} and {@code compare.duplicate}, and name at
 *     most ten rows each
 * @param tables the numbers of each table
 */
public record Comparison(MigrationReport report, List<TableComparison> tables) {

  /**
   * The rows of one table, counted. Every row is accounted for: {@code source = same + different +
   * missing} and {@code target = same + different + extra + duplicate + others}.
   *
   * @param table its name
   * @param source rows that the source has for it, without those that the plan filters or refuses
   * @param target rows that were read from it
   * @param same rows that are in both with the same values
   * @param different rows that are in both with other values
   * @param missing rows of the source that the table lacks
   * @param extra rows of the table that the source lacks
   * @param duplicate rows that the table has more often than the source
   * @param others rows of other tenants, or with other constants than the plan's, which do not
   *     count
   * @param withoutKey rows of the table whose key is null; they are compared by all their values
   */
  public record TableComparison(
      String table,
      long source,
      long target,
      long same,
      long different,
      long missing,
      long extra,
      long duplicate,
      long others,
      long withoutKey) {}

  public Comparison {
    tables = List.copyOf(tables);
  }

  /** {@link Outcome#SAME}, {@link Outcome#DIFFERENT} or {@link Outcome#GROWN}. */
  public Outcome outcome() {
    return report.outcome();
  }
}
