package dev.vectormigrate.spi;

import dev.vectormigrate.model.Digest;
import dev.vectormigrate.model.Finding;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Judges what is staged, or live. Immutable and thread-safe.
 *
 * <ul>
 *   <li>V1 Writes nothing.
 *   <li>V2 Closes the readers it opened.
 *   <li>V3 A judgement that could not be made is a finding, not silence.
 *   <li>V4 Findings have a stable code and name at most ten rows, by id.
 * </ul>
 */
public interface Verifier {

  /** What the report calls this check, such as {@code digest}. */
  String name();

  /** Judges one table; an empty list says that it is as it must be. */
  List<Finding> verify(Evidence evidence) throws Exception;

  /**
   * Whether {@link Scan#json} is wanted. It costs the pass over all rows what taking every JSON
   * document apart costs, so it is made only if a verifier of the plan asks for it.
   */
  default boolean wantsJson() {
    return false;
  }

  /**
   * Whether this judges a table by searching it, with {@link Evidence#originals}, {@link
   * Evidence#queries} and {@link Evidence#search} alone: then a comparison of a source with a live
   * table makes it, too.
   */
  default boolean searches() {
    return false;
  }

  /** What a verifier may look at: one table of the run. Used by one thread. */
  interface Evidence {

    /** The table. */
    TableSpec table();

    /** The datasets whose rows went into it, with what was read and written. */
    List<FrozenDataset> datasets();

    /** Whether the table is live already; else it is staged. */
    boolean live();

    /** Every row read back from the target; the caller closes the reader. */
    RowReader readBack() throws Exception;

    /**
     * How the table is built otherwise than planned; see {@link TargetSession#shape}. Asks the
     * target's catalog, reads no rows.
     */
    List<Finding> shape() throws Exception;

    /** What one pass over all rows found; made once and shared by the verifiers that ask. */
    Scan scan() throws Exception;

    /** The samples taken when the rows were read from the source. */
    List<Sample> samples() throws Exception;

    /**
     * Takes down what the verifier looked at, for the report's table of checks, whatever it found:
     * a few words with numbers, such as {@code 1,200 rows, value by value}, without any content.
     * The last call counts.
     */
    void looked(String figures);

    /**
     * Takes down that the table has nothing for this verifier to judge, and why, such as {@code no
     * tenants}: the report then doesn't say that the check was passed. The last call counts.
     */
    void nothingToCheck(String reason);

    /**
     * Every row with the vector in this column as the source has it, before the migration rounded
     * or reduced it; other columns mean nothing, but the key's. Where nothing was lost, these are
     * the rows read back, which the digest proves to be the same. The caller closes the reader.
     *
     * @return empty if something was lost and the source is not at hand, or has no such vectors
     */
    default Optional<RowReader> originals(String column) throws Exception {
      return Optional.of(readBack());
    }

    /**
     * Vectors of some rows, as {@link #originals} has them: the same ones for the same rows, spread
     * over all.
     *
     * @param most how many are wanted; fewer if there are no more
     * @return empty as {@link #originals}
     */
    default Optional<List<SampledVector>> queries(String column, int most) throws Exception {
      return Optional.empty();
    }

    /**
     * Searches the table as {@link TargetSession#search} does. Queries are vectors as the source
     * has them; they are reduced as the column's vectors were.
     */
    default Optional<SearchResult> search(VectorSearch search) throws Exception {
      return Optional.empty();
    }

    /** Takes what was measured, for the report. */
    default void measured(SearchQuality quality) {}
  }

  /**
   * What one pass over all rows of a table found.
   *
   * @param rows how many there are
   * @param digest over every value of every row
   * @param sampled the values' fingerprints of those rows that were sampled at the source, by id
   * @param tenants how many rows belong to each tenant, where the table has tenants; of the rows
   *     without one under the empty text
   * @param json how the documents of each JSON column are built; empty where no verifier
   *     {@linkplain Verifier#wantsJson wants} it
   */
  record Scan(
      long rows,
      Digest digest,
      Map<String, Sample> sampled,
      Map<String, Long> tenants,
      List<JsonProfile> json) {

    public Scan {
      sampled = Map.copyOf(sampled);
      tenants = Map.copyOf(tenants);
      json = List.copyOf(json);
    }
  }
}
