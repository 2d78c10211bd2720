package dev.vectormigrate;

import dev.vectormigrate.spi.SearchQuality;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was measured while rows moved: for pictures and for people; proofs are in the findings. All
 * of it is bounded, whatever the size of the store. Immutable and thread-safe.
 *
 * @param pace how fast rows were staged and read back, at most 240 points
 * @param tenants whose rows were read back, of each table the largest 100 tenants
 * @param vectors norms and dimensions of the vector columns, of each that had a vector
 * @param searches how well and how fast searches find the nearest rows, of the checks that search
 */
public record Measurements(
    List<Pace> pace,
    List<TenantRows> tenants,
    List<VectorColumn> vectors,
    List<SearchQuality> searches) {

  /** Where nothing was measured. */
  public static final Measurements NONE = new Measurements(List.of(), List.of(), List.of());

  public Measurements {
    pace = List.copyOf(pace);
    tenants = List.copyOf(tenants);
    vectors = List.copyOf(vectors);
    searches = List.copyOf(searches);
  }

  /** Where nothing was searched. */
  public Measurements(List<Pace> pace, List<TenantRows> tenants, List<VectorColumn> vectors) {
    this(pace, tenants, vectors, List.of());
  }

  /**
   * How far a phase had come at a moment.
   *
   * @param phase {@link Phase#STAGE} or {@link Phase#VERIFY}
   * @param at since the phase began in this call
   * @param rows done by this call until then
   * @param bytes done by this call until then
   */
  public record Pace(Phase phase, Duration at, long rows, long bytes) {}

  /**
   * The rows of a tenant, or of several that are not named.
   *
   * @param table where they are
   * @param tenant whose they are; empty for rows of nobody
   * @param others how many further tenants are counted here, too; 0 for a tenant of its own
   * @param rows how many there are
   */
  public record TenantRows(String table, String tenant, long others, long rows) {}

  /**
   * The vectors of a column, before and after.
   *
   * @param table where they went
   * @param column its name there
   * @param source as they were read and mapped in this call, of rows that were stored (in a dry
   *     run: that would be); after a resumption, only of the rows since then
   * @param target as they were read back
   */
  public record VectorColumn(String table, String column, Vectors source, Vectors target) {}

  /**
   * Norms and dimensions of some vectors.
   *
   * @param count how many vectors there were
   * @param smallest norm (Euclidean length); 0 if there was no vector
   * @param largest norm; 0 if there was no vector
   * @param norms how many norms fell into which range, in ascending order, without empty ranges;
   *     the ranges of all vectors are cut alike, so that those of two columns can be compared
   * @param dimensions how many vectors had how many components; at most 32 different ones are told
   *     apart, the rest is counted under 0
   */
  public record Vectors(
      long count,
      double smallest,
      double largest,
      List<NormRange> norms,
      Map<Integer, Long> dimensions) {

    /** Of no vector. */
    public static final Vectors NONE = new Vectors(0, 0, 0, List.of(), Map.of());

    public Vectors {
      norms = List.copyOf(norms);
      dimensions = Collections.unmodifiableMap(new TreeMap<>(dimensions));
    }
  }

  /**
   * How many norms are at least {@code from} and less than {@code to}.
   *
   * @param step number of the range: the next has the next number, and begins where it ends
   * @param from 0 for the first range of all
   * @param to sixteen ranges further it is twice as much; the last range of all, of the norms from
   *     2^32, has no end in truth
   * @param count at least 1
   */
  public record NormRange(int step, double from, double to, long count) {}
}
