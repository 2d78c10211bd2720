package dev.vectormigrate.sources.simplevectorstore;

import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A directory of simple vector stores as a source: {@code
 * SimpleVectorStoreDirectory.at(Path.of("user_data"))}. Immutable and thread-safe.
 *
 * <p>The layout is {@code USER/vector_store_COLLECTION/}, and in it {@code vectors.pkl}, a pickled
 * list of vectors, and {@code metadata.json}, an array of as many objects. Instead of the pickle
 * there may be {@code vectors.npy}, {@code vectors.npz} or {@code vectors.json}. Each store becomes
 * a dataset whose namespace is the user, with the fields {@code id}, {@code text}, {@code metadata}
 * and {@code embedding}.
 *
 * <ul>
 *   <li>Vector number n belongs to metadata entry number n, whatever the entry holds. An entry
 *       beyond the last vector is moved without vector, and a finding says so; a vector beyond the
 *       last entry is refused.
 *   <li>The text is the entry's {@code text}, else its {@code page_content}, else its {@code
 *       content}, whichever is a text first; a row without any has none. All other keys become
 *       metadata and keep their types.
 *   <li>The id is the entry's {@code id}. Where it occurred before, {@code #} and the row's number
 *       from 0 follow it; where there is none, it is {@code row#} and that number. A finding counts
 *       both.
 *   <li>Metadata may be one Fernet token, encrypted with a key that is derived from a master key
 *       and the user; see {@link #masterKey}. Plain and encrypted stores may stand side by side.
 *       Nothing decrypted is written to a file.
 * </ul>
 *
 * <p>A store that cannot be read, for want of a file or of the right key, is a dataset with a
 * finding that stops a run, and reading it fails; the others can be read nevertheless. Nothing is
 * ever written to the directory, and nothing in a pickle is run.
 */
public final class SimpleVectorStoreDirectory implements SourceStore {

  private final Path path;
  private final @Nullable String user;
  private final @Nullable String collection;
  private final @Nullable Supplier<char[]> masterKey;
  private final Path workDirectory;

  private SimpleVectorStoreDirectory(
      Path path,
      @Nullable String user,
      @Nullable String collection,
      @Nullable Supplier<char[]> masterKey,
      Path workDirectory) {
    this.path = Objects.requireNonNull(path, "path");
    this.user = user;
    this.collection = collection;
    this.masterKey = masterKey;
    this.workDirectory = Objects.requireNonNull(workDirectory, "workDirectory");
  }

  /** The directory with one directory for each user in it. */
  public static SimpleVectorStoreDirectory at(Path userDataDirectory) {
    return new SimpleVectorStoreDirectory(
        userDataDirectory, null, null, null, Path.of(System.getProperty("java.io.tmpdir")));
  }

  /** The stores of one user alone, as its directory is called; those of all if not set. */
  public SimpleVectorStoreDirectory user(String name) {
    Objects.requireNonNull(name, "user");
    return new SimpleVectorStoreDirectory(path, name, collection, masterKey, workDirectory);
  }

  /** The stores of one collection alone; those of all if not set. */
  public SimpleVectorStoreDirectory collection(String name) {
    Objects.requireNonNull(name, "collection");
    return new SimpleVectorStoreDirectory(path, user, name, masterKey, workDirectory);
  }

  /**
   * Where the master key for encrypted metadata comes from. It is asked once a session, and only if
   * there is an encrypted store; the array that it returns is overwritten afterwards.
   */
  public SimpleVectorStoreDirectory masterKey(Supplier<char[]> supplier) {
    Objects.requireNonNull(supplier, "masterKey");
    return new SimpleVectorStoreDirectory(path, user, collection, supplier, workDirectory);
  }

  /**
   * This source with another place for scratch files, an existing directory; that of the system
   * property {@code java.io.tmpdir} if not set. A session removes what it put there, and what
   * killed ones left.
   */
  public SimpleVectorStoreDirectory workDirectory(Path directory) {
    return new SimpleVectorStoreDirectory(path, user, collection, masterKey, directory);
  }

  @Override
  public String name() {
    return "simple-vector-store:" + path;
  }

  @Override
  public Optional<Path> files() {
    return Optional.of(path);
  }

  @Override
  public SourceSession open() throws IOException {
    return StoreSession.open(
        StoreFiles.find(path, user, collection), new MasterKey(masterKey), workDirectory);
  }

  @Override
  public String toString() {
    return name();
  }
}
