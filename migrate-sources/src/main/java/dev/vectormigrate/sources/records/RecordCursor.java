package dev.vectormigrate.sources.records;

import java.io.Closeable;
import java.io.IOException;

/** Records one after another. Of one thread. */
interface RecordCursor extends Closeable {

  /**
   * Goes on to the next record; false at the end.
   *
   * @throws IOException if the file is damaged such that what follows cannot be told
   */
  boolean next() throws IOException;

  /** Where the parts of the record begin in the file, as many for every record. */
  long[] places();

  /** What the record holds; the caller may change it. */
  RecordContent content() throws IOException;

  /** Whether the file ended with this record, at a place where none ends. */
  boolean isOpen();
}
