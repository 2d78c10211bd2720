package dev.vectormigrate.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of backups of file stores. Immutable and thread-safe: any number of threads and
 * processes may use the same folder; those that change it take turns.
 *
 * <p>A backup is an archive and, beside it, a sidecar that lists every file with its size and
 * SHA-256. It is there as a whole or not at all, wherever a process is killed: {@link #create}
 * checks the archive before the backup appears, and removes what others left unfinished. Sources
 * are read, never changed. Memory grows with the number of files, not with their size.
 *
 * <p>Everything here throws {@link BackupException} if it cannot do what it says; it then leaves
 * nothing behind, and an interrupted thread's interrupt status set.
 */
public final class Backups {

  /** How many backups of a name are kept if nothing else is said. */
  public static final int KEPT = 3;

  static final String FOLDER = ".vector-migrate-backups";

  private static final Logger log = LoggerFactory.getLogger(Backups.class);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd_HHmmss").withZone(ZoneOffset.UTC);
  private static final int MAX_NAME = 100;

  private final Path folder;
  private final int kept;
  private final Clock clock;

  private Backups(Path folder, int kept, Clock clock) {
    this.folder = folder.toAbsolutePath().normalize();
    this.kept = kept;
    this.clock = clock;
  }

  /** Backups in this folder, which {@link #create} makes if need be. */
  public static Backups in(Path folder) {
    return new Backups(folder, KEPT, Clock.systemUTC());
  }

  /**
   * Backups in the folder {@code .vector-migrate-backups} beside a source, not inside.
   *
   * @throws IllegalArgumentException if nothing can be beside it, since it is a root
   */
  public static Backups beside(Path source) {
    Path parent = source.toAbsolutePath().normalize().getParent();
    if (parent == null) {
      throw new IllegalArgumentException("source " + source + ": there is no place beside it");
    }
    return in(parent.resolve(FOLDER));
  }

  /**
   * How many backups of a name to keep; {@link #create} removes older ones, but never one that is
   * damaged or unreadable.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public Backups keep(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("keep: " + count + ", expected at least 1");
    }
    return new Backups(folder, count, clock);
  }

  Backups withClock(Clock other) {
    return new Backups(folder, kept, other);
  }

  /** Where the backups are. */
  public Path folder() {
    return folder;
  }

  /**
   * Makes a backup of a folder with all that is in it, or of a file. A SQLite database comes with
   * the write-ahead log or journal beside it. Reads the source twice: if anything in it changes
   * meanwhile, there is no backup. Times of change are kept to 100 ns. A symbolic link is stored as
   * the file that it points to, which must be in the source; other backups in the source are left
   * out.
   *
   * @param name of what this is a backup; the file names are made of it and the time
   */
  public Backup create(String name, Path source) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("name: blank");
    }
    Path absolute = source.toAbsolutePath().normalize();
    try {
      if (!Files.exists(absolute)) {
        throw SourceTree.unreadable(absolute, new NoSuchFileException(absolute.toString()));
      }
      Folder.create(folder, FileMode.ownFolder(folder));
      return FolderLock.holding(folder, () -> createAlone(name, absolute));
    } catch (IOException e) {
      throw notMade(name, e);
    }
  }

  private BackupException notMade(String name, IOException e) {
    return new BackupException(
        folder,
        "backup of '"
            + name
            + "' cannot be made: "
            + BackupException.reason(e)
            + ". Nothing is left of it. Check permissions and space, or choose another folder.",
        e);
  }

  private Backup createAlone(String name, Path source) throws IOException {
    BackupFiles.removeLeftovers(folder);
    SourceTree tree = SourceTree.of(source, folder);
    Instant now = clock.instant();
    BackupFiles files = free(fileName(name) + "_" + TIME.format(now));
    try {
      Backup backup = write(files, name, source, tree, now);
      files.publish();
      removeOld(backup);
      return backup;
    } catch (IOException | RuntimeException | Error e) {
      removeUnfinished(files, e);
      throw e;
    }
  }

  private static String fileName(String name) {
    String safe = name.replaceAll("[^A-Za-z0-9._-]", "_");
    return safe.substring(0, Math.min(safe.length(), MAX_NAME));
  }

  private BackupFiles free(String wanted) {
    BackupFiles files = new BackupFiles(folder, wanted);
    for (int n = 2; !files.isFree(); n++) {
      files = new BackupFiles(folder, wanted + "_" + n);
    }
    return files;
  }

  private static Backup write(
      BackupFiles files, String name, Path source, SourceTree tree, Instant now)
      throws IOException {
    ArchiveWriter written = new ArchiveWriter(tree, files.archivePart());
    Backup backup =
        new Backup(
            files.id(),
            name,
            source,
            files.archive(),
            written.hash().size(),
            written.hash().hex(),
            now,
            tree.directories(),
            written.files());
    tree.requireUnchanged(written.files());
    ArchiveReader.verify(backup, files.archivePart());
    Sidecar.write(backup, files.sidecarPart());
    requireSame(Sidecar.read(files.sidecarPart(), files), backup);
    return backup;
  }

  private static void requireSame(Backup read, Backup written) {
    if (!read.equals(written)) {
      throw new BackupException(
          written.archive(), "sidecar reads differently than it was written. Check the disk.");
    }
  }

  private static void removeUnfinished(BackupFiles files, Throwable cause) {
    try {
      files.remove();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /** The new backup is good, whatever becomes of the old ones. */
  private void removeOld(Backup made) {
    try {
      List<Backup> complete = new ArrayList<>(list(made.name()));
      complete.removeIf(backup -> backup.id().equals(made.id()) || !isComplete(backup));
      for (Backup old : complete.subList(Math.min(kept - 1, complete.size()), complete.size())) {
        new BackupFiles(folder, old.id()).remove();
      }
    } catch (IOException | BackupException e) {
      log.warn("[{}] old backups of '{}' cannot be removed", folder, made.name(), e);
    }
  }

  private static boolean isComplete(Backup backup) {
    try {
      return Files.size(backup.archive()) == backup.archiveSize();
    } catch (IOException e) {
      return false;
    }
  }

  /** Every backup whose sidecar can be read, the newest first; {@link #unreadable} has the rest. */
  public List<Backup> list() {
    List<Backup> backups = new ArrayList<>();
    read(backups::add, unreadable -> log.warn(unreadable.message()));
    backups.sort(
        Comparator.comparing(Backup::created)
            .thenComparing(backup -> backup.id().length())
            .thenComparing(Backup::id)
            .reversed());
    return List.copyOf(backups);
  }

  /** Those of one name, the newest first. */
  public List<Backup> list(String name) {
    return list().stream().filter(backup -> backup.name().equals(name)).toList();
  }

  /** The sidecars that cannot be read, ordered by name. */
  public List<UnreadableBackup> unreadable() {
    List<UnreadableBackup> unreadable = new ArrayList<>();
    read(backup -> {}, unreadable::add);
    return List.copyOf(unreadable);
  }

  private void read(Consumer<Backup> backups, Consumer<UnreadableBackup> unreadable) {
    for (String id : ids()) {
      try {
        load(id).ifPresent(backups);
      } catch (BackupException e) {
        Path sidecar = new BackupFiles(folder, id).sidecar();
        unreadable.accept(new UnreadableBackup(sidecar, String.valueOf(e.getMessage())));
      }
    }
  }

  private List<String> ids() {
    try {
      return Files.isDirectory(folder) ? BackupFiles.ids(folder) : List.of();
    } catch (IOException e) {
      throw notRead(folder, e);
    }
  }

  private static BackupException notRead(Path path, IOException e) {
    return new BackupException(
        path, "cannot be read: " + BackupException.reason(e) + ". Check its permissions.", e);
  }

  /**
   * The backup with this id, if there is one.
   *
   * @throws BackupException also if there is one but its sidecar cannot be read
   */
  public Optional<Backup> find(String id) {
    return Backup.isId(id) ? load(id) : Optional.empty();
  }

  private Optional<Backup> load(String id) {
    BackupFiles files = new BackupFiles(folder, id);
    try {
      return Optional.of(Sidecar.read(files.sidecar(), files));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw notRead(files.sidecar(), e);
    }
  }

  /**
   * Reads the whole archive and compares it with the list: its own hash, and every file's size and
   * hash.
   *
   * @throws BackupException that names the first thing that is missing, additional or different
   */
  public void verify(Backup backup) {
    try {
      ArchiveReader.verify(backup, backup.archive());
    } catch (IOException e) {
      throw notRead(backup.archive(), e);
    }
  }

  /**
   * Puts the content of a backup to a place, be it {@link Backup#source()} or another. It is
   * unpacked beside the target and compared with the list, and only then renamed. What was at the
   * target is renamed, never removed: to the target's name with {@code .before-restore_} and the
   * time. Nothing must be using the target meanwhile. A process that is killed leaves the target as
   * it was, or, between the two renames, under that name.
   */
  public Restored restore(Backup backup, Path target) {
    Path holder = Objects.requireNonNull(backup.archive().toAbsolutePath().getParent());
    try {
      Path place = Files.exists(target) ? target.toRealPath() : target.toAbsolutePath().normalize();
      requireOutside(place);
      return FolderLock.holding(holder, () -> restoreAlone(backup, place));
    } catch (NoSuchFileException e) {
      throw ArchiveReader.missing(backup, backup.archive());
    } catch (IOException e) {
      throw notRead(holder, e);
    }
  }

  private Restored restoreAlone(Backup backup, Path target) {
    return new Restore(backup, target, TIME.format(clock.instant())).run();
  }

  /** The backups would be moved aside together with the target. */
  private void requireOutside(Path target) throws IOException {
    boolean exists = Files.exists(folder, LinkOption.NOFOLLOW_LINKS);
    Path place = exists ? folder.toRealPath() : folder;
    if (place.startsWith(target) || target.getParent() == null) {
      throw new BackupException(
          target,
          "cannot be replaced: the backups are in it, at "
              + place
              + ". Restore to another place, or move the backups out.");
    }
  }
}
