package dev.vectormigrate.sources.records;

import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * A file of separated values in UTF-8 as a source: {@code CsvFile.at(Path.of("chunks.csv"))}.
 * Immutable and thread-safe. Its one dataset is called like the file, up to the first dot of its
 * name. The first line names the columns; {@link RecordFields} tells what becomes of them, of which
 * the paths are names of columns.
 *
 * <p>Fields may be quoted as RFC 4180 says, and then hold delimiters and line ends. A vector is a
 * JSON array, or numbers with blanks or semicolons between them; what NumPy prints is refused, as
 * it leaves digits or numbers out. All other values are text, also those that look like numbers;
 * only a column of metadata that was named is read as a JSON object. A row with more or fewer
 * fields than the header, or of more than 64 MiB, is refused. A file whose name ends in {@code .gz}
 * is decompressed; it cannot be read in parts, and a run that goes on with it passes over what it
 * has read before.
 */
public final class CsvFile implements SourceStore {

  private final Path path;
  private final char delimiter;
  private final RecordFields fields;
  private final Path workDirectory;

  private CsvFile(Path path, char delimiter, RecordFields fields, Path workDirectory) {
    this.path = Objects.requireNonNull(path, "path");
    this.delimiter = delimiter;
    this.fields = Objects.requireNonNull(fields, "fields");
    this.workDirectory = Objects.requireNonNull(workDirectory, "workDirectory");
  }

  /** The file, with commas between its fields, and the usual ones of them. */
  public static CsvFile at(Path path) {
    return new CsvFile(
        path, ',', RecordFields.DEFAULT, Path.of(System.getProperty("java.io.tmpdir")));
  }

  /**
   * This source with another character between fields.
   *
   * @param character of ASCII, such as a semicolon or a tabulator
   */
  public CsvFile delimiter(char character) {
    if (character > 0x7E || character == '"' || character == '\n' || character == '\r') {
      throw new IllegalArgumentException(
          "delimiter: U+%04X, expected an ASCII character that is no quotation mark or line end"
              .formatted((int) character));
    }
    return new CsvFile(path, character, fields, workDirectory);
  }

  /** This source with other fields, whose paths are names of columns. */
  public CsvFile fields(RecordFields recordFields) {
    return new CsvFile(path, delimiter, recordFields, workDirectory);
  }

  /**
   * This source with another place for a scratch file, an existing directory; that of the system
   * property {@code java.io.tmpdir} if not set. Only files of more than 65,536 records need one, of
   * 16 bytes a record, while they are looked through.
   */
  public CsvFile workDirectory(Path directory) {
    return new CsvFile(path, delimiter, fields, directory);
  }

  @Override
  public String name() {
    return "csv:" + path;
  }

  @Override
  public Optional<Path> files() {
    return Optional.of(path);
  }

  @Override
  public SourceSession open() throws IOException {
    RecordFile.require(path, "a CSV file");
    CsvFormat format = CsvFormat.of(path, delimiter, fields);
    return RecordFile.session(format, format.fields(), workDirectory);
  }

  @Override
  public String toString() {
    return name();
  }
}
