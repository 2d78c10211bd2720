package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.model.VectorIndex;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.sources.chroma.ChromaDirectory;
import dev.vectormigrate.sources.chroma.ChromaDirectoryGenerator;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory is bounded by batches, not by the store. */
class MemoryIT {

  private static final int RECORDS = 100_000;
  private static final int DIMENSION = 384;
  private static final String PASSWORD = "VECTOR_MIGRATE_TEST_PASSWORD";

  @TempDir Path folder;

  @Test
  void a_hundred_thousand_records_migrate_in_256_mebibytes() throws Exception {
    Path store = folder.resolve("chroma");
    ChromaDirectoryGenerator.write(store, RECORDS, DIMENSION);
    try (LocalPostgres.Database database = LocalPostgres.shared().createDatabase("memory")) {
      assertThat(migrateInSmallProcess(store, database)).isEqualTo("rows: 100000\n");
    }
  }

  private static String migrateInSmallProcess(Path store, LocalPostgres.Database database)
      throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            MemoryIT.class.getName(),
            store.toString(),
            database.jdbcUrl(),
            database.username());
    builder.environment().put(PASSWORD, database.password());
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  /** Migrates a store with the settings that a user gets by default. */
  public static void main(String[] args) {
    try (HikariDataSource pool = new HikariDataSource()) {
      pool.setJdbcUrl(args[1]);
      pool.setUsername(args[2]);
      pool.setPassword(System.getenv(PASSWORD));
      pool.setMaximumPoolSize(4);
      MigrationReport report =
          MigrationPlan.builder("memory")
              .from(ChromaDirectory.at(Path.of(args[0])))
              .into(PgVectorTarget.of(pool))
              .eachDataset(d -> d.index(VectorIndex.none()))
              .build()
              .run();
      System.out.print("rows: " + report.written() + "\n");
    }
  }
}
