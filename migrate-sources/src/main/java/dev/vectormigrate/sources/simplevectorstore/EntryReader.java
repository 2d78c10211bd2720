package dev.vectormigrate.sources.simplevectorstore;

import dev.vectormigrate.sources.numpy.IdHash;
import dev.vectormigrate.sources.numpy.ScratchDatabase;
import dev.vectormigrate.sources.numpy.ScratchDatabase.Prepared;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Reads entries one after another. Of one thread. */
final class EntryReader implements Closeable {

  private static final int PAGE = 500;
  private static final int MAX_ENTRY_BYTES = 32 << 20;

  private record Place(long number, long first, long past, boolean repeated) {}

  private final EntryText text;
  private final long end;
  private final ScratchDatabase index;
  private final Prepared page;
  private final Prepared known;
  private final IdHash hash = new IdHash();
  private final Queue<Place> places = new ArrayDeque<>();
  private @Nullable InputStream in;
  private @Nullable Place current;
  private long next;
  private long offset;

  EntryReader(Store store, long first, long end) throws IOException {
    this.text = store.text();
    this.end = end;
    this.next = first;
    this.index = store.entries().open();
    this.page =
        index.prepare(
            "SELECT number, first, past, repeated FROM entry"
                + " WHERE number >= ? AND number < ? ORDER BY number LIMIT "
                + PAGE);
    this.known = index.prepare("SELECT count(*) FROM entry WHERE hash = ?");
  }

  /**
   * The next entry.
   *
   * @throws IllegalArgumentException if it cannot be moved; the call after this one goes on
   */
  Entry next() throws IOException {
    Place place = place();
    current = place;
    if (place.past() - place.first() > MAX_ENTRY_BYTES) {
      throw new IllegalArgumentException(
          "metadata: %d bytes, expected at most %d"
              .formatted(place.past() - place.first(), MAX_ENTRY_BYTES));
    }
    return Entry.parse(bytes(place));
  }

  private Place place() throws IOException {
    if (places.isEmpty()) {
      page.forEach(
          row ->
              places.add(
                  new Place(row.getLong(1), row.getLong(2), row.getLong(3), row.getBoolean(4))),
          next,
          end);
    }
    Place place = places.remove();
    next = place.number() + 1;
    return place;
  }

  private byte[] bytes(Place place) throws IOException {
    InputStream from = in;
    if (from == null) {
      from = text.from(place.first());
      in = from;
      offset = place.first();
    }
    from.skipNBytes(place.first() - offset);
    int length = (int) (place.past() - place.first());
    byte[] bytes = from.readNBytes(length);
    offset = place.past();
    if (bytes.length < length) {
      throw new EOFException("metadata: ends early, expected " + length + " more bytes");
    }
    return bytes;
  }

  /** The id of the entry that was read last, made unique where it is not. */
  String uniqueId(Entry entry) throws IOException {
    if (current == null) {
      throw new IllegalStateException("no entry read, expected one");
    }
    String own = entry.id();
    if (own != null && !current.repeated()) {
      return own;
    }
    String suffix = "#" + current.number();
    String unique = (own == null ? "row" : own) + suffix;
    while (known.number((Object) hash.of(unique)) > 0) {
      unique += suffix;
    }
    return unique;
  }

  @Override
  public void close() throws IOException {
    if (in != null) {
      in.close();
    }
    index.close();
  }
}
