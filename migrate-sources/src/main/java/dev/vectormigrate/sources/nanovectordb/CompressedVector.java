package dev.vectormigrate.sources.nanovectordb;

import dev.vectormigrate.model.Vector;
import dev.vectormigrate.sources.numpy.HalfFloat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * The copy of its vector that LightRAG keeps in a record: base64 of a zlib stream of little-endian
 * half precision floats. Every half is exactly a float, so widening loses nothing more.
 */
final class CompressedVector {

  private static final int HEAD_CHARACTERS = 4;
  private static final int DEFLATE = 8;

  private CompressedVector() {}

  /** Whether a value begins as such a copy does, and hardly anything else. */
  static boolean looksLike(@Nullable Object value) {
    if (!(value instanceof String text) || text.length() < HEAD_CHARACTERS) {
      return false;
    }
    try {
      byte[] head = Base64.getDecoder().decode(text.substring(0, HEAD_CHARACTERS));
      int header = ((head[0] & 0xFF) << 8) | (head[1] & 0xFF);
      return (head[0] & 0xF) == DEFLATE && header % 31 == 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * Unpacks a copy.
   *
   * @param most the largest dimension to expect
   * @throws DataFormatException if it is not a vector of one to so many components
   */
  static Vector decode(String text, int most) throws DataFormatException {
    ByteBuffer halves = ByteBuffer.wrap(inflate(base64(text), 2 * most + 1));
    if (halves.limit() == 0 || halves.limit() % 2 != 0 || halves.limit() > 2 * most) {
      throw new DataFormatException(
          "%s bytes of half precision floats, expected 2 to %d"
              .formatted(halves.limit() > 2 * most ? "more" : halves.limit(), 2 * most));
    }
    halves.order(ByteOrder.LITTLE_ENDIAN);
    float[] components = new float[halves.limit() / 2];
    for (int i = 0; i < components.length; i++) {
      components[i] = HalfFloat.toFloat(halves.getShort());
    }
    return Vector.wrap(components);
  }

  private static byte[] base64(String text) throws DataFormatException {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      // Its message quotes the text.
      throw new DataFormatException("not base64, expected base64 of a zlib stream");
    }
  }

  private static byte[] inflate(byte[] packed, int most) throws DataFormatException {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(packed);
      byte[] plain = new byte[most];
      int size = 0;
      while (size < most && !inflater.finished()) {
        size += inflateSome(inflater, plain, size);
      }
      return Arrays.copyOf(plain, size);
    } finally {
      inflater.end();
    }
  }

  private static int inflateSome(Inflater inflater, byte[] plain, int from)
      throws DataFormatException {
    try {
      int read = inflater.inflate(plain, from, plain.length - from);
      if (read > 0 || inflater.finished()) {
        return read;
      }
    } catch (DataFormatException e) {
      // Said below, as where it ends too early.
    }
    throw new DataFormatException("a damaged zlib stream, expected a whole one");
  }
}
