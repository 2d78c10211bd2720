package dev.vectormigrate.sources.chroma;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.sources.chroma.ChromaDirectory.MissingVectors;
import dev.vectormigrate.sources.chroma.RecordIds.RecordId;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.Split;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** An open directory, or the private copy of one. */
final class ChromaSession implements SourceSession {

  private static final int MOST_SPLITS = 4_096;

  private final OpenDirectory directory;
  private final MissingVectors missing;
  private final Map<String, VectorLocator> locators = new HashMap<>();

  ChromaSession(OpenDirectory directory, MissingVectors missing) {
    this.directory = directory;
    this.missing = missing;
  }

  @Override
  public List<Dataset> datasets() throws IOException {
    List<Dataset> datasets = new ArrayList<>();
    for (ChromaCollection collection : directory.collections()) {
      datasets.add(dataset(collection));
    }
    directory.guard().check();
    return datasets;
  }

  private Dataset dataset(ChromaCollection collection) throws IOException {
    return new Dataset(
        collection.namespace(),
        collection.name(),
        collection.schema(),
        OptionalLong.of(collection.records().count()),
        CollectionFingerprint.of(collection, directory.indexes()).toString(),
        findings(locator(collection)));
  }

  private List<Finding> findings(VectorLocator locator) {
    if (locator.missing() == 0) {
      return List.of();
    }
    return List.of(missing.finding(locator.missing(), locator.missingIds()));
  }

  private VectorLocator locator(ChromaCollection collection) throws IOException {
    VectorLocator known = locators.get(collection.id());
    if (known == null) {
      known =
          VectorLocator.build(
              collection, directory.database(), directory.indexes(), directory.scratch());
      locators.put(collection.id(), known);
    }
    return known;
  }

  @Override
  public List<Split> split(Dataset dataset, int parts) throws IOException {
    ChromaCollection collection = find(dataset);
    long count = collection.records().count();
    long wished = Math.max(1, Math.min(MOST_SPLITS, parts));
    long size = Math.max(1, (count + wished - 1) / wished);
    SplitCuts cuts = new SplitCuts(collection.records(), size);
    if (size < count) {
      new RecordIds(directory.database(), collection).forEach(cuts::take);
    }
    return cuts.splits();
  }

  /** Cuts after every so many records. */
  private static final class SplitCuts {

    private final List<Split> splits = new ArrayList<>();
    private final long size;
    private final long last;
    private long first;
    private long taken;

    SplitCuts(ChromaCollection.Records records, long size) {
      this.size = size;
      this.first = records.firstId();
      this.last = records.lastId();
    }

    void take(RecordId id) {
      taken++;
      if (taken % size == 0 && id.row < last) {
        splits.add(new IdRange(first, id.row).toSplit());
        first = id.row + 1;
      }
    }

    List<Split> splits() {
      splits.add(new IdRange(first, last).toSplit());
      return splits;
    }
  }

  @Override
  public RowReader read(Dataset dataset, Split split, Position after) throws IOException {
    ChromaCollection collection = find(dataset);
    VectorLocator locator = locator(collection);
    directory.guard().check();
    IdRange range = IdRange.of(split, collection.records());
    ChromaDatabase database = directory.openDatabase();
    try {
      RecordPages pages =
          new RecordPages(database, collection, directory.indexes(), locator, missing::apply);
      return new RecordReader(
          database, pages, range, collection.schema(), directory.guard(), after);
    } catch (IOException | RuntimeException e) {
      database.close();
      throw e;
    }
  }

  private ChromaCollection find(Dataset dataset) throws IOException {
    for (ChromaCollection collection : directory.collections()) {
      if (collection.name().equals(dataset.name())
          && collection.namespace().equals(dataset.namespace())) {
        return collection;
      }
    }
    throw new IOException(
        "collection '" + dataset.qualifiedName() + "': missing, expected it as it was planned");
  }

  @Override
  public Change changeSince(Dataset now, String recorded) throws IOException {
    if (now.fingerprint().equals(recorded)) {
      return Change.NONE;
    }
    CollectionFingerprint earlier = CollectionFingerprint.parse(recorded);
    return earlier == null
        ? Change.CHANGED
        : CollectionFingerprint.since(
            earlier, find(now), directory.indexes(), directory.database());
  }

  @Override
  public void close() {
    directory.close();
  }
}
