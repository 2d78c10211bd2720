package dev.vectormigrate.sources.simplevectorstore;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.sources.files.WorkDirectoryException;
import dev.vectormigrate.sources.numpy.FileDigest;
import dev.vectormigrate.sources.numpy.RowRange;
import dev.vectormigrate.sources.numpy.ScratchFiles;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The stores of a directory; each is looked at once a session. */
final class StoreSession implements SourceSession {

  private final List<Slot> slots = new ArrayList<>();
  private final MasterKey key;
  private final ScratchFiles scratch;

  private StoreSession(List<StoreFiles> stores, MasterKey key, ScratchFiles scratch) {
    stores.forEach(files -> slots.add(new Slot(files)));
    this.key = key;
    this.scratch = scratch;
  }

  static StoreSession open(List<StoreFiles> stores, MasterKey key, Path workDirectory)
      throws IOException {
    return new StoreSession(stores, key, ScratchFiles.below(workDirectory));
  }

  /** One store: not looked at yet, read, or unreadable for a reason. */
  private final class Slot {

    private final StoreFiles files;
    private @Nullable Dataset dataset;
    private @Nullable Store store;
    private String failure = "";

    Slot(StoreFiles files) {
      this.files = files;
    }

    Dataset dataset() throws IOException {
      if (dataset == null) {
        List<FileDigest> digests = new ArrayList<>();
        for (Path file : files.present()) {
          digests.add(FileDigest.of(file));
        }
        dataset = dataset(digests);
      }
      return dataset;
    }

    private Dataset dataset(List<FileDigest> digests) throws WorkDirectoryException {
      String fingerprint = fingerprint(digests);
      try {
        Store opened = Store.open(files, digests, key, scratch);
        store = opened;
        return opened.dataset(fingerprint);
      } catch (WorkDirectoryException e) {
        throw e;
      } catch (IOException e) {
        failure = e.getMessage() == null ? e.toString() : e.getMessage();
        return unreadable(fingerprint);
      }
    }

    private Dataset unreadable(String fingerprint) {
      return new Dataset(
          List.of(files.user()),
          files.collection(),
          Schema.vectorCollection(0, Distance.COSINE),
          OptionalLong.empty(),
          fingerprint,
          List.of(Finding.error("simplevectorstore.unreadable", message())));
    }

    private String message() {
      return "store '%s/%s': %s".formatted(files.user(), files.collection(), failure);
    }

    Store store() throws IOException {
      dataset();
      if (store == null) {
        throw new IOException(message());
      }
      return store;
    }
  }

  private static String fingerprint(List<FileDigest> digests) {
    StringBuilder fingerprint = new StringBuilder("simple-vector-store");
    for (FileDigest digest : digests) {
      fingerprint.append(' ').append(digest.file().getFileName()).append('=');
      fingerprint.append(digest.sha256());
    }
    return fingerprint.toString();
  }

  @Override
  public List<Dataset> datasets() throws IOException {
    List<Dataset> datasets = new ArrayList<>();
    for (Slot slot : slots) {
      datasets.add(slot.dataset());
    }
    return datasets;
  }

  @Override
  public List<Split> split(Dataset dataset, int parts) throws IOException {
    return RowRange.split(0, find(dataset).rows(), parts);
  }

  @Override
  public RowReader read(Dataset dataset, Split split, Position after) throws IOException {
    Store store = find(dataset);
    store.requireUnchanged();
    return new StoreReader(store, RowRange.of(split, 0, store.rows()), after);
  }

  private Store find(Dataset dataset) throws IOException {
    for (Slot slot : slots) {
      if (dataset.namespace().equals(List.of(slot.files.user()))
          && dataset.name().equals(slot.files.collection())) {
        return slot.store();
      }
    }
    throw new IOException(
        "store '" + dataset.qualifiedName() + "': missing, expected it as it was planned");
  }

  @Override
  public void close() {
    key.forget();
    scratch.close();
  }
}
