package dev.vectormigrate.internal;

import dev.vectormigrate.RunSettings;
import dev.vectormigrate.model.Digest;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.spi.Batch;
import dev.vectormigrate.spi.Checkpoint;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.Reject;
import dev.vectormigrate.spi.RejectedRowException;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.Sample;
import dev.vectormigrate.spi.Split;
import dev.vectormigrate.spi.TargetStore;
import dev.vectormigrate.spi.TransientException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a split as batches: maps, checks, hashes and samples each row, and computes the checkpoint
 * that goes with them. A resource of one thread.
 */
final class BatchReader implements ReadAhead.Reading<Batch> {

  private static final int WANTED_SAMPLES = 100;
  private static final long SAMPLE_EVERY_IF_UNCOUNTED = 1_000;

  private final PlannedDataset dataset;
  private final Split split;
  private final TargetStore target;
  private final RunSettings settings;
  private final RowHasher hasher = new RowHasher();
  private final Retrier retrier;
  private final long sampleEvery;
  private final @Nullable WaitingRows waiting;

  private RowReader reader;
  private Checkpoint after;

  private List<Row> rows = new ArrayList<>();
  private List<Reject> rejects = new ArrayList<>();
  private List<Sample> samples = new ArrayList<>();
  private Digest digest = Digest.NONE;
  private long bytes;
  private int filtered;

  BatchReader(
      PlannedDataset dataset,
      Split split,
      Checkpoint from,
      TargetStore target,
      RunSettings settings,
      VectorSupply supply)
      throws Exception {
    this.dataset = dataset;
    this.split = split;
    this.target = target;
    this.settings = settings;
    this.after = from;
    EmbeddedField embedded = dataset.embedded();
    waiting = embedded == null ? null : new WaitingRows(dataset, embedded, target, supply);
    retrier = new Retrier(settings.retry());
    sampleEvery = sampleEvery(dataset.dataset().rows().orElse(-1));
    reader = openAt(from.position());
  }

  private static long sampleEvery(long rows) {
    return rows < 0 ? SAMPLE_EVERY_IF_UNCOUNTED : Math.max(1, rows / WANTED_SAMPLES);
  }

  private RowReader openAt(Position position) throws Exception {
    return retrier.call(dataset.where(), () -> read(position));
  }

  /** Splits are opened by several threads, but a session is called by one at a time. */
  private RowReader read(Position position) throws Exception {
    synchronized (dataset.session()) {
      return dataset.session().read(dataset.dataset(), split, position);
    }
  }

  /** The next batch, or null after the one whose checkpoint says that the split is done. */
  @Override
  public @Nullable Batch next() throws Exception {
    if (after.done()) {
      return null;
    }
    boolean more = true;
    while (more && !isFull()) {
      more = readRow();
    }
    return finishBatch(!more);
  }

  private boolean isFull() {
    return rows.size() >= settings.batchRows()
        || bytes >= settings.batchBytes()
        || rejects.size() >= settings.batchRows()
        || filtered >= settings.batchRows()
        || (waiting != null && waiting.isFull(settings.batchRows(), settings.batchBytes()));
  }

  private boolean readRow() throws Exception {
    try {
      Row row = reader.next();
      if (row == null) {
        return false;
      }
      retrier.reset();
      add(row);
    } catch (RejectedRowException e) {
      retrier.reset();
      reject(new Reject(e.id(), reader.position(), e.reason()));
    } catch (TransientException e) {
      reopen(e);
    }
    return true;
  }

  private void reopen(TransientException failure) throws Exception {
    Position position = reader.position();
    reader.close();
    retrier.after(dataset.where(), failure);
    reader = openAt(position);
  }

  private void add(Row sourceRow) throws RejectedRowException {
    if (waiting == null) {
      store(sourceRow);
    } else if (!waiting.add(sourceRow, reader.position())) {
      filtered++;
    }
  }

  private void reject(Reject reject) {
    if (waiting == null) {
      rejects.add(reject);
    } else {
      waiting.add(reject);
    }
  }

  private void store(Row sourceRow) throws RejectedRowException {
    Row mapped = dataset.mapper().map(sourceRow);
    if (mapped == null) {
      filtered++;
      return;
    }
    Row row = dataset.vectors().apply(mapped);
    target.check(row);
    digest = digest.plus(hasher.hash(row));
    bytes += hasher.size();
    rows.add(row);
    if (!row.schema().key().isEmpty()) {
      sample(row);
    }
  }

  private void sample(Row row) {
    String id = row.id();
    if (Math.floorMod((id.hashCode() * 0x9E3779B97F4A7C15L) >>> 32, sampleEvery) == 0) {
      samples.add(new Sample(id, RowFingerprint.of(row)));
    }
  }

  private void storeWaiting(WaitingRows waitingRows) throws Exception {
    waitingRows.takeAll(
        new WaitingRows.Taker() {
          @Override
          public void take(Row source) throws RejectedRowException {
            store(source);
          }

          @Override
          public void reject(Reject reject) {
            rejects.add(reject);
          }
        });
  }

  private Batch finishBatch(boolean done) throws Exception {
    if (waiting != null) {
      storeWaiting(waiting);
    }
    after =
        new Checkpoint(
            reader.position(),
            after.read() + rows.size() + rejects.size() + filtered,
            after.written() + rows.size(),
            after.rejected() + rejects.size(),
            after.bytes() + bytes,
            after.digest().plus(digest),
            done);
    Batch batch = new Batch(rows, rejects, samples, after);
    rows = new ArrayList<>(rows.size());
    rejects = new ArrayList<>();
    samples = new ArrayList<>();
    digest = Digest.NONE;
    bytes = 0;
    filtered = 0;
    return batch;
  }

  @Override
  public void close() {
    reader.close();
  }
}
