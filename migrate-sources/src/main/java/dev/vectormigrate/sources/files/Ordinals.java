package dev.vectormigrate.sources.files;

import java.util.Arrays;

/** A few ordinals in ascending order. Immutable and thread-safe. */
public final class Ordinals {

  /** No ordinals. */
  public static final Ordinals NONE = new Ordinals(new long[0]);

  private final long[] sorted;

  private Ordinals(long[] sorted) {
    this.sorted = sorted;
  }

  /** How many there are. */
  public int size() {
    return sorted.length;
  }

  /** Whether an ordinal is one of them. */
  public boolean contains(long ordinal) {
    return sorted.length > 0 && Arrays.binarySearch(sorted, ordinal) >= 0;
  }

  /** Gathers ordinals in ascending order. Of one thread. */
  public static final class Builder {

    private long[] gathered = new long[16];
    private int size;

    /** Adds one that is greater than all before. */
    public void add(long ordinal) {
      if (size == gathered.length) {
        gathered = Arrays.copyOf(gathered, 2 * size);
      }
      gathered[size++] = ordinal;
    }

    /** How many there are so far. */
    public int size() {
      return size;
    }

    /** What was gathered. */
    public Ordinals build() {
      return size == 0 ? NONE : new Ordinals(Arrays.copyOf(gathered, size));
    }
  }
}
