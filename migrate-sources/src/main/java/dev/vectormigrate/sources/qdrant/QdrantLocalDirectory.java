package dev.vectormigrate.sources.qdrant;

import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A directory of the local mode of Qdrant's Python client, {@code QdrantClient(path=…)}, as a
 * source: {@code QdrantLocalDirectory.at(Path.of("qdrant_data"))}. Immutable and thread-safe.
 *
 * <p>Each collection of {@code meta.json} is a dataset, with the fields that {@link QdrantServer}
 * describes, in the order in which its database has the points. Numbers of vectors become floats,
 * which is what the client serves too. A UUID becomes its canonical text however it was written.
 *
 * <p>Under cosine distance, the client stores some vectors as they were given and others
 * normalized, and serves after the next start what it stored. They are moved as they are stored,
 * unless {@link #normalized()} asks for length 1.
 *
 * <p>The points are pickled Python objects: their classes are never loaded. Each database is copied
 * before it is read, so that nothing is locked or written at the source; a client may have the
 * directory open as long as it rests. Directories of clients before 1.1, which have {@code
 * storage.dbm}, are refused.
 */
public final class QdrantLocalDirectory implements SourceStore {

  private final Path path;
  private final PointLayout.Options options;
  private final Path workDirectory;

  private QdrantLocalDirectory(Path path, PointLayout.Options options, Path workDirectory) {
    this.path = Objects.requireNonNull(path, "path");
    this.options = options;
    this.workDirectory = Objects.requireNonNull(workDirectory, "workDirectory");
  }

  /** The directory with {@code meta.json} in it. */
  public static QdrantLocalDirectory at(Path directory) {
    return new QdrantLocalDirectory(
        directory, PointLayout.Options.DEFAULT, Path.of(System.getProperty("java.io.tmpdir")));
  }

  /** As {@link QdrantServer#textKey}. */
  public QdrantLocalDirectory textKey(String key) {
    Objects.requireNonNull(key, "key");
    return with(new PointLayout.Options(key, options.sparseDimension(), options.normalized()));
  }

  /** As {@link QdrantServer#sparseDimension}. */
  public QdrantLocalDirectory sparseDimension(int dimension) {
    int checked = QdrantServer.requireSparseDimension(dimension);
    return with(new PointLayout.Options(options.textKey(), checked, options.normalized()));
  }

  /** This source with vectors under cosine distance divided by their length, as a server does. */
  public QdrantLocalDirectory normalized() {
    return with(new PointLayout.Options(options.textKey(), options.sparseDimension(), true));
  }

  private QdrantLocalDirectory with(PointLayout.Options newOptions) {
    return new QdrantLocalDirectory(path, newOptions, workDirectory);
  }

  /**
   * This source with another place for the copies, an existing directory; that of the system
   * property {@code java.io.tmpdir} if not set. A session removes what it put there, and what
   * killed ones left.
   */
  public QdrantLocalDirectory workDirectory(Path directory) {
    return new QdrantLocalDirectory(path, options, directory);
  }

  @Override
  public String name() {
    return "qdrant-local:" + path;
  }

  @Override
  public SourceSession open() throws IOException {
    return LocalSession.open(path, options, workDirectory);
  }

  @Override
  public String toString() {
    return name();
  }
}
