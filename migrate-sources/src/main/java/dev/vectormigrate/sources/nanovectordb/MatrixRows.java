package dev.vectormigrate.sources.nanovectordb;

import dev.vectormigrate.model.Vector;
import dev.vectormigrate.sources.files.DamagedFileException;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;

/**
 * Reads rows of the matrix where they are in the file: four characters are three bytes, so every
 * row's place can be computed. Of one thread.
 */
final class MatrixRows implements Closeable {

  private static final int BLOCK_BYTES = 3 << 16;

  private final Path file;
  private final MatrixText text;
  private final int dimension;
  private final int rowBytes;
  private final long rowsInBlock;
  private final FileChannel channel;
  private ByteBuffer block = ByteBuffer.allocate(0);
  private long firstInBlock;

  MatrixRows(Path file, MatrixText text, int dimension) throws IOException {
    this.file = file;
    this.text = text;
    this.dimension = dimension;
    this.rowBytes = Float.BYTES * dimension;
    // A multiple of three rows, so that blocks begin where a group of four characters begins.
    this.rowsInBlock = 3L * Math.max(1, BLOCK_BYTES / (3 * rowBytes));
    this.channel = FileChannel.open(file, StandardOpenOption.READ);
  }

  /** A row, counted from 0, all of which must be in the file. */
  Vector row(long row) throws IOException {
    long inBlock = row - firstInBlock;
    if (inBlock < 0 || (inBlock + 1) * rowBytes > block.limit()) {
      load(row / rowsInBlock * rowsInBlock);
      inBlock = row - firstInBlock;
    }
    float[] components = new float[dimension];
    block.position((int) (inBlock * rowBytes)).asFloatBuffer().get(components);
    return Vector.wrap(components);
  }

  private void load(long firstRow) throws IOException {
    long from = firstRow * rowBytes / 3 * 4;
    long length = Math.min(rowsInBlock * rowBytes / 3 * 4, text.characters() - from);
    ByteBuffer characters = ByteBuffer.allocate((int) (text.whole() ? length : length / 4 * 4));
    while (characters.hasRemaining()) {
      if (channel.read(characters, text.offset() + from + characters.position()) < 0) {
        throw new EOFException(file + ": ends before row " + firstRow + " of its matrix");
      }
    }
    block = decoded(characters.flip()).order(ByteOrder.LITTLE_ENDIAN);
    firstInBlock = firstRow;
  }

  private ByteBuffer decoded(ByteBuffer characters) throws DamagedFileException {
    try {
      return Base64.getDecoder().decode(characters);
    } catch (IllegalArgumentException e) {
      throw new DamagedFileException(
          file, "matrix: not base64, expected what was there before. Restore it from a backup");
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
