package dev.vectormigrate.sources.records;

import dev.vectormigrate.sources.files.DamagedFileException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * The elements of a JSON array or the members of a JSON object, as they are written. Only brackets,
 * commas and quotation marks are looked at; what is between them may be anything. Of one thread.
 */
final class JsonElements extends Pieces {

  private final Path file;
  private final char close;
  private boolean first = true;
  private boolean ended;

  /**
   * @param in begins inside, with an element
   * @param close the bracket after the last element
   * @param most bytes of an element that are kept
   */
  JsonElements(Path file, InputStream in, long offset, char close, int most) {
    super(in, offset, most);
    this.file = file;
    this.close = close;
  }

  JsonElements(Path file, InputStream in, long offset, char close) {
    super(in, offset);
    this.file = file;
    this.close = close;
  }

  @Override
  boolean next() throws IOException {
    if (ended) {
      return false;
    }
    passBlanks();
    if (first && peek() == close) {
      pass();
      ended = true;
      return false;
    }
    first = false;
    begin();
    element();
    trim();
    ended = peek() == close;
    pass();
    return true;
  }

  private void element() throws IOException {
    long depth = 0;
    for (int b = peek(); depth > 0 || (b != ',' && b != close); b = peek()) {
      if (b == '"') {
        text();
        continue;
      }
      if (b == '[' || b == '{') {
        depth++;
      } else if (b == ']' || b == '}') {
        depth--;
      }
      if (depth < 0) {
        throw new DamagedFileException(
            file, "malformed near byte %d, expected JSON. Check the file".formatted(position()));
      }
      keepUnlessAtEnd();
    }
  }

  private void text() throws IOException {
    keep();
    for (int b = peek(); b != '"'; b = peek()) {
      keepUnlessAtEnd();
      if (b == '\\') {
        keepUnlessAtEnd();
      }
    }
    keep();
  }

  private void keepUnlessAtEnd() throws IOException {
    if (peek() == END) {
      throw new DamagedFileException(
          file,
          "ends at byte %d, expected more. The file is cut off; restore it from a backup"
              .formatted(position()));
    }
    keep();
  }

  /** Makes sure that only blanks follow the last element's bracket. */
  void requireEnd() throws IOException {
    passBlanks();
    if (peek() != END) {
      throw new DamagedFileException(
          file, "more after its JSON value, expected its end. Check the file");
    }
  }
}
