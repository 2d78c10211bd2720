package dev.vectormigrate.spi;

import dev.vectormigrate.model.Vector;
import dev.vectormigrate.model.VectorIndex.Precision;
import java.util.List;

/**
 * Searches for the rows nearest to some vectors, each made by itself, by the distance of the
 * column.
 *
 * @param column a column of dense vectors
 * @param queries what to look for, of the column's dimension
 * @param k how many rows each search asks for, at least 1
 * @param access how the rows are found
 * @param form what of the vectors is compared; with {@link Precision#BIT}, the nearest {@code
 *     candidates} by their bits are ranked again by the vectors themselves
 * @param candidates how many rows are ranked again, at least {@code k}; of no meaning in other
 *     forms
 * @param effort how many candidates (HNSW) or lists (IVFFlat) an index looks at for a search; 0
 *     leaves it to the target
 */
public record VectorSearch(
    String column,
    List<Vector> queries,
    int k,
    Access access,
    Precision form,
    int candidates,
    int effort) {

  /** How rows are found. */
  public enum Access {
    /** Every row is looked at. */
    EXACT,
    /** As an application would: through the index, if the target takes it. */
    INDEX
  }

  public VectorSearch {
    queries = List.copyOf(queries);
    if (k < 1 || candidates < k || effort < 0) {
      throw new IllegalArgumentException(
          "search: k %d, candidates %d, effort %d, expected 1 or more, at least k, 0 or more"
              .formatted(k, candidates, effort));
    }
  }

  /** A search that looks at the column as it is. */
  public static VectorSearch of(String column, List<Vector> queries, int k, Access access) {
    return new VectorSearch(column, queries, k, access, Precision.FULL, k, 0);
  }

  /** This search, comparing less of the vectors. */
  public VectorSearch over(Precision newForm, int newCandidates) {
    return new VectorSearch(column, queries, k, access, newForm, newCandidates, effort);
  }

  /** This search with another effort of the index. */
  public VectorSearch effort(int newEffort) {
    return new VectorSearch(column, queries, k, access, form, candidates, newEffort);
  }

  /** This search for other vectors. */
  public VectorSearch queries(List<Vector> newQueries) {
    return new VectorSearch(column, newQueries, k, access, form, candidates, effort);
  }
}
