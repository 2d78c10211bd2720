package dev.vectormigrate.sources.pickle;

import dev.vectormigrate.sources.numpy.ArrayRows;
import dev.vectormigrate.sources.numpy.ElementType;
import dev.vectormigrate.sources.numpy.FloatTable;
import dev.vectormigrate.sources.numpy.ScratchFiles;
import dev.vectormigrate.sources.numpy.ScratchWriter;
import dev.vectormigrate.sources.numpy.VectorRows;
import dev.vectormigrate.sources.pickle.Pickled.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An array of NumPy inside a pickle: type, shape, order, and where its bytes are. */
final class PickledArray {

  /** What an array is made of; null until the pickle has told. */
  record Content(ElementType type, List<Long> shape, boolean fortranOrder, Bytes data) {}

  private @Nullable Content content;

  PickledArray(@Nullable Content content) {
    this.content = content;
  }

  void fill(Content filling) {
    this.content = filling;
  }

  private Content content() throws IOException {
    if (content == null) {
      throw new IOException("an array without content");
    }
    return content;
  }

  /** Adds the numbers of an array of one dimension. */
  void addTo(FloatTable.Components vector, PickleInput input) throws IOException {
    Content c = content();
    int dimension = checkedDimension(c);
    byte[] bytes = input.read(c.data(), ArrayRows.MAX_DIMENSION * Double.BYTES * 2);
    if (c.shape().size() != 1 || bytes.length != dimension * c.type().bytes()) {
      throw new IOException(
          "an array of shape %s and %d bytes among vectors, expected one dimension of %s"
              .formatted(c.shape(), bytes.length, c.type()));
    }
    float[] components = new float[dimension];
    boolean exact = c.type().decode(ByteBuffer.wrap(bytes), components);
    vector.addAll(components, exact);
  }

  private static int checkedDimension(Content c) throws IOException {
    long dimension = c.shape().isEmpty() ? 0 : c.shape().get(c.shape().size() - 1);
    if (dimension > ArrayRows.MAX_DIMENSION) {
      throw new IOException(
          "%d components, expected at most %d".formatted(dimension, ArrayRows.MAX_DIMENSION));
    }
    return (int) dimension;
  }

  /** The rows of an array of two dimensions, or the only one of an array of one. */
  VectorRows rows(PickleInput input, ScratchFiles scratch) throws IOException {
    Content c = content();
    int dimension = checkedDimension(c);
    int dimensions = c.shape().size();
    if (dimensions < 1 || dimensions > 2 || (c.fortranOrder() && dimensions == 2)) {
      throw new IOException(
          "an array of shape %s%s, expected one or two dimensions. Save it with numpy.save"
              .formatted(c.shape(), c.fortranOrder() ? " in Fortran order" : ""));
    }
    long count = dimensions == 2 ? c.shape().get(0) : dimension == 0 ? 0 : 1;
    if (!c.data().escaped()) {
      checkLength(c, count, dimension, c.data().length());
      return ArrayRows.of(input.file(), c.data().offset(), count, dimension, c.type());
    }
    Path copy = scratch.newFile("array");
    try (ScratchWriter writer = new ScratchWriter(copy)) {
      input.copy(c.data(), writer);
      checkLength(c, count, dimension, writer.position());
    }
    return ArrayRows.of(copy, 0, count, dimension, c.type());
  }

  private static void checkLength(Content c, long count, int dimension, long actual)
      throws IOException {
    long rowBytes = (long) dimension * c.type().bytes();
    long fitting = rowBytes == 0 ? count : actual / rowBytes;
    if (fitting != count || count * rowBytes != actual) {
      throw new IOException(
          "an array of shape %s with %d bytes, expected %d a row"
              .formatted(c.shape(), actual, rowBytes));
    }
  }
}
