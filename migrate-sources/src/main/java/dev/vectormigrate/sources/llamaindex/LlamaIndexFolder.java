package dev.vectormigrate.sources.llamaindex;

import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * A folder that LlamaIndex persisted its simple stores to, as a source: {@code
 * LlamaIndexFolder.at(Path.of("storage"))}. Immutable and thread-safe.
 *
 * <p>Every {@code <namespace>__vector_store.json} is a dataset named after its namespace, such as
 * {@code default} and {@code image}; so is the {@code vector_store.json} of early 2023, as {@code
 * default}. An empty one is left out where another has rows. A vector and the node of the same id
 * in {@code docstore.json} are one row:
 *
 * <ul>
 *   <li>{@code id}: of the node; {@code text}: its text, also that of a {@code text_resource};
 *       {@code metadata}: its metadata, which was called {@code extra_info} until mid 2023;
 *   <li>{@code ref_doc_id}: the document that it is a part of; null where there is none, which the
 *       files write as the text {@code None};
 *   <li>{@code relationships}: as they are in the file, by their number: 1 source, 2 previous, 3
 *       next, 4 parent, 5 child;
 *   <li>{@code node}: everything else that the docstore says of the node, as it is there, such as
 *       its type, its place in the document and its templates;
 *   <li>{@code embedding}: the vector; its doubles are rounded once to single precision.
 * </ul>
 *
 * <p>A vector without node is a row without text, with the metadata that the vector store has of
 * it. A node without vector, such as a document that an ingestion pipeline remembers, is a row
 * without embedding, of the dataset {@code default} where there is one, else of the first. Findings
 * count both. A vector of another dimension than most of its file is refused. The distance is
 * cosine, the default of such a store. Hashes of documents, {@code index_store.json} and graphs are
 * not read.
 *
 * <p>The folder is never written to; it must rest while it is read.
 */
public final class LlamaIndexFolder implements SourceStore {

  private final Path path;
  private final Path workDirectory;

  private LlamaIndexFolder(Path path, Path workDirectory) {
    this.path = Objects.requireNonNull(path, "path");
    this.workDirectory = Objects.requireNonNull(workDirectory, "workDirectory");
  }

  /** The folder with the vector stores in it. */
  public static LlamaIndexFolder at(Path folder) {
    return new LlamaIndexFolder(folder, Path.of(System.getProperty("java.io.tmpdir")));
  }

  /**
   * This source with another place for scratch files, an existing directory; that of the system
   * property {@code java.io.tmpdir} if not set. A session needs about 200 bytes a record there. It
   * removes what it put there, and what killed ones left.
   */
  public LlamaIndexFolder workDirectory(Path directory) {
    return new LlamaIndexFolder(path, directory);
  }

  @Override
  public String name() {
    return "llama-index:" + path;
  }

  @Override
  public Optional<Path> files() {
    return Optional.of(path);
  }

  @Override
  public SourceSession open() throws IOException {
    return LlamaIndexSession.open(path, workDirectory);
  }

  @Override
  public String toString() {
    return name();
  }
}
