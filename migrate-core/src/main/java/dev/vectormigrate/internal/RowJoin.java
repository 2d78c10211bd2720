package dev.vectormigrate.internal;

import dev.vectormigrate.RowDifference.Kind;
import dev.vectormigrate.internal.RecordSorter.Records;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Joins the sorted records of both sides. Under each key, equal rows are set against each other
 * first, then unequal ones; what is left is on one side only. Used once.
 */
final class RowJoin {

  /** Rows of one key that are held until they find another; of more only the key is known. */
  private static final int MOST_HELD = 1_000;

  /** Bytes of a row that is held beside others. */
  private static final int LARGEST_HELD = 16 << 10;

  /** What is told of the rows. */
  interface Found {

    /** A row that is on both sides. */
    void same(byte[] row);

    /** A row of the table that the plan does not answer for. */
    void other();

    /** A row that is on one side only, or has other values on the other; one of them is there. */
    void differs(Kind kind, byte @Nullable [] source, byte @Nullable [] target);
  }

  private final Records source;
  private final Records target;
  private final Found found;
  private final Deque<byte[]> sourceAlone = new ArrayDeque<>();
  private final Deque<byte[]> targetAlone = new ArrayDeque<>();
  private byte @Nullable [] left;
  private byte @Nullable [] right;
  private long sourceMore;
  private long targetMore;
  private boolean known;

  RowJoin(Records source, Records target, Found found) {
    this.source = source;
    this.target = target;
    this.found = found;
  }

  void run() throws IOException {
    left = source.next();
    right = target.next();
    while (left != null || right != null) {
      byte[] key = lowerKey();
      known = false;
      while (isOf(key, left) || isOf(key, right)) {
        step(key);
      }
      finishKey(key);
    }
  }

  private byte[] lowerKey() {
    byte[] one = left;
    byte[] other = right;
    if (one == null || other == null) {
      return one != null ? one : Objects.requireNonNull(other);
    }
    return ComparedRow.compareKeys(one, other) <= 0 ? one : other;
  }

  private static boolean isOf(byte[] key, byte @Nullable [] row) {
    return row != null && ComparedRow.compareKeys(key, row) == 0;
  }

  /** Takes one row of a key, or an equal one of each side. */
  private void step(byte[] key) throws IOException {
    byte[] one = isOf(key, left) ? left : null;
    byte[] other = isOf(key, right) ? right : null;
    int order = one == null ? 1 : other == null ? -1 : ComparedRow.compareContents(one, other);
    known |= one != null;
    if (order == 0 && one != null) {
      found.same(one);
    } else if (order < 0 && one != null) {
      sourceMore += hold(sourceAlone, one);
    } else if (other != null) {
      targetMore += hold(targetAlone, other);
    }
    left = order <= 0 ? source.next() : left;
    right = order >= 0 ? target.next() : right;
    while (!sourceAlone.isEmpty() && !targetAlone.isEmpty()) {
      found.differs(Kind.DIFFERENT, sourceAlone.remove(), targetAlone.remove());
    }
  }

  /** Holds a row if there is room; else it counts as one more like the last. */
  private static int hold(Deque<byte[]> alone, byte[] row) {
    boolean room = alone.size() < MOST_HELD && row.length <= LARGEST_HELD;
    if (room || alone.isEmpty()) {
      alone.add(row);
      return 0;
    }
    return 1;
  }

  private void finishKey(byte[] key) {
    while (sourceMore > 0 && (targetMore > 0 || !targetAlone.isEmpty())) {
      sourceMore--;
      if (targetAlone.isEmpty()) {
        targetMore--;
        found.differs(Kind.DIFFERENT, key, key);
      } else {
        found.differs(Kind.DIFFERENT, key, targetAlone.remove());
      }
    }
    while (targetMore > 0 && !sourceAlone.isEmpty()) {
      targetMore--;
      found.differs(Kind.DIFFERENT, sourceAlone.remove(), key);
    }
    for (; sourceMore > 0; sourceMore--) {
      found.differs(Kind.MISSING, key, null);
    }
    sourceAlone.forEach(row -> found.differs(Kind.MISSING, row, null));
    for (; targetMore > 0; targetMore--) {
      surplus(key);
    }
    targetAlone.forEach(this::surplus);
    sourceAlone.clear();
    targetAlone.clear();
  }

  private void surplus(byte[] row) {
    if (known) {
      found.differs(Kind.DUPLICATE, null, row);
    } else if (ComparedRow.parse(row).counts()) {
      found.differs(Kind.EXTRA, null, row);
    } else {
      found.other();
    }
  }
}
