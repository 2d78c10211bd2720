package dev.vectormigrate.sources.sqlite;

import dev.vectormigrate.spi.SourceStore;
import dev.vectormigrate.testkit.SourceStoreContract;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteContractTest extends SourceStoreContract {

  @TempDir Path folder;

  @Override
  protected SourceStore source() throws Exception {
    Path file = folder.resolve("store.db");
    return SqliteSource.at(Files.exists(file) ? file : made(file));
  }

  private static Path made(Path file) throws Exception {
    return Sqlite.make(
        file,
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL, score REAL)",
        "INSERT INTO notes VALUES (-7, 'a', 1.5), (3, 'b', NULL), (9, x'00', 2.5),"
            + " (9223372036854775807, 'c', 3.0), (-9223372036854775808, 'd', 0.0)",
        "CREATE TABLE tags (note INTEGER, tag TEXT, PRIMARY KEY (note, tag)) WITHOUT ROWID",
        "INSERT INTO tags VALUES (3, 'x'), (3, 'y'), (-7, 'z'), (9, 'w')",
        "CREATE TABLE lines (content)",
        "INSERT INTO lines VALUES ('one'), ('two'), (3), ('four')",
        "CREATE TABLE empty (id TEXT PRIMARY KEY)");
  }
}
