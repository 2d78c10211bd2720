package dev.vectormigrate.sources.faiss;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.sources.numpy.FileDigest;
import dev.vectormigrate.sources.numpy.RowRange;
import dev.vectormigrate.sources.numpy.ScratchFiles;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** An open folder. */
final class FaissSession implements SourceSession {

  private final String indexName;
  private final List<FileDigest> digests;
  private final FaissIndex index;
  private final FolderTable table;
  private final ScratchFiles scratch;

  private FaissSession(
      String indexName,
      List<FileDigest> digests,
      FaissIndex index,
      FolderTable table,
      ScratchFiles scratch) {
    this.indexName = indexName;
    this.digests = digests;
    this.index = index;
    this.table = table;
    this.scratch = scratch;
  }

  static FaissSession open(Path folder, String indexName, Path workDirectory) throws IOException {
    FileDigest index = FileDigest.of(existing(folder.resolve(indexName + ".faiss")));
    FileDigest pickle = FileDigest.of(existing(folder.resolve(indexName + ".pkl")));
    ScratchFiles scratch = ScratchFiles.below(workDirectory);
    try (FolderTable.Writer writer = new FolderTable.Writer(scratch)) {
      FaissIndex read = FaissIndex.read(index.file(), writer::vector);
      DocstorePickle.read(pickle.file(), writer, scratch);
      return new FaissSession(indexName, List.of(index, pickle), read, writer.finish(), scratch);
    } catch (IOException | RuntimeException e) {
      scratch.close();
      throw e;
    }
  }

  private static Path existing(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          file
              + ": missing, expected a folder that LangChain saved a FAISS store to. Check the"
              + " path");
    }
    return file;
  }

  Schema schema() {
    return Schema.vectorCollection(index.dimension(), index.distance());
  }

  FaissIndex index() {
    return index;
  }

  Path indexFile() {
    return digests.get(0).file();
  }

  FolderTable table() {
    return table;
  }

  /** Fails when a file was written since it was opened. */
  void requireUnchanged() throws IOException {
    for (FileDigest digest : digests) {
      digest.requireUnchanged();
    }
  }

  @Override
  public List<Dataset> datasets() {
    return List.of(
        new Dataset(
            List.of(),
            indexName,
            schema(),
            OptionalLong.of(table.counts().rows()),
            "faiss index=%s docstore=%s"
                .formatted(digests.get(0).sha256(), digests.get(1).sha256()),
            findings()));
  }

  private List<Finding> findings() {
    FolderTable.Counts counts = table.counts();
    List<Finding> findings = new ArrayList<>();
    warn(
        findings,
        "vectors.missing",
        "rows with a document but no vector",
        counts.withoutVector(),
        "moved without one");
    warn(
        findings,
        "documents.missing",
        "rows without document in the docstore",
        counts.withoutDocument(),
        "refused");
    warn(
        findings,
        "documents.unreachable",
        "documents that belong to no vector, so that no search finds them",
        counts.unreachable(),
        "left out");
    warn(
        findings,
        "ids.repeated",
        "rows with the id of an earlier one",
        counts.repeated(),
        "told apart by # and their label");
    if (index.distance() == null) {
      findings.add(
          Finding.warning(
              "faiss.distance.unknown",
              "metric of the index: neither L2 nor inner product, moved without distance"));
    }
    return findings;
  }

  private static void warn(
      List<Finding> findings, String code, String what, long count, String done) {
    if (count > 0) {
      findings.add(Finding.warning("faiss." + code, what + ": " + count + ", " + done));
    }
  }

  @Override
  public List<Split> split(Dataset dataset, int parts) throws IOException {
    requireKnown(dataset);
    return RowRange.split(0, table.counts().rows(), parts);
  }

  @Override
  public RowReader read(Dataset dataset, Split split, Position after) throws IOException {
    requireKnown(dataset);
    requireUnchanged();
    return FaissReader.open(this, RowRange.of(split, 0, table.counts().rows()), after);
  }

  private void requireKnown(Dataset dataset) throws IOException {
    if (!dataset.qualifiedName().equals(indexName)) {
      throw new IOException(
          "index '" + dataset.qualifiedName() + "': missing, expected it as it was planned");
    }
  }

  @Override
  public void close() {
    scratch.close();
  }
}
