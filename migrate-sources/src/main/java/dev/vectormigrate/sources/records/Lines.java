package dev.vectormigrate.sources.records;

import java.io.IOException;
import java.io.InputStream;

/**
 * Lines that are not blank. Between quotation marks, where these count, a line goes on over its
 * end. Of one thread.
 */
final class Lines extends Pieces {

  private static final int NONE = -2;

  private final int delimiter;
  private boolean open;
  private boolean quoted;

  private Lines(InputStream in, long offset, int delimiter) {
    super(in, offset);
    this.delimiter = delimiter;
  }

  /** Lines of text. */
  static Lines plain(InputStream in, long offset) {
    return new Lines(in, offset, NONE);
  }

  /** Lines of fields that may be quoted, with an ASCII character between them. */
  static Lines quoted(InputStream in, long offset, char delimiter) {
    return new Lines(in, offset, delimiter);
  }

  @Override
  boolean next() throws IOException {
    while (peek() != END) {
      begin();
      line();
      if (delimiter == NONE) {
        trim();
      } else {
        trimReturn();
      }
      if (length() > 0 || isOversized()) {
        return true;
      }
    }
    return false;
  }

  private void line() throws IOException {
    boolean fieldBegins = true;
    quoted = false;
    open = true;
    for (int b = peek(); b != END; b = peek()) {
      if (b == '\n' && !quoted) {
        pass();
        open = false;
        return;
      }
      if (b == '"' && delimiter != NONE && (quoted || fieldBegins)) {
        quoted = !quoted;
        keep();
        // Of two in a row, the second one begins anew what the first one ended.
        fieldBegins = !quoted;
        continue;
      }
      fieldBegins = b == delimiter;
      keep();
    }
  }

  /** Whether the file ended inside this line, or at least before the end of it. */
  boolean isOpen() {
    return open;
  }

  /** Whether a quotation mark is missing. */
  boolean isQuoted() {
    return quoted;
  }
}
