package dev.vectormigrate.spi;

import dev.vectormigrate.model.Finding;

/**
 * Is told what goes on while keys and indexes are built. It returns at once, and is safe to call
 * from another thread than the one that builds.
 */
public interface IndexObserver {

  /**
   * A key or an index of a table is about to be built.
   *
   * @param table counted from 0
   * @param index what it is, such as {@code hnsw index on embedding}
   */
  void building(int table, String index);

  /**
   * How far a build has come, about once a second where the target can tell.
   *
   * @param table counted from 0
   * @param index as in {@link #building}
   * @param done rows that are in the index, or an estimate; never more than total
   * @param total rows of the table
   */
  void progress(int table, String index, long done, long total);

  /** Something about an index is worth knowing; none of it blocks. */
  void found(Finding finding);
}
