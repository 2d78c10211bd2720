package dev.vectormigrate.spi;

import dev.vectormigrate.model.Row;

/** Adds up what the rows of a table will take in the target. Of one thread. */
public interface SpaceEstimate {

  /** Takes a row into account; keeps nothing of it. */
  void add(Row row);

  /** What all rows so far will take. */
  Space space();

  /**
   * Bytes on the target's disks, roughly.
   *
   * @param rows in the table itself
   * @param aside large values that are stored beside it
   * @param indexes the key and all other indexes
   */
  record Space(long rows, long aside, long indexes) {

    /** All together. */
    public long total() {
      return rows + aside + indexes;
    }
  }
}
