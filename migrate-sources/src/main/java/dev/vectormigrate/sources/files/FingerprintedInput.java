package dev.vectormigrate.sources.files;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A file read from its start, which takes the fingerprint on the way. Of one thread. */
public final class FingerprintedInput extends FilterInputStream {

  private static final int BUFFER_BYTES = 1 << 16;

  private final MessageDigest digest = sha256();
  private long bytes;

  private FingerprintedInput(BufferedInputStream in) {
    super(in);
  }

  /** Opens a file. */
  public static FingerprintedInput open(Path file) throws IOException {
    return new FingerprintedInput(
        new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256: missing, expected of every Java platform", e);
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int read = super.read(buffer, offset, length);
    if (read > 0) {
      digest.update(buffer, offset, read);
      bytes += read;
    }
    return read;
  }

  /** Every byte counts, so none is jumped over. */
  @Override
  public long skip(long n) {
    return 0;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  /**
   * Reads what is left and tells the fingerprint of the whole file: its size and SHA-256, the same
   * for every copy of it.
   */
  public String fingerprint() throws IOException {
    transferTo(OutputStream.nullOutputStream());
    return "bytes=" + bytes + " sha256=" + HexFormat.of().formatHex(digest.digest());
  }
}
