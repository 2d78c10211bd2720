package dev.vectormigrate.pgvector;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What index builds may take.
 *
 * @param bytes of memory; 0 for what the server grants
 * @param workers beside the building process; -1 for what the server grants
 */
record IndexSettings(long bytes, int workers) {

  static final IndexSettings SERVER = new IndexSettings(0, -1);

  private static final long KIBIBYTE = 1L << 10;

  /** Of maintenance_work_mem, by PostgreSQL's documentation. */
  private static final long LEAST_BYTES = 1L << 20;

  private static final long MOST_BYTES = 1L << 41;
  private static final int MOST_WORKERS = 1_024;

  IndexSettings memory(long newBytes) {
    if (newBytes < LEAST_BYTES || newBytes > MOST_BYTES) {
      throw new IllegalArgumentException(
          "indexMemory: %,d bytes, expected %,d to %,d"
              .formatted(newBytes, LEAST_BYTES, MOST_BYTES));
    }
    return new IndexSettings(newBytes, workers);
  }

  IndexSettings workers(int newWorkers) {
    if (newWorkers < 0 || newWorkers > MOST_WORKERS) {
      throw new IllegalArgumentException(
          "indexWorkers: %d, expected 0 to %d".formatted(newWorkers, MOST_WORKERS));
    }
    return new IndexSettings(bytes, newWorkers);
  }

  /** Whether somebody said how many workers. */
  boolean namesWorkers() {
    return workers >= 0;
  }

  /** The settings of what builds an index, so that it can be listened to as well. */
  Map<String, String> values() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("client_min_messages", "notice");
    if (bytes > 0) {
      values.put("maintenance_work_mem", Math.min(bytes / KIBIBYTE, Integer.MAX_VALUE) + "kB");
    }
    if (namesWorkers()) {
      values.put("max_parallel_maintenance_workers", String.valueOf(workers));
    }
    return values;
  }

  /** These settings for the rest of a transaction. */
  List<String> statements() {
    List<String> statements = new ArrayList<>();
    values().forEach((name, value) -> statements.add("SET LOCAL %s = '%s'".formatted(name, value)));
    return statements;
  }
}
