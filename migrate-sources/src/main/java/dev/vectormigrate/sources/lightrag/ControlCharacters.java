package dev.vectormigrate.sources.lightrag;

import java.io.IOException;
import java.io.Reader;

/**
 * Lets an XML parser read what networkx writes: it does not escape the control characters that XML
 * forbids. They are put in a private form before the parser, of which {@link #restore} makes what
 * was there. Of one thread.
 */
final class ControlCharacters extends Reader {

  /** Of the private use area; where it is in the file itself, it is doubled. */
  private static final char MARK = '\uF8F6';

  private static final char FIRST_SUBSTITUTE = '@';
  private static final char FFFE = 'a';
  private static final char FFFF = 'b';

  private final Reader in;
  private final char[] one = new char[1];
  private int pending = -1;

  ControlCharacters(Reader in) {
    this.in = in;
  }

  @Override
  public int read(char[] buffer, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (pending >= 0) {
      buffer[offset] = (char) pending;
      pending = -1;
      return 1;
    }
    // Half of it at most, so that every character may become two.
    int half = (length + 1) / 2;
    int read = in.read(buffer, offset + length - half, half);
    return read <= 0 ? read : replace(buffer, offset, offset + length, half, read);
  }

  private int replace(char[] buffer, int offset, int end, int half, int read) {
    int to = offset;
    for (int from = end - half; from < end - half + read; from++) {
      int substitute = substitute(buffer[from]);
      if (substitute < 0) {
        buffer[to++] = buffer[from];
      } else {
        buffer[to++] = MARK;
        if (to <= from) {
          buffer[to++] = (char) substitute;
        } else {
          pending = substitute;
        }
      }
    }
    return to - offset;
  }

  private static int substitute(char c) {
    if (c < ' ') {
      return c == '\t' || c == '\n' || c == '\r' ? -1 : FIRST_SUBSTITUTE + c;
    }
    return switch (c) {
      case '\uFFFE' -> FFFE;
      case '\uFFFF' -> FFFF;
      case MARK -> MARK;
      default -> -1;
    };
  }

  /** What a text was before it went through such a reader. */
  static String restore(String text) {
    int mark = text.indexOf(MARK);
    if (mark < 0) {
      return text;
    }
    StringBuilder restored = new StringBuilder(text.length());
    int from = 0;
    while (mark >= 0) {
      restored.append(text, from, mark).append(original(text.charAt(mark + 1)));
      from = mark + 2;
      mark = text.indexOf(MARK, from);
    }
    return restored.append(text, from, text.length()).toString();
  }

  private static char original(char substitute) {
    return switch (substitute) {
      case MARK -> MARK;
      case FFFE -> '\uFFFE';
      case FFFF -> '\uFFFF';
      default -> (char) (substitute - FIRST_SUBSTITUTE);
    };
  }

  @Override
  public int read() throws IOException {
    return read(one, 0, 1) < 0 ? -1 : one[0];
  }

  /** Closes nothing: the parser calls this at the end, when the file is still wanted. */
  @Override
  public void close() {}
}
