package dev.vectormigrate.sources.records;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.sources.files.FileDataset;
import dev.vectormigrate.sources.files.FileSession;
import dev.vectormigrate.sources.files.OrdinalRange;
import dev.vectormigrate.sources.files.OrdinalReader;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RejectedRowException;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A file of records as a dataset, called like the file up to its first dot. */
final class RecordFile implements FileDataset {

  private final RecordFormat format;
  private final RecordFields fields;
  private final Path workDirectory;
  private @Nullable RecordScan scan;

  RecordFile(RecordFormat format, RecordFields fields, Path workDirectory) {
    this.format = format;
    this.fields = fields;
    this.workDirectory = workDirectory;
  }

  /** A session of one file. */
  static SourceSession session(RecordFormat format, RecordFields fields, Path workDirectory) {
    return new FileSession(List.of(new RecordFile(format, fields, workDirectory)));
  }

  /** Fails unless something is a file. */
  static void require(Path file, String kind) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException(
          "%s: a directory, expected %s. Name a file in it".formatted(file, kind));
    }
    if (!Files.exists(file)) {
      throw new IOException("%s: missing, expected %s. Check the path".formatted(file, kind));
    }
  }

  static String nameOf(Path file) {
    String madeUp = RecordScan.madeUpId(file, 0);
    return madeUp.substring(0, madeUp.lastIndexOf('#'));
  }

  @Override
  public List<String> namespace() {
    return List.of();
  }

  @Override
  public String name() {
    return nameOf(format.file());
  }

  private RecordScan scan() throws IOException {
    if (scan == null) {
      scan = RecordScan.of(format, fields, format.file(), workDirectory);
    }
    return scan;
  }

  @Override
  public Schema schema() {
    return fields.schema(new int[fields.vectors().size()]);
  }

  private Schema schemaOf(RecordScan found) {
    return fields.schema(found.dimensions().stream().mapToInt(Integer::intValue).toArray());
  }

  @Override
  public Dataset describe() throws IOException {
    RecordScan found = scan();
    return new Dataset(
        namespace(),
        name(),
        schemaOf(found),
        OptionalLong.of(found.count()),
        found.fingerprint(),
        found.findings());
  }

  @Override
  public OrdinalRange range() throws IOException {
    return new OrdinalRange(0, scan().count());
  }

  @Override
  public boolean seekable() {
    return format.seekable();
  }

  @Override
  public RowReader read(OrdinalRange records, Position after) throws IOException {
    RecordScan found = scan();
    Schema schema = schemaOf(found);
    return OrdinalReader.open(
        records,
        found.repeated(),
        found.stamp(),
        after,
        first -> new Rows(found, schema, found.open(first), first));
  }

  private static final class Rows implements OrdinalReader.Records {

    private final RecordScan scan;
    private final Schema schema;
    private final RecordCursor cursor;
    private long next;

    Rows(RecordScan scan, Schema schema, RecordCursor cursor, long first) {
      this.scan = scan;
      this.schema = schema;
      this.cursor = cursor;
      this.next = first;
    }

    @Override
    public Row next() throws IOException, RejectedRowException {
      long ordinal = next++;
      if (!cursor.next()) {
        throw new EOFException(
            "%s: ends at record %d, expected %d"
                .formatted(scan.format().file(), ordinal, scan.count()));
      }
      String madeUpId = RecordScan.madeUpId(scan.format().file(), ordinal);
      return MappedRecord.of(cursor.content(), scan.fields()).row(schema, madeUpId);
    }

    @Override
    public void close() throws IOException {
      cursor.close();
    }
  }
}
