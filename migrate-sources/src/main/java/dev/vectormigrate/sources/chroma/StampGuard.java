package dev.vectormigrate.sources.chroma;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Notices cheaply when files are written: by their size, their time and, of SQLite's main file, the
 * change counter in its header. Thread-safe.
 */
final class StampGuard {

  private static final int CHANGE_COUNTER_OFFSET = 24;

  /** Guards nothing, for private copies. */
  static final StampGuard NONE = new StampGuard(Map.of());

  private final Map<Path, String> stamps;

  private StampGuard(Map<Path, String> stamps) {
    this.stamps = stamps;
  }

  /** Remembers how files are now; one that is missing must stay so. */
  static StampGuard of(List<Path> files) throws IOException {
    Map<Path, String> stamps = new LinkedHashMap<>();
    for (Path file : files) {
      stamps.put(file, stamp(file));
    }
    return new StampGuard(stamps);
  }

  private static String stamp(Path file) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      String stamp = attributes.size() + "@" + attributes.lastModifiedTime();
      return file.endsWith(PersistDirectory.SQLITE) ? stamp + "#" + changeCounter(file) : stamp;
    } catch (NoSuchFileException e) {
      return "missing";
    }
  }

  private static int changeCounter(Path file) throws IOException {
    ByteBuffer counter = ByteBuffer.allocate(Integer.BYTES);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      int read = channel.read(counter, CHANGE_COUNTER_OFFSET);
      return read < Integer.BYTES ? 0 : counter.getInt(0);
    }
  }

  /** The files that are no longer as they were. */
  List<Path> changed() throws IOException {
    List<Path> changed = new ArrayList<>();
    for (Map.Entry<Path, String> entry : stamps.entrySet()) {
      if (!stamp(entry.getKey()).equals(entry.getValue())) {
        changed.add(entry.getKey());
      }
    }
    return changed;
  }

  /** Fails when any file was written. */
  void check() throws IOException {
    List<Path> changed = changed();
    if (!changed.isEmpty()) {
      throw new IOException(
          changed.get(0)
              + ": the directory changed while it was read, expected it to rest. Stop the server,"
              + " or use Snapshot.ALWAYS");
    }
  }
}
