package dev.vectormigrate.backup;

import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A complete backup, as its sidecar describes it. Immutable and thread-safe.
 *
 * @param id unique in its folder: the name with the time, as files are named
 * @param name what it is a backup of; retention counts the backups of one name
 * @param source what was backed up, a folder or a file
 * @param archive where the content is, a {@code .tar.gz}
 * @param archiveSize bytes of the archive
 * @param archiveSha256 of the archive, 64 hexadecimal digits in lower case
 * @param created when it was begun
 * @param directories every folder, parents first, beginning with {@code .}; none if the source was
 *     a single file
 * @param files every file. Of a single file, this is the file and, if it is a SQLite database in
 *     use, its write-ahead log or journal
 */
public record Backup(
    String id,
    String name,
    Path source,
    Path archive,
    long archiveSize,
    String archiveSha256,
    Instant created,
    List<String> directories,
    List<BackedUpFile> files) {

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]+");

  public Backup {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(archive, "archive");
    Objects.requireNonNull(created, "created");
    directories = List.copyOf(directories);
    files = List.copyOf(files);
    if (!isId(id)) {
      throw new IllegalArgumentException("id: only letters, digits and ._- are allowed");
    }
    if (name.isBlank()) {
      throw new IllegalArgumentException("name: blank");
    }
    BackedUpFile.requireContent("archive", archiveSize, archiveSha256);
    requireTree(directories, files);
  }

  static boolean isId(String text) {
    return ID.matcher(text).matches();
  }

  private static void requireTree(List<String> directories, List<BackedUpFile> files) {
    if (directories.isEmpty()) {
      requireSingleFile(files);
    } else {
      requireFolders(directories, files);
    }
  }

  private static void requireSingleFile(List<BackedUpFile> files) {
    Set<String> paths = new HashSet<>();
    String main = files.isEmpty() ? "" : files.get(0).path();
    for (BackedUpFile file : files) {
      boolean belongs = SingleFile.belongsTo(main, file.path());
      require(belongs && file.path().indexOf('/') < 0, "file", file.path(), "has no folder");
      require(paths.add(file.path()), "file", file.path(), "is listed twice");
    }
    require(!files.isEmpty(), "backup", "", "lists nothing");
  }

  private static void requireFolders(List<String> directories, List<BackedUpFile> files) {
    Set<String> seen = new HashSet<>();
    require(directories.get(0).equals(EntryPath.ROOT), "folder", EntryPath.ROOT, "is not first");
    for (String path : directories) {
      boolean isRoot = path.equals(EntryPath.ROOT);
      require(EntryPath.isValid(path), "folder", path, "leaves the folder");
      require(isRoot || seen.contains(EntryPath.parent(path)), "folder", path, "has no parent");
      require(seen.add(path), "folder", path, "is listed twice");
    }
    Set<String> folders = Set.copyOf(seen);
    for (BackedUpFile file : files) {
      require(
          folders.contains(EntryPath.parent(file.path())), "file", file.path(), "has no folder");
      require(seen.add(file.path()), "file", file.path(), "is listed twice");
    }
  }

  private static void require(boolean fine, String kind, String path, String what) {
    if (!fine) {
      throw new IllegalArgumentException(kind + " '" + path + "' " + what);
    }
  }

  /** Whether the source was a file, not a folder. */
  public boolean isSingleFile() {
    return directories.isEmpty();
  }

  /** How many files it holds. */
  public int fileCount() {
    return files.size();
  }

  /** The size of all files together, uncompressed. */
  public long totalBytes() {
    return files.stream().mapToLong(BackedUpFile::size).sum();
  }
}
