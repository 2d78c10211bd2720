package dev.vectormigrate.sources.simplevectorstore;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.sources.numpy.FileDigest;
import dev.vectormigrate.sources.numpy.NpyFile;
import dev.vectormigrate.sources.numpy.NpzFile;
import dev.vectormigrate.sources.numpy.ScratchFiles;
import dev.vectormigrate.sources.numpy.VectorRows;
import dev.vectormigrate.sources.pickle.PickledVectors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** One store that could be read. Immutable. */
final class Store {

  private final StoreFiles files;
  private final List<FileDigest> digests;
  private final VectorRows vectors;
  private final EntryText text;
  private final EntryIndex entries;

  private Store(
      StoreFiles files,
      List<FileDigest> digests,
      VectorRows vectors,
      EntryText text,
      EntryIndex entries) {
    this.files = files;
    this.digests = digests;
    this.vectors = vectors;
    this.text = text;
    this.entries = entries;
  }

  static Store open(StoreFiles files, List<FileDigest> digests, MasterKey key, ScratchFiles scratch)
      throws IOException {
    Path vectorFile = files.vectors();
    Path metadata = files.metadata();
    EntryText text = EntryText.of(metadata);
    if (FernetToken.isToken(metadata)) {
      text = FernetToken.open(metadata, key(files, metadata, key));
    }
    EntryIndex entries = EntryIndex.build(text, metadata, scratch);
    return new Store(files, digests, vectors(vectorFile, scratch), text, entries);
  }

  private static byte[] key(StoreFiles files, Path metadata, MasterKey key) throws IOException {
    try {
      return key.derive(files.user());
    } catch (IOException e) {
      throw new IOException(metadata + ": " + e.getMessage(), e);
    }
  }

  private static VectorRows vectors(Path file, ScratchFiles scratch) throws IOException {
    String name = file.toString();
    if (name.endsWith(".pkl")) {
      return PickledVectors.read(file, scratch);
    }
    if (name.endsWith(".npy")) {
      return NpyFile.open(file).vectors(scratch);
    }
    return name.endsWith(".npz")
        ? NpzFile.open(file).extractVectors(scratch).vectors(scratch)
        : JsonVectors.read(file, scratch);
  }

  VectorRows vectors() {
    return vectors;
  }

  EntryText text() {
    return text;
  }

  EntryIndex entries() {
    return entries;
  }

  /** How many rows there are, with those that lack one side. */
  long rows() {
    return Math.max(vectors.count(), entries.count());
  }

  Schema schema() {
    return Schema.vectorCollection(vectors.dimension(), Distance.COSINE);
  }

  /** Fails when a file was written since it was opened. */
  void requireUnchanged() throws IOException {
    for (FileDigest digest : digests) {
      digest.requireUnchanged();
    }
  }

  Dataset dataset(String fingerprint) {
    return new Dataset(
        List.of(files.user()),
        files.collection(),
        schema(),
        OptionalLong.of(rows()),
        fingerprint,
        findings());
  }

  private List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    long without = vectors.missing() + Math.max(0, entries.count() - vectors.count());
    long refused = Math.max(0, vectors.count() - entries.count());
    warn(findings, "vectors.missing", "with metadata but no vector", without, "moved without one");
    warn(findings, "metadata.missing", "with a vector but no metadata entry", refused, "refused");
    warn(
        findings,
        "vectors.rounded",
        "with a component that is no single precision float",
        vectors.rounded(),
        "rounded to the nearest one");
    warn(findings, "ids.missing", "without id", entries.missingIds(), "identified by their number");
    warn(
        findings,
        "ids.repeated",
        "with the id of an earlier one",
        entries.repeatedIds(),
        "told apart by # and their number");
    return findings;
  }

  private static void warn(
      List<Finding> findings, String code, String what, long rows, String done) {
    if (rows > 0) {
      findings.add(
          Finding.warning(
              "simplevectorstore." + code, "rows %s: %d, %s".formatted(what, rows, done)));
    }
  }
}
