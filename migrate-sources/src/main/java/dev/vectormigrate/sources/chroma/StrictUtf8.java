package dev.vectormigrate.sources.chroma;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Decodes text of which SQLite checks nothing. */
final class StrictUtf8 {

  private StrictUtf8() {}

  /** Decodes, where {@code new String} would silently replace what is not UTF-8. */
  static String decode(byte[] bytes) throws CharacterCodingException {
    String text = new String(bytes, StandardCharsets.UTF_8);
    // Only a replacement brings this character in that the bytes may not hold themselves.
    return text.indexOf('\uFFFD') < 0 ? text : decodeSlowly(bytes);
  }

  private static String decodeSlowly(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  /** For messages that name a record whose id itself may be broken. */
  static String decodeLeniently(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
