package dev.vectormigrate.backup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The running hash and size of bytes that pass by. Not thread-safe. */
final class Sha256 {

  private static final int CHUNK = 1 << 16;

  private final MessageDigest digest;
  private long size;

  Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  static Sha256 of(Path file) throws IOException {
    Sha256 hash = new Sha256();
    byte[] chunk = newChunk();
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        hash.update(chunk, n);
      }
    }
    return hash;
  }

  static byte[] newChunk() {
    return new byte[CHUNK];
  }

  void update(byte[] bytes, int length) {
    update(bytes, 0, length);
  }

  void update(byte[] bytes, int offset, int length) {
    digest.update(bytes, offset, length);
    size += length;
  }

  /** How many bytes passed. */
  long size() {
    return size;
  }

  /** Ends the hash: 64 hexadecimal digits. */
  String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
