package dev.vectormigrate.sources.qdrant;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.sources.files.FileDataset;
import dev.vectormigrate.sources.files.FileStamp;
import dev.vectormigrate.sources.files.FingerprintedInput;
import dev.vectormigrate.sources.files.KeyCheck;
import dev.vectormigrate.sources.files.OrdinalRange;
import dev.vectormigrate.sources.files.OrdinalReader;
import dev.vectormigrate.sources.files.Ordinals;
import dev.vectormigrate.sources.numpy.ScratchFiles;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RejectedRowException;
import dev.vectormigrate.spi.RowReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A collection of a directory of local mode. */
final class LocalCollection implements FileDataset {

  private final String name;
  private final Path storage;
  private final List<VectorSpec> specs;
  private final List<String> aliases;
  private final PointLayout.Options options;
  private final ScratchFiles scratch;
  private @Nullable Scan scan;

  /**
   * What one look through the points found.
   *
   * @param stamp of the database when it was copied
   * @param copy of it
   * @param fingerprint of all of it
   * @param count of its points
   * @param repeated points with the id of an earlier one
   * @param traits of the points
   */
  private record Scan(
      FileStamp stamp,
      Path copy,
      String fingerprint,
      long count,
      Ordinals repeated,
      PointTraits traits) {}

  private LocalCollection(
      String name,
      Path storage,
      List<VectorSpec> specs,
      List<String> aliases,
      PointLayout.Options options,
      ScratchFiles scratch) {
    this.name = name;
    this.storage = storage;
    this.specs = specs;
    this.aliases = aliases;
    this.options = options;
    this.scratch = scratch;
  }

  static LocalCollection of(
      Path directory,
      String name,
      LocalMeta meta,
      PointLayout.Options options,
      ScratchFiles scratch)
      throws IOException {
    Path folder = directory.resolve("collection");
    Path storage = folder.resolve(name).resolve("storage.sqlite");
    if (!storage.normalize().startsWith(folder.normalize()) || name.contains("..")) {
      throw new IOException(
          directory + ": a collection whose name leads elsewhere, expected a folder in it");
    }
    return new LocalCollection(
        name, storage, meta.specs(name), meta.aliases(name), options, scratch);
  }

  @Override
  public List<String> namespace() {
    return List.of();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Schema schema() {
    return layout(scan == null ? new PointTraits() : scan.traits()).rows();
  }

  private PointLayout layout(PointTraits traits) {
    return new PointLayout(specs, false, options, traits.sparseAsJson(options));
  }

  /** A collection that can't be read does not hide the others. */
  @Override
  public Dataset describe() {
    try {
      Scan found = scan();
      return new Dataset(
          namespace(),
          name,
          schema(),
          OptionalLong.of(found.count()),
          found.fingerprint(),
          findings(found));
    } catch (IOException e) {
      return new Dataset(
          namespace(),
          name,
          schema(),
          OptionalLong.empty(),
          "qdrant-local unreadable",
          List.of(Finding.error("qdrant.local.unreadable", String.valueOf(e.getMessage()))));
    }
  }

  private List<Finding> findings(Scan found) {
    List<Finding> findings = new ArrayList<>(layout(found.traits()).findings());
    if (found.repeated().size() > 0) {
      findings.add(
          Finding.warning(
              "qdrant.ids.repeated",
              found.repeated().size() + " points have the id of an earlier one, refused"));
    }
    findings.addAll(found.traits().findings(options));
    if (!aliases.isEmpty()) {
      findings.add(PointLayout.aliases(aliases));
    }
    return findings;
  }

  private Scan scan() throws IOException {
    if (scan == null) {
      scan = look();
    }
    return scan;
  }

  private Scan look() throws IOException {
    requireStorage();
    FileStamp stamp = FileStamp.of(storage);
    Path copy = copy();
    String fingerprint;
    try (FingerprintedInput input = FingerprintedInput.open(copy)) {
      fingerprint =
          "configuration=" + PointHasher.shortHash(specs.toString()) + " " + input.fingerprint();
    }
    stamp.check();
    PointTraits traits = new PointTraits();
    try (LocalStorage points = LocalStorage.open(storage, copy, 0, scratch);
        KeyCheck ids = new KeyCheck(storage, scratch.directory())) {
      for (Point point = points.next(); point != null; point = points.next()) {
        ids.add(point.id());
        traits.add(point);
      }
      return new Scan(stamp, copy, fingerprint, ids.count(), ids.repeated(), traits);
    }
  }

  private void requireStorage() throws IOException {
    if (Files.isRegularFile(storage)) {
      return;
    }
    boolean old = Files.exists(storage.resolveSibling("storage.dbm"));
    throw new IOException(
        storage
            + (old
                ? ": missing, storage.dbm is there. Open the directory once with a client that"
                    + " converts it, such as qdrant-client 1.1"
                : ": missing, expected the points of the collection. Restore it from a backup"));
  }

  /** With the journal that a client may have left when it was killed. */
  private Path copy() throws IOException {
    Path copy = scratch.newFile("points");
    Files.copy(storage, copy, StandardCopyOption.REPLACE_EXISTING);
    for (String suffix : new String[] {"-journal", "-wal"}) {
      try {
        Files.copy(sibling(storage, suffix), sibling(copy, suffix));
      } catch (NoSuchFileException e) {
        // As it should be.
      }
    }
    return copy;
  }

  private static Path sibling(Path file, String suffix) {
    return file.resolveSibling(file.getFileName() + suffix);
  }

  @Override
  public OrdinalRange range() throws IOException {
    return new OrdinalRange(0, scan().count());
  }

  @Override
  public boolean seekable() {
    return true;
  }

  @Override
  public RowReader read(OrdinalRange records, Position after) throws IOException {
    Scan found = scan();
    return OrdinalReader.open(
        records,
        found.repeated(),
        found.stamp(),
        after,
        first ->
            new Records(
                LocalStorage.open(storage, found.copy(), first, scratch), layout(found.traits())));
  }

  /** Points as rows. Of one thread. */
  private record Records(LocalStorage points, PointLayout layout) implements OrdinalReader.Records {

    @Override
    public Row next() throws IOException, RejectedRowException {
      Point point = points.next();
      if (point == null) {
        throw new IOException("points: ended early, expected as many as before");
      }
      return layout.row(point);
    }

    @Override
    public void close() {
      points.close();
    }
  }
}
