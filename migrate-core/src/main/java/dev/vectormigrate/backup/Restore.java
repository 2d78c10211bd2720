package dev.vectormigrate.backup;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks a backup beside its target and, once all of it is there and checked, gives it the
 * target's name by renaming. Not thread-safe; the caller holds the lock of the backups.
 */
final class Restore implements ArchiveReader.Destination {

  private record Move(Path from, Path to) {}

  private final Backup backup;
  private final Path target;
  private final Path parent;
  private final Path work;
  private final Path aside;
  private final Map<String, TarArchiveEntry> folders = new HashMap<>();
  private final Deque<Move> done = new ArrayDeque<>();

  /** The time, as text, becomes part of the name of what is moved aside. */
  Restore(Backup backup, Path target, String time) {
    this.backup = backup;
    this.target = target;
    parent = Objects.requireNonNull(target.getParent(), "parent");
    work = parent.resolve(".restoring_" + backup.id());
    aside = free(SingleFile.sibling(target, ".before-restore_" + time));
  }

  private static Path free(Path wanted) {
    Path path = wanted;
    for (int n = 2; isTaken(path); n++) {
      path = SingleFile.sibling(wanted, "_" + n);
    }
    return path;
  }

  private static boolean isTaken(Path path) {
    return SingleFile.suffixes().stream().anyMatch(suffix -> isThere(path, suffix));
  }

  private static boolean isThere(Path path, String suffix) {
    return Files.exists(SingleFile.sibling(path, suffix), LinkOption.NOFOLLOW_LINKS);
  }

  Restored run() {
    try {
      Folder.create(parent);
      Folder.delete(work); // of a process that was killed
      Files.createDirectory(work, FileMode.ownFolder(work));
      ArchiveReader.unpack(backup, backup.archive(), this);
      finishFolders();
      swap();
      Folder.delete(work);
      return new Restored(backup, target, previous());
    } catch (IOException | RuntimeException | Error e) {
      throw undone(e);
    }
  }

  private @Nullable Path previous() {
    return done.stream().anyMatch(move -> move.to().equals(aside)) ? aside : null;
  }

  @Override
  public OutputStream file(String path) throws IOException {
    Path file = EntryPath.resolve(work, path);
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    return Files.newOutputStream(file, CREATE_NEW, WRITE);
  }

  @Override
  public void entry(String path, TarArchiveEntry entry) throws IOException {
    Path unpacked = EntryPath.resolve(work, path);
    if (entry.isDirectory()) {
      Files.createDirectories(unpacked);
      folders.put(path, entry); // its attributes come last: they may forbid to fill it
    } else {
      NewFile.force(unpacked);
      applyAttributes(unpacked, entry);
    }
  }

  private static void applyAttributes(Path path, TarArchiveEntry entry) throws IOException {
    Files.setLastModifiedTime(path, entry.getLastModifiedTime());
    FileMode.apply(entry.getMode(), path);
  }

  private void finishFolders() throws IOException {
    List<String> childrenFirst = new ArrayList<>(backup.directories());
    Collections.reverse(childrenFirst);
    for (String path : childrenFirst) {
      Path folder = EntryPath.resolve(work, path);
      Folder.force(folder);
      applyAttributes(folder, Objects.requireNonNull(folders.get(path)));
    }
  }

  private void swap() throws IOException {
    for (String suffix : backup.isSingleFile() ? SingleFile.suffixes() : List.of("")) {
      if (isThere(target, suffix)) {
        move(SingleFile.sibling(target, suffix), SingleFile.sibling(aside, suffix));
      }
    }
    for (Move move : arrivals()) {
      move(move.from(), move.to());
    }
    Folder.force(parent);
  }

  /** A database comes last, so that it is never there without its log. */
  private List<Move> arrivals() {
    if (!backup.isSingleFile()) {
      return List.of(new Move(work, target));
    }
    List<Move> moves = new ArrayList<>();
    int name = backup.files().get(0).path().length();
    for (BackedUpFile file : backup.files()) {
      String suffix = file.path().substring(name);
      moves.add(0, new Move(work.resolve(file.path()), SingleFile.sibling(target, suffix)));
    }
    return moves;
  }

  private void move(Path from, Path to) throws IOException {
    if (Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(to.toString());
    }
    Files.move(from, to, ATOMIC_MOVE);
    done.push(new Move(from, to));
  }

  /** Puts everything back and says what went wrong. */
  private RuntimeException undone(Throwable cause) {
    try {
      while (!done.isEmpty()) {
        Move move = done.peek();
        Files.move(move.to(), move.from(), ATOMIC_MOVE);
        done.pop();
      }
      Folder.delete(work);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
    if (cause instanceof Error e) {
      throw e;
    }
    return cause instanceof IOException e ? failed(e) : (RuntimeException) cause;
  }

  private BackupException failed(IOException e) {
    String state =
        previous() == null ? "Nothing was changed." : "What was there before is at " + aside + ".";
    return new BackupException(
        target,
        "backup '"
            + backup.id()
            + "' cannot be restored: "
            + BackupException.reason(e)
            + ". "
            + state
            + " Check permissions and space, or restore to another place.",
        e);
  }
}
