package dev.vectormigrate.internal;

import dev.vectormigrate.MigrationException;
import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.Phase;
import dev.vectormigrate.PlanDescription;
import dev.vectormigrate.RejectsExceededException;
import dev.vectormigrate.RunSettings;
import dev.vectormigrate.SourceException;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.Batch;
import dev.vectormigrate.spi.BatchWriter;
import dev.vectormigrate.spi.Checkpoint;
import dev.vectormigrate.spi.FrozenDataset;
import dev.vectormigrate.spi.FrozenDataset.SplitProgress;
import dev.vectormigrate.spi.Reject;
import dev.vectormigrate.spi.RunRecord;
import dev.vectormigrate.spi.TargetSession;
import dev.vectormigrate.spi.TargetStore;
import dev.vectormigrate.spi.TransientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Copies what is missing of every split into staging, several splits at once. */
final class Staging {

  private final TargetStore target;
  private final TargetSession session;
  private final RunSettings settings;
  private final MigrationListener listener;
  private final Measuring measuring;
  private final RunRecord run;
  private final List<PlannedDataset> datasets;
  private final ProgressMeter meter;
  private final AtomicLong rejected = new AtomicLong();
  private final Embedders embedders;

  Staging(
      PlanDescription plan,
      TargetSession session,
      MigrationListener listener,
      Measuring measuring,
      RunRecord run,
      List<PlannedDataset> datasets,
      Map<String, EmbeddingBudget> budgets) {
    this.target = plan.target();
    this.session = session;
    this.settings = plan.settings();
    this.listener = listener;
    this.measuring = measuring;
    this.run = run;
    this.datasets = datasets;
    meter = new ProgressMeter(listener, Phase.STAGE, rowsDone(run), rowsExpected(run));
    rejected.set(run.datasets().stream().mapToLong(d -> d.total().rejected()).sum());
    embedders = Embedders.open(plan, session, datasets, budgets, meter::left);
  }

  /** What models have made, also if not all was copied. */
  List<Finding> findings() {
    return embedders.findings();
  }

  private static long rowsDone(RunRecord run) {
    return run.datasets().stream().mapToLong(dataset -> dataset.total().read()).sum();
  }

  private static long rowsExpected(RunRecord run) {
    boolean unknown = run.datasets().stream().anyMatch(dataset -> dataset.expectedRows() < 0);
    return unknown ? -1 : run.datasets().stream().mapToLong(FrozenDataset::expectedRows).sum();
  }

  /**
   * Copies until every split is done.
   *
   * @throws DamagedDataset if one can't be read
   */
  void copyAll() throws Exception {
    measuring.beginStage();
    List<Callable<Boolean>> copies = copies();
    ExecutorService workers = Executors.newFixedThreadPool(settings.writers());
    try {
      CompletionService<Boolean> running = new ExecutorCompletionService<>(workers);
      copies.forEach(running::submit);
      for (int i = 0; i < copies.size(); i++) {
        await(running);
      }
      meter.finish();
    } finally {
      stop(workers);
      embedders.close();
    }
  }

