package dev.vectormigrate.sources.chroma;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What {@code header.bin} says about the elements in {@code data_level0.bin}.
 *
 * <p>The file has 100 bytes, little-endian without padding, in every Chroma from 0.4.0 to 1.x:
 * persistence version (int32, always 1), offset of the links (uint64, 0), capacity, element count
 * including deleted ones, element size, label offset, vector offset (all uint64) and parameters of
 * the graph. An element is a word of link count and deletion mark, 32-bit links, the vector's
 * floats and an unsigned 64-bit label.
 *
 * @param count elements that are valid, deleted ones included; the file may be longer
 * @param elementSize bytes of an element
 * @param labelOffset where in an element its label is
 * @param vectorOffset where in an element its vector is
 */
record HnswHeader(long count, int elementSize, int labelOffset, int vectorOffset) {

  /** Chroma's own limit for dimensions is far below; this only bounds the memory for one vector. */
  private static final long MAX_ELEMENT_BYTES = 4 << 20;

  private static final int SIZE = 100;
  private static final int VERSION = 1;

  /** Reads and checks the file. */
  static HnswHeader read(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new IOException(
          file + ": missing, expected the vector index. Restore the whole directory");
    }
    long size = Files.size(file);
    if (size != SIZE) {
      throw new IOException(
          "%s: %d bytes, expected %d. The vector index is damaged; restore it from a backup"
              .formatted(file, size, SIZE));
    }
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.getInt(0) != VERSION) {
      throw new IOException(
          "%s: persistence version %d, expected %d. This format is not supported yet"
              .formatted(file, bytes.getInt(0), VERSION));
    }
    return checked(bytes, file);
  }

  private static HnswHeader checked(ByteBuffer bytes, Path file) throws IOException {
    long capacity = bytes.getLong(12);
    long count = bytes.getLong(20);
    long elementSize = bytes.getLong(28);
    long labelOffset = bytes.getLong(36);
    long vectorOffset = bytes.getLong(44);
    boolean plausible =
        bytes.getLong(4) == 0
            && count >= 0
            && count <= capacity
            && elementSize <= MAX_ELEMENT_BYTES
            && labelOffset == elementSize - Long.BYTES
            && vectorOffset == Integer.BYTES + Integer.BYTES * bytes.getLong(68)
            && vectorOffset >= Integer.BYTES
            && vectorOffset < labelOffset
            && (labelOffset - vectorOffset) % Float.BYTES == 0;
    if (!plausible) {
      throw new IOException(
          ("%s: %d of %d elements of %d bytes, label at %d, vector at %d, expected sizes that fit"
                  + " together. The vector index is damaged; restore it from a backup")
              .formatted(file, count, capacity, elementSize, labelOffset, vectorOffset));
    }
    return new HnswHeader(count, (int) elementSize, (int) labelOffset, (int) vectorOffset);
  }

  /** Components of a vector. */
  int dimension() {
    return (labelOffset - vectorOffset) / Float.BYTES;
  }
}
