package dev.vectormigrate.internal;

import dev.vectormigrate.PlanDescription;
import dev.vectormigrate.spi.Batch;
import dev.vectormigrate.spi.Checkpoint;
import dev.vectormigrate.spi.FrozenDataset;
import dev.vectormigrate.spi.FrozenDataset.SplitProgress;
import dev.vectormigrate.spi.Split;
import java.util.ArrayList;
import java.util.List;

/** Reads all of a dataset, mapped and checked by the same code as in a run, and stores nothing. */
record WholeDataset(PlanDescription plan, PlannedDataset dataset, VectorSupply supply) {

  /** Takes what was read. */
  interface Taker {

    /**
     * Takes a batch.
     *
     * @param rows read since the last batch
     * @param bytes of them, roughly
     */
    void take(Batch batch, long rows, long bytes) throws Exception;
  }

  /** Reads to the end and returns what was read in all. */
  Checkpoint read(Taker taker) throws Exception {
    List<SplitProgress> splits = new ArrayList<>();
    for (Split split : dataset.session().split(dataset.dataset(), 1)) {
      splits.add(new SplitProgress(split, read(split, taker)));
    }
    return new FrozenDataset(0, dataset.dataset().name(), 0, "", "", -1, splits).total();
  }

  private Checkpoint read(Split split, Taker taker) throws Exception {
    Checkpoint last = Checkpoint.START;
    try (BatchReader reader =
        new BatchReader(dataset, split, last, plan.target(), plan.settings(), supply)) {
      for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
        Checkpoint now = batch.after();
        taker.take(batch, now.read() - last.read(), now.bytes() - last.bytes());
        last = now;
      }
    }
    return last;
  }
}
