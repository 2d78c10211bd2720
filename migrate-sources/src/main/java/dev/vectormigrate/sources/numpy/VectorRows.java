package dev.vectormigrate.sources.numpy;

import dev.vectormigrate.model.Vector;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Vectors in a file, found by their number from 0. Immutable; holds nothing open. */
public interface VectorRows {

  /** How many there are. */
  long count();

  /** The components that most of them have; 0 where there is none. */
  int dimension();

  /** How many have a component that had to be rounded to single precision. */
  long rounded();

  /** How many places are there that hold no vector. */
  long missing();

  /** Opens the file; the caller closes it. */
  Reader open() throws IOException;

  /** Reads vectors. Of one thread. */
  interface Reader extends Closeable {

    /**
     * The vector of a number below the count; null where the store holds a place without a vector.
     *
     * @throws UnusableVectorException if it has another dimension than most, holds something that
     *     is no number, or is not finite
     */
    @Nullable Vector vector(long number) throws IOException, UnusableVectorException;
  }
}