  private static void await(CompletionService<Boolean> copies) throws Exception {
    try {
      copies.take().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  /**
   * Waits until no worker touches the target any more: an unfinished batch is rolled back by then.
   */
  private static void stop(ExecutorService workers) {
    workers.shutdownNow();
    boolean interrupted = Thread.interrupted();
    while (!workers.isTerminated()) {
      try {
        workers.awaitTermination(1, TimeUnit.HOURS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private Queue<SplitCopy> missingSplits() {
    Queue<SplitCopy> missing = new ConcurrentLinkedQueue<>();
    for (int d = 0; d < run.datasets().size(); d++) {
      List<SplitProgress> splits = run.datasets().get(d).splits();
      for (int s = 0; s < splits.size(); s++) {
        if (!splits.get(s).checkpoint().done()) {
          missing.add(new SplitCopy(d, s, splits.get(s)));
        }
      }
    }
    return missing;
  }

  /** At most one for each writer: each begins with a split, and goes on with others. */
  private List<Callable<Boolean>> copies() {
    Queue<SplitCopy> missing = missingSplits();
    List<Callable<Boolean>> copies = new ArrayList<>();
    while (copies.size() < settings.writers() && !missing.isEmpty()) {
      SplitsReader splits = new SplitsReader(missing.remove(), missing);
      String readerName = "vector-migrate-read-" + copies.size();
      copies.add(
          () -> {
            copyAll(splits, readerName);
            return true;
          });
    }
    return copies;
  }

  /** Writes what is read ahead; nothing but the first batch of all is waited for idly. */
  private void copyAll(SplitsReader reader, String readerName) throws Exception {
    SplitCopy copy = null;
    try (ReadAhead<ReadBatch> batches = new ReadAhead<>(reader, readerName)) {
      ReadBatch next = reader.await(batches);
      while (next != null) {
        copy = next.copy();
        copy.store(next.batch());
        next = reader.await(batches);
      }
    } finally {
      if (copy != null) {
        copy.close();
      }
    }
  }

  private record ReadBatch(SplitCopy copy, Batch batch) {}

  /** Reads split after split, as long as any is missing. Of one thread, but for {@link #await}. */
  private static final class SplitsReader implements ReadAhead.Reading<ReadBatch> {

    private final Queue<SplitCopy> missing;
    private volatile SplitCopy copy;
    private @Nullable BatchReader reader;

    SplitsReader(SplitCopy first, Queue<SplitCopy> missing) {
      this.copy = first;
      this.missing = missing;
    }

    @Override
    public @Nullable ReadBatch next() throws Exception {
      Batch batch = nextOfSplit();
      while (batch == null) {
        close();
        SplitCopy following = missing.poll();
        if (following == null) {
          return null;
        }
        copy = following;
        batch = nextOfSplit();
      }
      return new ReadBatch(copy, batch);
    }

    private @Nullable Batch nextOfSplit() throws Exception {
      if (reader == null) {
        reader = copy.open();
      }
      return reader.next();
    }

    /** What was read ahead; a failure is that of the split which is being read by then. */
    @Nullable ReadBatch await(ReadAhead<ReadBatch> batches) throws DamagedDataset {
      try {
        return batches.next();
      } catch (Exception e) {
        PlannedDataset failed = copy.dataset;
        MigrationException failure = Failures.source(failed.where(), e);
        if (failure instanceof SourceException damage) {
          throw new DamagedDataset(failed, damage);
        }
        throw failure;
      }
    }

    @Override
    public void close() {
      if (reader != null) {
        reader.close();
        reader = null;
      }
    }
  }

  /** Copies one split. */
  private final class SplitCopy implements AutoCloseable {

    private final int datasetIndex;
    private final int splitIndex;
    private final PlannedDataset dataset;
    private final SplitProgress progress;
    private Checkpoint stored;
    private @Nullable BatchWriter writer;

    SplitCopy(int datasetIndex, int splitIndex, SplitProgress progress) {
      this.datasetIndex = datasetIndex;
      this.splitIndex = splitIndex;
      this.dataset = datasets.get(datasetIndex);
      this.progress = progress;
      this.stored = progress.checkpoint();
    }

    BatchReader open() throws Exception {
      return new BatchReader(
          dataset,
          progress.split(),
          progress.checkpoint(),
          target,
          settings,
          embedders.supply(dataset));
    }

    void store(Batch batch) {
      if (writer == null) {
        writer = openWriter();
      }
      countRejects(batch);
      writer = write(writer, batch);
      report(batch);
      stored = batch.after();
      if (stored.done()) {
        close();
      }
    }

    @Override
    public void close() {
      if (writer != null) {
        writer.close();
        writer = null;
      }
    }

    private BatchWriter openWriter() {
      String name = target.name();
      return Failures.atTarget(
          name, () -> new Retrier(settings.retry()).call(name, this::newWriter));
    }

    /** Writers are opened by several threads, but a session is used by one at a time. */
    private BatchWriter newWriter() throws Exception {
      synchronized (session) {
        return session.writer(datasetIndex, splitIndex);
      }
    }

    /** Writes a batch exactly once, over another connection if the first is lost. */
    private BatchWriter write(BatchWriter first, Batch batch) {
      return Failures.atTarget(target.name(), () -> tryToWrite(first, batch));
    }

    private BatchWriter tryToWrite(BatchWriter first, Batch batch) throws Exception {
      Retrier retrier = new Retrier(settings.retry());
      try {
        first.write(batch);
        return first;
      } catch (TransientException e) {
        first.close();
        retrier.after(target.name(), e);
      }
      return retrier.call(target.name(), () -> writeUnlessStored(batch));
    }

    /** The commit may have succeeded with only its answer lost: the stored checkpoint tells. */
    private BatchWriter writeUnlessStored(Batch batch) throws Exception {
      BatchWriter again = newWriter();
      try {
        if (!again.checkpoint().equals(batch.after())) {
          again.write(batch);
        }
        return again;
      } catch (Exception e) {
        again.close();
        throw e;
      }
    }

    private void countRejects(Batch batch) {
      String name = dataset.dataset().qualifiedName();
      batch.rejects().forEach(reject -> listener.rejected(name, reject));
      long total = rejected.addAndGet(batch.rejects().size());
      if (total > settings.maxRejects()) {
        throw tooMany(total, batch.rejects().get(0));
      }
    }

    private RejectsExceededException tooMany(long total, Reject first) {
      return new RejectsExceededException(
          dataset.where(),
          "row '%s' at position '%s': %s. Rows refused: %d, allowed %d. Mend the row at its source,"
                  .formatted(
                      first.id(),
                      first.position().token(),
                      first.reason(),
                      total,
                      settings.maxRejects())
              + " or allow refused rows with maxRejects(...); they are listed in the report.",
          null);
    }

    private void report(Batch batch) {
      Checkpoint after = batch.after();
      String table = run.tables().get(dataset.table()).name().toString();
      measuring.read(table, batch.rows());
      meter.add(table, after.read() - stored.read(), after.bytes() - stored.bytes());
    }
  }
}
