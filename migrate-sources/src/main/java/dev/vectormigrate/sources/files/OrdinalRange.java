package dev.vectormigrate.sources.files;

import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.Split;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The records {@code from <= ordinal < to} of a file.
 *
 * @param from the first
 * @param to the one after the last
 */
public record OrdinalRange(long from, long to) {

  private static final int MOST_SPLITS = 4_096;
  private static final Pattern SPLIT = Pattern.compile("(\\d{1,18})\\.\\.(\\d{1,18})");
  private static final Pattern POSITION = Pattern.compile("\\d{1,18}");

  public OrdinalRange {
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("records " + from + ".." + to + ": expected an ascent");
    }
  }

  /** Cuts this into parts of about the same size, at least one. */
  public List<Split> split(int parts) {
    long size = to - from;
    long count = Math.max(1, Math.min(Math.min(parts, MOST_SPLITS), size));
    List<Split> splits = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      splits.add(new Split((from + size * i / count) + ".." + (from + size * (i + 1) / count)));
    }
    return splits;
  }

  /** The part of this that a split names. */
  public OrdinalRange part(Split split) throws IOException {
    if (split.equals(Split.WHOLE)) {
      return this;
    }
    Matcher token = SPLIT.matcher(split.token());
    if (token.matches()) {
      long first = Long.parseLong(token.group(1));
      long end = Long.parseLong(token.group(2));
      if (from <= first && first <= end && end <= to) {
        return new OrdinalRange(first, end);
      }
    }
    throw new IOException(
        "split '%s': not of this source, expected one within %d..%d"
            .formatted(split.token(), from, to));
  }

  /** The record that a reader at a position reads next. */
  public long next(Position position) throws IOException {
    if (position.equals(Position.START)) {
      return from;
    }
    if (POSITION.matcher(position.token()).matches()) {
      long last = Long.parseLong(position.token());
      if (from <= last && last < to) {
        return last + 1;
      }
    }
    throw new IOException(
        "position '%s': not of this split, expected a number within %d..%d"
            .formatted(position.token(), from, to));
  }
}
