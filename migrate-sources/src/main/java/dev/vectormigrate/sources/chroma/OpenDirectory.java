package dev.vectormigrate.sources.chroma;

import dev.vectormigrate.sources.chroma.ChromaDirectory.Snapshot;
import dev.vectormigrate.sources.files.WorkDirectory;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a session reads: the original where nobody uses it and nothing has to be repaired, otherwise
 * private copies. The methods are called by one thread.
 */
final class OpenDirectory implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(OpenDirectory.class);

  /** What the names of the package's work directories begin with. */
  static final String WORK_PREFIX = "vector-migrate-chroma-";

  private final WorkDirectory work;
  private final PersistDirectory databaseOwner;
  private final HnswRoot indexes;
  private final ChromaDatabase database;
  private final List<ChromaCollection> collections;
  private final StampGuard guard;

  private OpenDirectory(
      WorkDirectory work,
      PersistDirectory databaseOwner,
      HnswRoot indexes,
      ChromaDatabase database,
      List<ChromaCollection> collections,
      StampGuard guard) {
    this.work = work;
    this.databaseOwner = databaseOwner;
    this.indexes = indexes;
    this.database = database;
    this.collections = collections;
    this.guard = guard;
  }

  static OpenDirectory open(PersistDirectory source, Snapshot snapshot, Path workParent)
      throws IOException {
    source.requireSupported();
    WorkDirectory work = WorkDirectory.below(workParent, WORK_PREFIX);
    try {
      String reason = snapshot == Snapshot.ALWAYS ? "asked for" : source.reasonToCopy();
      return reason == null ? inPlace(source, work) : copied(source, work, reason);
    } catch (IOException | RuntimeException e) {
      work.close();
      throw e;
    }
  }

  private static OpenDirectory inPlace(PersistDirectory source, WorkDirectory work)
      throws IOException {
    StampGuard databaseGuard = StampGuard.of(source.databaseFiles());
    OpenDirectory open = at(source, source.indexes(), work, source);
    databaseGuard.check();
    if (open.collections.stream().noneMatch(ChromaCollection::hasUnapplied)) {
      return open;
    }
    open.database.close();
    LOG.info("{}: copying the database, its last writes were interrupted", source.path());
    PersistDirectory copy = PrivateCopy.ofDatabase(source, work.path().resolve("database"));
    applyLog(copy, source.indexes());
    return at(copy, source.indexes(), work, source);
  }

  private static OpenDirectory copied(PersistDirectory source, WorkDirectory work, String reason)
      throws IOException {
    LOG.info("{}: reading a private copy: {}", source.path(), reason);
    PersistDirectory copy = PrivateCopy.of(source, work.path().resolve("copy"));
    applyLog(copy, copy.indexes());
    return at(copy, copy.indexes(), work, null);
  }

  private static void applyLog(PersistDirectory copy, HnswRoot indexes) throws IOException {
    try (ChromaDatabase database = ChromaDatabase.writable(copy.database())) {
      database.requireChroma();
      database.execute("BEGIN");
      for (ChromaCollection collection : Catalog.read(database, indexes)) {
        if (collection.hasUnapplied()) {
          LogReplay.apply(database, collection);
        }
      }
      database.execute("COMMIT");
    }
  }

  private static OpenDirectory at(
      PersistDirectory databaseOwner,
      HnswRoot indexes,
      WorkDirectory work,
      @Nullable PersistDirectory guarded)
      throws IOException {
    ChromaDatabase database = ChromaDatabase.readOnly(databaseOwner.database());
    try {
      database.requireChroma();
      List<ChromaCollection> collections = Catalog.read(database, indexes);
      StampGuard guard =
          guarded == null ? StampGuard.NONE : StampGuard.of(guarded.filesOf(collections));
      return new OpenDirectory(work, databaseOwner, indexes, database, collections, guard);
    } catch (IOException | RuntimeException e) {
      database.close();
      throw e;
    }
  }

  List<ChromaCollection> collections() {
    return collections;
  }

  HnswRoot indexes() {
    return indexes;
  }

  /** The session's own connection. */
  ChromaDatabase database() {
    return database;
  }

  /** Another connection, which the caller closes. */
  ChromaDatabase openDatabase() throws IOException {
    return ChromaDatabase.readOnly(databaseOwner.database());
  }

  StampGuard guard() {
    return guard;
  }

  Path scratch() {
    return work.path();
  }

  @Override
  public void close() {
    database.close();
    work.close();
  }
}
