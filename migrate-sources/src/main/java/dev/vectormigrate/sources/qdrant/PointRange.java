package dev.vectormigrate.sources.qdrant;

import dev.vectormigrate.model.Digest;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.Split;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The points {@code from <= id < to} of one shard, and what they were when the collection was
 * looked through.
 *
 * @param shard {@link ServerCollection.Shard#token}
 * @param from null for the lowest id
 * @param to null for no bound
 * @param tally of all of them
 */
record PointRange(String shard, @Nullable PointKey from, @Nullable PointKey to, Tally tally) {

  private static final Pattern SPLIT =
      Pattern.compile("(\\d{1,18}) ([0-9a-f]{32}) ([0-9a-f-]*)\\.\\.([0-9a-f-]*) ?(.*)");
  private static final Pattern POSITION = Pattern.compile("(\\d{1,18}) ([0-9a-f]{32}) (\\S+)");

  /**
   * Where a reader stands.
   *
   * @param read what it has read
   * @param last the id that came last, null before the first
   */
  record Place(Tally read, @Nullable PointKey last) {

    static final Place START = new Place(Tally.NONE, null);

    Position position() {
      return last == null ? Position.START : new Position(text(read) + " " + last);
    }

    static Place of(Position position) throws IOException {
      if (position.equals(Position.START)) {
        return START;
      }
      Matcher token = POSITION.matcher(position.token());
      try {
        if (token.matches()) {
          return new Place(tally(token), PointKey.parse(token.group(3)));
        }
      } catch (IllegalArgumentException e) {
        // Said below.
      }
      throw new IOException(
          "position '%s': not of a collection of Qdrant, expected one that its reader gave"
              .formatted(position.token()));
    }
  }

  private static String text(Tally tally) {
    return tally.points() + " " + tally.digest();
  }

  private static Tally tally(Matcher token) {
    return new Tally(Long.parseLong(token.group(1)), Digest.parse(token.group(2)));
  }

  Split split() {
    String bounds = (from == null ? "" : from) + ".." + (to == null ? "" : to);
    String suffix = shard.isEmpty() ? "" : " " + URLEncoder.encode(shard, StandardCharsets.UTF_8);
    return new Split(text(tally) + " " + bounds + suffix);
  }

  static PointRange of(Split split) throws IOException {
    Matcher token = SPLIT.matcher(split.token());
    try {
      if (token.matches()) {
        return new PointRange(
            URLDecoder.decode(token.group(5), StandardCharsets.UTF_8),
            bound(token.group(3)),
            bound(token.group(4)),
            tally(token));
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new IOException(
        "split '%s': not of a collection of Qdrant, expected one that was planned"
            .formatted(split.token()));
  }

  private static @Nullable PointKey bound(String text) {
    return text.isEmpty() ? null : PointKey.parse(text);
  }
}
