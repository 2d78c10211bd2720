package dev.vectormigrate.sources.files;

import java.util.Arrays;

/**
 * Where records begin in a file: of every 64th at first, and of ever fewer as the file grows, so
 * that memory does not. Filled by one thread; then immutable and thread-safe.
 */
public final class RecordOffsets {

  private static final int MOST = 1 << 14;

  private final long[] offsets = new long[MOST];
  private int stride = 64;
  private int size;
  private long count;

  /** Adds the next record. */
  public void add(long offset) {
    if (count % stride == 0) {
      if (size == MOST) {
        thinOut();
      }
      if (count % stride == 0) {
        offsets[size++] = offset;
      }
    }
    count++;
  }

  private void thinOut() {
    for (int i = 0; i < MOST / 2; i++) {
      offsets[i] = offsets[2 * i];
    }
    Arrays.fill(offsets, MOST / 2, MOST, 0);
    size = MOST / 2;
    stride *= 2;
  }

  /** How many records there are. */
  public long count() {
    return count;
  }

  /** The nearest record, not after the given one, whose offset is known. */
  public long known(long ordinal) {
    if (ordinal < 0 || ordinal >= count) {
      throw new IllegalArgumentException("record " + ordinal + ": expected 0 to " + (count - 1));
    }
    return ordinal / stride * stride;
  }

  /** Where a record begins that {@link #known} returned. */
  public long offset(long known) {
    return offsets[(int) (known / stride)];
  }
}
