package dev.vectormigrate.sources.numpy;

import dev.vectormigrate.sources.files.FileWindow;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One array in NumPy's format, {@code .npy}, versions 1 to 3. Immutable; holds nothing open, and
 * never more than a few rows in memory.
 *
 * <p>The header names the element type, the order and the shape; the elements follow without any
 * gap, so that a row is found by its number.
 */
public final class NpyFile {

  private static final int TRANSPOSED_BYTES = 4 << 20;

  private final Path file;
  private final NpyHeader header;

  private NpyFile(Path file, NpyHeader header) {
    this.file = file;
    this.header = header;
  }

  /**
   * Reads the header of a file.
   *
   * @throws IOException if it is no array of numbers or text, or is longer or shorter than its
   *     header says
   */
  public static NpyFile open(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      NpyHeader header = NpyHeader.read(in);
      long expected = header.totalLength();
      long actual = Files.size(file);
      if (actual != expected) {
        throw new IOException(
            "%d bytes, expected %d for shape %s. %s"
                .formatted(
                    actual,
                    expected,
                    header.shape(),
                    actual < expected
                        ? "The file is cut off; restore it from a backup"
                        : "Save each array to a file of its own"));
      }
      return new NpyFile(file, header);
    } catch (IOException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * The rows as vectors. An array of one dimension is one vector, or none where it is empty.
   *
   * @param scratch where an array in Fortran order is brought into order
   * @throws IOException if it holds text or has more than two dimensions
   */
  public VectorRows vectors(ScratchFiles scratch) throws IOException {
    List<Long> shape = header.shape();
    if (!header.type().isNumber() || shape.isEmpty() || shape.size() > 2) {
      throw new IOException(
          "%s: %s of shape %s, expected numbers in one or two dimensions"
              .formatted(file, header.type().isNumber() ? "numbers" : "text", shape));
    }
    long columns = shape.get(shape.size() - 1);
    if (columns > ArrayRows.MAX_DIMENSION) {
      throw new IOException(
          "%s: rows of %d numbers, expected at most %d"
              .formatted(file, columns, ArrayRows.MAX_DIMENSION));
    }
    long rows = shape.size() == 2 ? shape.get(0) : columns == 0 ? 0 : 1;
    Path elements = file;
    long start = header.length();
    if (header.fortranOrder() && rows > 1 && columns > 1) {
      elements = transposed(rows, (int) columns, scratch);
      start = 0;
    }
    return ArrayRows.of(elements, start, rows, (int) columns, header.type());
  }

  private Path transposed(long rows, int columns, ScratchFiles scratch) throws IOException {
    Path target = scratch.newFile("transposed");
    int width = header.type().bytes();
    int block = (int) Math.max(1, Math.min(rows, TRANSPOSED_BYTES / width / columns));
    try (FileWindow in = new FileWindow(file, block * width);
        ScratchWriter out = new ScratchWriter(target)) {
      byte[] rowsOfBlock = new byte[block * columns * width];
      for (long first = 0; first < rows; first += block) {
        int count = (int) Math.min(block, rows - first);
        for (int column = 0; column < columns; column++) {
          long at = header.length() + (column * rows + first) * width;
          scatter(in.at(at, count * width), rowsOfBlock, column, columns, width, count);
        }
        out.write(rowsOfBlock, count * columns * width);
      }
    }
    return target;
  }

  private static void scatter(
      ByteBuffer from, byte[] into, int column, int columns, int width, int count) {
    for (int row = 0; row < count; row++) {
      from.get(into, (row * columns + column) * width, width);
    }
  }

  /**
   * All elements as text, such as the ids of vectors.
   *
   * @param most how many may be held in memory
   * @throws IOException if it holds numbers, more elements, or more than one dimension
   */
  public List<String> texts(int most) throws IOException {
    ElementType type = header.type();
    if (type.isNumber() || header.shape().size() != 1 || header.shape().get(0) > most) {
      throw new IOException(
          "%s: shape %s, expected one dimension of at most %d texts"
              .formatted(file, header.shape(), most));
    }
    List<String> texts = new ArrayList<>();
    try (FileWindow in = new FileWindow(file, type.bytes())) {
      for (long i = 0; i < header.shape().get(0); i++) {
        texts.add(type.decodeText(in.at(header.length() + i * type.bytes(), type.bytes())));
      }
    }
    return texts;
  }

  /**
   * Opens the elements of a column, as {@link NpzFile#columns} finds them; the caller closes it.
   */
  public Values values() throws IOException {
    return new Values(header, new FileWindow(file, header.type().bytes()));
  }

  /** The texts or integers of an array of one dimension. Of one thread. */
  public static final class Values implements Closeable {

    private final NpyHeader header;
    private final FileWindow window;

    private Values(NpyHeader header, FileWindow window) {
      this.header = header;
      this.window = window;
    }

    /**
     * A text, or an integer as a {@link Long}.
     *
     * @param number from 0
     * @throws CharacterCodingException if it is not Unicode
     */
    public Object at(long number) throws IOException {
      int bytes = header.type().bytes();
      return header.type().decodeValue(window.at(header.length() + number * bytes, bytes));
    }

    @Override
    public void close() throws IOException {
      window.close();
    }
  }
}
