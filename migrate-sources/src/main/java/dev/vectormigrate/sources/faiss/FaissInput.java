package dev.vectormigrate.sources.faiss;

import dev.vectormigrate.sources.files.FileWindow;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads an index from its start; every length is checked against the rest of the file. */
final class FaissInput implements Closeable {

  private final FileWindow window;
  private final FileWindow elsewhere;
  private final long size;
  private long position;

  FaissInput(Path file) throws IOException {
    this.size = Files.size(file);
    this.window = new FileWindow(file, Long.BYTES);
    this.elsewhere = new FileWindow(file, Long.BYTES);
  }

  long position() {
    return position;
  }

  private ByteBuffer take(int bytes) throws IOException {
    require(1, bytes);
    ByteBuffer part = window.at(position, bytes).order(ByteOrder.LITTLE_ENDIAN);
    position += bytes;
    return part;
  }

  private void require(long count, long bytesEach) throws IOException {
    if (count < 0 || bytesEach < 0 || (bytesEach > 0 && count > (size - position) / bytesEach)) {
      throw new EOFException(
          "%d times %d bytes at byte %d, the file has %d. It is cut off; restore it from a backup"
              .formatted(count, bytesEach, position, size));
    }
  }

  int unsignedByte() throws IOException {
    return take(1).get() & 0xFF;
  }

  int int32() throws IOException {
    return take(Integer.BYTES).getInt();
  }

  long int64() throws IOException {
    return take(Long.BYTES).getLong();
  }

  /** A number elsewhere, which was skipped before. */
  long int64At(long offset) throws IOException {
    return elsewhere.at(offset, Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  void seek(long offset) {
    position = offset;
  }

  /** The four characters that name a kind of index. */
  String kind() throws IOException {
    byte[] name = new byte[4];
    take(name.length).get(name);
    return new String(name, StandardCharsets.ISO_8859_1).replaceAll("[^A-Za-z0-9_]", "?");
  }

  /** Skips so many elements, and returns where they were. */
  long skip(long count, long bytesEach) throws IOException {
    require(count, bytesEach);
    long start = position;
    position += count * bytesEach;
    return start;
  }

  /** Skips a vector of C++: its length, and as many elements. */
  void skipVector(int bytesEach) throws IOException {
    skip(int64(), bytesEach);
  }

  @Override
  public void close() throws IOException {
    window.close();
    elsewhere.close();
  }
}
