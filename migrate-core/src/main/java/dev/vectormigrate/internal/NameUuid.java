package dev.vectormigrate.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** UUIDs made of names, by RFC 4122, version 5: the same name always gives the same UUID. */
final class NameUuid {

  private static final Pattern FORM =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

  /** Of this project; what makes our names differ from everybody else's. */
  private static final UUID ROOT = UUID.fromString("6e1f4d3a-5a0b-5c86-9d5e-8a2f7c3b1e90");

  private NameUuid() {}

  /** The UUID that a text is, in the usual form of 36 characters; null where it is none. */
  static @Nullable UUID parse(String text) {
    return FORM.matcher(text).matches() ? UUID.fromString(text) : null;
  }

  /** The UUID of a name in a space of names. */
  static UUID of(String space, String name) {
    return version5(version5(ROOT, space), name);
  }

  private static UUID version5(UUID space, String name) {
    MessageDigest sha1 = sha1();
    sha1.update(
        ByteBuffer.allocate(16)
            .putLong(space.getMostSignificantBits())
            .putLong(space.getLeastSignificantBits())
            .flip());
    ByteBuffer hash = ByteBuffer.wrap(sha1.digest(name.getBytes(StandardCharsets.UTF_8)));
    long high = (hash.getLong() & ~0xF000L) | 0x5000L;
    long low = (hash.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low);
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java runtime has SHA-1", e);
    }
  }
}
