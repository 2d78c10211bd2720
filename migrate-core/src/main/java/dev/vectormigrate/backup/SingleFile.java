package dev.vectormigrate.backup;

import java.nio.file.Path;
import java.util.List;

/**
 * What belongs to a store that is one file. SQLite keeps committed rows in a write-ahead log, or
 * what undoes a half-written transaction in a journal, beside the database: a copy without them may
 * lack rows or be corrupt, and a restored database beside those of another one would be corrupt.
 */
final class SingleFile {

  private static final List<String> LOGS = List.of("-wal", "-journal");

  private SingleFile() {}

  /** The file and the logs that may lie beside it. */
  static List<Path> withLogs(Path file) {
    return List.of(file, sibling(file, LOGS.get(0)), sibling(file, LOGS.get(1)));
  }

  /**
   * What must not lie beside a restored file, besides the file; the last is an index of the log.
   */
  static List<String> suffixes() {
    return List.of("", "-wal", "-journal", "-shm");
  }

  static Path sibling(Path file, String suffix) {
    return file.resolveSibling(file.getFileName() + suffix);
  }

  static boolean belongsTo(String main, String path) {
    return path.equals(main) || LOGS.stream().anyMatch(suffix -> path.equals(main + suffix));
  }
}
