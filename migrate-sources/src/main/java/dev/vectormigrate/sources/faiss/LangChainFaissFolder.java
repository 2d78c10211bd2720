package dev.vectormigrate.sources.faiss;

import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * A folder that LangChain's FAISS vector store was saved to, as a source: {@code
 * LangChainFaissFolder.at(Path.of("faiss_index"))}. Immutable and thread-safe.
 *
 * <p>{@code index.faiss} has the vectors, {@code index.pkl} the documents and which document
 * belongs to which vector. The folder becomes one dataset, named like the index, with the fields
 * {@code id}, {@code text}, {@code metadata} and {@code embedding}, in the order of the index.
 *
 * <ul>
 *   <li>Indexes that keep every component are read: flat, HNSW and IVF over flat, and each of these
 *       with ids of its own. Those that quantize are refused, since the vectors are lost in them.
 *   <li>The pickle may be of any generation since 2023. Its classes are never loaded. Dates in
 *       metadata become ISO 8601 text; a row with any other object in its metadata is refused by
 *       name.
 *   <li>Whether the vectors were normalized when they were added is not stored. FAISS reports the
 *       square of the Euclidean distance; it ranks like the distance itself.
 * </ul>
 */
public final class LangChainFaissFolder implements SourceStore {

  private static final String DEFAULT_NAME = "index";

  private final Path path;
  private final String indexName;
  private final Path workDirectory;

  private LangChainFaissFolder(Path path, String indexName, Path workDirectory) {
    this.path = Objects.requireNonNull(path, "path");
    this.indexName = Objects.requireNonNull(indexName, "indexName");
    this.workDirectory = Objects.requireNonNull(workDirectory, "workDirectory");
  }

  /** The folder with {@code index.faiss} and {@code index.pkl} in it. */
  public static LangChainFaissFolder at(Path folder) {
    return new LangChainFaissFolder(
        folder, DEFAULT_NAME, Path.of(System.getProperty("java.io.tmpdir")));
  }

  /** The name that the index was saved under; {@code index} if not set. */
  public LangChainFaissFolder indexName(String name) {
    if (name.isEmpty() || !Path.of(name).equals(Path.of(name).getFileName())) {
      throw new IllegalArgumentException("index name: '" + name + "', expected that of a file");
    }
    return new LangChainFaissFolder(path, name, workDirectory);
  }

  /**
   * This source with another place for scratch files, an existing directory; that of the system
   * property {@code java.io.tmpdir} if not set. A session removes what it put there, and what
   * killed ones left.
   */
  public LangChainFaissFolder workDirectory(Path directory) {
    return new LangChainFaissFolder(path, indexName, directory);
  }

  @Override
  public String name() {
    return "faiss:" + path;
  }

  @Override
  public Optional<Path> files() {
    return Optional.of(path);
  }

  @Override
  public SourceSession open() throws IOException {
    return FaissSession.open(path, indexName, workDirectory);
  }

  @Override
  public String toString() {
    return name();
  }
}
