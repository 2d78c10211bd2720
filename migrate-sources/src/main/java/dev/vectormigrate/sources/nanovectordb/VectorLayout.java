package dev.vectormigrate.sources.nanovectordb;

import dev.vectormigrate.sources.files.DamagedFileException;
import java.nio.file.Path;

/**
 * How the vectors of a file are found: those of the first records in its matrix, those of the rest
 * in the records themselves.
 *
 * @param dimension components of every vector; 0 where there are no records
 * @param rows how many records, from the first on, have their vector in the matrix
 */
record VectorLayout(int dimension, long rows) {

  /**
   * Brings together what the parts of a file say.
   *
   * @param asked the dimension that the caller expects, 0 for any
   * @throws DamagedFileException if they contradict each other
   */
  static VectorLayout of(Path file, VectorScan scan, int asked) throws DamagedFileException {
    int fitting = fitting(scan);
    int dimension = first(scan.dimension(), fitting, scan.copyDimension(), asked);
    requireKnown(file, scan, dimension);
    requireSame(file, dimension, asked, "asked for");
    requireSame(file, dimension, scan.copyDimension(), "of the first compressed vector");
    return new VectorLayout(dimension, rows(file, scan, dimension, fitting));
  }

  /** The dimension that divides a whole matrix into one row a record; 0 where there is none. */
  private static int fitting(VectorScan scan) {
    MatrixText matrix = scan.matrix();
    long rowFloats = scan.count() * Float.BYTES;
    if (scan.cutOff() || matrix.bytes() == 0 || rowFloats == 0 || matrix.bytes() % rowFloats != 0) {
      return 0;
    }
    return (int) Math.min(matrix.bytes() / rowFloats, VectorScan.MOST_DIMENSION + 1);
  }

  private static int first(int... candidates) {
    for (int candidate : candidates) {
      if (candidate > 0) {
        return candidate;
      }
    }
    return 0;
  }

  private static void requireKnown(Path file, VectorScan scan, int dimension)
      throws DamagedFileException {
    if (scan.count() > 0 && (dimension == 0 || dimension > VectorScan.MOST_DIMENSION)) {
      throw new DamagedFileException(
          file,
          "dimension: unknown, expected embedding_dim, a whole matrix or compressed vectors. Set the"
              + " dimension");
    }
  }

  private static void requireSame(Path file, int dimension, int other, String what)
      throws DamagedFileException {
    if (other != 0 && other != dimension) {
      throw new DamagedFileException(
          file,
          "dimension: %d, but %d is that %s, expected the same. Check the file"
              .formatted(dimension, other, what));
    }
  }

  private static long rows(Path file, VectorScan scan, int dimension, int fitting)
      throws DamagedFileException {
    long bytes = scan.matrix().bytes();
    if (bytes == 0 || scan.count() == 0) {
      return requireNoRows(file, scan);
    }
    long rowBytes = (long) Float.BYTES * dimension;
    if (!scan.cutOff() && bytes != scan.count() * rowBytes) {
      throw new DamagedFileException(
          file,
          "matrix: %d bytes, expected %d for %d records of dimension %d%s. Restore it from a backup"
              .formatted(
                  bytes,
                  scan.count() * rowBytes,
                  scan.count(),
                  dimension,
                  fitting == 0 ? "" : "; it would fit dimension " + fitting));
    }
    return Math.min(scan.count(), bytes / rowBytes);
  }

  private static long requireNoRows(Path file, VectorScan scan) throws DamagedFileException {
    if (scan.matrix().bytes() > 0) {
      throw new DamagedFileException(
          file,
          "matrix: %d bytes, expected none for no records. Restore it from a backup"
              .formatted(scan.matrix().bytes()));
    }
    return 0;
  }
}
