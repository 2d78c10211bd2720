package dev.vectormigrate.sources.numpy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** Looks at the end of a ZIP file before the JDK reads its whole directory into memory. */
final class ZipDirectory {

  private static final int END_SIGNATURE = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int MAX_COMMENT_BYTES = 0xFFFF;
  private static final int SIZE_OFFSET = 12;
  private static final long MAX_DIRECTORY_BYTES = 1 << 20;

  /** Stands in for a size that only the ZIP64 record tells. */
  private static final long SEE_ZIP64 = 0xFFFFFFFFL;

  private static final int ZIP64_LOCATOR_BYTES = 20;
  private static final int ZIP64_SIZE_OFFSET = 40;

  private ZipDirectory() {}

  /** Refuses a file whose end is not that of an archive with few members. */
  static void check(Path file) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      long size = directoryBytes(in);
      if (size < 0) {
        throw new IOException(file + ": not a ZIP archive, expected NumPy's. Check the file");
      }
      if (size > MAX_DIRECTORY_BYTES) {
        throw new IOException(
            "%s: directory of %d bytes, expected at most %d"
                .formatted(file, size, MAX_DIRECTORY_BYTES));
      }
    }
  }

  private static long directoryBytes(RandomAccessFile in) throws IOException {
    int length = (int) Math.min(in.length(), END_BYTES + MAX_COMMENT_BYTES);
    long start = in.length() - length;
    ByteBuffer tail = read(in, start, length);
    for (int at = length - END_BYTES; at >= 0; at--) {
      if (tail.getInt(at) == END_SIGNATURE) {
        long size = Integer.toUnsignedLong(tail.getInt(at + SIZE_OFFSET));
        return size == SEE_ZIP64 ? zip64Bytes(in, start + at) : size;
      }
    }
    return -1;
  }

  private static long zip64Bytes(RandomAccessFile in, long end) throws IOException {
    if (end < ZIP64_LOCATOR_BYTES) {
      return -1;
    }
    long record = read(in, end - ZIP64_LOCATOR_BYTES, ZIP64_LOCATOR_BYTES).getLong(Long.BYTES);
    if (record < 0 || record > in.length() - ZIP64_SIZE_OFFSET - Long.BYTES) {
      return -1;
    }
    return read(in, record + ZIP64_SIZE_OFFSET, Long.BYTES).getLong();
  }

  private static ByteBuffer read(RandomAccessFile in, long at, int length) throws IOException {
    byte[] bytes = new byte[length];
    in.seek(at);
    in.readFully(bytes);
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
