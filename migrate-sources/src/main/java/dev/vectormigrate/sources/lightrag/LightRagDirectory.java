package dev.vectormigrate.sources.lightrag;

import dev.vectormigrate.sources.files.FileDataset;
import dev.vectormigrate.sources.files.FileSession;
import dev.vectormigrate.sources.nanovectordb.VectorFile;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A working directory of LightRAG as a source: {@code
 * LightRagDirectory.at(Path.of("rag_storage"))}. Immutable and thread-safe.
 *
 * <p>Each workspace, which is the directory itself or a folder in it, is a namespace; that of the
 * directory itself is called {@code default}, as LightRAG's PostgreSQL storages call it. Datasets
 * are named after the files:
 *
 * <ul>
 *   <li>{@code vdb_chunks}, {@code vdb_entities}, {@code vdb_relationships} and the like, of which
 *       {@link VectorFile} tells what becomes of a record. Names of entities are kept as they are,
 *       also the quoted ones in upper case that LightRAG wrote until early 2025.
 *   <li>{@code doc_status} and the other {@code kv_store_*}: {@code key} and the JSON {@code
 *       value}, as it is. The cache of model responses was nested by mode until mid 2025; its keys
 *       are made flat here as LightRAG makes them when it loads such a file: mode, type and hash
 *       joined with colons.
 *   <li>{@code graph_nodes}: {@code id} and the JSON object {@code properties}, with the types that
 *       the graph's file declares; {@code graph_edges}: {@code source_id}, {@code target_id} and
 *       {@code properties}. The graph is undirected, and its file names the two nodes of an edge in
 *       any order: here they are in ascending order of their Unicode code points.
 * </ul>
 *
 * <p>A file that is damaged does not hide the others: its dataset has a finding that is an error,
 * and cannot be read. The directory is never written to; it must rest while it is read.
 */
public final class LightRagDirectory implements SourceStore {

  private final Path path;
  private final @Nullable String workspace;
  private final VectorFile.Options options;

  private LightRagDirectory(Path path, @Nullable String workspace, VectorFile.Options options) {
    this.path = Objects.requireNonNull(path, "path");
    this.workspace = workspace;
    this.options = options;
  }

  /** The working directory. */
  public static LightRagDirectory at(Path path) {
    return new LightRagDirectory(path, null, VectorFile.Options.DEFAULT);
  }

  /** This source with one workspace only: the name of a folder, or "" for the directory itself. */
  public LightRagDirectory workspace(String name) {
    return new LightRagDirectory(path, Objects.requireNonNull(name, "name"), options);
  }

  /**
   * This source with the dimension of its vectors, for files that do not tell it; those that do
   * must agree.
   */
  public LightRagDirectory dimension(int dimension) {
    return new LightRagDirectory(path, workspace, options.dimension(dimension));
  }

  /**
   * This source with another place for a scratch file, an existing directory; that of the system
   * property {@code java.io.tmpdir} if not set. Only files of more than 65,536 records need one, of
   * 16 bytes a record, while they are looked through.
   */
  public LightRagDirectory workDirectory(Path directory) {
    return new LightRagDirectory(path, workspace, options.workDirectory(directory));
  }

  @Override
  public String name() {
    return "lightrag:" + path;
  }

  @Override
  public Optional<Path> files() {
    return Optional.of(path);
  }

  @Override
  public SourceSession open() throws IOException {
    List<FileDataset> datasets = new ArrayList<>();
    for (Workspace found : Workspace.in(path, workspace)) {
      datasets.addAll(found.datasets(options));
    }
    return new FileSession(datasets);
  }

  @Override
  public String toString() {
    return name();
  }
}
