package dev.vectormigrate.embed;

/**
 * What a model takes in one call.
 *
 * @param maxBatch the most texts of one call
 * @param maxTokens the most tokens of one text; 0 where there is no limit, or nobody knows it
 * @param maxBatchTokens the most tokens of one call; 0 where there is no limit
 */
public record Limits(int maxBatch, int maxTokens, int maxBatchTokens) {

  /** Checks the numbers. */
  public Limits {
    if (maxBatch < 1) {
      throw new IllegalArgumentException("maxBatch: %d, expected at least 1".formatted(maxBatch));
    }
    atLeastZero("maxTokens", maxTokens);
    atLeastZero("maxBatchTokens", maxBatchTokens);
  }

  /** A number of texts a call, and no limit of tokens. */
  public static Limits ofBatch(int maxBatch) {
    return new Limits(maxBatch, 0, 0);
  }

  private static void atLeastZero(String name, int value) {
    if (value < 0) {
      throw new IllegalArgumentException("%s: %d, expected 0 or more".formatted(name, value));
    }
  }
}
