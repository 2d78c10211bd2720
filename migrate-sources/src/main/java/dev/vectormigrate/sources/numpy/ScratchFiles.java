package dev.vectormigrate.sources.numpy;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The scratch files of one session, in a directory that only their owner can read. A lock in it
 * lives as long as the session, so that the next one can tell what a killed process left behind,
 * and remove it. Of one thread.
 */
public final class ScratchFiles implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(ScratchFiles.class);
  private static final String PREFIX = "vector-migrate-files-";
  private static final String LOCK = "lock";

  /** Merely opening and closing a lock file of this process would release its lock. */
  private static final String OF_THIS_PROCESS =
      PREFIX + Long.toHexString(new SecureRandom().nextLong()) + "-";

  private final Path directory;
  private final FileChannel lock;

  private ScratchFiles(Path directory, FileChannel lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /** Makes a directory below the given one, which must exist, and removes leftovers there. */
  public static ScratchFiles below(Path parent) throws IOException {
    removeLeftovers(parent);
    Path directory = Files.createTempDirectory(parent, OF_THIS_PROCESS);
    FileChannel channel =
        FileChannel.open(
            directory.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    if (channel.tryLock() == null) {
      throw new IOException(directory + ": locked by another process, expected a new directory");
    }
    return new ScratchFiles(directory, channel);
  }

  /** The directory, for files that remove themselves. */
  public Path directory() {
    return directory;
  }

  /** Makes an empty file; the name only helps people who look into the directory. */
  public Path newFile(String name) throws IOException {
    return Files.createTempFile(directory, name + "-", null);
  }

  private static void removeLeftovers(Path parent) throws IOException {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(parent, PREFIX + "*")) {
      for (Path directory : found) {
        if (!String.valueOf(directory.getFileName()).startsWith(OF_THIS_PROCESS)) {
          removeIfAbandoned(directory);
        }
      }
    }
  }

  private static void removeIfAbandoned(Path directory) {
    try (FileChannel channel = FileChannel.open(directory.resolve(LOCK), StandardOpenOption.WRITE);
        FileLock held = channel.tryLock()) {
      if (held != null) {
        delete(directory);
      }
    } catch (NoSuchFileException e) {
      // Being made just now, or removed by another process meanwhile.
    } catch (IOException e) {
      LOG.warn("Left over from an earlier run and could not be removed: {}", directory);
    }
  }

  /** The lock goes last: what is left after a failure can be removed another time. */
  private static void delete(Path directory) throws IOException {
    Path lock = directory.resolve(LOCK);
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory)) {
      found.forEach(files::add);
    }
    for (Path file : files) {
      if (!file.equals(lock)) {
        Files.delete(file);
      }
    }
    Files.deleteIfExists(lock);
    Files.delete(directory);
  }

  @Override
  public void close() {
    if (!lock.isOpen()) {
      return;
    }
    try {
      delete(directory);
      lock.close();
    } catch (IOException e) {
      LOG.warn("Could not be removed, the next run will: {}", directory);
    }
  }
}
