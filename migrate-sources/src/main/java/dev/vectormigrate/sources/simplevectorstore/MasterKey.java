package dev.vectormigrate.sources.simplevectorstore;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Derives the key of a user as the store does: the master key is decoded as Base64 in the way of
 * Python, which drops every character that does not belong there, or taken as it is where that
 * fails; then PBKDF2 with HMAC-SHA256, the user's name as salt and 100,000 rounds makes 32 bytes.
 *
 * <p>The JDK's own PBKDF2 takes a password of characters, which cannot express these bytes. Asked
 * for the key once, and only when it is needed. Of one thread.
 */
final class MasterKey {

  private static final int ROUNDS = 100_000;
  private static final String HMAC = "HmacSHA256";

  private final @Nullable Supplier<char[]> supplier;
  private byte @Nullable [] password;

  MasterKey(@Nullable Supplier<char[]> supplier) {
    this.supplier = supplier;
  }

  /** The 32 bytes for a user. */
  byte[] derive(String user) throws IOException {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(hmacKey(password()));
      return pbkdf2(mac, user.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IOException("key derivation: " + e.getMessage(), e);
    }
  }

  /** HMAC fills a short key with zeros, so one zero is as good as none, which Java refuses. */
  private static SecretKeySpec hmacKey(byte[] key) {
    return new SecretKeySpec(key.length == 0 ? new byte[1] : key, HMAC);
  }

  /** Its result is as long as the hash, so there is only the first block. */
  private static byte[] pbkdf2(Mac mac, byte[] salt) {
    mac.update(salt);
    byte[] round = mac.doFinal(new byte[] {0, 0, 0, 1});
    byte[] key = round.clone();
    for (int i = 1; i < ROUNDS; i++) {
      round = mac.doFinal(round);
      for (int j = 0; j < key.length; j++) {
        key[j] ^= round[j];
      }
    }
    return key;
  }

  private byte[] password() throws IOException {
    if (password == null) {
      if (supplier == null) {
        throw new IOException("encrypted, expected a master key. Pass it with masterKey(...)");
      }
      char[] key = supplier.get();
      ByteBuffer utf8 = StandardCharsets.UTF_8.encode(CharBuffer.wrap(key));
      Arrays.fill(key, '\0');
      byte[] text = new byte[utf8.remaining()];
      utf8.get(text);
      password = decoded(text);
    }
    return password;
  }

  static byte[] decoded(byte[] text) {
    byte[] decoded = decodedLikePython(text);
    return decoded == null ? text : decoded;
  }

  /** Null where Python would fail. */
  private static byte @Nullable [] decodedLikePython(byte[] text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int inQuad = 0;
    int bits = 0;
    int pads = 0;
    for (byte character : text) {
      if (character < 0) {
        return null;
      }
      int value = value(character);
      if (character == '=') {
        pads++;
        if (inQuad >= 2 && inQuad + pads >= 4) {
          return out.toByteArray();
        }
      } else if (value >= 0) {
        pads = 0;
        bits = bits << 6 | value;
        if (inQuad > 0) {
          out.write(bits >> (6 - 2 * inQuad));
        }
        inQuad = (inQuad + 1) % 4;
      }
    }
    return inQuad == 0 ? out.toByteArray() : null;
  }

  private static int value(byte character) {
    if (character >= 'A' && character <= 'Z') {
      return character - 'A';
    }
    if (character >= 'a' && character <= 'z') {
      return character - 'a' + 26;
    }
    if (character >= '0' && character <= '9') {
      return character - '0' + 52;
    }
    return switch (character) {
      case '-', '+' -> 62;
      case '_', '/' -> 63;
      default -> -1;
    };
  }

  /** Overwrites what is held of the key. */
  void forget() {
    if (password != null) {
      Arrays.fill(password, (byte) 0);
    }
  }
}
