package dev.vectormigrate.testkit;

import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.spi.Batch;
import dev.vectormigrate.spi.BatchWriter;
import dev.vectormigrate.spi.Checkpoint;
import dev.vectormigrate.spi.EmbeddingCache;
import dev.vectormigrate.spi.IndexObserver;
import dev.vectormigrate.spi.LiveTable;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.Reject;
import dev.vectormigrate.spi.RejectedRowException;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.RunRecord;
import dev.vectormigrate.spi.RunState;
import dev.vectormigrate.spi.Sample;
import dev.vectormigrate.spi.SearchResult;
import dev.vectormigrate.spi.TableSpec;
import dev.vectormigrate.spi.TargetPlan;
import dev.vectormigrate.spi.TargetSession;
import dev.vectormigrate.spi.TargetStore;
import dev.vectormigrate.spi.TransientException;
import dev.vectormigrate.spi.VectorSearch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A target that fails at one of its calls, counted from 1 over its sessions, writers and readers.
 * Thread-safe.
 *
 * <p>A {@link #killedAt killed} one fails at every later call, too: nothing can be cleaned up, as
 * after the death of the process. What is closed then is what an operating system would close.
 */
public final class FaultyTarget implements TargetStore {

  /** When a call fails. */
  public enum When {
    /** It has no effect. */
    BEFORE_THE_EFFECT,
    /** It has its effect, and only the answer is lost. */
    AFTER_THE_EFFECT
  }

  private final TargetStore target;
  private final int failAt;
  private final When when;
  private final boolean dead;
  private final String only;
  private final AtomicInteger calls = new AtomicInteger();
  private volatile @Nullable String failed;

  private FaultyTarget(TargetStore target, int failAt, When when, boolean dead, String only) {
    this.target = target;
    this.failAt = failAt;
    this.when = when;
    this.dead = dead;
    this.only = only;
  }

  /** Dies at a call. */
  public static FaultyTarget killedAt(int call, When when, TargetStore target) {
    return new FaultyTarget(target, call, when, true, "");
  }

  /**
   * Throws one {@link TransientException} at the given call of a method.
   *
   * @param method {@code write}, {@code writer} or {@code checkpoint}
   */
  public static FaultyTarget cutOffAt(String method, int call, When when, TargetStore target) {
    return new FaultyTarget(target, call, when, false, method);
  }

  /** How many calls there were that can fail. */
  public int calls() {
    return calls.get();
  }

  /** The method that failed, if one did. */
  public Optional<String> failed() {
    return Optional.ofNullable(failed);
  }

  private <T> T call(String method, Callable<T> effect) throws Exception {
    boolean counts = only.isEmpty() || only.equals(method);
    int number = counts ? calls.incrementAndGet() : 0;
    if (dead && number > failAt) {
      throw new IllegalStateException("dead since call " + failAt);
    }
    if (number != failAt) {
      return effect.call();
    }
    failed = method;
    if (when == When.AFTER_THE_EFFECT) {
      Object lost = effect.call();
      close(lost);
    }
    if (dead) {
      throw new IllegalStateException("killed at call " + failAt);
    }
    throw new TransientException("cut off at call " + failAt, new java.io.IOException("reset"));
  }

  private static void close(@Nullable Object lost) throws Exception {
    if (lost instanceof AutoCloseable resource) {
      resource.close();
    }
  }

  private void doCall(String method, Step effect) throws Exception {
    call(
        method,
        () -> {
          effect.run();
          return true;
        });
  }

  private interface Step {
    void run() throws Exception;
  }

  @Override
  public String name() {
    return target.name();
  }

  @Override
  public TargetSession open(String migration) throws Exception {
    return call("open", () -> new Session(target.open(migration)));
  }

  @Override
  public void check(Row row) throws RejectedRowException {
    target.check(row);
  }

  private final class Session implements TargetSession {

    private final TargetSession session;

    Session(TargetSession session) {
      this.session = session;
    }

    @Override
    public Optional<RunRecord> find() throws Exception {
      return call("find", session::find);
    }

    @Override
    public TargetPlan plan(List<TableSpec> tables) throws Exception {
      return call("plan", () -> session.plan(tables));
    }

    @Override
    public boolean lock(Duration wait) throws Exception {
      return call("lock", () -> session.lock(wait));
    }

    @Override
    public void begin(RunRecord run, Map<String, byte[]> kept) throws Exception {
      doCall("begin", () -> session.begin(run, kept));
    }

    @Override
    public BatchWriter writer(int dataset, int split) throws Exception {
      return call("writer", () -> new Writer(session.writer(dataset, split)));
    }

    @Override
    public void prepare(IndexObserver observer) throws Exception {
      doCall("prepare", () -> session.prepare(observer));
    }

    @Override
    public RowReader readBack(int table) throws Exception {
      return call("readBack", () -> new Reader(session.readBack(table)));
    }

    @Override
    public List<Finding> shape(int table) throws Exception {
      return call("shape", () -> session.shape(table));
    }

    @Override
    public Optional<LiveTable> live(TableSpec table) throws Exception {
      return call("live", () -> session.live(table));
    }

    @Override
    public Optional<SearchResult> search(int table, VectorSearch search) throws Exception {
      return call("search", () -> session.search(table, search));
    }

    @Override
    public List<Sample> samples(int table) throws Exception {
      return call("samples", () -> session.samples(table));
    }

    @Override
    public List<Reject> rejects(int dataset, int most) throws Exception {
      return call("rejects", () -> session.rejects(dataset, most));
    }

    @Override
    public void eachReject(int dataset, Consumer<Reject> receiver) throws Exception {
      doCall("eachReject", () -> session.eachReject(dataset, receiver));
    }

    @Override
    public Optional<byte[]> kept(String name) throws Exception {
      return call("kept", () -> session.kept(name));
    }

    @Override
    public EmbeddingCache embeddings(String model, int dimension) throws Exception {
      return call("embeddings", () -> session.embeddings(model, dimension));
    }

    @Override
    public void record(RunState state, List<Finding> findings) throws Exception {
      doCall("record", () -> session.record(state, findings));
    }

    @Override
    public List<Finding> promote() throws Exception {
      return call("promote", session::promote);
    }

    @Override
    public void rollback() throws Exception {
      doCall("rollback", session::rollback);
    }

    @Override
    public void discard() throws Exception {
      doCall("discard", session::discard);
    }

    @Override
    public void close() {
      session.close();
    }
  }

  private final class Writer implements BatchWriter {

    private final BatchWriter writer;

    Writer(BatchWriter writer) {
      this.writer = writer;
    }

    @Override
    public Checkpoint checkpoint() throws Exception {
      return call("checkpoint", writer::checkpoint);
    }

    @Override
    public void write(Batch batch) throws Exception {
      doCall("write", () -> writer.write(batch));
    }

    @Override
    public void close() {
      writer.close();
    }
  }

  private final class Reader implements RowReader {

    private final RowReader reader;

    Reader(RowReader reader) {
      this.reader = reader;
    }

    @Override
    public @Nullable Row next() throws Exception {
      return call("next", reader::next);
    }

    @Override
    public Position position() {
      return reader.position();
    }

    @Override
    public void close() {
      reader.close();
    }
  }
}
