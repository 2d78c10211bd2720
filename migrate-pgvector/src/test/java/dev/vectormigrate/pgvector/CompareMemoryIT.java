package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.vectormigrate.Comparison;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.RowDifference.Kind;
import dev.vectormigrate.model.VectorIndex;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** A comparison's memory does not grow with the tables, nor with what differs. */
class CompareMemoryIT {

  private static final int RECORDS = 100_000;
  private static final String PASSWORD = "VECTOR_MIGRATE_TEST_PASSWORD";

  @Test
  void a_hundred_thousand_rows_of_which_many_differ_are_compared_in_64_mebibytes()
      throws Exception {
    try (LocalPostgres.Database database = LocalPostgres.shared().createDatabase("compare");
        Observer observer = Observer.of(database)) {
      plan(database.dataSource()).run();
      observer.execute(
          "DELETE FROM docs WHERE id LIKE '%7'", "UPDATE docs SET text = 'x' WHERE id LIKE '%8'");

      assertThat(compareInSmallProcess(database))
          .isEqualTo(
              "TableComparison[table=docs, source=100000, target=90000, same=80000,"
                  + " different=10000, missing=10000, extra=0, duplicate=0, others=0,"
                  + " withoutKey=0] {MISSING=10000, DIFFERENT=10000}");
    }
  }

  private static MigrationPlan plan(DataSource dataSource) {
    return MigrationPlan.builder("compare")
        .from(GeneratedSource.of(RECORDS))
        .into(PgVectorTarget.of(dataSource))
        .eachDataset(d -> d.index(VectorIndex.none()).rename("text", "text"))
        .build();
  }

  private static String compareInSmallProcess(LocalPostgres.Database database) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            CompareMemoryIT.class.getName(),
            database.jdbcUrl(),
            database.username());
    builder.environment().put(PASSWORD, database.password());
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  /** Compares, and is told every row that differs. */
  public static void main(String[] args) {
    try (HikariDataSource pool = new HikariDataSource()) {
      pool.setJdbcUrl(args[0]);
      pool.setUsername(args[1]);
      pool.setPassword(System.getenv(PASSWORD));
      pool.setMaximumPoolSize(2);
      Map<Kind, Integer> told = new TreeMap<>();
      Comparison comparison =
          plan(pool).compare(difference -> told.merge(difference.kind(), 1, Integer::sum));
      System.out.print(comparison.tables().get(0) + " " + told);
    }
  }
}
