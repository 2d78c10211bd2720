package dev.vectormigrate.sources.inmemory;

import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * A file that LangChain's {@code InMemoryVectorStore} of Python was dumped to, as a source: {@code
 * LangChainMemoryFile.at(Path.of("store.json"))}. Immutable and thread-safe. Its one dataset is
 * named after the file and has the fields {@code id}, {@code text}, {@code metadata} and {@code
 * embedding}.
 *
 * <p>The file is a JSON object of records by their id. Metadata with a key {@code lc}, which newer
 * releases wrap as {@code __lc_escaped__}, is unwrapped as LangChain does it. A value that had no
 * JSON, which LangChain writes as an object of the type {@code not_implemented}, and one of its own
 * classes, of the type {@code constructor}, are kept as these objects: nothing is instantiated.
 * Numbers of vectors are doubles there, and rounded once to single precision.
 *
 * <p>A record whose vector has another dimension than most, or holds something that is no finite
 * number of single precision, is refused. The distance is cosine, the only one that the library
 * has. The file is never written to; it must rest while it is read.
 */
public final class LangChainMemoryFile implements SourceStore {

  private final Path path;
  private final Path workDirectory;

  private LangChainMemoryFile(Path path, Path workDirectory) {
    this.path = Objects.requireNonNull(path, "path");
    this.workDirectory = Objects.requireNonNull(workDirectory, "workDirectory");
  }

  /** The file that {@code InMemoryVectorStore.dump} wrote. */
  public static LangChainMemoryFile at(Path path) {
    return new LangChainMemoryFile(path, StoreFile.temporary());
  }

  /**
   * This source with another place for a scratch file, an existing directory; that of the system
   * property {@code java.io.tmpdir} if not set. Only files of more than 65,536 records need one, of
   * 16 bytes a record, while they are looked through.
   */
  public LangChainMemoryFile workDirectory(Path directory) {
    return new LangChainMemoryFile(path, directory);
  }

  @Override
  public String name() {
    return "langchain-memory:" + path;
  }

  @Override
  public Optional<Path> files() {
    return Optional.of(path);
  }

  @Override
  public SourceSession open() throws IOException {
    return StoreFile.open(path, StoreFormat.LANGCHAIN_MEMORY, workDirectory);
  }

  @Override
  public String toString() {
    return name();
  }
}
