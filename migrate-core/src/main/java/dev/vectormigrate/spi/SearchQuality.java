package dev.vectormigrate.spi;

import dev.vectormigrate.spi.SearchResult.IndexUse;
import dev.vectormigrate.spi.VectorSearch.Access;
import java.time.Duration;
import java.util.List;

/**
 * How well, and how fast, searches in a column find the nearest rows.
 *
 * @param check the verifier that measured it
 * @param table where the column is
 * @param column its name
 * @param form what was compared, for people, such as {@code vector}, {@code halfvec} or {@code bit,
 *     100 ranked again}
 * @param access how rows were found
 * @param index what became of the index
 * @param k how many nearest rows were asked for
 * @param found of each query the part of the nearest rows that was found, from 0 to 1, ascending;
 *     empty where only time was measured
 * @param median the time of half of the searches at most
 * @param slow the time of 95 % of the searches at most
 * @param queries how many searches were measured
 */
public record SearchQuality(
    String check,
    String table,
    String column,
    String form,
    Access access,
    IndexUse index,
    int k,
    List<Double> found,
    Duration median,
    Duration slow,
    int queries) {

  public SearchQuality {
    found = found.stream().sorted().toList();
  }

  /** The part of the nearest rows that was found, over all queries; 1 where there was none. */
  public double mean() {
    return found.stream().mapToDouble(Double::doubleValue).average().orElse(1);
  }

  /** The part of the worst query; 1 where there was none. */
  public double worst() {
    return found.isEmpty() ? 1 : found.get(0);
  }
}
