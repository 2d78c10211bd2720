package dev.vectormigrate.sources.chroma;

import dev.vectormigrate.sources.files.WorkDirectoryException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A hash table from ids or numbers to numbers in a scratch file, so that the heap does not grow
 * with a collection. Filled by one thread; {@link #get} may then be called by many.
 *
 * <p>The key of an id is the first half of its SHA-256, since ids come from outside and must not be
 * able to collide on purpose.
 */
final class ScratchTable {

  /** What {@link #get} returns for a key that was never put or that was removed. */
  static final long ABSENT = 0;

  private static final long REMOVED = Long.MIN_VALUE;
  private static final int SLOT_BYTES = 24;
  private static final int SLOTS_PER_WINDOW = 1 << 25;
  private static final int LEAST_SLOTS = 1 << 10;

  private final Path directory;
  private final String name;
  private Path file;
  private ByteBuffer[] windows;
  private long slots;
  private long used;

  private ScratchTable(Path directory, String name, long slots) throws IOException {
    this.directory = directory;
    this.name = name;
    this.slots = slots;
    this.file = Files.createTempFile(directory, name, null);
    this.windows = create(file, slots);
  }

  /** Makes an empty table; it grows when the expectation proves too small. */
  static ScratchTable in(Path directory, String name, long expectedEntries) throws IOException {
    return new ScratchTable(directory, name, Math.max(LEAST_SLOTS, expectedEntries * 3 / 2));
  }

  private static ByteBuffer[] create(Path file, long slots) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      fillWithZeros(file, channel, slots * SLOT_BYTES);
      int count = Math.toIntExact((slots + SLOTS_PER_WINDOW - 1) / SLOTS_PER_WINDOW);
      ByteBuffer[] windows = new ByteBuffer[count];
      for (int i = 0; i < count; i++) {
        windows[i] = map(channel, i, slots);
      }
      return windows;
    }
  }

  /** A file with holes would end the process, not fail, when a mapped page finds the disk full. */
  private static void fillWithZeros(Path file, FileChannel channel, long size) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 16);
    try {
      for (long at = 0; at < size; at += zeros.position()) {
        zeros.clear().limit((int) Math.min(zeros.capacity(), size - at));
        channel.write(zeros, at);
      }
    } catch (IOException e) {
      Path directory = file.getParent();
      throw new WorkDirectoryException(directory == null ? file : directory, e);
    }
  }

  private static MappedByteBuffer map(FileChannel channel, int window, long slots)
      throws IOException {
    long first = (long) window * SLOTS_PER_WINDOW;
    long count = Math.min(SLOTS_PER_WINDOW, slots - first);
    return channel.map(FileChannel.MapMode.READ_WRITE, first * SLOT_BYTES, count * SLOT_BYTES);
  }

  /** Makes the digest that {@link #keyOf} needs; of one thread. */
  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256: missing in this Java, expected in every one", e);
    }
  }

  /** The key of an id. */
  static Key keyOf(byte[] id, MessageDigest sha256) {
    ByteBuffer hash = ByteBuffer.wrap(sha256.digest(id));
    return new Key(hash.getLong(), hash.getLong());
  }

  /** The key of a number; never looked up in the same table as ids. */
  static Key keyOf(long number) {
    return new Key(number * 0x9E3779B97F4A7C15L, number);
  }

  /** Where an entry is found. */
  record Key(long high, long low) {}

  /** Sets the value of a key; it must be neither {@link #ABSENT} nor the smallest long. */
  void put(Key key, long value) throws IOException {
    if (used * 10 >= slots * 7) {
      grow();
    }
    long slot = slotOf(key);
    if (valueAt(slot) == ABSENT) {
      used++;
    }
    write(slot, key, value);
  }

  /** Makes a key absent. */
  void remove(Key key) {
    long slot = slotOf(key);
    if (valueAt(slot) != ABSENT) {
      write(slot, key, REMOVED);
    }
  }

  /** The value of a key or {@link #ABSENT}. */
  long get(Key key) {
    long value = valueAt(slotOf(key));
    return value == REMOVED ? ABSENT : value;
  }

  private void grow() throws IOException {
    ScratchTable larger = new ScratchTable(directory, name, slots * 2);
    for (long slot = 0; slot < slots; slot++) {
      long value = valueAt(slot);
      if (value != ABSENT && value != REMOVED) {
        larger.put(keyAt(slot), value);
      }
    }
    delete();
    file = larger.file;
    windows = larger.windows;
    slots = larger.slots;
    used = larger.used;
  }

  private long slotOf(Key key) {
    long slot = Long.remainderUnsigned(key.high(), slots);
    while (valueAt(slot) != ABSENT && !holds(slot, key)) {
      slot = slot + 1 == slots ? 0 : slot + 1;
    }
    return slot;
  }

  private boolean holds(long slot, Key key) {
    ByteBuffer window = window(slot);
    int at = offset(slot);
    return window.getLong(at) == key.high() && window.getLong(at + 8) == key.low();
  }

  private Key keyAt(long slot) {
    ByteBuffer window = window(slot);
    int at = offset(slot);
    return new Key(window.getLong(at), window.getLong(at + 8));
  }

  private long valueAt(long slot) {
    return window(slot).getLong(offset(slot) + 16);
  }

  private void write(long slot, Key key, long value) {
    ByteBuffer window = window(slot);
    int at = offset(slot);
    window.putLong(at, key.high()).putLong(at + 8, key.low()).putLong(at + 16, value);
  }

  private ByteBuffer window(long slot) {
    return windows[(int) (slot / SLOTS_PER_WINDOW)];
  }

  private static int offset(long slot) {
    return (int) (slot % SLOTS_PER_WINDOW) * SLOT_BYTES;
  }

  /** Gives the space back; the table must not be used any more. */
  void delete() throws IOException {
    Files.deleteIfExists(file);
  }
}
