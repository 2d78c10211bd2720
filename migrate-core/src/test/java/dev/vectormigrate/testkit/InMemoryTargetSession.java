package dev.vectormigrate.testkit;

import dev.vectormigrate.model.Bytes;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.spi.Batch;
import dev.vectormigrate.spi.BatchWriter;
import dev.vectormigrate.spi.Checkpoint;
import dev.vectormigrate.spi.EmbeddingCache;
import dev.vectormigrate.spi.IndexObserver;
import dev.vectormigrate.spi.LiveTable;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.Reject;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.RunRecord;
import dev.vectormigrate.spi.RunState;
import dev.vectormigrate.spi.Sample;
import dev.vectormigrate.spi.SearchResult;
import dev.vectormigrate.spi.TableSpec;
import dev.vectormigrate.spi.TargetPlan;
import dev.vectormigrate.spi.TargetSession;
import dev.vectormigrate.spi.VectorSearch;
import dev.vectormigrate.spi.WriteMode.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One migration's view of a target in memory. */
final class InMemoryTargetSession implements TargetSession {

  private final InMemoryTarget target;
  private final String migration;
  private final AtomicBoolean inUse = new AtomicBoolean();
  private boolean locked;
  private boolean closed;
  private int epoch = -1;

  InMemoryTargetSession(InMemoryTarget target, String migration) {
    this.target = target;
    this.migration = migration;
  }

  private InMemoryRun held() {
    InMemoryRun run = target.run(migration).orElseThrow();
    if (!locked) {
      throw new IllegalStateException("lock: not held, expected lock() before");
    }
    run.holdEpoch(epoch);
    return run;
  }

  @Override
  public Optional<RunRecord> find() {
    return target.run(migration).map(InMemoryRun::record);
  }

  @Override
  public TargetPlan plan(List<TableSpec> tables) {
    List<Finding> findings = new ArrayList<>();
    List<String> statements = new ArrayList<>();
    for (TableSpec table : tables) {
      List<Row> there = target.table(table.name());
      if (table.mode().kind() == Kind.CREATE && there != null && !there.isEmpty()) {
        findings.add(
            Finding.error(
                "table.filled",
                "Table %s has rows, expected none. Choose replace or append."
                    .formatted(table.name())));
      }
      if (table.mode().kind() == Kind.DIRECT) {
        findings.add(
            Finding.error("mode.direct", "Table " + table.name() + " can't be written directly."));
      }
      statements.add("PUT " + table.name() + " " + table.schema());
    }
    return new TargetPlan(statements, findings);
  }

  @Override
  public boolean lock(Duration wait) throws InterruptedException {
    if (!target.lock(migration, wait)) {
      return false;
    }
    locked = true;
    target.run(migration).ifPresent(run -> epoch = run.epoch());
    return true;
  }

  @Override
  public void begin(RunRecord run, Map<String, byte[]> kept) {
    if (!locked) {
      throw new IllegalStateException("lock: not held, expected lock() before");
    }
    target.begin(run);
    InMemoryRun begun = target.run(migration).orElseThrow();
    kept.forEach(begun::keep);
    epoch = target.run(migration).orElseThrow().epoch();
  }

  @Override
  public BatchWriter writer(int dataset, int split) {
    if (!inUse.compareAndSet(false, true)) {
      throw new IllegalStateException("session: used by two threads at once");
    }
    try {
      return new Writer(held(), epoch, dataset, split);
    } finally {
      inUse.set(false);
    }
  }

  private final class Writer implements BatchWriter {

    private final InMemoryRun run;
    private final int writerEpoch;
    private final int dataset;
    private final int split;
    private boolean writerClosed;

    Writer(InMemoryRun run, int writerEpoch, int dataset, int split) {
      this.run = run;
      this.writerEpoch = writerEpoch;
      this.dataset = dataset;
      this.split = split;
      target.opened();
    }

    @Override
    public Checkpoint checkpoint() {
      return run.checkpoint(dataset, split);
    }

    @Override
    public void write(Batch batch) {
      if (writerClosed) {
        throw new IllegalStateException("write: the writer is closed");
      }
      run.store(writerEpoch, dataset, split, batch);
    }

