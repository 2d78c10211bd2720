package dev.vectormigrate;

import dev.vectormigrate.backup.Backups;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a run puts backups of its sources, and how many are kept. Immutable and thread-safe.
 *
 * @param folder where they go, made if need be; null for one beside each source
 * @param kept how many of each source are kept
 */
public record BackupPolicy(@Nullable Path folder, int kept) {

  public BackupPolicy {
    if (kept < 1) {
      throw new IllegalArgumentException("keep: " + kept + ", expected at least 1");
    }
  }

  /** Three are kept in the folder {@code .vector-migrate-backups} beside each source. */
  public static BackupPolicy besideTheSource() {
    return new BackupPolicy(null, Backups.KEPT);
  }

  /** Three of each source are kept in this folder. */
  public static BackupPolicy in(Path folder) {
    return new BackupPolicy(folder, Backups.KEPT);
  }

  /** This policy with another number of backups that are kept, at least 1. */
  public BackupPolicy keep(int count) {
    return new BackupPolicy(folder, count);
  }

  /**
   * The backups of a source, to list or restore them. Does no I/O.
   *
   * @throws IllegalArgumentException if they go beside the source and it is a root
   */
  public Backups of(Path source) {
    Backups backups = folder == null ? Backups.beside(source) : Backups.in(folder);
    return backups.keep(kept);
  }
}
