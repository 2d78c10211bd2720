package dev.vectormigrate.sources.records;

import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * A file with one JSON object a line as a source: {@code
 * JsonLinesFile.at(Path.of("chunks.jsonl"))}. Immutable and thread-safe. Its one dataset is called
 * like the file, up to the first dot of its name; {@link RecordFields} tells what becomes of a
 * record.
 *
 * <p>Lines that are blank do not count, and a line may end as on any system. A line that is no JSON
 * object, or of more than 64 MiB, is refused. Numbers of vectors are rounded to single precision. A
 * file whose name ends in {@code .gz} is decompressed; it cannot be read in parts, and a run that
 * goes on with it passes over what it has read before.
 */
public final class JsonLinesFile implements SourceStore {

  private final Path path;
  private final RecordFields fields;
  private final Path workDirectory;

  private JsonLinesFile(Path path, RecordFields fields, Path workDirectory) {
    this.path = Objects.requireNonNull(path, "path");
    this.fields = Objects.requireNonNull(fields, "fields");
    this.workDirectory = Objects.requireNonNull(workDirectory, "workDirectory");
  }

  /** The file, whose records have the usual fields. */
  public static JsonLinesFile at(Path path) {
    return new JsonLinesFile(
        path, RecordFields.DEFAULT, Path.of(System.getProperty("java.io.tmpdir")));
  }

  /** This source with other fields. */
  public JsonLinesFile fields(RecordFields recordFields) {
    return new JsonLinesFile(path, recordFields, workDirectory);
  }

  /**
   * This source with another place for a scratch file, an existing directory; that of the system
   * property {@code java.io.tmpdir} if not set. Only files of more than 65,536 records need one, of
   * 16 bytes a record, while they are looked through.
   */
  public JsonLinesFile workDirectory(Path directory) {
    return new JsonLinesFile(path, fields, directory);
  }

  @Override
  public String name() {
    return "jsonl:" + path;
  }

  @Override
  public Optional<Path> files() {
    return Optional.of(path);
  }

  @Override
  public SourceSession open() throws IOException {
    RecordFile.require(path, "a file of JSON lines");
    return RecordFile.session(new LinesFormat(path, fields), fields, workDirectory);
  }

  @Override
  public String toString() {
    return name();
  }
}
