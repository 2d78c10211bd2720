package dev.vectormigrate.spi;

import dev.vectormigrate.model.Row;
import java.time.Duration;

/** Adds up what the rows of a table will take in the target. Of one thread. */
public interface TableEstimate {

  /** Takes a row into account; keeps nothing of it. */
  void add(Row row);

  /** What all rows so far will take. */
  Needs needs();

  /**
   * Bytes on the target's disks and time, roughly.
   *
   * @param rows bytes in the table itself
   * @param aside bytes of large values that are stored beside it
   * @param indexes bytes of the key and all other indexes
   * @param building how long it takes to build the indexes
   */
  record Needs(long rows, long aside, long indexes, Duration building) {

    /** Bytes all together. */
    public long bytes() {
      return rows + aside + indexes;
    }
  }
}
