package dev.vectormigrate.sources.numpy;

import dev.vectormigrate.sources.files.WorkDirectoryException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes a scratch file from its start, through one small buffer. Of one thread. */
public final class ScratchWriter implements Closeable {

  private static final int BUFFER_BYTES = 1 << 18;

  private final Path file;
  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private long flushed;

  /** Opens an existing file. */
  public ScratchWriter(Path file) throws IOException {
    this.file = file;
    this.channel = FileChannel.open(file, StandardOpenOption.WRITE);
  }

  /** How many bytes were written. */
  public long position() {
    return flushed + buffer.position();
  }

  /** Writes the first bytes of an array. */
  public void write(byte[] bytes, int length) throws IOException {
    for (int from = 0; from < length; ) {
      ByteBuffer space = space(1);
      int part = Math.min(space.remaining(), length - from);
      space.put(bytes, from, part);
      from += part;
    }
  }

  /** Writes four bytes, the most significant one first. */
  public void writeInt(int value) throws IOException {
    space(Integer.BYTES).putInt(value);
  }

  /** Writes eight bytes, the most significant one first. */
  public void writeLong(long value) throws IOException {
    space(Long.BYTES).putLong(value);
  }

  /** Writes a float in four bytes, the most significant one first. */
  public void writeFloat(float value) throws IOException {
    space(Float.BYTES).putFloat(value);
  }

  private ByteBuffer space(int bytes) throws IOException {
    if (buffer.remaining() < bytes) {
      flush();
    }
    return buffer;
  }

  private void flush() throws IOException {
    flushed += buffer.position();
    buffer.flip();
    try {
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    } catch (IOException e) {
      throw new WorkDirectoryException(directory(), e);
    }
    buffer.clear();
  }

  private Path directory() {
    Path parent = file.getParent();
    return parent == null ? file : parent;
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      if (channel.isOpen()) {
        flush();
      }
    }
  }
}
