package dev.vectormigrate.sources.numpy;

import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.Split;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A split: the rows with {@code first <= number < end}.
 *
 * @param first the least number
 * @param end the number after the greatest
 */
public record RowRange(long first, long end) {

  private static final Pattern TOKEN = Pattern.compile("(-?\\d{1,18})\\.\\.(-?\\d{1,18})");
  private static final int MOST_SPLITS = 4_096;

  /** Divides rows into at most so many parts of nearly the same size. */
  public static List<Split> split(long first, long end, int parts) {
    long count = Math.max(1, Math.min(Math.min(MOST_SPLITS, parts), end - first));
    List<Split> splits = new ArrayList<>();
    long from = first;
    for (long part = 1; part <= count; part++) {
      long to = part == count ? end : first + (end - first) / count * part;
      splits.add(new Split(from + ".." + to));
      from = to;
    }
    return splits;
  }

  /**
   * Reads the token of a split of rows within the given bounds.
   *
   * @throws IOException if it is of another source
   */
  public static RowRange of(Split split, long first, long end) throws IOException {
    if (split.equals(Split.WHOLE)) {
      return new RowRange(first, end);
    }
    Matcher token = TOKEN.matcher(split.token());
    if (!token.matches()) {
      throw new IOException("split '" + split.token() + "': not of this source, expected 0..9");
    }
    return new RowRange(Long.parseLong(token.group(1)), Long.parseLong(token.group(2)));
  }

  /**
   * The number of the first row after a position.
   *
   * @throws IOException if it is of another source
   */
  public long after(Position position) throws IOException {
    if (position.equals(Position.START)) {
      return first;
    }
    try {
      return Long.parseLong(position.token()) + 1;
    } catch (NumberFormatException e) {
      throw new IOException(
          "position '" + position.token() + "': not of this source, expected a number", e);
    }
  }
}
