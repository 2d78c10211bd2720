package dev.vectormigrate.sources.pickle;

import dev.vectormigrate.sources.pickle.Pickled.Constant;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a pickle may refer back to. Of texts and bytes, only their place is kept, in memory for the
 * first ones and in a scratch file for the others; of lists and dictionaries, the newest; of names
 * and the like, a bounded number.
 */
final class PickleMemo implements Closeable {

  /** Makes the scratch file when it turns out to be needed. */
  interface Scratch {
    Path newFile() throws IOException;
  }

  private static final int PLACES_IN_MEMORY = 1 << 20;
  private static final int MAX_PINNED = 4_096;
  private static final long MAX_HELD = 500_000;

  /** Memo entries of one item and how many values the item holds. */
  private record Group(List<Long> indexes, long weight) {}

  private final Scratch scratch;
  private final Map<Long, Object> pinned = new HashMap<>();
  private final Map<Long, Object> held = new HashMap<>();
  private final Deque<Group> groups = new ArrayDeque<>();
  private List<Long> recent = new ArrayList<>();
  private long weight;
  private long[] places = new long[1_024];
  private @Nullable FileChannel more;

  PickleMemo(Scratch scratch) {
    this.scratch = scratch;
  }

  /** Remembers where the opcode of a text or of bytes is. */
  void putPlace(long index, long offset) throws IOException {
    held.remove(index);
    pinned.remove(index);
    if (index >= PLACES_IN_MEMORY) {
      write(index, offset);
      return;
    }
    if (index >= places.length) {
      places = Arrays.copyOf(places, (int) Math.min(PLACES_IN_MEMORY, index * 2));
    }
    places[(int) index] = offset;
  }

  private void write(long index, long offset) throws IOException {
    if (more == null) {
      more = FileChannel.open(scratch.newFile(), StandardOpenOption.READ, StandardOpenOption.WRITE);
    }
    more.write(ByteBuffer.allocate(Long.BYTES).putLong(0, offset), index * Long.BYTES);
  }

  /** Where the opcode is; 0 if none was remembered. */
  long place(long index) throws IOException {
    if (index < places.length) {
      return places[(int) index];
    }
    ByteBuffer place = ByteBuffer.allocate(Long.BYTES);
    int read = more == null ? 0 : more.read(place, index * Long.BYTES);
    return read < Long.BYTES ? 0 : place.getLong(0);
  }

  /** Remembers something small for good. */
  void pin(long index, Object value) throws IOException {
    if (pinned.size() == MAX_PINNED) {
      throw new IOException("more than " + MAX_PINNED + " names, expected fewer");
    }
    pinned.put(index, value);
  }

  /** Remembers a container for a while. */
  void hold(long index, Object value) {
    held.put(index, value);
    recent.add(index);
  }

  /** Says that an item of so many values is done: old ones are forgotten for it. */
  void itemDone(long values) {
    if (recent.isEmpty()) {
      return;
    }
    Group group = new Group(recent, values + recent.size());
    recent = new ArrayList<>();
    groups.add(group);
    weight += group.weight();
    while (weight > MAX_HELD) {
      forget(groups.remove());
    }
  }

  private void forget(Group group) {
    weight -= group.weight();
    group.indexes().forEach(held::remove);
  }

  /** What was remembered, {@link Constant#FORGOTTEN} if nothing is any more. */
  Object get(long index) {
    Object value = pinned.get(index);
    if (value == null) {
      value = held.get(index);
    }
    return value == null ? Constant.FORGOTTEN : value;
  }

  @Override
  public void close() throws IOException {
    if (more != null) {
      more.close();
    }
  }
}
