package dev.vectormigrate.pgvector;

import dev.vectormigrate.model.Finding;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is worth knowing before and after a vector index is built, and why a build failed.
 *
 * @param table the table's name
 * @param index what is built
 * @param rows of the table
 */
record BuildCheck(String table, VectorIndexing index, long rows) {

  /** By pgvector's documentation: below it, IVFFlat finds too little. */
  private static final int FEW_ROWS = 1_000;

  private static final Pattern NO_LONGER_FITS =
      Pattern.compile("hnsw graph no longer fits into maintenance_work_mem after (\\d+) tuples");

  /** Of PostgreSQL: no space on a disk, or in the file system of shared memory. */
  private static final String DISK_FULL = "53100";

  private static final String OUT_OF_MEMORY = "53200";
  private static final String LIMIT_EXCEEDED = "54000";

  /**
   * What a build meets on the server.
   *
   * @param memory that it may take, in bytes
   * @param workers that the settings grant
   * @param large whether the table is large enough for workers
   * @param version of the extension
   */
  record Server(long memory, int workers, boolean large, String version) {

    static Server of(Connection connection, String table) throws SQLException {
      return Sql.first(
              connection,
              """
              SELECT (SELECT setting::bigint * 1024 FROM pg_catalog.pg_settings
                  WHERE name = 'maintenance_work_mem'),
                least(current_setting('max_parallel_maintenance_workers')::int,
                  current_setting('max_parallel_workers')::int,
                  current_setting('max_worker_processes')::int),
                pg_catalog.pg_relation_size(?::regclass) >= (SELECT setting::bigint
                  * current_setting('block_size')::bigint FROM pg_catalog.pg_settings
                  WHERE name = 'min_parallel_table_scan_size'),
                (SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'vector')""",
              row -> new Server(row.getLong(1), row.getInt(2), row.getBoolean(3), row.getString(4)),
              table)
          .orElseThrow();
    }

    boolean usesWorkers() {
      return workers > 0 && large;
    }
  }

  /**
   * What is worth knowing before the build.
   *
   * @param named whether the plan's target says how many workers
   */
  List<Finding> before(Server server, boolean named) {
    List<Finding> findings = new ArrayList<>();
    if (index.isHnsw()) {
      addMemory(findings, server);
      addParallel(findings, server, named);
    } else {
      addLists(findings);
      ExtensionCheck.listsFault(server.version())
          .ifPresent(fault -> findings.add(fault(server, fault, "")));
    }
    return findings;
  }

  /** Whether workers must be kept away from a build for what is wrong with this version. */
  boolean isFaultyInParallel(Server server) {
    return index.isHnsw()
        && server.usesWorkers()
        && ExtensionCheck.parallelFault(server.version()).isPresent();
  }

  private void addMemory(List<Finding> findings, Server server) {
    long needed = index.graphBytes(rows);
    if (needed > server.memory()) {
      findings.add(
          warning(
              "index.memory",
              "its graph takes about %s, and maintenance_work_mem is %s: the build is much slower once the graph no longer fits. Give it more with indexMemory(...)."
                  .formatted(megabytes(needed), megabytes(server.memory()))));
    }
  }

  private void addParallel(List<Finding> findings, Server server, boolean named) {
    if (isFaultyInParallel(server)) {
      String done =
          named
              ? " It is built with workers, as indexWorkers(...) says."
              : " It is built without workers.";
      ExtensionCheck.parallelFault(server.version())
          .ifPresent(fault -> findings.add(fault(server, fault, done)));
    }
  }

  private Finding fault(Server server, String fault, String done) {
    return warning(
        "index.fault",
        "extension vector %s: %s.%s Update pgvector.".formatted(server.version(), fault, done));
  }

  private void addLists(List<Finding> findings) {
    long lists = index.lists(rows);
    if (rows < FEW_ROWS || lists > rows) {
      findings.add(
          warning(
              "index.few_rows",
              "%,d lists for %,d rows, expected at least %,d rows and fewer lists than rows: searches will miss much. Choose hnsw, or build it when there are more rows."
                  .formatted(lists, rows, FEW_ROWS)));
    }
  }

  /** What the server said during the build. */
  List<Finding> after(List<String> notices, Server server) {
    List<Finding> findings = new ArrayList<>();
    for (String notice : notices) {
      Matcher matcher = NO_LONGER_FITS.matcher(notice);
      if (matcher.find()) {
        findings.add(
            warning(
                "index.memory_exceeded",
                "its graph no longer fit into the %s of maintenance_work_mem after %,d of %,d rows; the rest was built much more slowly. Give it about %s with indexMemory(...)."
                    .formatted(
                        megabytes(server.memory()),
                        Long.parseLong(matcher.group(1)),
                        rows,
                        megabytes(index.graphBytes(rows)))));
      }
    }
    return findings;
  }

  /** Whether a build may succeed without the shared memory that workers need. */
  static boolean lacksSpace(SQLException e) {
    return SqlErrors.hasState(e, DISK_FULL) || SqlErrors.hasState(e, OUT_OF_MEMORY);
  }

  /** Says that a build is tried again without workers. */
  Finding withoutWorkers(SQLException e) {
    return warning(
        "index.shared_memory",
        "there was no space for a parallel build, so it is built without workers. %s Give the server more shared memory (Docker: --shm-size), or the build less memory."
            .formatted(e.getMessage()));
  }

  /** What to throw for a failed build: what is known about it is said. */
  Exception explained(SQLException e) {
    String advice = null;
    if (SqlErrors.hasState(e, LIMIT_EXCEEDED) && index.isSparse()) {
      return new IllegalStateException(
          "table %s: %s: a vector has more than 1,000 components other than zero, expected at most 1,000 in every row. Ask for no index, or leave such rows out."
              .formatted(table, index),
          e);
    }
    if (SqlErrors.hasState(e, DISK_FULL)) {
      advice = "Free space on the server's disk, then run again: what was staged is kept.";
    } else if (SqlErrors.hasState(e, OUT_OF_MEMORY)) {
      advice = "Give the build less with indexMemory(...), then run again.";
    } else if (SqlErrors.hasState(e, LIMIT_EXCEEDED) && !index.isHnsw()) {
      advice = "Give the build more with indexMemory(...), or ask for fewer lists.";
    }
    return advice == null
        ? e
        : new IllegalStateException(
            "table %s: %s can't be built: %s %s".formatted(table, index, e.getMessage(), advice),
            e);
  }

  private Finding warning(String code, String what) {
    return Finding.warning(code, "table %s: %s: %s".formatted(table, index, what));
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%,d MB", (bytes + (1 << 20) - 1) >> 20);
  }
}
