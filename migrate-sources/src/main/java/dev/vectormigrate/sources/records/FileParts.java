package dev.vectormigrate.sources.records;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/** Opens a file from some byte on, or what is compressed in it from its start. */
final class FileParts {

  private static final int BUFFER_BYTES = 1 << 16;

  private FileParts() {}

  static InputStream from(Path file, long offset) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return Channels.newInputStream(channel.position(offset));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  static boolean isCompressed(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".gz");
  }

  static InputStream decompressed(Path file) throws IOException {
    InputStream in = from(file, 0);
    try {
      return new GZIPInputStream(in, BUFFER_BYTES);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }
}
