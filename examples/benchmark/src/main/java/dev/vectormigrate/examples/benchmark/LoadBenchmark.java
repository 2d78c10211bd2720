package dev.vectormigrate.examples.benchmark;

import com.zaxxer.hikari.HikariDataSource;
import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.Phase;
import dev.vectormigrate.model.VectorIndex;
import dev.vectormigrate.pgvector.PgVectorTarget;
import dev.vectormigrate.pgvector.testing.LocalPostgres;
import dev.vectormigrate.sources.chroma.ChromaDirectory;
import dev.vectormigrate.sources.chroma.ChromaDirectoryGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Measures, in one run and in turns, how many rows a second go
 *
 * <ul>
 *   <li>the whole way from the files of a generated Chroma directory into a staging table, with its
 *       plan, its checkpoints and its digests, over one connection (and over two), and
 *   <li>by {@code psql \copy} from a binary file, made beforehand with the same rows, into a table
 *       of the same columns,
 * </ul>
 *
 * and prints both rates and their ratio: the machine's speed drifts, the ratio does not. The
 * reading back that verifies every value is timed, too.
 *
 * <p>The last lines are a table: rows, dimensions, what one connection loads a second, what
 * verification reads back a second, and the time that verification takes to that of the load.
 *
 * <p>Arguments: rounds (3), records (100,000), dimensions (384 1536).
 */
public final class LoadBenchmark {

  private final PrintStream out;
  private final int rounds;
  private final int records;
  private final List<String> table = new ArrayList<>();

  private LoadBenchmark(PrintStream out, int rounds, int records) {
    this.out = out;
    this.rounds = rounds;
    this.records = records;
  }

  /** Runs the benchmark. */
  public static void main(String[] args) throws Exception {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
    int records = args.length > 1 ? Integer.parseInt(args[1]) : 100_000;
    LoadBenchmark benchmark = new LoadBenchmark(System.out, rounds, records);
    List<Integer> dimensions = new ArrayList<>();
    for (int i = 2; i < args.length; i++) {
      dimensions.add(Integer.parseInt(args[i]));
    }
    for (int dimension : dimensions.isEmpty() ? List.of(384, 1536) : dimensions) {
      benchmark.measure(dimension);
    }
    benchmark.printTable();
  }

  private void printTable() {
    out.println("      rows      d  load rows/s  verify rows/s  verify time / load time");
    table.forEach(out::println);
  }

  private void measure(int dimension) throws Exception {
    Path folder = Files.createTempDirectory("vector-migrate-benchmark");
    try {
      Path store = folder.resolve("chroma");
      ChromaDirectoryGenerator.write(store, records, dimension);
      out.printf("%,d records of %,d dimensions%n", records, dimension);
      measure(store, folder.resolve("rows.bin"), dimension);
    } finally {
      delete(folder);
    }
  }

  private void measure(Path store, Path file, int dimension) throws Exception {
    List<Double> ours = new ArrayList<>();
    List<Double> two = new ArrayList<>();
    List<Double> verify = new ArrayList<>();
    List<Double> reference = new ArrayList<>();
    // The first round warms the virtual machine and the caches up, and is not counted.
    for (int round = 0; round <= rounds; round++) {
      try (LocalPostgres.Database database = LocalPostgres.shared().createDatabase("benchmark")) {
        Timing timing = migrate(store, database, 1);
        Psql psql = Psql.of(database);
        psql.exportTo(file);
        double copied = seconds(psql.importFrom(file));
        checkCounts(database);
        double staged = timing.staged();
        double read = timing.verified();
        double withTwo = stagedWithTwo(store);
        if (round > 0) {
          ours.add(records / staged);
          two.add(records / withTwo);
          verify.add(records / read);
          reference.add(records / copied);
        }
        out.printf(
            "  %s: into staging %,.0f rows/s, two connections %,.0f, \\copy %,.0f, verify %,.0f%n",
            round == 0 ? "warm-up" : "round " + round,
            records / staged,
            records / withTwo,
            records / copied,
            records / read);
      }
    }
    report(ours, two, reference, verify);
    table.add(
        String.format(
            "%,10d %,6d %,12.0f %,14.0f %24.2f",
            records, dimension, median(ours), median(verify), median(ratios(ours, verify))));
  }

  private double stagedWithTwo(Path store) throws Exception {
    try (LocalPostgres.Database database = LocalPostgres.shared().createDatabase("benchmark")) {
      return migrate(store, database, 2).staged();
    }
  }

  private void report(
      List<Double> ours, List<Double> two, List<Double> reference, List<Double> verify) {
    out.printf(
        "  median: into staging %,.0f rows/s, two connections %,.0f, \\copy %,.0f, verify %,.0f%n",
        median(ours), median(two), median(reference), median(verify));
    out.printf(
        "  ratio to \\copy: %.2f with one connection, %.2f with two; verify to load: %.2f%n",
        median(ratios(ours, reference)),
        median(ratios(two, reference)),
        median(ratios(verify, ours)));
  }

  private static Timing migrate(Path store, LocalPostgres.Database database, int writers)
      throws SQLException {
    checkpoint(database);
    Timing timing = new Timing();
    try (HikariDataSource pool = pool(database, writers)) {
      MigrationPlan.builder("benchmark")
          .from(ChromaDirectory.at(store))
          .into(PgVectorTarget.of(pool))
          .eachDataset(d -> d.table("staged").index(VectorIndex.none()))
          .writers(writers)
          .listener(timing)
          .build()
          .run();
    }
    return timing;
  }

  /** How long the phases took, in seconds. */
  private static final class Timing implements MigrationListener {

    private final Map<Phase, Duration> phases = new EnumMap<>(Phase.class);

    @Override
    public void phaseFinished(Phase phase, Duration took) {
      phases.put(phase, took);
    }

    double staged() {
      return of(Phase.PLAN) + of(Phase.STAGE);
    }

    double verified() {
      return of(Phase.VERIFY);
    }

    private double of(Phase phase) {
      return seconds(phases.getOrDefault(phase, Duration.ZERO));
    }
  }

  private static HikariDataSource pool(LocalPostgres.Database database, int writers) {
    HikariDataSource pool = new HikariDataSource();
    pool.setJdbcUrl(database.jdbcUrl());
    pool.setUsername(database.username());
    pool.setPassword(database.password());
    pool.setMaximumPoolSize(writers + 2);
    return pool;
  }

  /** Each side begins with nothing left to flush of the other. */
  static void checkpoint(LocalPostgres.Database database) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CHECKPOINT");
    }
  }

  private void checkCounts(LocalPostgres.Database database) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT (SELECT count(*) FROM staged), count(*) FROM copied")) {
      rows.next();
      if (rows.getLong(1) != records || rows.getLong(2) != records) {
        throw new IllegalStateException("rows: not as many as generated");
      }
    }
  }

  private static List<Double> ratios(List<Double> a, List<Double> b) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < a.size(); i++) {
      ratios.add(a.get(i) / b.get(i));
    }
    return ratios;
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElse(Double.NaN);
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
