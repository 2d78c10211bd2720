package dev.vectormigrate.testkit;

import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.spi.Batch;
import dev.vectormigrate.spi.Checkpoint;
import dev.vectormigrate.spi.FrozenDataset;
import dev.vectormigrate.spi.FrozenDataset.SplitProgress;
import dev.vectormigrate.spi.Reject;
import dev.vectormigrate.spi.RunRecord;
import dev.vectormigrate.spi.RunState;
import dev.vectormigrate.spi.Sample;
import dev.vectormigrate.spi.TableName;
import dev.vectormigrate.spi.TableSpec;
import dev.vectormigrate.spi.WriteMode.Kind;
import dev.vectormigrate.spi.WriteMode.OnConflict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a target in memory has stored of one run. Thread-safe. */
final class InMemoryRun {

  private RunRecord record;
  private int epoch;
  private boolean prepared;
  private final List<List<Row>> staged = new ArrayList<>();
  private final Map<TableName, Optional<List<Row>>> previous = new LinkedHashMap<>();
  private final List<List<Row>> brought = new ArrayList<>();
  private final Map<Integer, List<Reject>> rejects = new LinkedHashMap<>();
  private final Map<Integer, List<Sample>> samples = new LinkedHashMap<>();
  private final Map<String, byte[]> kept = new LinkedHashMap<>();

  InMemoryRun(RunRecord record) {
    this.record = record;
    record.tables().forEach(table -> staged.add(new ArrayList<>()));
  }

  synchronized RunRecord record() {
    return record;
  }

  synchronized int epoch() {
    return epoch;
  }

  synchronized void takeOver() {
    epoch++;
  }

  synchronized void holdEpoch(int held) {
    if (held != epoch) {
      throw new IllegalStateException("another process has taken the run over");
    }
  }

  synchronized void keep(String name, byte[] content) {
    kept.put(name, content.clone());
  }

  synchronized Optional<byte[]> kept(String name) {
    return Optional.ofNullable(kept.get(name)).map(byte[]::clone);
  }

  synchronized List<Row> staged() {
    return staged.stream().flatMap(List::stream).toList();
  }

  synchronized void corrupt(int table, List<Row> rows) {
    staged.set(table, new ArrayList<>(rows));
  }

  synchronized Checkpoint checkpoint(int dataset, int split) {
    return record.datasets().get(dataset).splits().get(split).checkpoint();
  }

  /** All or nothing: everything is checked before anything is changed. */
  synchronized void store(int heldEpoch, int dataset, int split, Batch batch) {
    holdEpoch(heldEpoch);
    checkAddsUp(checkpoint(dataset, split), batch);
    FrozenDataset target = record.datasets().get(dataset);
    staged.get(target.table()).addAll(batch.rows());
    rejects.computeIfAbsent(dataset, ignored -> new ArrayList<>()).addAll(batch.rejects());
    samples.computeIfAbsent(target.table(), ignored -> new ArrayList<>()).addAll(batch.samples());
    record = withCheckpoint(dataset, split, batch.after());
  }

  private static void checkAddsUp(Checkpoint before, Batch batch) {
    Checkpoint after = batch.after();
    boolean adds =
        !before.done()
            && after.written() == before.written() + batch.rows().size()
            && after.rejected() == before.rejected() + batch.rejects().size();
    if (!adds) {
      throw new IllegalStateException("checkpoint: " + after + " does not follow " + before);
    }
  }

  private RunRecord withCheckpoint(int dataset, int split, Checkpoint after) {
    List<FrozenDataset> datasets = new ArrayList<>(record.datasets());
    FrozenDataset old = datasets.get(dataset);
    List<SplitProgress> splits = new ArrayList<>(old.splits());
    splits.set(split, new SplitProgress(splits.get(split).split(), after));
    datasets.set(
        dataset,
        new FrozenDataset(
            old.source(),
            old.name(),
            old.table(),
            old.fingerprint(),
            old.mapping(),
            old.expectedRows(),
            splits));
    return with(record.state(), datasets, record.findings());
  }

  private RunRecord with(RunState state, List<FrozenDataset> datasets, List<Finding> findings) {
    return new RunRecord(
        record.migration(),
        state,
        record.plan(),
        record.tables(),
        datasets,
        findings,
        record.started(),
        Instant.now());
  }

