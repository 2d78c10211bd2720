package dev.vectormigrate.sources.files;

import dev.vectormigrate.model.Row;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RejectedRowException;
import dev.vectormigrate.spi.RowReader;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a range of records, refuses those whose key is a repetition, and notices when the file is
 * written meanwhile. Of one thread.
 */
public final class OrdinalReader implements RowReader {

  private static final int RECORDS_BETWEEN_CHECKS = 256;

  /** The records of a file from some record on, in order. Of one thread. */
  public interface Records extends Closeable {

    /**
     * The next record; called only where there is one. After a refusal, the next call goes on with
     * the record after it.
     */
    Row next() throws IOException, RejectedRowException;
  }

  /** Opens records that begin with the given one, which is there. */
  public interface Opener {
    Records open(long first) throws IOException;
  }

  private final OrdinalRange range;
  private final Ordinals repeated;
  private final List<FileStamp> stamps;
  private final @Nullable Records records;
  private Position position;
  private long next;
  private boolean closed;

  private OrdinalReader(
      OrdinalRange range,
      Ordinals repeated,
      List<FileStamp> stamps,
      @Nullable Records records,
      Position position,
      long next) {
    this.range = range;
    this.repeated = repeated;
    this.stamps = stamps;
    this.records = records;
    this.position = position;
    this.next = next;
  }

  /** Opens a reader that stands after a position. */
  public static OrdinalReader open(
      OrdinalRange range, Ordinals repeated, FileStamp stamp, Position after, Opener opener)
      throws IOException {
    return open(range, repeated, List.of(stamp), after, opener);
  }

  /** Opens a reader of records that stand in several files, after a position. */
  public static OrdinalReader open(
      OrdinalRange range, Ordinals repeated, List<FileStamp> stamps, Position after, Opener opener)
      throws IOException {
    check(stamps);
    long next = range.next(after);
    Records records = next < range.to() ? opener.open(next) : null;
    return new OrdinalReader(range, repeated, stamps, records, after, next);
  }

  private static void check(List<FileStamp> stamps) throws IOException {
    for (FileStamp stamp : stamps) {
      stamp.check();
    }
  }

  @Override
  public @Nullable Row next() throws IOException, RejectedRowException {
    if (closed) {
      throw new IllegalStateException("reader: closed, expected an open one");
    }
    if (records == null || next >= range.to()) {
      check(stamps);
      return null;
    }
    if (next % RECORDS_BETWEEN_CHECKS == 0) {
      check(stamps);
    }
    return row(records, next++);
  }

  private Row row(Records open, long ordinal) throws IOException, RejectedRowException {
    position = new Position(Long.toString(ordinal));
    Row row;
    try {
      row = open.next();
    } catch (IOException e) {
      check(stamps);
      throw e;
    }
    if (repeated.contains(ordinal)) {
      throw new RejectedRowException(
          row.id(), "key: of an earlier record of the file too, expected every key once");
    }
    return row;
  }

  @Override
  public Position position() {
    return position;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (records == null) {
      return;
    }
    try {
      records.close();
    } catch (IOException e) {
      // Nothing was written, so nothing is lost.
    }
  }
}
