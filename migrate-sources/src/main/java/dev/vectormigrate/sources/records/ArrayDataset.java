package dev.vectormigrate.sources.records;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.sources.files.DamagedFileException;
import dev.vectormigrate.sources.files.FileDataset;
import dev.vectormigrate.sources.files.OrdinalRange;
import dev.vectormigrate.sources.files.OrdinalReader;
import dev.vectormigrate.sources.files.Ordinals;
import dev.vectormigrate.sources.json.JsonValue;
import dev.vectormigrate.sources.numpy.ScratchFiles;
import dev.vectormigrate.sources.numpy.UnusableVectorException;
import dev.vectormigrate.sources.numpy.VectorRows;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RejectedRowException;
import dev.vectormigrate.spi.RowReader;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The vectors of an array with the records of the file beside it. */
final class ArrayDataset implements FileDataset {

  private final Path file;
  private final @Nullable String array;
  private final @Nullable Path sidecar;
  private final RecordFields fields;
  private final Path workDirectory;
  private final ScratchFiles scratch;
  private @Nullable ArrayContent content;

  ArrayDataset(
      Path file,
      @Nullable String array,
      @Nullable Path sidecar,
      RecordFields fields,
      Path workDirectory,
      ScratchFiles scratch) {
    this.file = file;
    this.array = array;
    this.sidecar = sidecar;
    // The vectors are in the array: what looks like one in a record is metadata.
    this.fields = fields.withVectors();
    this.workDirectory = workDirectory;
    this.scratch = scratch;
  }

  @Override
  public List<String> namespace() {
    return List.of();
  }

  @Override
  public String name() {
    return RecordFile.nameOf(file);
  }

  @Override
  public Schema schema() {
    return Schema.vectorCollection(0, null);
  }

  private ArrayContent content() throws IOException {
    if (content == null) {
      content = ArrayContent.of(file, array, sidecar, fields, workDirectory, scratch);
    }
    return content;
  }

  @Override
  public Dataset describe() throws IOException {
    return content().dataset(name(), sidecar == null ? Sidecar.names(file) : List.of());
  }

  @Override
  public OrdinalRange range() throws IOException {
    String mismatch = content().mismatch();
    if (mismatch != null) {
      throw new DamagedFileException(file, mismatch);
    }
    return new OrdinalRange(0, content().vectors().count());
  }

  @Override
  public boolean seekable() {
    return content == null || content.records() == null || content.records().format().seekable();
  }

  @Override
  public RowReader read(OrdinalRange records, Position after) throws IOException {
    ArrayContent found = content();
    RecordScan scan = found.records();
    return OrdinalReader.open(
        records,
        scan == null ? Ordinals.NONE : scan.repeated(),
        found.stamp(),
        after,
        first -> open(found, scan, first));
  }

  private OrdinalReader.Records open(ArrayContent found, @Nullable RecordScan scan, long first)
      throws IOException {
    VectorRows.Reader vectors = found.vectors().open();
    try {
      return new Rows(found, vectors, scan == null ? null : scan.open(first), first);
    } catch (IOException | RuntimeException e) {
      vectors.close();
      throw e;
    }
  }

  private final class Rows implements OrdinalReader.Records {

    private static final int RECORDS_BETWEEN_CHECKS = 256;

    private final ArrayContent found;
    private final Schema schema;
    private final VectorRows.Reader vectors;
    private final @Nullable RecordCursor records;
    private long next;

    Rows(ArrayContent found, VectorRows.Reader vectors, @Nullable RecordCursor records, long first)
        throws IOException {
      this.found = found;
      this.schema = found.schema();
      this.vectors = vectors;
      this.records = records;
      this.next = first;
      checkSidecar();
    }

    /** The array itself is checked by what calls this. */
    private void checkSidecar() throws IOException {
      RecordScan scan = found.records();
      if (scan != null) {
        scan.stamp().check();
      }
    }

    @Override
    public Row next() throws IOException, RejectedRowException {
      long ordinal = next++;
      if (records != null && !records.next()) {
        checkSidecar();
        throw new EOFException(
            "%s: a record of its is missing, expected %d".formatted(file, ordinal + 1));
      }
      MappedRecord record = MappedRecord.of(recordContent(), fields);
      if (next % RECORDS_BETWEEN_CHECKS == 0 || next == found.vectors().count()) {
        checkSidecar();
      }
      String madeUpId = RecordScan.madeUpId(file, ordinal);
      return record.row(schema, madeUpId, vector(record, madeUpId, ordinal));
    }

    private RecordContent recordContent() throws IOException {
      return records == null
          ? new RecordContent(null, new LinkedHashMap<>(), null, false)
          : records.content();
    }

    private @Nullable Vector vector(MappedRecord record, String madeUpId, long ordinal)
        throws IOException, RejectedRowException {
      try {
        return vectors.vector(ordinal);
      } catch (UnusableVectorException e) {
        throw new RejectedRowException(
            JsonValue.escaped(record.id() == null ? madeUpId : record.id()),
            "embedding: " + e.reason());
      }
    }

    @Override
    public void close() throws IOException {
      vectors.close();
      if (records != null) {
        records.close();
      }
    }
  }
}
