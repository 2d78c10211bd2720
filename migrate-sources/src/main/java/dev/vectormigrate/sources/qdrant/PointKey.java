package dev.vectormigrate.sources.qdrant;

import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The id of a point: an unsigned number of 64 bits, or a UUID in its canonical text. The order is
 * that of Qdrant: numbers first, then UUIDs by their bytes, which is the order of their texts.
 *
 * @param number if it is one
 * @param uuid if it is one, else null
 */
record PointKey(long number, @Nullable String uuid) implements Comparable<PointKey> {

  private static final Pattern NUMBER = Pattern.compile("\\d{1,20}");
  private static final Pattern UUID_TEXT =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  static PointKey of(long number) {
    return new PointKey(number, null);
  }

  static PointKey of(UUID uuid) {
    return new PointKey(0, uuid.toString());
  }

  /**
   * Reads what {@link #toString} wrote.
   *
   * @throws IllegalArgumentException if it is neither number nor UUID
   */
  static PointKey parse(String text) {
    if (UUID_TEXT.matcher(text).matches()) {
      return new PointKey(0, text);
    }
    if (NUMBER.matcher(text).matches()) {
      return of(Long.parseUnsignedLong(text));
    }
    throw new IllegalArgumentException("id of a point: neither number nor UUID");
  }

  @Override
  public int compareTo(PointKey other) {
    if (uuid == null || other.uuid == null) {
      return uuid != null ? 1 : other.uuid != null ? -1 : compareNumbers(other);
    }
    return uuid.compareTo(other.uuid);
  }

  private int compareNumbers(PointKey other) {
    return Long.compareUnsigned(number, other.number);
  }

  @Override
  public String toString() {
    return uuid == null ? Long.toUnsignedString(number) : uuid;
  }
}
