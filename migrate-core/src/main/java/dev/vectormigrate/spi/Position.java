package dev.vectormigrate.spi;

/**
 * Where a reader stands in its split.
 *
 * @param token what the source needs to continue from here in any process: printable, at most 1,000
 *     characters; empty at the start of the split
 */
public record Position(String token) {

  /** Before the first row. */
  public static final Position START = new Position("");

  public Position {
    if (token.length() > 1_000) {
      throw new IllegalArgumentException(
          "token of a position: " + token.length() + " characters, expected at most 1000");
    }
  }
}
