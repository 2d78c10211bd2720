package dev.vectormigrate.sources.numpy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a file held when it was looked at: a hash over its content, which is the same for a copy of
 * it, and the stamp that tells quickly whether it was written since. Immutable.
 *
 * @param file which one
 * @param sha256 64 hexadecimal digits
 * @param stamp size and time of the last change
 */
public record FileDigest(Path file, String sha256, String stamp) {

  private static final int BLOCK = 1 << 18;

  /** Reads a file from its start to its end. */
  public static FileDigest of(Path file) throws IOException {
    String stamp = stampOf(file);
    MessageDigest digest = newSha256();
    byte[] block = new byte[BLOCK];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(block); read >= 0; read = in.read(block)) {
        digest.update(block, 0, read);
      }
    }
    FileDigest result = new FileDigest(file, HexFormat.of().formatHex(digest.digest()), stamp);
    result.requireUnchanged();
    return result;
  }

  static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256: missing in this Java, expected in every one", e);
    }
  }

  private static String stampOf(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    return attributes.size() + "@" + attributes.lastModifiedTime().toMillis();
  }

  /** Fails when the file was written since. */
  public void requireUnchanged() throws IOException {
    if (!stampOf(file).equals(stamp)) {
      throw new IOException(
          file
              + ": changed while it was read, expected it to rest. Stop the application that writes"
              + " it");
    }
  }
}
