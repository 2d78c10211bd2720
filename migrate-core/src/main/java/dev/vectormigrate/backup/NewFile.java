package dev.vectormigrate.backup;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Set;

/**
 * A file that did not exist, that its owner alone may read, and that is hashed while it is written.
 * Not thread-safe.
 */
final class NewFile extends OutputStream {

  private final FileChannel channel;
  private final Sha256 hash = new Sha256();

  NewFile(Path path) throws IOException {
    channel = FileChannel.open(path, Set.of(CREATE_NEW, WRITE), FileMode.ownFile(path));
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    hash.update(bytes, offset, length);
  }

  /** Makes what was written to a file survive a loss of power. */
  static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, WRITE)) {
      channel.force(true);
    }
  }

  /** The hash of what is written; to be ended once the file is closed. */
  Sha256 hash() {
    return hash;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
