package dev.vectormigrate.sources.inmemory;

import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * A file that LangChain4j's {@code InMemoryEmbeddingStore} was serialized to, as a source: {@code
 * LangChain4jStoreFile.at(Path.of("embeddings.json"))}. Immutable and thread-safe. Its one dataset
 * is named after the file and has the fields {@code id}, {@code text}, {@code metadata} and {@code
 * embedding}.
 *
 * <p>The file is a JSON object with an array {@code entries}; Gson and Jackson, which wrote it in
 * turn, give it the same shape. An entry that was added without a text has neither text nor
 * metadata. Adding does not replace in this store: where an id is there more than once, a search
 * there finds all of its entries, so all are moved, and the later ones are told apart by {@code #}
 * and their number in the file, from 0. Another member of an entry becomes a key of the metadata
 * where it holds anything.
 *
 * <p>A record whose vector has another dimension than most, or holds something that is no finite
 * number of single precision, is refused. The distance is cosine, the only one that the library
 * has. The file is never written to; it must rest while it is read.
 */
public final class LangChain4jStoreFile implements SourceStore {

  private final Path path;
  private final Path workDirectory;

  private LangChain4jStoreFile(Path path, Path workDirectory) {
    this.path = Objects.requireNonNull(path, "path");
    this.workDirectory = Objects.requireNonNull(workDirectory, "workDirectory");
  }

  /** The file that {@code InMemoryEmbeddingStore.serializeToFile} wrote. */
  public static LangChain4jStoreFile at(Path path) {
    return new LangChain4jStoreFile(path, StoreFile.temporary());
  }

  /**
   * This source with another place for a scratch file, an existing directory; that of the system
   * property {@code java.io.tmpdir} if not set. Only files of more than 65,536 records need one, of
   * 16 bytes a record, while they are looked through.
   */
  public LangChain4jStoreFile workDirectory(Path directory) {
    return new LangChain4jStoreFile(path, directory);
  }

  @Override
  public String name() {
    return "langchain4j:" + path;
  }

  @Override
  public Optional<Path> files() {
    return Optional.of(path);
  }

  @Override
  public SourceSession open() throws IOException {
    return StoreFile.open(path, StoreFormat.LANGCHAIN4J, workDirectory);
  }

  @Override
  public String toString() {
    return name();
  }
}
