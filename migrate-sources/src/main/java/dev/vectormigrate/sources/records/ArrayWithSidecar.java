package dev.vectormigrate.sources.records;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.sources.files.FileSession;
import dev.vectormigrate.sources.numpy.ScratchFiles;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import dev.vectormigrate.spi.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An array of vectors that NumPy saved as a source, with the records that the vectors are of in a
 * file beside it: {@code ArrayWithSidecar.at(Path.of("embeddings.npy"))}. Immutable and
 * thread-safe. Its one dataset is called like the array's file, up to the first dot of its name.
 *
 * <p>Vector <i>i</i> belongs to record <i>i</i>, since nothing but the order tells; if there are
 * more of the one than of the other, that is an error of the dataset. The records are in a file
 * that {@link JsonLinesFile}, {@link JsonRecordsFile} or {@link CsvFile} reads, by the end of its
 * name. If it was not named, it is the only file in the folder that is called like the array, as in
 * {@code embeddings.json} or {@code embeddings.meta.json}, or {@code meta}, {@code metadata},
 * {@code chunks}, {@code docs} or {@code documents}, with {@code .json} or {@code .jsonl}. If there
 * is none, only the vectors are moved. {@link RecordFields} tells what becomes of a record; what
 * looks like a vector in it is metadata.
 *
 * <p>In an archive, {@code .npz}, the vectors are the only array of floats in two dimensions, if no
 * array was named. Arrays of as many texts or integers, such as {@code ids} and {@code texts}, are
 * parts of the records too. Python objects are never read.
 */
public final class ArrayWithSidecar implements SourceStore {

  private final Path path;
  private final @Nullable String array;
  private final @Nullable Path sidecar;
  private final RecordFields fields;
  private final Path workDirectory;

  private ArrayWithSidecar(
      Path path,
      @Nullable String array,
      @Nullable Path sidecar,
      RecordFields fields,
      Path workDirectory) {
    this.path = Objects.requireNonNull(path, "path");
    this.array = array;
    this.sidecar = sidecar;
    this.fields = Objects.requireNonNull(fields, "fields");
    this.workDirectory = Objects.requireNonNull(workDirectory, "workDirectory");
  }

  /** The file of an array, or an archive of arrays. */
  public static ArrayWithSidecar at(Path path) {
    return new ArrayWithSidecar(
        path, null, null, RecordFields.DEFAULT, Path.of(System.getProperty("java.io.tmpdir")));
  }

  /** This source with the name of the array of vectors in an archive. */
  public ArrayWithSidecar array(String name) {
    return new ArrayWithSidecar(
        path, Objects.requireNonNull(name, "name"), sidecar, fields, workDirectory);
  }

  /** This source with the file of the records. */
  public ArrayWithSidecar sidecar(Path file) {
    return new ArrayWithSidecar(
        path, array, Objects.requireNonNull(file, "file"), fields, workDirectory);
  }

  /** This source with other fields of the records; vectors among them do not count. */
  public ArrayWithSidecar fields(RecordFields recordFields) {
    return new ArrayWithSidecar(path, array, sidecar, recordFields, workDirectory);
  }

  /**
   * This source with another place for scratch files, an existing directory; that of the system
   * property {@code java.io.tmpdir} if not set. Arrays of an archive are unpacked there, and arrays
   * in Fortran order are brought into order.
   */
  public ArrayWithSidecar workDirectory(Path directory) {
    return new ArrayWithSidecar(path, array, sidecar, fields, directory);
  }

  @Override
  public String name() {
    return "numpy:" + path;
  }

  @Override
  public SourceSession open() throws IOException {
    RecordFile.require(path, "an array of NumPy");
    Path beside = sidecar == null ? Sidecar.find(path) : sidecar;
    if (beside != null) {
      RecordFile.require(beside, "the records of an array");
    }
    ScratchFiles scratch = ScratchFiles.below(workDirectory);
    ArrayDataset dataset = new ArrayDataset(path, array, beside, fields, workDirectory, scratch);
    return new Session(new FileSession(List.of(dataset)), scratch);
  }

  /** A session that removes its scratch files. */
  private record Session(FileSession files, ScratchFiles scratch) implements SourceSession {

    @Override
    public List<Dataset> datasets() throws IOException {
      return files.datasets();
    }

    @Override
    public List<Split> split(Dataset dataset, int parts) throws IOException {
      return files.split(dataset, parts);
    }

    @Override
    public RowReader read(Dataset dataset, Split split, Position after) throws IOException {
      return files.read(dataset, split, after);
    }

    @Override
    public void close() {
      files.close();
      scratch.close();
    }
  }

  @Override
  public String toString() {
    return name();
  }
}
