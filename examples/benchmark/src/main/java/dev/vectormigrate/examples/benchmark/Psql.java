package dev.vectormigrate.examples.benchmark;

import dev.vectormigrate.pgvector.testing.LocalPostgres;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/** The way without this library: psql's {@code \copy} of a binary file. */
final class Psql {

  private static final String COLUMNS = "id, content, metadata, embedding";

  private final LocalPostgres.Database database;

  private Psql(LocalPostgres.Database database) {
    this.database = database;
  }

  static Psql of(LocalPostgres.Database database) {
    return new Psql(database);
  }

  /** Writes the migrated rows to a file, and makes an empty table of the same columns. */
  void exportTo(Path file) throws IOException, InterruptedException, SQLException {
    run("\\copy (SELECT " + COLUMNS + " FROM staged) TO '" + file + "' (FORMAT binary)");
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE copied AS SELECT " + COLUMNS + " FROM staged WITH NO DATA");
    }
  }

  /** Reads the file into that table and returns how long psql took. */
  Duration importFrom(Path file) throws IOException, InterruptedException, SQLException {
    LoadBenchmark.checkpoint(database);
    long start = System.nanoTime();
    run("\\copy copied (" + COLUMNS + ") FROM '" + file + "' (FORMAT binary)");
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private void run(String command) throws IOException, InterruptedException {
    URI uri = URI.create(database.jdbcUrl().substring("jdbc:".length()));
    ProcessBuilder psql =
        new ProcessBuilder(
                List.of(
                    "psql",
                    "--no-psqlrc",
                    "--quiet",
                    "--host=" + uri.getHost(),
                    "--port=" + uri.getPort(),
                    "--username=" + database.username(),
                    "--dbname=" + uri.getPath().substring(1),
                    "--set=ON_ERROR_STOP=1",
                    "--command=" + command))
            .redirectErrorStream(true);
    psql.environment().put("PGPASSWORD", database.password());
    Process process = psql.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException("psql: failed, expected it to copy. It said: " + said);
    }
  }
}
