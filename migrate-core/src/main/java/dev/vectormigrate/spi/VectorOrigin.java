package dev.vectormigrate.spi;

/**
 * Where the vectors of a column come from: what a query must go through to be compared with them.
 * Vectors of different models, or reduced differently, never meet in one column.
 *
 * @param column the column
 * @param model id of the model that made them; empty where nobody said
 * @param reduction how they were reduced: before that was fitted as the plan says it, such as
 *     {@code pca(2000)}, then as {@code Projection.id()}; empty if they were not
 */
public record VectorOrigin(String column, String model, String reduction) {

  /** Whether anything is known. */
  public boolean isKnown() {
    return !model.isEmpty() || !reduction.isEmpty();
  }

  /**
   * Such as {@code embedding: all-minilm-l6-v2, pca-384-64-0123456789abcdef}; equal for equal
   * origins.
   */
  @Override
  public String toString() {
    String made = model.isEmpty() ? "model not named" : model;
    return column + ": " + made + (reduction.isEmpty() ? "" : ", " + reduction);
  }
}
