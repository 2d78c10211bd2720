package dev.vectormigrate.sources.sqlite;

import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.Split;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A split: the rows with {@code first <= number <= last}, by SQLite's number of a row, or by its
 * place in the table from 1 where it has no number; none if {@code last < first}.
 *
 * @param first the least number
 * @param last the greatest number
 */
record RowRange(long first, long last) {

  private static final Pattern SPLIT = Pattern.compile("(-?\\d{1,19})\\.\\.(-?\\d{1,19})");
  private static final Pattern POSITION = Pattern.compile("-?\\d{1,19}");

  Split toSplit() {
    return new Split(first + ".." + last);
  }

  /** The part of this that a split names. */
  RowRange part(Split split) throws IOException {
    if (split.equals(Split.WHOLE)) {
      return this;
    }
    Matcher token = SPLIT.matcher(split.token());
    if (token.matches()) {
      try {
        return new RowRange(Long.parseLong(token.group(1)), Long.parseLong(token.group(2)));
      } catch (NumberFormatException e) {
        // Of more than 64 bits.
      }
    }
    throw new IOException(
        "split '%s': not of this source, expected one such as %s"
            .formatted(split.token(), toSplit().token()));
  }

  /** What is left of this after a position. */
  RowRange after(Position position) throws IOException {
    if (position.equals(Position.START)) {
      return this;
    }
    if (POSITION.matcher(position.token()).matches()) {
      try {
        long row = Long.parseLong(position.token());
        if (first <= row && row <= last) {
          // The range behind the greatest number there is would begin with the least.
          return row == last ? new RowRange(1, 0) : new RowRange(row + 1, last);
        }
      } catch (NumberFormatException e) {
        // Of more than 64 bits.
      }
    }
    throw new IOException(
        "position '%s': not of this split, expected a number within %s"
            .formatted(position.token(), toSplit().token()));
  }
}
