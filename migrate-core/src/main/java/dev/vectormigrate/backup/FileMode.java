package dev.vectormigrate.backup;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** POSIX permissions as the nine low bits of a mode, where the file system has them. */
final class FileMode {

  private static final FileAttribute<?>[] NONE = {};
  private static final PosixFilePermission[] FROM_LOW_BIT = {
    PosixFilePermission.OTHERS_EXECUTE,
    PosixFilePermission.OTHERS_WRITE,
    PosixFilePermission.OTHERS_READ,
    PosixFilePermission.GROUP_EXECUTE,
    PosixFilePermission.GROUP_WRITE,
    PosixFilePermission.GROUP_READ,
    PosixFilePermission.OWNER_EXECUTE,
    PosixFilePermission.OWNER_WRITE,
    PosixFilePermission.OWNER_READ,
  };

  private FileMode() {}

  static int of(Path path, int otherwise) throws IOException {
    if (!isPosix(path.getFileSystem())) {
      return otherwise;
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
    int mode = 0;
    for (int bit = 0; bit < FROM_LOW_BIT.length; bit++) {
      mode |= permissions.contains(FROM_LOW_BIT[bit]) ? 1 << bit : 0;
    }
    return mode;
  }

  static void apply(int mode, Path path) throws IOException {
    if (!isPosix(path.getFileSystem())) {
      return;
    }
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    for (int bit = 0; bit < FROM_LOW_BIT.length; bit++) {
      if ((mode & 1 << bit) != 0) {
        permissions.add(FROM_LOW_BIT[bit]);
      }
    }
    Files.setPosixFilePermissions(path, permissions);
  }

  /** For a new file that its owner alone may read: a backup is as private as what it holds. */
  static FileAttribute<?>[] ownFile(Path path) {
    return attributes(path, "rw-------");
  }

  /** For a new folder that its owner alone may enter. */
  static FileAttribute<?>[] ownFolder(Path path) {
    return attributes(path, "rwx------");
  }

  private static FileAttribute<?>[] attributes(Path path, String permissions) {
    if (!isPosix(path.getFileSystem())) {
      return NONE;
    }
    return new FileAttribute<?>[] {
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
    };
  }

  private static boolean isPosix(FileSystem files) {
    return files.supportedFileAttributeViews().contains("posix");
  }
}
