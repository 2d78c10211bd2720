package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.layout.Layouts;
import dev.vectormigrate.model.VectorIndex;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.sources.chroma.ChromaDirectory;
import dev.vectormigrate.sources.chroma.ChromaDirectoryGenerator;
import dev.vectormigrate.sources.files.LargeStore;
import dev.vectormigrate.sources.lightrag.LightRagDirectory;
import dev.vectormigrate.sources.records.ArrayWithSidecar;
import dev.vectormigrate.sources.records.CsvFile;
import dev.vectormigrate.sources.records.JsonLinesFile;
import dev.vectormigrate.sources.records.JsonRecordsFile;
import dev.vectormigrate.sources.simplevectorstore.SimpleVectorStoreDirectory;
import dev.vectormigrate.spi.SourceStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Memory is bounded by batches, not by the store. */
class MemoryIT {

  private static final int DIMENSION = 384;
  private static final String CHROMA = "CHROMA";
  private static final String PASSWORD = "VECTOR_MIGRATE_TEST_PASSWORD";

  /** What a store's columns of id and vector are called in PostgreSQL. */
  private record Table(String name, String id, String vector) {

    static Table of(LargeStore store) {
      return switch (store) {
        case LIGHTRAG -> new Table("lightrag_vdb_chunks", "id", "content_vector");
        case PICKLED_LISTS, PICKLED_ARRAY, NPY ->
            new Table("vector_documents", "source_id", "embedding");
        case NUMPY -> new Table("vectors", "id", "embedding");
        case JSONL, JSON, CSV -> new Table("records", "id", "embedding");
      };
    }
  }

  @TempDir Path folder;

  @Test
  void a_hundred_thousand_records_migrate_in_256_mebibytes() throws Exception {
    ChromaDirectoryGenerator.write(folder, 100_000, DIMENSION);
    try (LocalPostgres.Database database = LocalPostgres.shared().createDatabase("memory")) {
      assertThat(migrateInSmallProcess("256m", CHROMA, database)).isEqualTo("rows: 100000\n");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "LIGHTRAG, 45000",
    "PICKLED_LISTS, 40000",
    "PICKLED_ARRAY, 80000",
    "NPY, 80000",
    "NUMPY, 80000",
    "JSONL, 20000",
    "JSON, 20000",
    "CSV, 20000"
  })
  void files_twice_as_large_as_the_heap_migrate(LargeStore store, int records) throws Exception {
    store.write(folder, records, DIMENSION);
    assertThat(bytesIn(folder)).isGreaterThan(2L * 64 << 20);
    try (LocalPostgres.Database database = LocalPostgres.shared().createDatabase("memory")) {
      assertThat(migrateInSmallProcess("64m", store.name(), database))
          .isEqualTo("rows: " + records + "\n");
      assertThat(idsAndLastVector(database, Table.of(store), records))
          .isEqualTo(
              records
                  + " "
                  + Arrays.toString(LargeStore.vector(records - 1, DIMENSION)).replace(" ", ""));
    }
  }

  private static long bytesIn(Path folder) throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }

  /** How many ids there are, and the vector of the last one with the digits that Java prints. */
  private static String idsAndLastVector(LocalPostgres.Database database, Table table, int records)
      throws SQLException {
    try (Connection connection = database.connect()) {
      List<Long> ids =
          Sql.list(
              connection,
              "SELECT count(DISTINCT %s) FROM %s".formatted(table.id, table.name),
              row -> row.getLong(1));
      List<Float[]> last =
          Sql.list(
              connection,
              "SELECT %s::real[] FROM %s WHERE %s = '%s'"
                  .formatted(table.vector, table.name, table.id, LargeStore.id(records - 1)),
              row -> (Float[]) row.getArray(1).getArray());
      return ids.get(0) + " " + Arrays.toString(last.get(0)).replace(" ", "");
    }
  }

  private String migrateInSmallProcess(String heap, String kind, LocalPostgres.Database database)
      throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx" + heap,
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            MemoryIT.class.getName(),
            kind,
            folder.toString(),
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
      pool.setJdbcUrl(args[2]);
      pool.setUsername(args[3]);
      pool.setPassword(System.getenv(PASSWORD));
      pool.setMaximumPoolSize(4);
      MigrationPlan.Builder plan =
          MigrationPlan.builder("memory")
              .into(PgVectorTarget.of(pool))
              .eachDataset(d -> d.index(VectorIndex.none()));
      Path place = Path.of(args[1]);
      if (args[0].equals(CHROMA)) {
        plan.from(ChromaDirectory.at(place));
      } else {
        from(plan, LargeStore.valueOf(args[0]), place);
      }
      MigrationReport report = plan.build().run();
      System.out.print("rows: " + report.written() + "\n");
    }
  }

  private static void from(MigrationPlan.Builder plan, LargeStore kind, Path place) {
    plan.from(source(kind, place));
    switch (kind) {
      case LIGHTRAG -> plan.layout(Layouts.lightRag());
      case PICKLED_LISTS, PICKLED_ARRAY, NPY -> plan.layout(Layouts.vectorDocuments());
      default -> {}
    }
  }

  private static SourceStore source(LargeStore kind, Path place) {
    return switch (kind) {
      case LIGHTRAG -> LightRagDirectory.at(place);
      case PICKLED_LISTS, PICKLED_ARRAY, NPY -> SimpleVectorStoreDirectory.at(place);
      case NUMPY -> ArrayWithSidecar.at(place.resolve("vectors.npy"));
      case JSONL -> JsonLinesFile.at(place.resolve("records.jsonl"));
      case JSON -> JsonRecordsFile.at(place.resolve("records.json"));
      case CSV -> CsvFile.at(place.resolve("records.csv"));
    };
  }
}
