package dev.vectormigrate.backup;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/** Lets one thread of one process at a time change a folder of backups. */
final class FolderLock {

  /** What is done while the lock is held. */
  interface Action<T> {
    T run() throws IOException;
  }

  private static final String FILE = ".lock";

  /**
   * File locks belong to processes: they do not tell threads apart, and the system drops them as
   * soon as any channel on the file is closed. So threads queue here before they open one.
   */
  private static final ConcurrentMap<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

  private FolderLock() {}

  /** Waits for the lock of an existing folder. */
  static <T> T holding(Path folder, Action<T> action) throws IOException {
    ReentrantLock threads =
        THREADS.computeIfAbsent(folder.toRealPath(), path -> new ReentrantLock());
    lock(threads, folder);
    try {
      return holdingFile(folder, action);
    } finally {
      threads.unlock();
    }
  }

  private static void lock(ReentrantLock threads, Path folder) {
    try {
      threads.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BackupException(
          folder, "interrupted while waiting for another backup or restore. Try again.", e);
    }
  }

  /** In a folder that cannot be written to, nobody can do harm. */
  private static <T> T holdingFile(Path folder, Action<T> action) throws IOException {
    if (!Files.isWritable(folder)) {
      return action.run();
    }
    Path file = folder.resolve(FILE);
    try (FileChannel channel =
        FileChannel.open(file, Set.of(CREATE, WRITE), FileMode.ownFile(file))) {
      channel.lock(); // held until the channel is closed, or the process ends
      return action.run();
    }
  }
}
