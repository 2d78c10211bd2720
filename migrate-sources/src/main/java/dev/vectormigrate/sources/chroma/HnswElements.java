package dev.vectormigrate.sources.chroma;

import dev.vectormigrate.sources.files.FileWindow;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Reads labels and vectors of elements. A resource of one thread. */
final class HnswElements implements Closeable {

  private final HnswHeader header;
  private final FileWindow elements;
  private final @Nullable FileWindow lengths;

  HnswElements(HnswFiles files, DistanceSpace space) throws IOException {
    this.header = files.readHeader(space);
    this.elements = new FileWindow(files.elements(), header.elementSize());
    this.lengths =
        space == DistanceSpace.COSINE ? new FileWindow(files.lengths(), Float.BYTES) : null;
  }

  private static ByteBuffer part(FileWindow file, long offset, int length) throws IOException {
    return file.at(offset, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  long count() {
    return header.count();
  }

  long label(long element) throws IOException {
    long offset = element * header.elementSize() + header.labelOffset();
    ByteBuffer bytes = part(elements, offset, Long.BYTES);
    return bytes.getLong(bytes.position());
  }

  boolean isDeleted(long element) throws IOException {
    ByteBuffer bytes = part(elements, element * header.elementSize(), Integer.BYTES);
    return (bytes.get(bytes.position() + 2) & 1) != 0;
  }

  /**
   * The vector as it was sent, in the cosine space up to rounding: there the file has the vector
   * divided by its length, and this multiplies in single precision as Chroma does when it answers.
   */
  float[] vector(long element) throws IOException {
    float[] vector = stored(element);
    if (lengths != null) {
      ByteBuffer bytes = part(lengths, element * Float.BYTES, Float.BYTES);
      float length = bytes.getFloat(bytes.position());
      for (int i = 0; i < vector.length; i++) {
        vector[i] *= length;
      }
    }
    return vector;
  }

  private float[] stored(long element) throws IOException {
    float[] vector = new float[header.dimension()];
    long offset = element * header.elementSize() + header.vectorOffset();
    part(elements, offset, vector.length * Float.BYTES).asFloatBuffer().get(vector);
    return vector;
  }

  @Override
  public void close() throws IOException {
    try {
      elements.close();
    } finally {
      if (lengths != null) {
        lengths.close();
      }
    }
  }
}
