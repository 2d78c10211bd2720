package dev.vectormigrate.backup;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** What is to be backed up, as it was when it was looked at. */
final class SourceTree {

  /** A file; {@code at} is elsewhere in the source if {@code path} is a symbolic link to it. */
  record SourceFile(String path, Path at, long size, FileTime modified) {}

  private final Path root;
  private final Path backups;
  private final List<String> directories = new ArrayList<>();
  private final Map<String, SourceFile> files = new TreeMap<>();

  private SourceTree(Path root, Path backups) {
    this.root = root;
    this.backups = backups;
  }

  /** Looks at a source, leaving out folders of backups. */
  static SourceTree of(Path source, Path backups) {
    try {
      SourceTree tree = new SourceTree(source.toRealPath(), backups.toRealPath());
      tree.read();
      return tree;
    } catch (IOException e) {
      throw unreadable(source, e);
    }
  }

  private void read() throws IOException {
    if (root.equals(backups)) {
      throw new BackupException(
          root, "is the folder of the backups itself: choose another folder for backups.");
    }
    if (Files.isDirectory(root)) {
      Files.walkFileTree(root, new Visitor());
      Collections.sort(directories);
    } else {
      addSingleFile();
    }
  }

  private void addSingleFile() throws IOException {
    for (Path file : SingleFile.withLogs(root)) {
      if (file.equals(root) || Files.exists(file)) {
        addFile(file, Files.readAttributes(file, BasicFileAttributes.class));
      }
    }
  }

  private final class Visitor extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      if (folder.equals(backups) || (!folder.equals(root) && folder.endsWith(Backups.FOLDER))) {
        return FileVisitResult.SKIP_SUBTREE;
      }
      directories.add(EntryPath.of(root, folder));
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      addFile(file, attributes);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      throw unreadable(file, e);
    }
  }

  private void addFile(Path file, BasicFileAttributes attributes) throws IOException {
    if (attributes.isSymbolicLink()) {
      addLinked(file);
    } else if (attributes.isRegularFile()) {
      add(file, file, attributes);
    } else {
      throw new BackupException(
          file, "is neither a file nor a folder: it cannot be backed up. Remove it.");
    }
  }

  private void addLinked(Path link) throws IOException {
    Path at;
    try {
      at = link.toRealPath();
    } catch (IOException e) {
      throw refused(link, "points to nothing that can be read");
    }
    if (!at.startsWith(root)) {
      throw refused(link, "leaves what is backed up: it points to " + at);
    }
    BasicFileAttributes attributes = Files.readAttributes(at, BasicFileAttributes.class);
    if (!attributes.isRegularFile()) {
      throw refused(link, "points to no file but to " + at);
    }
    add(link, at, attributes);
  }

  private static BackupException refused(Path link, String what) {
    return new BackupException(
        link, "symbolic link " + what + ". Replace it by what it stands for, or remove it.");
  }

  private void add(Path file, Path at, BasicFileAttributes attributes) {
    String path = EntryPath.of(base(), file);
    files.put(path, new SourceFile(path, at, attributes.size(), attributes.lastModifiedTime()));
  }

  /** What paths are relative to: a single file has its name. */
  private Path base() {
    return directories.isEmpty() ? Objects.requireNonNull(root.getParent()) : root;
  }

  /** Where a path of this tree is. */
  Path at(String path) {
    return EntryPath.resolve(base(), path);
  }

  /** Every folder, parents first; none if the source is a single file. */
  List<String> directories() {
    return directories;
  }

  /** Every file, ordered by path. */
  List<SourceFile> files() {
    return List.copyOf(files.values());
  }

  /**
   * Reads everything again, after all of it was copied. What was the same at both times was so at
   * every moment between them, so the copy is of one state, even if files belong together.
   *
   * @throws BackupException if anything is different
   */
  void requireUnchanged(List<BackedUpFile> copied) {
    SourceTree now = of(root, backups);
    for (String path : now.files.keySet()) {
      requireSame(files.containsKey(path), path, "it is new");
    }
    for (String path : files.keySet()) {
      requireSame(now.files.containsKey(path), path, "it is gone");
    }
    requireSame(now.directories.equals(directories), EntryPath.ROOT, "it has other folders");
    for (BackedUpFile file : copied) {
      requireSame(now, file);
    }
  }

  private void requireSame(SourceTree now, BackedUpFile copied) {
    SourceFile before = files.get(copied.path());
    SourceFile after = now.files.get(copied.path());
    if (before == null || after == null) {
      throw changed(copied.path(), "it is gone");
    }
    requireSame(after.size(), before.size(), copied.path(), " bytes");
    requireSame(after.modified(), before.modified(), copied.path(), " as time of change");
    requireSame(hashOf(after).equals(copied.sha256()), copied.path(), "it has other content");
  }

  private static String hashOf(SourceFile file) {
    try {
      return Sha256.of(file.at()).hex();
    } catch (IOException e) {
      throw unreadable(file.at(), e);
    }
  }

  private void requireSame(Object actual, Object expected, String path, String unit) {
    requireSame(actual.equals(expected), path, actual + unit + ", expected " + expected);
  }

  private void requireSame(boolean same, String path, String what) {
    if (!same) {
      throw changed(path, what);
    }
  }

  /** For a file that is not what it was when this tree was made. */
  BackupException changed(String path, String what) {
    return new BackupException(
        at(path),
        "changed while it was backed up: "
            + what
            + ". Stop the program that writes to it, then try again.");
  }

  static BackupException unreadable(Path path, IOException e) {
    return new BackupException(
        path,
        "cannot be backed up: "
            + BackupException.reason(e)
            + ". Make sure that it exists and can be read, then try again.",
        e);
  }
}
