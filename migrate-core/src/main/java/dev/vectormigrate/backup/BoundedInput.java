package dev.vectormigrate.backup;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Unpacked bytes, of which no more come than were allowed beforehand. Not thread-safe. */
final class BoundedInput extends FilterInputStream {

  private long allowed;

  BoundedInput(InputStream in) {
    super(in);
  }

  /** Allows so many bytes from here on, whatever was allowed before. */
  void allow(long bytes) {
    allowed = bytes;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int n = super.read(bytes, offset, length);
    allowed -= Math.max(n, 0);
    if (allowed < 0) {
      throw new IOException("it unpacks to more than its list says");
    }
    return n;
  }

  @Override
  public long skip(long count) throws IOException {
    long skipped = super.skip(count);
    allowed -= skipped;
    if (allowed < 0) {
      throw new IOException("it unpacks to more than its list says");
    }
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
