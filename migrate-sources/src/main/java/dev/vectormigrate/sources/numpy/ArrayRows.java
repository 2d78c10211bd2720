package dev.vectormigrate.sources.numpy;

import dev.vectormigrate.model.Vector;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Vectors of one dimension and type that lie one after another in a file. */
public final class ArrayRows implements VectorRows {

  /** Far more than any model makes; a row has to fit into memory. */
  public static final int MAX_DIMENSION = 1 << 20;

  private final Path file;
  private final long start;
  private final long count;
  private final int dimension;
  private final ElementType type;
  private final long rounded;

  private ArrayRows(
      Path file, long start, long count, int dimension, ElementType type, long rounded) {
    this.file = file;
    this.start = start;
    this.count = count;
    this.dimension = dimension;
    this.type = type;
    this.rounded = rounded;
  }

  /**
   * Describes vectors, and reads all of them once where rounding may be necessary.
   *
   * @param file where they are
   * @param start the first byte of the first one
   * @param count how many
   * @param dimension components of each
   * @param type of the components
   * @throws IOException if the file is too short
   */
  public static ArrayRows of(Path file, long start, long count, int dimension, ElementType type)
      throws IOException {
    long rowBytes = (long) dimension * type.bytes();
    if (rowBytes > 0 && count > (Files.size(file) - start) / rowBytes) {
      throw new EOFException(
          "%s: %d bytes, expected %d vectors of %d bytes. Restore it from a backup"
              .formatted(file, Files.size(file), count, rowBytes));
    }
    ArrayRows rows = new ArrayRows(file, start, count, dimension, type, 0);
    return type.alwaysFits()
        ? rows
        : new ArrayRows(file, start, count, dimension, type, rows.countRounded());
  }

  private long countRounded() throws IOException {
    long rounded = 0;
    float[] components = new float[dimension];
    try (VectorDecoder decoder = new VectorDecoder(file, dimension, type)) {
      for (long row = 0; row < count; row++) {
        rounded += decoder.decode(offset(row), components) ? 0 : 1;
      }
    }
    return rounded;
  }

  private long offset(long row) {
    return start + row * dimension * type.bytes();
  }

  @Override
  public long count() {
    return count;
  }

  @Override
  public int dimension() {
    return count == 0 ? 0 : dimension;
  }

  @Override
  public long rounded() {
    return rounded;
  }

  @Override
  public long missing() {
    return 0;
  }

  @Override
  public Reader open() throws IOException {
    VectorDecoder decoder = new VectorDecoder(file, dimension, type);
    return new Reader() {
      @Override
      public Vector vector(long number) throws IOException, UnusableVectorException {
        return decoder.vectorAt(offset(number));
      }

      @Override
      public void close() throws IOException {
        decoder.close();
      }
    };
  }
}
