package dev.vectormigrate.spi;

import dev.vectormigrate.model.Vector;
import java.util.Objects;

/**
 * The vector of a row.
 *
 * @param id as {@link dev.vectormigrate.model.Row#id()}; empty for a vector of no row
 * @param vector what the row has in the column
 */
public record SampledVector(String id, Vector vector) {

  public SampledVector {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(vector, "vector");
  }
}
