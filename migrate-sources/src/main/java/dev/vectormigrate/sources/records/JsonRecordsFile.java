package dev.vectormigrate.sources.records;

import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * A file with one JSON value that holds records as a source: {@code
 * JsonRecordsFile.at(Path.of("chunks.json"))}. Immutable and thread-safe. Its one dataset is called
 * like the file, up to the first dot of its name; {@link RecordFields} tells what becomes of a
 * record. The value is one of these:
 *
 * <ul>
 *   <li>an array of objects, or of texts; also as the only array of an object
 *   <li>an object whose keys are ids, and whose values are objects or texts
 *   <li>an object of arrays of the same length, such as {@code ids}, {@code texts}, {@code vectors}
 *       and {@code metadatas}, each with one part of every record
 * </ul>
 *
 * <p>A record that is nested deeper than 500 levels or of more than 64 MiB is refused. A value that
 * is malformed somewhere is an error of the dataset. Numbers of vectors are rounded to single
 * precision.
 */
public final class JsonRecordsFile implements SourceStore {

  private final Path path;
  private final RecordFields fields;
  private final Path workDirectory;

  private JsonRecordsFile(Path path, RecordFields fields, Path workDirectory) {
    this.path = Objects.requireNonNull(path, "path");
    this.fields = Objects.requireNonNull(fields, "fields");
    this.workDirectory = Objects.requireNonNull(workDirectory, "workDirectory");
  }

  /** The file, whose records have the usual fields. */
  public static JsonRecordsFile at(Path path) {
    return new JsonRecordsFile(
        path, RecordFields.DEFAULT, Path.of(System.getProperty("java.io.tmpdir")));
  }

  /** This source with other fields. */
  public JsonRecordsFile fields(RecordFields recordFields) {
    return new JsonRecordsFile(path, recordFields, workDirectory);
  }

  /**
   * This source with another place for a scratch file, an existing directory; that of the system
   * property {@code java.io.tmpdir} if not set. Only files of more than 65,536 records need one, of
   * 16 bytes a record, while they are looked through.
   */
  public JsonRecordsFile workDirectory(Path directory) {
    return new JsonRecordsFile(path, fields, directory);
  }

  @Override
  public String name() {
    return "json:" + path;
  }

  @Override
  public Optional<Path> files() {
    return Optional.of(path);
  }

  @Override
  public SourceSession open() throws IOException {
    RecordFile.require(path, "a JSON file of records");
    return RecordFile.session(JsonFormat.of(path, fields), fields, workDirectory);
  }

  @Override
  public String toString() {
    return name();
  }
}
