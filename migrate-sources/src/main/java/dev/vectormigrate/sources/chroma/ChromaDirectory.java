package dev.vectormigrate.sources.chroma;

import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The directory that a Chroma vector database persists to, as a source: {@code
 * ChromaDirectory.at(Path.of("data/chroma"))}. Immutable and thread-safe.
 *
 * <p>Directories of Chroma 0.4.0 to 1.x are read directly, without Chroma, in the state that a
 * server would answer with: what was flushed to the vector index, plus the newest vectors, which
 * Chroma keeps in its write-ahead log only. A collection becomes a dataset whose namespace is its
 * tenant and database, with the fields {@code id}, {@code text}, {@code metadata} and {@code
 * embedding}, and {@code uri} after the text where any record has one. Metadata keep their types.
 *
 * <p>Vectors are those that were sent, bit for bit, with one exception: in the cosine space Chroma
 * stores the normalized vector and its length, whose product differs from the original by rounding.
 * Vectors in the write-ahead log are the exact originals there too; a Chroma 1.x server would
 * answer with rounded ones, one or two units in the last place away.
 *
 * <p>The directory is never written to. It may be in use by a server: then a private copy is made
 * first, see {@link Snapshot}. The session fails to open with an {@link IOException} where the
 * directory is missing, of Chroma 0.3 or older, or damaged beyond what the write-ahead log can make
 * up for.
 */
public final class ChromaDirectory implements SourceStore {

  /** What becomes of a record whose vector Chroma itself has lost. */
  public enum MissingVectors {
    /** It is moved without vector, and a finding of the dataset says so. */
    NULL,
    /** It is refused. */
    REJECT;

    static final String REASON = "vector: none in Chroma, expected one";

    void apply(PageRecord item) {
      if (this == REJECT) {
        item.reject(REASON);
      }
    }

    /**
     * Says what will become of records.
     *
     * @param count how many there are
     * @param ids of some of them
     */
    Finding finding(long count, List<String> ids) {
      String fate = this == NULL ? "moved without one" : "refused";
      String more = count > ids.size() ? ", ..." : "";
      return Finding.warning(
          "chroma.vectors.missing",
          "records without a vector in Chroma: %d, they will be %s: %s%s"
              .formatted(count, fate, String.join(", ", ids), more));
    }
  }

  /** When a private copy of the directory is read instead of the original. */
  public enum Snapshot {
    /**
     * When the directory seems to be in use or needs a recovery that would write to it, and where
     * that cannot be told, which is everywhere but on Linux.
     */
    AUTO,
    /** Always; needs as much free space as the directory has. */
    ALWAYS
  }

  private final Path path;
  private final MissingVectors missingVectors;
  private final Snapshot snapshot;
  private final Path workDirectory;

  private ChromaDirectory(
      Path path, MissingVectors missingVectors, Snapshot snapshot, Path workDirectory) {
    this.path = Objects.requireNonNull(path, "path");
    this.missingVectors = Objects.requireNonNull(missingVectors, "missingVectors");
    this.snapshot = Objects.requireNonNull(snapshot, "snapshot");
    this.workDirectory = Objects.requireNonNull(workDirectory, "workDirectory");
  }

  /** The directory with {@code chroma.sqlite3} in it. */
  public static ChromaDirectory at(Path path) {
    return new ChromaDirectory(
        path, MissingVectors.NULL, Snapshot.AUTO, Path.of(System.getProperty("java.io.tmpdir")));
  }

  /** This source with another treatment of lost vectors; {@link MissingVectors#NULL} if not set. */
  public ChromaDirectory missingVectors(MissingVectors treatment) {
    return new ChromaDirectory(path, treatment, snapshot, workDirectory);
  }

  /** This source with another rule for private copies; {@link Snapshot#AUTO} if not set. */
  public ChromaDirectory snapshot(Snapshot rule) {
    return new ChromaDirectory(path, missingVectors, rule, workDirectory);
  }

  /**
   * This source with another place for private copies and scratch files, an existing directory;
   * that of the system property {@code java.io.tmpdir} if not set. A session removes what it put
   * there, and what killed ones left.
   */
  public ChromaDirectory workDirectory(Path directory) {
    return new ChromaDirectory(path, missingVectors, snapshot, directory);
  }

  @Override
  public String name() {
    return "chroma:" + path;
  }

  @Override
  public Optional<Path> files() {
    return Optional.of(path);
  }

  @Override
  public SourceSession open() throws IOException {
    OpenDirectory directory =
        OpenDirectory.open(new PersistDirectory(path), snapshot, workDirectory);
    return new ChromaSession(directory, missingVectors);
  }

  @Override
  public String toString() {
    return name();
  }
}
