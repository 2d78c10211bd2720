package dev.vectormigrate.sources.chroma;

import dev.vectormigrate.sources.files.OpenFiles;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The directory that Chroma persists to, before anything in it is opened. Immutable.
 *
 * @param path the directory
 */
record PersistDirectory(Path path) {

  /** Name of the database in it, from Chroma 0.4.0 on. */
  static final String SQLITE = "chroma.sqlite3";

  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER_BYTES = 100;
  private static final int WRITE_VERSION_OFFSET = 18;
  private static final int WRITE_VERSION_WAL = 2;

  Path database() {
    return path.resolve(SQLITE);
  }

  Path journal() {
    return path.resolve(SQLITE + "-journal");
  }

  Path writeAheadLog() {
    return path.resolve(SQLITE + "-wal");
  }

  HnswRoot indexes() {
    return new HnswRoot(path);
  }

  /** Fails unless it looks like what Chroma 0.4.0 and later write. */
  void requireSupported() throws IOException {
    if (!Files.exists(path)) {
      throw new IOException(
          path + ": missing, expected the directory that Chroma persists to. Check the path");
    }
    if (!Files.isDirectory(path)) {
      throw new IOException(
          path + ": a file, expected the directory that Chroma persists to. Name the directory");
    }
    if (!Files.exists(database())) {
      throw isOlder() ? tooOld() : notChroma();
    }
    readHeader();
  }

  private boolean isOlder() {
    return Files.exists(path.resolve("chroma-collections.parquet"))
        || Files.exists(path.resolve("chroma-embeddings.parquet"))
        || Files.isDirectory(path.resolve("index"));
  }

  private IOException tooOld() {
    return new IOException(
        path
            + ": written by Chroma 0.3 or older, expected 0.4.0 or later. Upgrade a copy of it with"
            + " Chroma's tool chroma-migrate first");
  }

  private IOException notChroma() {
    return new IOException(
        path
            + ": no "
            + SQLITE
            + " in it, expected the directory that Chroma persists to. Check the path");
  }

  private byte[] readHeader() throws IOException {
    byte[] header = new byte[HEADER_BYTES];
    int read;
    try (InputStream in = Files.newInputStream(database())) {
      read = new DataInputStream(in).readNBytes(header, 0, HEADER_BYTES);
    }
    boolean magic =
        read == HEADER_BYTES
            && new String(header, 0, MAGIC.length, StandardCharsets.US_ASCII)
                .equals(new String(MAGIC, StandardCharsets.US_ASCII));
    if (!magic) {
      throw new IOException(
          database() + ": not a SQLite database, expected Chroma's. Restore it from a backup");
    }
    return header;
  }

  /** Why it must not be read in place, or null where it can be. */
  @Nullable String reasonToCopy() throws IOException {
    if (isFilled(journal())) {
      return "a transaction is open or was interrupted";
    }
    if (isFilled(writeAheadLog()) || readHeader()[WRITE_VERSION_OFFSET] == WRITE_VERSION_WAL) {
      return "it is in write-ahead mode, where even reading creates files";
    }
    return OpenFiles.areOpenElsewhere(database()) ? "another process has it open" : null;
  }

  private static boolean isFilled(Path file) throws IOException {
    return Files.exists(file) && Files.size(file) > 0;
  }

  /** The database and what SQLite keeps beside it. */
  List<Path> databaseFiles() {
    return List.of(database(), journal(), writeAheadLog());
  }

  /** All files that reading the given collections looks at. */
  List<Path> filesOf(List<ChromaCollection> collections) throws IOException {
    List<Path> files = new ArrayList<>(databaseFiles());
    for (ChromaCollection collection : collections) {
      files.addAll(indexFilesOf(collection.vectorSegment()));
    }
    return files;
  }

  /** Where the files of a vector segment are, or would be. */
  List<Path> indexFilesOf(@Nullable String segment) throws IOException {
    List<Path> files = new ArrayList<>();
    if (segment != null) {
      Path folder = indexes().segment(segment).folder();
      HnswFiles.NAMES.forEach(name -> files.add(folder.resolve(name)));
    }
    return files;
  }
}
