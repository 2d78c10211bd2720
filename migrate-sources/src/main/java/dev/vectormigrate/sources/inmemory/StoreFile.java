package dev.vectormigrate.sources.inmemory;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.sources.files.FileDataset;
import dev.vectormigrate.sources.files.FileSession;
import dev.vectormigrate.sources.files.OrdinalRange;
import dev.vectormigrate.sources.files.OrdinalReader;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The records of a file as a dataset that is named after it. All three libraries use cosine. */
final class StoreFile implements FileDataset {

  private static final String SUFFIX = ".json";

  private final Path file;
  private final StoreFormat format;
  private final Path workDirectory;
  private @Nullable StoreScan scan;

  private StoreFile(Path file, StoreFormat format, Path workDirectory) {
    this.file = file;
    this.format = format;
    this.workDirectory = workDirectory;
  }

  /** The work directory of the platform. */
  static Path temporary() {
    return Path.of(System.getProperty("java.io.tmpdir"));
  }

  static SourceSession open(Path file, StoreFormat format, Path workDirectory) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException(
          "%s: a directory, expected %s. Name a file in it".formatted(file, format.expected()));
    }
    if (!Files.exists(file)) {
      throw new IOException(
          "%s: missing, expected %s. Check the path".formatted(file, format.expected()));
    }
    return new FileSession(List.of(new StoreFile(file, format, workDirectory)));
  }

  @Override
  public List<String> namespace() {
    return List.of();
  }

  @Override
  public String name() {
    String name = String.valueOf(file.getFileName());
    return name.endsWith(SUFFIX) && name.length() > SUFFIX.length()
        ? name.substring(0, name.length() - SUFFIX.length())
        : name;
  }

  @Override
  public Schema schema() {
    return schema(0);
  }

  private static Schema schema(int dimension) {
    return Schema.vectorCollection(dimension, Distance.COSINE);
  }

  private StoreScan scan() throws IOException {
    if (scan == null) {
      scan = StoreScanner.scan(file, format, workDirectory);
    }
    return scan;
  }

  @Override
  public Dataset describe() throws IOException {
    return new Dataset(
        namespace(),
        name(),
        schema(scan().vectors().usualDimension()),
        OptionalLong.of(scan().count()),
        scan().fingerprint(),
        scan().findings(format.code()));
  }

  @Override
  public OrdinalRange range() throws IOException {
    return new OrdinalRange(0, scan().count());
  }

  @Override
  public boolean seekable() {
    return true;
  }

  @Override
  public RowReader read(OrdinalRange records, Position after) throws IOException {
    StoreScan found = scan();
    Schema schema = schema(found.vectors().usualDimension());
    return OrdinalReader.open(
        records,
        found.colliding(),
        found.stamp(),
        after,
        first -> new StoreRecords(file, format, found, schema, first));
  }
}
