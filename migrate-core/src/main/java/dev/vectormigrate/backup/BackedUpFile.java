package dev.vectormigrate.backup;

import java.util.regex.Pattern;

/**
 * A file in a backup. Immutable and thread-safe.
 *
 * @param path relative to what was backed up, its names separated by {@code /}
 * @param size in bytes
 * @param sha256 of the content, 64 hexadecimal digits in lower case
 */
public record BackedUpFile(String path, long size, String sha256) {

  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  public BackedUpFile {
    if (!EntryPath.isValid(path) || path.equals(EntryPath.ROOT)) {
      throw new IllegalArgumentException("file '" + path + "': not a path inside the backup");
    }
    requireContent("file '" + path + "'", size, sha256);
  }

  static void requireContent(String what, long size, String sha256) {
    if (size < 0) {
      throw new IllegalArgumentException(what + ": " + size + " bytes, expected at least 0");
    }
    if (!SHA256.matcher(sha256).matches()) {
      throw new IllegalArgumentException(what + ": not a SHA-256 of 64 hexadecimal digits");
    }
  }
}
