package dev.vectormigrate.sources.simplevectorstore;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where one store is.
 *
 * @param user the name of the outer directory
 * @param collection the name of the inner one without its prefix
 * @param directory the inner one
 */
record StoreFiles(String user, String collection, Path directory) {

  private static final String PREFIX = "vector_store_";
  private static final List<String> VECTORS =
      List.of("vectors.pkl", "vectors.npy", "vectors.npz", "vectors.json");
  private static final String METADATA = "metadata.json";

  /** The stores below a directory, in order; at least one. */
  static List<StoreFiles> find(Path root, @Nullable String user, @Nullable String collection)
      throws IOException {
    if (!Files.isDirectory(root)) {
      throw new IOException(
          root
              + (Files.exists(root) ? ": a file" : ": missing")
              + ", expected the directory with one directory for each user. Check the path");
    }
    List<StoreFiles> stores = new ArrayList<>();
    for (Path ofUser : directories(root, "")) {
      for (Path store : directories(ofUser, PREFIX)) {
        StoreFiles files = of(ofUser, store);
        if (files.matches(user, collection)) {
          stores.add(files);
        }
      }
    }
    if (stores.isEmpty()) {
      throw new IOException(
          "%s: no store%s%s in it, expected USER/vector_store_COLLECTION with vectors and metadata."
                  .formatted(
                      root,
                      user == null ? "" : " of user '" + user + "'",
                      collection == null ? "" : " called '" + collection + "'")
              + " Check the path");
    }
    return stores;
  }

  private static List<Path> directories(Path parent, String prefix) throws IOException {
    List<Path> directories = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(parent)) {
      for (Path path : found) {
        if (name(path).startsWith(prefix) && Files.isDirectory(path)) {
          directories.add(path);
        }
      }
    }
    directories.sort(null);
    return directories;
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }

  private static StoreFiles of(Path ofUser, Path store) {
    String collection = name(store).substring(PREFIX.length());
    return new StoreFiles(name(ofUser), collection.isEmpty() ? PREFIX : collection, store);
  }

  private boolean matches(@Nullable String wantedUser, @Nullable String wantedCollection) {
    return (wantedUser == null || wantedUser.equals(user))
        && (wantedCollection == null || wantedCollection.equals(collection))
        && !present().isEmpty();
  }

  /** The files of the store that are there. */
  List<Path> present() {
    List<Path> files = new ArrayList<>();
    for (String name : VECTORS) {
      files.add(directory.resolve(name));
    }
    files.add(directory.resolve(METADATA));
    files.removeIf(file -> !Files.isRegularFile(file));
    return files;
  }

  /** The only file of vectors. */
  Path vectors() throws IOException {
    List<Path> found = present().stream().filter(file -> VECTORS.contains(name(file))).toList();
    if (found.size() != 1) {
      throw new IOException(
          "%s: %s, expected one of %s. %s"
              .formatted(
                  directory,
                  found.isEmpty() ? "no vectors" : found.size() + " files of vectors",
                  String.join(", ", VECTORS),
                  found.isEmpty() ? "Restore it from a backup" : "Remove those that are outdated"));
    }
    return found.get(0);
  }

  /** The file of metadata. */
  Path metadata() throws IOException {
    Path file = directory.resolve(METADATA);
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          file + ": missing, expected one entry a vector. Restore it from a backup");
    }
    return file;
  }
}
