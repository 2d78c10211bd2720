package dev.vectormigrate.sources.numpy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Turns ids of any length into short keys. They come from outside and must not be able to collide
 * on purpose, so it is half a SHA-256. Of one thread.
 */
public final class IdHash {

  private static final int BYTES = 16;

  private final MessageDigest sha256 = FileDigest.newSha256();

  /** The key of an id; half surrogate pairs count too. */
  public byte[] of(String id) {
    return Arrays.copyOf(sha256.digest(id.getBytes(StandardCharsets.UTF_16BE)), BYTES);
  }
}
