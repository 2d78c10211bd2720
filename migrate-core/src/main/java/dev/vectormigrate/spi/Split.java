package dev.vectormigrate.spi;

/**
 * A part of a dataset that one reader reads: the unit of parallel work.
 *
 * @param token what the source needs to find the part again in any process: printable, at most
 *     1,000 characters
 */
public record Split(String token) {

  /** The only split of a dataset that is not divided. */
  public static final Split WHOLE = new Split("");

  public Split {
    if (token.length() > 1_000) {
      throw new IllegalArgumentException(
          "token of a split: " + token.length() + " characters, expected at most 1000");
    }
  }
}