    @Override
    public void close() {
      if (!writerClosed) {
        writerClosed = true;
        target.closed();
      }
    }
  }

  @Override
  public void prepare(IndexObserver observer) {
    InMemoryRun run = held();
    for (int i = 0; i < run.record().tables().size(); i++) {
      observer.building(i, "key");
    }
    run.prepare();
  }

  @Override
  public RowReader readBack(int table) {
    target.opened();
    return new Reader(target.run(migration).orElseThrow().readBack(table).iterator());
  }

  private final class Reader implements RowReader {

    private final Iterator<Row> rows;
    private boolean readerClosed;
    private long read;

    Reader(Iterator<Row> rows) {
      this.rows = rows;
    }

    @Override
    public @Nullable Row next() {
      if (!rows.hasNext()) {
        return null;
      }
      read++;
      return rows.next();
    }

    @Override
    public Position position() {
      return new Position(String.valueOf(read));
    }

    @Override
    public void close() {
      if (!readerClosed) {
        readerClosed = true;
        target.closed();
      }
    }
  }

  @Override
  public List<Finding> shape(int table) {
    return List.of();
  }

  @Override
  public Optional<SearchResult> search(int table, VectorSearch search) {
    InMemoryRun run = target.run(migration).orElseThrow();
    TableSpec spec = run.record().tables().get(table);
    return Optional.of(new BruteForce(spec, run.readBack(table), search).run());
  }

  @Override
  public Optional<LiveTable> live(TableSpec table) {
    return Optional.ofNullable(target.table(table.name())).map(rows -> new Live(table, rows));
  }

  /** A live table with the columns of the plan. */
  private final class Live implements LiveTable {

    private final Schema schema;
    private final List<Row> rows;

    Live(TableSpec spec, List<Row> rows) {
      schema = spec.schema();
      this.rows = rows;
    }

    @Override
    public Schema schema() {
      return schema;
    }

    @Override
    public List<Finding> findings() {
      return List.of();
    }

    @Override
    public RowReader read() {
      target.opened();
      return new Reader(rows.stream().map(this::projected).iterator());
    }

    /** A table may have more columns than the plan. */
    private Row projected(Row row) {
      if (row.schema().equals(schema)) {
        return row;
      }
      return Row.of(
          schema, schema.fields().stream().map(field -> row.value(field.name())).toArray());
    }
  }

  @Override
  public List<Sample> samples(int table) {
    return target.run(migration).orElseThrow().samples(table);
  }

  @Override
  public List<Reject> rejects(int dataset, int most) {
    return target.run(migration).orElseThrow().rejects(dataset, most);
  }

  @Override
  public void eachReject(int dataset, Consumer<Reject> receiver) {
    rejects(dataset, Integer.MAX_VALUE).forEach(receiver);
  }

  @Override
  public Optional<byte[]> kept(String name) {
    return target.run(migration).flatMap(run -> run.kept(name));
  }

  @Override
  public EmbeddingCache embeddings(String model, int dimension) {
    target.opened();
    Map<Bytes, Vector> known = target.embeddings(model, dimension);
    return new EmbeddingCache() {
      @Override
      public Map<Bytes, Vector> find(List<Bytes> hashes) {
        Map<Bytes, Vector> found = new HashMap<>(known);
        found.keySet().retainAll(hashes);
        return found;
      }

      @Override
      public void store(Map<Bytes, Vector> vectors) {
        vectors.forEach(known::putIfAbsent);
      }

      @Override
      public void close() {
        target.closed();
      }
    };
  }

  @Override
  public void record(RunState state, List<Finding> findings) {
    held().state(state, findings);
  }

  @Override
  public List<Finding> promote() {
    return target.promote(held());
  }

  @Override
  public void rollback() {
    target.rollback(held());
  }

  @Override
  public void discard() {
    InMemoryRun run = held();
    if (run.record().state() == RunState.PROMOTED) {
      run.discardPrevious();
    } else {
      target.forget(migration);
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    target.closed();
    if (locked) {
      locked = false;
      target.unlock(migration);
    }
  }
}
