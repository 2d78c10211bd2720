package dev.vectormigrate.sources.files;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reads parts of a file of any size through one small buffer, ahead when it is asked for parts in
 * ascending order. Of one thread.
 */
public final class FileWindow implements Closeable {

  private static final int READ_AHEAD_BYTES = 1 << 18;

  private final Path file;
  private final FileChannel channel;
  private ByteBuffer buffer = ByteBuffer.allocate(READ_AHEAD_BYTES).limit(0);
  private long start;
  private long lastOffset;

  /**
   * Opens a file.
   *
   * @param largestPart the most bytes that are usually asked for at once
   */
  public FileWindow(Path file, int largestPart) throws IOException {
    this.file = file;
    this.channel = FileChannel.open(file, StandardOpenOption.READ);
    reserve(largestPart);
  }

  private void reserve(int bytes) {
    if (bytes > buffer.capacity()) {
      buffer = ByteBuffer.allocate(bytes).limit(0);
    }
  }

  /**
   * A big-endian buffer with the part at its position; valid until the next call.
   *
   * @throws EOFException if the file ends before the part does
   */
  public ByteBuffer at(long offset, int length) throws IOException {
    if (offset < start || offset + length > start + buffer.limit()) {
      reserve(length);
      fill(offset, isNear(offset) ? buffer.capacity() : length);
    }
    if (offset + length > start + buffer.limit()) {
      throw new EOFException(file + ": ends at byte " + (start + buffer.limit()));
    }
    lastOffset = offset;
    return buffer.position((int) (offset - start));
  }

  private boolean isNear(long offset) {
    return offset >= lastOffset && offset - lastOffset < buffer.capacity();
  }

  private void fill(long offset, int length) throws IOException {
    start = offset;
    buffer.clear().limit(length);
    int read = 0;
    while (buffer.hasRemaining() && read >= 0) {
      read = channel.read(buffer, offset + buffer.position());
    }
    buffer.flip();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
