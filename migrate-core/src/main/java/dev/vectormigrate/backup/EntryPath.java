package dev.vectormigrate.backup;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A path inside a backup: relative, its names separated by {@code /}, leading nowhere but down.
 * {@link #ROOT} is the folder that was backed up.
 */
final class EntryPath {

  static final String ROOT = ".";

  private EntryPath() {}

  /** Whether the text is such a path. */
  static boolean isValid(String path) {
    if (path.equals(ROOT)) {
      return true;
    }
    if (path.isEmpty() || path.indexOf('\0') >= 0) {
      return false;
    }
    for (String name : path.split("/", -1)) {
      if (name.isEmpty() || name.equals(".") || name.equals("..")) {
        return false;
      }
    }
    return true;
  }

  /** The folder that holds this; {@link #ROOT} at the top. */
  static String parent(String path) {
    int end = path.lastIndexOf('/');
    return end < 0 ? ROOT : path.substring(0, end);
  }

  /** The path of a file below a folder as text. */
  static String of(Path root, Path file) {
    if (file.equals(root)) {
      return ROOT;
    }
    StringBuilder path = new StringBuilder();
    for (Path name : root.relativize(file)) {
      path.append(path.isEmpty() ? "" : "/").append(name);
    }
    return requireSame(root, file, path.toString());
  }

  /** A process whose locale cannot express a name would store the file under another one. */
  private static String requireSame(Path root, Path file, String path) {
    if (isValid(path) && resolve(root, path).equals(file)) {
      return path;
    }
    throw notInThisLocale(root, path, null);
  }

  private static BackupException notInThisLocale(Path root, String path, @Nullable Throwable e) {
    return new BackupException(
        root,
        "'"
            + path
            + "' cannot be a file name in the locale of this process."
            + " Start it with a UTF-8 locale.",
        e);
  }

  /**
   * Where a path is below a folder.
   *
   * @throws BackupException if that is not below the folder, or not expressible, on this system
   */
  static Path resolve(Path root, String path) {
    try {
      Path resolved = path.equals(ROOT) ? root : root.resolve(path);
      if (isValid(path) && depth(root) + depth(path) == depth(resolved.normalize())) {
        return resolved;
      }
    } catch (InvalidPathException e) {
      throw notInThisLocale(root, path, e);
    }
    throw new BackupException(root, "'" + path + "' leaves the folder: refused.");
  }

  private static int depth(Path path) {
    return path.normalize().getNameCount();
  }

  private static int depth(String path) {
    return path.equals(ROOT) ? 0 : path.split("/", -1).length;
  }
}
