package dev.vectormigrate.internal;

import dev.vectormigrate.model.Vector;
import dev.vectormigrate.spi.RowReader;
import java.util.Optional;

/** The vectors of a run as its sources have them, of columns that lose something on the way. */
interface Originals extends AutoCloseable {

  /** Where the sources are not at hand. */
  Originals NOT_AT_HAND =
      new Originals() {
        @Override
        public Optional<RowReader> read(int table, String column) {
          return Optional.empty();
        }

        @Override
        public Optional<Vector> reduced(int table, String column, Vector query) {
          return Optional.empty();
        }

        @Override
        public void close() {}
      };

  /**
   * Reads every row of a table whose column lost something; rows that were refused or filtered are
   * not among them.
   *
   * @return empty if the sources have no such vectors, or are not at hand
   */
  Optional<RowReader> read(int table, String column) throws Exception;

  /**
   * A vector of the source, reduced as those of the column were.
   *
   * @return empty where the sources are not at hand
   */
  Optional<Vector> reduced(int table, String column, Vector query) throws Exception;

  /** Closes the sources. */
  @Override
  void close();
}
