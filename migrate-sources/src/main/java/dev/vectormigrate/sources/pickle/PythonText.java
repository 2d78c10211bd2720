package dev.vectormigrate.sources.pickle;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Decodes texts of a pickle: UTF-8 in which, other than in the standard, half a surrogate pair may
 * stand alone, as it may in Python.
 */
final class PythonText {

  private PythonText() {}

  static String decode(byte[] utf8) throws IOException {
    String text = new String(utf8, StandardCharsets.UTF_8);
    // Only a replacement brings this character in that the bytes may not hold themselves.
    return text.indexOf('\uFFFD') < 0 ? text : decodeSlowly(utf8);
  }

  private static String decodeSlowly(byte[] utf8) throws IOException {
    StringBuilder text = new StringBuilder(utf8.length);
    int at = 0;
    while (at < utf8.length) {
      int length = lengthOf(utf8[at]);
      if (length == 0 || at + length > utf8.length) {
        throw new IOException("text that is not UTF-8");
      }
      text.appendCodePoint(codePoint(utf8, at, length));
      at += length;
    }
    return text.toString();
  }

  private static int lengthOf(byte first) {
    if (first >= 0) {
      return 1;
    }
    int ones = Integer.numberOfLeadingZeros(~(first << 24));
    return ones >= 2 && ones <= 4 ? ones : 0;
  }

  private static int codePoint(byte[] utf8, int at, int length) throws IOException {
    int value = length == 1 ? utf8[at] : utf8[at] & (0xFF >> (length + 1));
    for (int i = at + 1; i < at + length; i++) {
      if ((utf8[i] & 0xC0) != 0x80) {
        throw new IOException("text that is not UTF-8");
      }
      value = (value << 6) | (utf8[i] & 0x3F);
    }
    int least = new int[] {0, 0, 0x80, 0x800, 0x10000}[length];
    if (value < least || value > Character.MAX_CODE_POINT) {
      throw new IOException("text that is not UTF-8");
    }
    return value;
  }

  /** How many of the bytes belong to complete characters. */
  static int completeLength(byte[] escaped) {
    boolean begun = (escaped[escaped.length - 1] & 0xC0) == 0xC0;
    return begun ? escaped.length - 1 : escaped.length;
  }

  /** The characters, each of which is a byte. */
  static byte[] unescape(byte[] escaped, int length) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(length);
    for (int i = 0; i < length; i++) {
      int value = escaped[i];
      if (value < 0) {
        i++;
        if ((value & 0xFC) != 0xC0 || i == length || (escaped[i] & 0xC0) != 0x80) {
          throw new IOException("bytes with a character beyond U+00FF");
        }
        value = ((value & 3) << 6) | (escaped[i] & 0x3F);
      }
      bytes.write(value);
    }
    return bytes.toByteArray();
  }
}
