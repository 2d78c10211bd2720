package dev.vectormigrate.sources.json;

import dev.vectormigrate.model.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counts what one look through a store found of its vectors. Of one thread. */
public final class VectorTally {

  /** A store with more dimensions than this has no usual one. */
  private static final int MOST_COUNTED = 1_000;

  private final Map<Integer, Long> dimensions = new LinkedHashMap<>();
  private long missing;
  private long usable;
  private long rounded;

  /** Adds the vector of the next record. */
  public void add(JsonVector vector) {
    if (vector.vector() != null) {
      usable++;
      rounded += vector.rounded() ? 1 : 0;
      countDimension(vector.dimension());
    } else if (vector.problem() == null) {
      missing++;
    }
  }

  private void countDimension(int dimension) {
    if (dimensions.size() < MOST_COUNTED || dimensions.containsKey(dimension)) {
      dimensions.merge(dimension, 1L, Long::sum);
    }
  }

  /** How many records have no vector. */
  public long missing() {
    return missing;
  }

  /** The dimension that most have, of several the one that came first; 0 where none has any. */
  public int usualDimension() {
    int usual = 0;
    long most = 0;
    for (Map.Entry<Integer, Long> entry : dimensions.entrySet()) {
      if (entry.getValue() > most) {
        most = entry.getValue();
        usual = entry.getKey();
      }
    }
    return usual;
  }

  /**
   * What is worth knowing.
   *
   * @param prefix of the findings' codes
   */
  public List<Finding> findings(String prefix) {
    List<Finding> findings = new ArrayList<>();
    if (missing > 0) {
      findings.add(
          Finding.warning(
              prefix + ".vectors.missing",
              "records without vector: %d, moved without one".formatted(missing)));
    }
    long other = usable - dimensions.getOrDefault(usualDimension(), 0L);
    if (other > 0) {
      findings.add(
          Finding.warning(
              prefix + ".vectors.dimension",
              "vectors of another dimension than %d, which most have: %d, refused"
                  .formatted(usualDimension(), other)));
    }
    if (rounded > 0) {
      findings.add(
          Finding.info(
              prefix + ".vectors.rounded",
              "vectors with numbers of more than single precision: %d, rounded to the nearest"
                  .formatted(rounded)));
    }
    return findings;
  }
}
