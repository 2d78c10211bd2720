package dev.vectormigrate.sources.files;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RowReader;
import java.io.IOException;
import java.util.List;

/**
 * A dataset whose rows are the records of one file, counted from 0. The methods are called by one
 * thread at a time; the first that needs to looks through the file, once.
 */
public interface FileDataset {

  /** What the name is unique in; needs no look at the file. */
  List<String> namespace();

  /** What it is called; needs no look at the file. */
  String name();

  /** Its fields as far as they are known without a look at the file. */
  Schema schema();

  /** All that is known of it. */
  Dataset describe() throws IOException;

  /** Its records. */
  OrdinalRange range() throws IOException;

  /** Whether a reader finds its first record without reading all of those before it. */
  boolean seekable();

  /** Opens a reader of some records that stands after a position; the caller closes it. */
  RowReader read(OrdinalRange records, Position after) throws IOException;
}
