package dev.vectormigrate.sources.records;

import dev.vectormigrate.sources.json.JsonFile;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Cuts bytes into pieces, and holds one of them at a time in bounded memory. Of one thread. */
abstract class Pieces implements Closeable {

  static final int END = -1;

  private static final int BUFFER_BYTES = 1 << 16;

  private final InputStream in;
  private final int most;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int at;
  private int limit;
  private long bufferOffset;
  private byte[] kept = new byte[1 << 12];
  private int length;
  private boolean oversized;
  private long offset;

  /**
   * @param in what is cut; closed with this
   * @param offset of its first byte in the file
   * @param most bytes of a piece that are kept
   */
  Pieces(InputStream in, long offset, int most) {
    this.in = in;
    this.bufferOffset = offset;
    this.most = most;
  }

  Pieces(InputStream in, long offset) {
    this(in, offset, JsonFile.MOST_RECORD_BYTES);
  }

  /** Goes on to the next piece; false at the end. */
  abstract boolean next() throws IOException;

  /** The next byte, which stays the next one, or {@link #END}. */
  final int peek() throws IOException {
    if (at == limit) {
      bufferOffset += limit;
      at = 0;
      limit = Math.max(0, in.read(buffer));
      if (limit == 0) {
        return END;
      }
    }
    return buffer[at] & 0xFF;
  }

  /** Goes past the byte that was peeked at. */
  final void pass() {
    at++;
  }

  /** Goes past it and adds it to the piece. */
  final void keep() {
    byte value = buffer[at++];
    if (length < most) {
      if (length == kept.length) {
        kept = Arrays.copyOf(kept, Math.min(most, 2 * length));
      }
      kept[length++] = value;
    } else {
      oversized = true;
    }
  }

  /** Begins a piece here. */
  final void begin() {
    length = 0;
    oversized = false;
    offset = position();
  }

  /** The offset of the next byte. */
  final long position() {
    return bufferOffset + at;
  }

  /** Takes blanks from the end of the piece. */
  final void trim() {
    while (length > 0 && isBlank(kept[length - 1])) {
      length--;
    }
  }

  /** Takes what the line ends of some systems leave from the end of the piece. */
  final void trimReturn() {
    if (length > 0 && kept[length - 1] == '\r') {
      length--;
    }
  }

  final void passBlanks() throws IOException {
    while (isBlank(peek())) {
      pass();
    }
  }

  static boolean isBlank(int b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  /** The bytes of the piece, up to {@link #length()}; valid until the next one. */
  final byte[] bytes() {
    return kept;
  }

  final int length() {
    return length;
  }

  /** Whether the piece is longer than what was kept of it. */
  final boolean isOversized() {
    return oversized;
  }

  /** Where the piece begins in the file. */
  final long offset() {
    return offset;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
