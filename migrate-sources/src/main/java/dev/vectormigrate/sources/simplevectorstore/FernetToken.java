package dev.vectormigrate.sources.simplevectorstore;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.CipherInputStream;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A file that is one Fernet token: Base64 in the alphabet for URLs of a version byte, a time of
 * eight bytes, an initialization vector, AES-128-CBC and an HMAC-SHA256 over all that. Half of the
 * key signs, the other half encrypts.
 *
 * <p>In CBC every block can be decrypted that is preceded by its neighbour, so that any place of
 * the text is reached at once and nothing decrypted has to be kept. Immutable; holds nothing open.
 */
final class FernetToken implements EntryText {

  private static final byte VERSION = (byte) 0x80;
  private static final int BLOCK = 16;
  private static final int CIPHERTEXT_OFFSET = 1 + Long.BYTES + BLOCK;
  private static final int HMAC_BYTES = 32;
  private static final byte[] START = {'g', 'A', 'A', 'A', 'A'};

  private final Path file;
  private final byte[] encryptionKey;
  private final long length;

  private FernetToken(Path file, byte[] encryptionKey, long length) {
    this.file = file;
    this.encryptionKey = encryptionKey;
    this.length = length;
  }

  /** Whether a file begins like a token of this century. */
  static boolean isToken(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(START.length), START);
    }
  }

  /**
   * Checks the signature of all of it.
   *
   * @throws IOException if it was signed with another key, or changed since
   */
  static FernetToken open(Path file, byte[] key) throws IOException {
    byte[] signingKey = Arrays.copyOf(key, BLOCK);
    byte[] encryptionKey = Arrays.copyOfRange(key, BLOCK, 2 * BLOCK);
    FernetToken token = new FernetToken(file, encryptionKey, decodedLength(file));
    token.verify(signingKey);
    return token;
  }

  private static long decodedLength(Path file) throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      int tail = (int) Math.min(channel.size(), 64);
      channel.position(channel.size() - tail);
      String end =
          new String(
              Channels.newInputStream(channel).readNBytes(tail), StandardCharsets.ISO_8859_1);
      int dropped = tail - end.replaceAll("[=\\s]+$", "").length();
      return (channel.size() - dropped) * 3 / 4;
    }
  }

  private void verify(byte[] signingKey) throws IOException {
    long signed = length - HMAC_BYTES;
    if (signed < CIPHERTEXT_OFFSET + BLOCK || (signed - CIPHERTEXT_OFFSET) % BLOCK != 0) {
      throw new IOException(
          file
              + ": "
              + length
              + " bytes, expected a complete Fernet token. Restore it from a backup");
    }
    byte[] expected;
    byte[] actual;
    try (InputStream in = decoded(0)) {
      expected = hmac(signingKey, in, signed);
      actual = in.readNBytes(HMAC_BYTES);
    }
    if (!MessageDigest.isEqual(expected, actual)) {
      throw new IOException(
          file
              + ": signature that does not fit the key, expected one that does. The master key or"
              + " the name of the user's directory is not the one it was written with, or the file"
              + " was changed");
    }
  }

  private byte[] hmac(byte[] signingKey, InputStream in, long count) throws IOException {
    Mac mac = hmac(signingKey);
    byte[] buffer = new byte[1 << 16];
    long left = count;
    while (left > 0) {
      int read = in.readNBytes(buffer, 0, (int) Math.min(buffer.length, left));
      if (read == 0) {
        throw new EOFException(file + ": ends early, expected a complete Fernet token");
      }
      if (left == count && buffer[0] != VERSION) {
        throw new IOException(file + ": version " + (buffer[0] & 0xFF) + ", expected 128");
      }
      mac.update(buffer, 0, read);
      left -= read;
    }
    return mac.doFinal();
  }

  private static Mac hmac(byte[] signingKey) throws IOException {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(signingKey, "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IOException("HMAC: " + e.getMessage(), e);
    }
  }

  /** The bytes of the token from one of them on. */
  private InputStream decoded(long from) throws IOException {
    SeekableByteChannel channel = Files.newByteChannel(file);
    try {
      channel.position(from / 3 * 4);
      InputStream characters = new BufferedInputStream(Channels.newInputStream(channel), 1 << 16);
      InputStream bytes = Base64.getUrlDecoder().wrap(new Unspaced(characters));
      bytes.skipNBytes(from % 3);
      return bytes;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Ends at the first white space: an editor may have put a line end after the token. */
  private static final class Unspaced extends FilterInputStream {

    Unspaced(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int character = super.read();
      return character == '\n' || character == '\r' || character == ' ' ? -1 : character;
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
      int read = 0;
      int next = count == 0 ? -1 : read();
      while (next >= 0) {
        into[offset + read] = (byte) next;
        read++;
        next = read < count ? read() : -1;
      }
      return read == 0 && count > 0 ? -1 : read;
    }
  }

  @Override
  public InputStream from(long offset) throws IOException {
    long block = offset / BLOCK;
    // The vector of the first block stands right before it, as if it were a block itself.
    InputStream in = decoded(CIPHERTEXT_OFFSET + (block - 1) * BLOCK);
    try {
      IvParameterSpec vector = new IvParameterSpec(in.readNBytes(BLOCK));
      long left = length - HMAC_BYTES - CIPHERTEXT_OFFSET - block * BLOCK;
      InputStream text = new CipherInputStream(new Limited(in, left), decryption(vector));
      text.skipNBytes(offset % BLOCK);
      return text;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private Cipher decryption(IvParameterSpec vector) throws IOException {
    try {
      Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
      cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(encryptionKey, "AES"), vector);
      return cipher;
    } catch (GeneralSecurityException e) {
      throw new IOException("AES: " + e.getMessage(), e);
    }
  }

  /** Ends where the signature begins. */
  private static final class Limited extends FilterInputStream {

    private long left;

    Limited(InputStream in, long left) {
      super(in);
      this.left = left;
    }

    @Override
    public int read() throws IOException {
      int value = left == 0 ? -1 : super.read();
      left -= value < 0 ? 0 : 1;
      return value;
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
      int read = left == 0 ? -1 : super.read(into, offset, (int) Math.min(count, left));
      left -= Math.max(0, read);
      return read;
    }
  }
}
