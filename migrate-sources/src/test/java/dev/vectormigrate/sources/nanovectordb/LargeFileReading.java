package dev.vectormigrate.sources.nanovectordb;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.Split;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Reads every row of a file with several readers at once, to see what time and memory that takes.
 */
final class LargeFileReading {

  private LargeFileReading() {}

  /**
   * Takes the file and the number of readers; to be run with little memory, as {@code -Xmx256m}.
   */
  public static void main(String[] arguments) throws Exception {
    long begin = System.nanoTime();
    try (SourceSession session = NanoVectorDbFile.at(Path.of(arguments[0])).open()) {
      Dataset dataset = session.datasets().get(0);
      report("looked through, " + dataset.rows() + " rows", begin);
      long rows = read(session, dataset, Integer.parseInt(arguments[1]));
      report("read, " + rows + " rows with vector", begin);
      long mostHeap =
          ManagementFactory.getMemoryPoolMXBeans().stream()
              .filter(pool -> pool.getType() == MemoryType.HEAP)
              .map(MemoryPoolMXBean::getPeakUsage)
              .mapToLong(usage -> usage.getUsed())
              .sum();
      System.out.println("heap at most: " + (mostHeap >> 20) + " MiB");
    }
  }

  private static void report(String what, long begin) {
    System.out.printf("%.1f s: %s%n", (System.nanoTime() - begin) / 1e9, what);
  }

  private static long read(SourceSession session, Dataset dataset, int readers) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(readers);
    try {
      List<Future<Long>> counts = new ArrayList<>();
      for (Split split : session.split(dataset, readers)) {
        RowReader reader = session.read(dataset, split, Position.START);
        counts.add(threads.submit(() -> count(reader)));
      }
      long rows = 0;
      for (Future<Long> count : counts) {
        rows += count.get();
      }
      return rows;
    } finally {
      threads.shutdown();
    }
  }

  private static long count(RowReader reader) throws Exception {
    try (reader) {
      long rows = 0;
      for (var row = reader.next(); row != null; row = reader.next()) {
        rows += row.value("embedding") == null ? 0 : 1;
      }
      return rows;
    }
  }
}
