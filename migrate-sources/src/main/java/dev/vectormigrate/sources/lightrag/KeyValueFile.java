package dev.vectormigrate.sources.lightrag;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.sources.files.FileDataset;
import dev.vectormigrate.sources.files.OrdinalRange;
import dev.vectormigrate.sources.files.OrdinalReader;
import dev.vectormigrate.sources.json.JsonFile;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RowReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A key-value file: one JSON object, whose members are the records. */
final class KeyValueFile implements FileDataset {

  static final Schema SCHEMA =
      new Schema(
          List.of(Field.required("key", FieldType.TEXT), Field.required("value", FieldType.JSON)),
          List.of("key"));

  private static final String PREFIX = "kv_store_";
  private static final String SUFFIX = ".json";
  private static final String DOC_STATUS = "doc_status";

  private final Path file;
  private final List<String> namespace;
  private final Path workDirectory;
  private @Nullable KeyValueScan scan;

  KeyValueFile(Path file, List<String> namespace, Path workDirectory) {
    this.file = file;
    this.namespace = namespace;
    this.workDirectory = workDirectory;
  }

  @Override
  public List<String> namespace() {
    return namespace;
  }

  @Override
  public String name() {
    String fileName = String.valueOf(file.getFileName());
    String name = fileName.substring(0, fileName.length() - SUFFIX.length());
    return name.equals(PREFIX + DOC_STATUS) ? DOC_STATUS : name;
  }

  @Override
  public Schema schema() {
    return SCHEMA;
  }

  private KeyValueScan scan() throws IOException {
    if (scan == null) {
      scan = KeyValueScanner.scan(file, name().endsWith("_cache"), workDirectory);
    }
    return scan;
  }

  @Override
  public Dataset describe() throws IOException {
    return new Dataset(
        namespace,
        name(),
        SCHEMA,
        OptionalLong.of(scan().count()),
        scan().fingerprint(),
        findings(scan().repeated().size()));
  }

  private static List<Finding> findings(int repeated) {
    return repeated == 0
        ? List.of()
        : List.of(
            Finding.warning(
                "lightrag.keys.repeated",
                repeated + " records have the key of an earlier one and will be refused"));
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
    KeyValueScan found = scan();
    return OrdinalReader.open(
        records,
        found.repeated(),
        found.stamp(),
        after,
        first -> new KeyValueRecords(JsonFile.at(file), found, first));
  }
}