  synchronized void state(RunState state, List<Finding> findings) {
    record = with(state, record.datasets(), findings);
  }

  synchronized void prepare() {
    for (int i = 0; i < staged.size(); i++) {
      TableSpec table = record.tables().get(i);
      Set<List<Object>> keys = new HashSet<>();
      for (Row row : staged.get(i)) {
        if (!table.schema().key().isEmpty() && !keys.add(key(row))) {
          throw new IllegalStateException(
              "table " + table.name() + ": key '" + row.id() + "' is there twice");
        }
      }
    }
    prepared = true;
  }

  synchronized List<Row> readBack(int table) {
    return List.copyOf(
        record.state() == RunState.PROMOTED ? brought.get(table) : staged.get(table));
  }

  synchronized List<Sample> samples(int table) {
    return List.copyOf(samples.getOrDefault(table, List.of()));
  }

  synchronized List<Reject> rejects(int dataset, int most) {
    return rejects.getOrDefault(dataset, List.of()).stream().limit(most).toList();
  }

  synchronized List<Finding> mergeInto(Map<TableName, List<Row>> live) {
    if (!prepared || record.state() != RunState.VERIFIED) {
      throw new IllegalStateException("promote: state " + record.state() + ", expected VERIFIED");
    }
    List<Finding> findings = new ArrayList<>();
    Map<TableName, Optional<List<Row>>> before = new LinkedHashMap<>();
    List<List<Row>> added = new ArrayList<>();
    for (int i = 0; i < staged.size(); i++) {
      TableSpec table = record.tables().get(i);
      before.put(table.name(), Optional.ofNullable(live.get(table.name())));
      added.add(merge(table, staged.get(i), live, findings));
    }
    previous.clear();
    previous.putAll(before);
    brought.clear();
    brought.addAll(added);
    staged.forEach(List::clear);
    state(RunState.PROMOTED, record.findings());
    return findings;
  }

  private static List<Object> key(Row row) {
    List<Object> key = new ArrayList<>();
    row.schema().key().forEach(field -> key.add(row.value(field)));
    return key;
  }

  private static List<Row> merge(
      TableSpec table, List<Row> rows, Map<TableName, List<Row>> live, List<Finding> findings) {
    List<Row> there = live.getOrDefault(table.name(), List.of());
    if (table.mode().kind() == Kind.CREATE && !there.isEmpty()) {
      throw new IllegalStateException("table " + table.name() + " has rows by now");
    }
    Map<List<Object>, Row> byKey = new LinkedHashMap<>();
    if (table.mode().kind() == Kind.APPEND) {
      there.forEach(row -> byKey.put(key(row), row));
    }
    if (table.schema().key().isEmpty()) {
      List<Row> all = new ArrayList<>(byKey.values());
      all.addAll(rows);
      live.put(table.name(), all);
      return List.copyOf(rows);
    }
    List<Row> added = new ArrayList<>();
    for (Row row : rows) {
      if (!byKey.containsKey(key(row)) || table.mode().onConflict() == OnConflict.UPDATE) {
        byKey.put(key(row), row);
        added.add(row);
      } else if (table.mode().onConflict() == OnConflict.FAIL) {
        throw new IllegalStateException(
            "table " + table.name() + ": key '" + row.id() + "' is there already");
      }
    }
    if (added.size() < rows.size()) {
      String message =
          "table %s: %d rows skipped.".formatted(table.name(), rows.size() - added.size());
      findings.add(Finding.info("append.skipped", message));
    }
    live.put(table.name(), new ArrayList<>(byKey.values()));
    return added;
  }

  synchronized void takeOutOf(Map<TableName, List<Row>> live) {
    if (previous.isEmpty()) {
      throw new IllegalStateException("rollback: the data from before was discarded");
    }
    previous.forEach(
        (name, rows) -> {
          live.remove(name);
          rows.ifPresent(old -> live.put(name, old));
        });
    previous.clear();
    state(RunState.ROLLED_BACK, record.findings());
  }

  synchronized void discardPrevious() {
    previous.clear();
  }
}
