package dev.vectormigrate.sources.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A private directory of one session, for copies and scratch tables. A lock in it lives as long as
 * the session, so that the next one can tell what a killed process left behind, and remove it. Of
 * one thread.
 */
public final class WorkDirectory implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(WorkDirectory.class);
  private static final String LOCK = "lock";

  /** Merely opening and closing a lock file of this process would release its lock. */
  private static final String OF_THIS_PROCESS =
      Long.toHexString(new SecureRandom().nextLong()) + "-";

  private final Path path;
  private final FileChannel lock;

  private WorkDirectory(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * Makes a directory below the given one, and removes leftovers there.
   *
   * @param parent must exist
   * @param prefix what the names of such directories begin with; leftovers are told by it
   */
  public static WorkDirectory below(Path parent, String prefix) throws IOException {
    if (!Files.isDirectory(parent)) {
      throw new IOException(
          "work directory " + parent + ": missing, expected an existing one. Create it");
    }
    removeLeftovers(parent, prefix);
    Path path = Files.createTempDirectory(parent, prefix + OF_THIS_PROCESS);
    FileChannel channel =
        FileChannel.open(
            path.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    if (channel.tryLock() == null) {
      throw new IOException(path + ": locked by another process, expected a new directory");
    }
    return new WorkDirectory(path, channel);
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  private static void removeLeftovers(Path parent, String prefix) throws IOException {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(parent, prefix + "*")) {
      for (Path directory : found) {
        if (!String.valueOf(directory.getFileName()).startsWith(prefix + OF_THIS_PROCESS)) {
          removeIfAbandoned(directory);
        }
      }
    }
  }

  private static void removeIfAbandoned(Path directory) {
    if (!Files.isRegularFile(directory.resolve(LOCK), LinkOption.NOFOLLOW_LINKS)) {
      return; // Being made just now, or nothing of ours.
    }
    try (FileChannel channel = FileChannel.open(directory.resolve(LOCK), StandardOpenOption.WRITE);
        FileLock held = channel.tryLock()) {
      if (held != null) {
        delete(directory);
      }
    } catch (NoSuchFileException e) {
      // Removed by another process meanwhile.
    } catch (IOException e) {
      LOG.warn("Left over from an earlier run and could not be removed: {}", directory);
    }
  }

  /** The lock goes last: what is left after a failure can be removed another time. */
  private static void delete(Path directory) throws IOException {
    List<Path> contents;
    try (Stream<Path> walk = Files.walk(directory)) {
      contents = walk.sorted(Comparator.reverseOrder()).toList();
    }
    Path lock = directory.resolve(LOCK);
    for (Path path : contents) {
      if (!path.equals(lock) && !path.equals(directory)) {
        Files.delete(path);
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
      delete(path);
      lock.close();
    } catch (IOException e) {
      LOG.warn("Could not be removed, the next run will: {}", path);
    }
  }
}
