package dev.vectormigrate.internal;

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
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
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
      List<PlannedDataset> datasets) {
    this.target = plan.target();
    this.session = session;
    this.settings = plan.settings();
    this.listener = listener;
    this.measuring = measuring;
    this.run = run;
    this.datasets = datasets;
    meter = new ProgressMeter(listener, Phase.STAGE, rowsDone(run), rowsExpected(run));
    rejected.set(run.datasets().stream().mapToLong(d -> d.total().rejected()).sum());
    embedders = Embedders.open(plan, session, datasets, meter::left);
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
    ExecutorService workers = Executors.newFixedThreadPool(settings.writers());
    try {
      CompletionService<Boolean> copies = new ExecutorCompletionService<>(workers);
      List<Callable<Boolean>> missing = missingSplits();
      missing.forEach(copies::submit);
      for (int i = 0; i < missing.size(); i++) {
        await(copies);
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

  private List<Callable<Boolean>> missingSplits() {
    List<Callable<Boolean>> copies = new ArrayList<>();
    for (int d = 0; d < run.datasets().size(); d++) {
      List<SplitProgress> splits = run.datasets().get(d).splits();
      for (int s = 0; s < splits.size(); s++) {
        if (!splits.get(s).checkpoint().done()) {
          copies.add(copy(d, s, splits.get(s)));
        }
      }
    }
    return copies;
  }

  private Callable<Boolean> copy(int dataset, int split, SplitProgress progress) {
    return () -> {
      new SplitCopy(dataset, split, progress).run();
      return true;
    };
  }

  /** Copies one split. */
  private final class SplitCopy {

    private final int datasetIndex;
    private final int splitIndex;
    private final PlannedDataset dataset;
    private final SplitProgress progress;

    SplitCopy(int datasetIndex, int splitIndex, SplitProgress progress) {
      this.datasetIndex = datasetIndex;
      this.splitIndex = splitIndex;
      this.dataset = datasets.get(datasetIndex);
      this.progress = progress;
    }

    void run() throws Exception {
      BatchReader reader =
          atSource(
              () ->
                  new BatchReader(
                      dataset,
                      progress.split(),
                      progress.checkpoint(),
                      target,
                      settings,
                      embedders.supply(dataset)));
      try (ReadAhead batches = new ReadAhead(reader, "vector-migrate-read-" + splitIndex)) {
        writeAll(batches);
      }
    }

    private void writeAll(ReadAhead batches) throws Exception {
      BatchWriter writer = openWriter();
      try {
        Checkpoint stored = progress.checkpoint();
        for (Batch batch = next(batches); batch != null; batch = next(batches)) {
          countRejects(batch);
          writer = write(writer, batch);
          report(stored, batch);
          stored = batch.after();
        }
      } finally {
        writer.close();
      }
    }

    private @Nullable Batch next(ReadAhead batches) throws DamagedDataset {
      return atSource(batches::next);
    }

    private <T> T atSource(Callable<T> step) throws DamagedDataset {
      try {
        return Failures.atSource(dataset.where(), step);
      } catch (SourceException e) {
        throw new DamagedDataset(dataset, e);
      }
    }

    private BatchWriter openWriter() {
      String name = target.name();
      return Failures.atTarget(name, () -> new Retrier(settings.retry()).call(name, this::writer));
    }

    /** Writers are opened by several threads, but a session is used by one at a time. */
    private BatchWriter writer() throws Exception {
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
      BatchWriter writer = writer();
      try {
        if (!writer.checkpoint().equals(batch.after())) {
          writer.write(batch);
        }
        return writer;
      } catch (Exception e) {
        writer.close();
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

    private void report(Checkpoint before, Batch batch) {
      Checkpoint after = batch.after();
      String table = run.tables().get(dataset.table()).name().toString();
      measuring.read(table, batch.rows());
      meter.add(table, after.read() - before.read(), after.bytes() - before.bytes());
    }
  }
}
