package dev.vectormigrate.spi;

import dev.vectormigrate.model.Dataset;
import java.util.List;

/**
 * An open source. The methods are called by one thread at a time; the readers that {@link #read}
 * returns are each used by one thread, several of them at once.
 *
 * <ul>
 *   <li>S4 {@link #datasets()} is repeatable and consumes nothing; a row count is exact or absent,
 *       never a guess.
 *   <li>S5 {@link #split} divides a dataset into disjoint parts that cover it. The engine stores
 *       them at the start of a run and uses the stored ones ever after, also in another process.
 *   <li>S6 {@link #read} yields exactly the rows of the split after the position, in an order that
 *       is the same every time as long as the fingerprint is the same.
 * </ul>
 */
public interface SourceSession extends AutoCloseable {

  /** What can be migrated from here. */
  List<Dataset> datasets() throws Exception;

  /**
   * Divides a dataset for readers that work side by side.
   *
   * @param parts how many are wished for, at least 1; a hint
   * @return at least one
   */
  List<Split> split(Dataset dataset, int parts) throws Exception;

  /** Opens a reader that stands after the given position; the caller closes it. */
  RowReader read(Dataset dataset, Split split, Position after) throws Exception;

  /**
   * What happened to a dataset since its fingerprint was taken. The default knows same or changed;
   * a source that can prove that rows were only added says so.
   *
   * @param now the dataset as {@link #datasets()} returns it now
   * @param recorded its fingerprint when the run began
   */
  default Change changeSince(Dataset now, String recorded) throws Exception {
    return now.fingerprint().equals(recorded) ? Change.NONE : Change.CHANGED;
  }

  /** How a dataset differs from an earlier look at it. */
  enum Change {
    /** Not at all. */
    NONE,
    /** Rows were added; those that were there are as they were. */
    GREW,
    /** In some other way, or in a way that cannot be told. */
    CHANGED
  }

  /** Releases what is open and removes private copies; idempotent. */
  @Override
  void close();
}
