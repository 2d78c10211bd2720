package dev.vectormigrate.sources.inmemory;

import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * A file that Spring AI's {@code SimpleVectorStore} saved, as a source: {@code
 * SpringAiVectorStoreFile.at(Path.of("vectorstore.json"))}. Immutable and thread-safe. Its one
 * dataset is named after the file and has the fields {@code id}, {@code text}, {@code metadata} and
 * {@code embedding}.
 *
 * <p>The file is a JSON object of records by their id. The text was called {@code content} in early
 * milestones of 1.0.0, was there under both names in 1.0.0-M5, and is called {@code text} since
 * 1.0.0; all three are read. Metadata is kept with its types, and vectors bit for bit, as Java
 * writes a float with the digits that tell it from every other. Another member of a record, such as
 * {@code media}, becomes a key of the metadata where it holds anything.
 *
 * <p>A record whose vector has another dimension than most, or holds something that is no finite
 * number of single precision, is refused. The distance is cosine, the only one that the library
 * has. The file is never written to; it must rest while it is read.
 */
public final class SpringAiVectorStoreFile implements SourceStore {

  private final Path path;
  private final Path workDirectory;

  private SpringAiVectorStoreFile(Path path, Path workDirectory) {
    this.path = Objects.requireNonNull(path, "path");
    this.workDirectory = Objects.requireNonNull(workDirectory, "workDirectory");
  }

  /** The file that {@code SimpleVectorStore.save} wrote. */
  public static SpringAiVectorStoreFile at(Path path) {
    return new SpringAiVectorStoreFile(path, StoreFile.temporary());
  }

  /**
   * This source with another place for a scratch file, an existing directory; that of the system
   * property {@code java.io.tmpdir} if not set. Only files of more than 65,536 records need one, of
   * 16 bytes a record, while they are looked through.
   */
  public SpringAiVectorStoreFile workDirectory(Path directory) {
    return new SpringAiVectorStoreFile(path, directory);
  }

  @Override
  public String name() {
    return "spring-ai:" + path;
  }

  @Override
  public Optional<Path> files() {
    return Optional.of(path);
  }

  @Override
  public SourceSession open() throws IOException {
    return StoreFile.open(path, StoreFormat.SPRING_AI, workDirectory);
  }

  @Override
  public String toString() {
    return name();
  }
}
