package dev.vectormigrate.sources.records;

import java.io.IOException;

/** Goes through records of a line each; how a line is read is left to the format. Of one thread. */
abstract class LinesCursor implements RecordCursor {

  private final Lines lines;

  /** Owns the lines from now on. */
  LinesCursor(Lines lines) {
    this.lines = lines;
  }

  final Lines lines() {
    return lines;
  }

  @Override
  public final boolean next() throws IOException {
    return lines.next();
  }

  @Override
  public final long[] places() {
    return new long[] {lines.offset()};
  }

  @Override
  public final boolean isOpen() {
    return lines.isOpen();
  }

  @Override
  public final void close() throws IOException {
    lines.close();
  }
}
