package dev.vectormigrate.sources.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Finds records whose key an earlier record of the file has already, in any number of records and
 * bounded memory. Keys are compared by 128 bits of their SHA-256, which are kept in memory for
 * small files and in a nameless scratch file for large ones. Of one thread.
 */
public final class KeyCheck implements Closeable {

  /** More than so many repeated keys are a sign of a file that nobody should migrate. */
  public static final int MOST_REPEATED = 1 << 16;

  private static final int HASH_BYTES = 2 * Long.BYTES;
  private static final int BUFFERED_HASHES = 1 << 16;
  private static final long HASHES_AT_ONCE = 1 << 21;

  private final Path file;
  private final Path workDirectory;
  private final MessageDigest digest = FingerprintedInput.sha256();
  private final ByteBuffer buffer = ByteBuffer.allocate(HASH_BYTES * BUFFERED_HASHES);
  private @Nullable FileChannel scratch;
  private long count;

  /**
   * @param file whose keys are checked
   * @param workDirectory where a scratch file may be made
   */
  public KeyCheck(Path file, Path workDirectory) {
    this.file = file;
    this.workDirectory = workDirectory;
  }

  /** Adds the key of the next record; null, for one without, equals no other. */
  public void add(@Nullable String key) throws IOException {
    if (!buffer.hasRemaining()) {
      spill();
    }
    String text = key == null ? "none " + count : "key " + key;
    // Not UTF-8, which has no bytes of its own for a lone surrogate.
    buffer.put(digest.digest(text.getBytes(StandardCharsets.UTF_16BE)), 0, HASH_BYTES);
    count++;
  }

  /** How many keys were added. */
  public long count() {
    return count;
  }

  private void spill() throws IOException {
    if (scratch == null) {
      scratch = scratch();
    }
    buffer.flip();
    try {
      while (buffer.hasRemaining()) {
        scratch.write(buffer);
      }
    } catch (IOException e) {
      throw new WorkDirectoryException(workDirectory, e);
    }
    buffer.clear();
  }

  /** The operating system removes the file with the process, however that ends. */
  private FileChannel scratch() throws IOException {
    return FileChannel.open(
        workDirectory.resolve("vector-migrate-keys-" + UUID.randomUUID()),
        StandardOpenOption.CREATE_NEW,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        StandardOpenOption.DELETE_ON_CLOSE);
  }

  /**
   * The records whose key an earlier one has.
   *
   * @throws DamagedFileException if there are more than {@link #MOST_REPEATED}
   */
  public Ordinals repeated() throws IOException {
    Set<Long> suspects = suspects();
    if (suspects.isEmpty()) {
      return Ordinals.NONE;
    }
    Ordinals.Builder repeated = new Ordinals.Builder();
    Set<Hash> seen = new HashSet<>();
    forEach(
        (ordinal, high, low) -> {
          if (suspects.contains(high) && !seen.add(new Hash(high, low))) {
            repeated.add(ordinal);
            refuseTooMany(repeated.size());
          }
        });
    return repeated.build();
  }

  private record Hash(long high, long low) {}

  /** The first halves of hashes that occur twice. */
  private Set<Long> suspects() throws IOException {
    Set<Long> suspects = new HashSet<>();
    long parts = (count + HASHES_AT_ONCE - 1) / HASHES_AT_ONCE;
    for (long part = 0; part < parts; part++) {
      addNeighbours(halves(part, parts), suspects);
    }
    return suspects;
  }

  private long[] halves(long part, long parts) throws IOException {
    Halves halves = new Halves();
    forEach(
        (ordinal, high, low) -> {
          if (Long.remainderUnsigned(high, parts) == part) {
            halves.add(high);
          }
        });
    return halves.sorted();
  }

  private static final class Halves {

    private long[] values = new long[1 << 10];
    private int size;

    void add(long value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
      }
      values[size++] = value;
    }

    long[] sorted() {
      long[] sorted = Arrays.copyOf(values, size);
      Arrays.sort(sorted);
      return sorted;
    }
  }

  private void addNeighbours(long[] sorted, Set<Long> suspects) throws IOException {
    for (int i = 1; i < sorted.length; i++) {
      if (sorted[i] == sorted[i - 1] && suspects.add(sorted[i])) {
        refuseTooMany(suspects.size());
      }
    }
  }

  private void refuseTooMany(int size) throws DamagedFileException {
    if (size > MOST_REPEATED) {
      throw new DamagedFileException(
          file,
          "more than %d records with the key of an earlier one, expected none. Check the file"
              .formatted(MOST_REPEATED));
    }
  }

  private interface HashConsumer {
    void accept(long ordinal, long high, long low) throws IOException;
  }

  private void forEach(HashConsumer consumer) throws IOException {
    long ordinal = 0;
    if (scratch != null) {
      ordinal = forEachSpilled(scratch, consumer);
    }
    forEachIn(buffer.duplicate().flip(), ordinal, consumer);
  }

  private static long forEachSpilled(FileChannel scratch, HashConsumer consumer)
      throws IOException {
    ByteBuffer block = ByteBuffer.allocate(HASH_BYTES * BUFFERED_HASHES);
    long ordinal = 0;
    // Spilled in whole blocks, and so read.
    for (long offset = 0; offset < scratch.size(); offset += block.capacity()) {
      block.clear();
      while (block.hasRemaining()) {
        scratch.read(block, offset + block.position());
      }
      ordinal = forEachIn(block.flip(), ordinal, consumer);
    }
    return ordinal;
  }

  private static long forEachIn(ByteBuffer hashes, long first, HashConsumer consumer)
      throws IOException {
    long ordinal = first;
    while (hashes.hasRemaining()) {
      consumer.accept(ordinal++, hashes.getLong(), hashes.getLong());
    }
    return ordinal;
  }

  @Override
  public void close() throws IOException {
    if (scratch != null) {
      scratch.close();
    }
  }
}
