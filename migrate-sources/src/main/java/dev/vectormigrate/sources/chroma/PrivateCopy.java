package dev.vectormigrate.sources.chroma;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies a directory that may be in use, without ever locking it: a copy counts only if nothing was
 * written meanwhile, by the stamps of all files.
 *
 * <p>SQLite goes first and the index files second. A flush between the two makes the index newer
 * than the log, and replaying the log over it is harmless; the other way round, entries between the
 * two might be purged already.
 */
final class PrivateCopy {

  private static final int ATTEMPTS = 5;
  private static final long PAUSE_MILLIS = 200;

  private final PersistDirectory source;
  private final PersistDirectory target;

  private PrivateCopy(PersistDirectory source, PersistDirectory target) {
    this.source = source;
    this.target = target;
  }

  /** Copies everything that is needed. */
  static PersistDirectory of(PersistDirectory source, Path target) throws IOException {
    PrivateCopy copy = new PrivateCopy(source, new PersistDirectory(Files.createDirectory(target)));
    copy.copySqlite();
    copy.copyIndexes();
    return copy.target;
  }

  /** Copies the database alone. */
  static PersistDirectory ofDatabase(PersistDirectory source, Path target) throws IOException {
    PrivateCopy copy = new PrivateCopy(source, new PersistDirectory(Files.createDirectory(target)));
    copy.copySqlite();
    return copy.target;
  }

  private void copySqlite() throws IOException {
    copyAtRest(source.databaseFiles());
    try (ChromaDatabase database = ChromaDatabase.writable(target.database())) {
      // Makes SQLite recover and fold its files into one.
      database.text("PRAGMA journal_mode = DELETE");
      database.text("SELECT count(*) FROM sqlite_master");
    }
  }

  private void copyIndexes() throws IOException {
    for (String segment : vectorSegments()) {
      Files.createDirectories(target.indexes().segment(segment).folder());
      copyAtRest(source.indexFilesOf(segment));
    }
  }

  private List<String> vectorSegments() throws IOException {
    List<String> segments = new ArrayList<>();
    try (ChromaDatabase database = ChromaDatabase.readOnly(target.database())) {
      database.requireChroma();
      database.forEach(
          "SELECT id FROM segments WHERE scope = 'VECTOR'", row -> segments.add(row.getString(1)));
    }
    return segments;
  }

  private void copyAtRest(List<Path> files) throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      pause(attempt);
      StampGuard before = StampGuard.of(files);
      for (Path file : files) {
        copy(file);
      }
      if (before.changed().isEmpty()) {
        return;
      }
    }
    throw new IOException(
        source.path()
            + ": written to during each of "
            + ATTEMPTS
            + " attempts to copy it, expected a short rest. Stop the server");
  }

  private void copy(Path file) throws IOException {
    Path to = target.path().resolve(source.path().relativize(file).toString());
    try {
      Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
    } catch (NoSuchFileException e) {
      Files.deleteIfExists(to);
    }
  }

  private static void pause(int attempt) throws IOException {
    try {
      Thread.sleep(attempt * PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("copy of a directory: interrupted", e);
    }
  }
}
