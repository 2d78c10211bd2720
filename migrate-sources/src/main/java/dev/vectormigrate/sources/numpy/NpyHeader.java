package dev.vectormigrate.sources.numpy;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What stands before the elements of an array: six magic bytes, a version, a length and a Python
 * literal that names the type, the order and the shape.
 *
 * @param type of the elements
 * @param fortranOrder whether the first index runs fastest, so that columns lie together
 * @param shape how many elements each dimension has
 * @param length of the header in bytes: where the elements begin
 */
record NpyHeader(ElementType type, boolean fortranOrder, List<Long> shape, int length) {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** NumPy itself refuses to read more than 10,000 characters unless it is told to. */
  private static final long MAX_LENGTH = 1 << 16;

  static NpyHeader read(InputStream in) throws IOException {
    byte[] start = bytes(in, MAGIC.length + 2);
    if (!Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new IOException("no array in NumPy's format, expected one. Check the file");
    }
    int version = start[MAGIC.length];
    if (version < 1 || version > 3) {
      throw new IOException("format version " + version + ", expected 1 to 3");
    }
    int lengthBytes = version == 1 ? Short.BYTES : Integer.BYTES;
    long length = littleEndian(bytes(in, lengthBytes));
    if (length > MAX_LENGTH) {
      throw new IOException("header: " + length + " bytes, expected at most " + MAX_LENGTH);
    }
    byte[] literal = bytes(in, (int) length);
    return of(
        new String(literal, version < 3 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8),
        start.length + lengthBytes + literal.length);
  }

  private static byte[] bytes(InputStream in, int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException("header: ends early, expected " + count + " more bytes");
    }
    return bytes;
  }

  private static long littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(Arrays.copyOf(bytes, Long.BYTES))
        .order(ByteOrder.LITTLE_ENDIAN)
        .getLong();
  }

  private static NpyHeader of(String literal, int length) throws IOException {
    if (!(PythonLiteral.parse(literal) instanceof Map<?, ?> entries)
        || !(entries.get("fortran_order") instanceof Boolean fortranOrder)
        || !(entries.get("shape") instanceof List<?> sizes)) {
      throw new IOException("header: expected the keys descr, fortran_order and shape");
    }
    if (!(entries.get("descr") instanceof String description)) {
      throw new IOException("a structured array, expected plain numbers. Save each field alone");
    }
    List<Long> shape = sizes.stream().filter(Long.class::isInstance).map(Long.class::cast).toList();
    if (shape.size() < sizes.size() || shape.stream().anyMatch(size -> size < 0)) {
      throw new IOException("header: shape, expected sizes of 0 or more");
    }
    return new NpyHeader(ElementType.of(description), fortranOrder, shape, length);
  }

  /** The bytes of header and elements together. */
  long totalLength() throws IOException {
    try {
      long elements = type.bytes();
      for (long size : shape) {
        elements = Math.multiplyExact(elements, size);
      }
      return Math.addExact(length, elements);
    } catch (ArithmeticException e) {
      throw new IOException("shape " + shape + ": more than a file can hold", e);
    }
  }
}
