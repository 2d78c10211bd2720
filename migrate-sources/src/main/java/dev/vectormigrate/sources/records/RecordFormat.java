package dev.vectormigrate.sources.records;

import dev.vectormigrate.model.Finding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** How a file holds records. Immutable; holds nothing open. */
interface RecordFormat {

  Path file();

  /** Begins with the first record; the caller closes the cursor. */
  RecordCursor open() throws IOException;

  /** Begins with the record at some places; only where {@link #seekable()}. */
  RecordCursor openAt(long[] places) throws IOException;

  boolean seekable();

  /** Whether what is wrong with one record puts the others in doubt. */
  boolean isOneValue();

  /** What the file holds beside records. */
  List<Finding> findings();
}
