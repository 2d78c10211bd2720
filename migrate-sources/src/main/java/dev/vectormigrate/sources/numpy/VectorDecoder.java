package dev.vectormigrate.sources.numpy;

import dev.vectormigrate.model.Vector;
import dev.vectormigrate.sources.files.FileWindow;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** Reads vectors of one dimension and type wherever they stand in a file. Of one thread. */
public final class VectorDecoder implements Closeable {

  private final FileWindow window;
  private final ElementType type;
  private final int dimension;

  /** Opens a file. */
  public VectorDecoder(Path file, int dimension, ElementType type) throws IOException {
    this.type = type;
    this.dimension = dimension;
    this.window = new FileWindow(file, dimension * type.bytes());
  }

  /** The vector whose first component stands at the given byte. */
  public Vector vectorAt(long offset) throws IOException, UnusableVectorException {
    float[] components = new float[dimension];
    decode(offset, components);
    Vector vector = Vector.wrap(components);
    if (!vector.isFinite()) {
      throw new UnusableVectorException(
          "a component is NaN, infinite or too large for single precision, expected a number");
    }
    return vector;
  }

  /** Whether the components there are all exactly single precision floats. */
  boolean decode(long offset, float[] into) throws IOException {
    return type.decode(window.at(offset, dimension * type.bytes()), into);
  }

  @Override
  public void close() throws IOException {
    window.close();
  }
}
