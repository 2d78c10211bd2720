package dev.vectormigrate.spi;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where data is read. A description: immutable, thread-safe, holding nothing open.
 *
 * <ul>
 *   <li>S1 Building a store touches nothing; the first I/O is {@link #open()}.
 *   <li>S2 Nothing is ever written to, created in or locked for long at the source. A missing
 *       source or dataset is an error, never an empty success.
 *   <li>S3 What is read is untrusted: no code of the source is run, sizes are checked before memory
 *       is taken, memory does not grow with the store.
 * </ul>
 */
public interface SourceStore {

  /** How messages name this source, such as {@code chroma:data/chroma}; holds no credential. */
  String name();

  /**
   * The file or the folder that holds all of the source, so that a copy of it is a copy of the
   * source; there may be more in it. Empty where the source is no file. Does no I/O.
   */
  default Optional<Path> files() {
    return Optional.empty();
  }

  /**
   * Opens the source for reading.
   *
   * @throws Exception if it is missing, of another kind or of a generation that is not supported
   */
  SourceSession open() throws Exception;
}
