package dev.vectormigrate.sources.sqlite;

import dev.vectormigrate.sources.files.OpenFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A database and what SQLite keeps beside it, before anything is opened. Immutable. Offsets are
 * those of <a href="https://www.sqlite.org/fileformat2.html">Database File Format</a>.
 *
 * @param main the database
 */
record DatabaseFiles(Path main) {

  static final int HEADER_BYTES = 100;

  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
  private static final int CHANGE_COUNTER_OFFSET = 24;
  private static final int COPY_ATTEMPTS = 5;
  private static final long COPY_PAUSE_MILLIS = 200;

  Path journal() {
    return main.resolveSibling(main.getFileName() + "-journal");
  }

  Path writeAheadLog() {
    return main.resolveSibling(main.getFileName() + "-wal");
  }

  private List<Path> all() {
    return List.of(main, journal(), writeAheadLog());
  }

  /** Fails unless the main file looks like a database. */
  void requireDatabase() throws IOException {
    if (!Files.exists(main)) {
      throw new IOException(main + ": missing, expected a SQLite database. Check the path");
    }
    if (!Files.isRegularFile(main)) {
      throw new IOException(main + ": a folder, expected a SQLite database. Name the file");
    }
    byte[] header = header();
    if (header.length == 0) {
      throw new IOException(main + ": empty, expected a SQLite database with tables");
    }
    boolean magic =
        header.length == HEADER_BYTES
            && Arrays.equals(header, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    if (!magic) {
      throw notDatabase();
    }
  }

  IOException notDatabase() {
    return new IOException(
        main + ": not a SQLite database, or an encrypted one, expected one in clear");
  }

  private byte[] header() throws IOException {
    try (InputStream in = Files.newInputStream(main)) {
      return in.readNBytes(HEADER_BYTES);
    }
  }

  /** Why the original must not be read, or null where it can be. */
  @Nullable String reasonToCopy() throws IOException {
    if (isFilled(journal())) {
      return "a transaction is open or was interrupted";
    }
    if (isFilled(writeAheadLog())) {
      return "its newest rows are in the write-ahead log";
    }
    return OpenFiles.areOpenElsewhere(main) ? "another process has it open" : null;
  }

  private static boolean isFilled(Path file) throws IOException {
    return Files.exists(file) && Files.size(file) > 0;
  }

  /** Changes whenever one of the files is written. */
  String stamp() throws IOException {
    StringBuilder stamp = new StringBuilder();
    for (Path file : all()) {
      stamp.append(stamp(file)).append(' ');
    }
    byte[] header = header();
    int counter =
        header.length < HEADER_BYTES ? 0 : ByteBuffer.wrap(header).getInt(CHANGE_COUNTER_OFFSET);
    return stamp.append(counter).toString();
  }

  private static String stamp(Path file) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return attributes.size() + "@" + attributes.lastModifiedTime();
    } catch (NoSuchFileException e) {
      return "missing";
    }
  }

  /**
   * Copies the files without locking them: a copy counts only if nothing was written meanwhile.
   *
   * @param copy the main file of the copy
   */
  void copyTo(DatabaseFiles copy) throws IOException {
    for (int attempt = 0; attempt < COPY_ATTEMPTS; attempt++) {
      pause(attempt * COPY_PAUSE_MILLIS);
      String before = stamp();
      for (int i = 0; i < all().size(); i++) {
        copy(all().get(i), copy.all().get(i));
      }
      if (stamp().equals(before)) {
        return;
      }
    }
    throw new IOException(
        "%s: written to during each of %d attempts to copy it, expected a short rest. Stop what writes it"
            .formatted(main, COPY_ATTEMPTS));
  }

  private static void copy(Path from, Path to) throws IOException {
    try {
      Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    } catch (NoSuchFileException e) {
      Files.deleteIfExists(to);
    }
  }

  private static void pause(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("copy of a database: interrupted", e);
    }
  }
}
