package dev.vectormigrate.spi;

import java.util.List;

/**
 * A dataset as it was when its run began. What is stored here never changes during the run.
 *
 * @param source position of the source in the plan, from 0
 * @param name qualified name of the dataset
 * @param table position of the table in the run, from 0
 * @param fingerprint of the dataset
 * @param mapping how rows are turned into rows of the table, as text
 * @param expectedRows how many rows it had; -1 where nobody counted
 * @param splits its disjoint parts, each with how far it has come
 */
public record FrozenDataset(
    int source,
    String name,
    int table,
    String fingerprint,
    String mapping,
    long expectedRows,
    List<SplitProgress> splits) {

  public FrozenDataset {
    splits = List.copyOf(splits);
  }

  /**
   * A split and how far it has come.
   *
   * @param split the part
   * @param checkpoint what is stored of it
   */
  public record SplitProgress(Split split, Checkpoint checkpoint) {}

  /** The checkpoints of all splits added up; its position is meaningless. */
  public Checkpoint total() {
    Checkpoint sum = Checkpoint.START;
    boolean done = true;
    for (SplitProgress progress : splits) {
      Checkpoint part = progress.checkpoint();
      done &= part.done();
      sum =
          new Checkpoint(
              Position.START,
              sum.read() + part.read(),
              sum.written() + part.written(),
              sum.rejected() + part.rejected(),
              sum.bytes() + part.bytes(),
              sum.digest().plus(part.digest()),
              false);
    }
    return new Checkpoint(
        Position.START, sum.read(), sum.written(), sum.rejected(), sum.bytes(), sum.digest(), done);
  }
}
