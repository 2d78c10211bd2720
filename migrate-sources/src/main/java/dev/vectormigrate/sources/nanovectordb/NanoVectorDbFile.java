package dev.vectormigrate.sources.nanovectordb;

import dev.vectormigrate.sources.files.FileSession;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A file of nano-vectordb as a source: {@code NanoVectorDbFile.at(Path.of("nano-vectordb.json"))}.
 * Immutable and thread-safe. Its one dataset is named after the file; {@link VectorFile} tells what
 * becomes of a record.
 */
public final class NanoVectorDbFile implements SourceStore {

  private final Path path;
  private final VectorFile.Options options;

  private NanoVectorDbFile(Path path, VectorFile.Options options) {
    this.path = Objects.requireNonNull(path, "path");
    this.options = options;
  }

  /** The file that the database was saved to. */
  public static NanoVectorDbFile at(Path path) {
    return new NanoVectorDbFile(path, VectorFile.Options.DEFAULT);
  }

  /**
   * This source with the dimension of its vectors, for a file that does not tell it; one that does
   * must agree.
   */
  public NanoVectorDbFile dimension(int dimension) {
    return new NanoVectorDbFile(path, options.dimension(dimension));
  }

  /**
   * This source with another place for a scratch file, an existing directory; that of the system
   * property {@code java.io.tmpdir} if not set. Only files of more than 65,536 records need one, of
   * 16 bytes a record, while they are looked through.
   */
  public NanoVectorDbFile workDirectory(Path directory) {
    return new NanoVectorDbFile(path, options.workDirectory(directory));
  }

  @Override
  public String name() {
    return "nano-vectordb:" + path;
  }

  @Override
  public Optional<Path> files() {
    return Optional.of(path);
  }

  @Override
  public SourceSession open() throws IOException {
    if (Files.isDirectory(path)) {
      throw new IOException(
          path + ": a directory, expected a file of nano-vectordb. Name a file in it");
    }
    if (!Files.exists(path)) {
      throw new IOException(path + ": missing, expected a file of nano-vectordb. Check the path");
    }
    return new FileSession(List.of(new VectorFile(path, List.of(), options)));
  }

  @Override
  public String toString() {
    return name();
  }
}
