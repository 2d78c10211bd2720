package dev.vectormigrate.testkit;

import dev.vectormigrate.model.Bytes;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.spi.RunRecord;
import dev.vectormigrate.spi.TableName;
import dev.vectormigrate.spi.TargetSession;
import dev.vectormigrate.spi.TargetStore;
import dev.vectormigrate.spi.WriteMode.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A target in memory that keeps the rules of a {@link TargetSession}: batches are stored with their
 * checkpoint or not at all, a run that was taken over stores nothing any more, tables are untouched
 * until the promotion, which a rollback takes back. It can't write {@link Kind#DIRECT}.
 *
 * <p>Everything that is done to it is checked: what breaks the order of calls, or a checkpoint that
 * does not add up, throws {@link IllegalStateException}. Thread-safe; survives its sessions, as a
 * database survives its connections.
 */
public final class InMemoryTarget implements TargetStore {

  private final Map<TableName, List<Row>> live = new LinkedHashMap<>();
  private final Map<String, InMemoryRun> runs = new LinkedHashMap<>();
  private final Map<String, Map<Bytes, Vector>> embeddings = new LinkedHashMap<>();
  private final Set<String> locks = new HashSet<>();
  private int openResources;

  /** A target without tables. */
  public static InMemoryTarget empty() {
    return new InMemoryTarget();
  }

  private InMemoryTarget() {}

  @Override
  public String name() {
    return "memory target";
  }

  @Override
  public TargetSession open(String migration) {
    opened();
    return new InMemoryTargetSession(this, migration);
  }

  @Override
  public void check(Row row) {}

  /** The live rows of a table, in the order they became live; empty if there is no such table. */
  public synchronized List<Row> rows(String table) {
    return List.copyOf(live.getOrDefault(TableName.of(table), List.of()));
  }

  /** The names of the live tables. */
  public synchronized List<String> tables() {
    return live.keySet().stream().map(TableName::toString).toList();
  }

  /** Puts a table there that no migration made. */
  public synchronized void put(String table, List<Row> rows) {
    live.put(TableName.of(table), List.copyOf(rows));
  }

  /** The rows that a migration has staged, over all tables. */
  public synchronized List<Row> staged(String migration) {
    InMemoryRun run = runs.get(migration);
    return run == null ? List.of() : run.staged();
  }

  /** Changes what a migration has staged, as a fault of the storage would. */
  public synchronized void corrupt(String migration, int table, List<Row> rows) {
    runs.get(migration).corrupt(table, rows);
  }

  /** Sessions, writers and readers that were not closed. */
  public synchronized int openResources() {
    return openResources;
  }

  /** What a model made of texts, by any migration; changed as it is used. */
  synchronized Map<Bytes, Vector> embeddings(String model, int dimension) {
    return embeddings.computeIfAbsent(model + "/" + dimension, any -> new ConcurrentHashMap<>());
  }

  synchronized void opened() {
    openResources++;
  }

  synchronized void closed() {
    openResources--;
  }

  synchronized Optional<InMemoryRun> run(String migration) {
    return Optional.ofNullable(runs.get(migration));
  }

  synchronized void begin(RunRecord record) {
    if (runs.containsKey(record.migration())) {
      throw new IllegalStateException("begin: the run is there already");
    }
    runs.put(record.migration(), new InMemoryRun(record));
  }

  synchronized boolean lock(String migration, Duration wait) throws InterruptedException {
    long end = System.nanoTime() + wait.toNanos();
    while (locks.contains(migration)) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    locks.add(migration);
    run(migration).ifPresent(InMemoryRun::takeOver);
    return true;
  }

  synchronized void unlock(String migration) {
    locks.remove(migration);
    notifyAll();
  }

  synchronized @Nullable List<Row> table(TableName name) {
    return live.get(name);
  }

  /** Makes every table of a run live, or throws and changes nothing. */
  synchronized List<Finding> promote(InMemoryRun run) {
    Map<TableName, List<Row>> next = new LinkedHashMap<>(live);
    List<Finding> findings = run.mergeInto(next);
    replaceLive(next);
    return findings;
  }

  synchronized void rollback(InMemoryRun run) {
    Map<TableName, List<Row>> next = new LinkedHashMap<>(live);
    run.takeOutOf(next);
    replaceLive(next);
  }

  private void replaceLive(Map<TableName, List<Row>> next) {
    live.clear();
    next.forEach((name, rows) -> live.put(name, List.copyOf(new ArrayList<>(rows))));
  }

  synchronized void forget(String migration) {
    runs.remove(migration);
  }
}
