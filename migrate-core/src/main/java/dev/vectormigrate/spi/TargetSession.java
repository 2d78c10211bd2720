package dev.vectormigrate.spi;

import dev.vectormigrate.model.Finding;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A migration's view of the target. Used by one thread at a time; the writers and readers it hands
 * out are each used by one thread, several of them at once.
 *
 * <ul>
 *   <li>T1 {@link #find} and {@link #plan} change nothing.
 *   <li>T2 Everything else needs the lock, which one session of one process holds at a time.
 *   <li>T3 Live tables are as they were until {@link #promote}, which is one transaction over all
 *       tables of the run: readers see the old or the new data, never neither and never a mix. The
 *       mode {@link WriteMode.Kind#DIRECT} alone is exempt, and says so.
 *   <li>T4 A table that others share is merged into, never renamed away or dropped.
 *   <li>T5 {@link #close} keeps what is staged; the next session of the same migration goes on.
 *   <li>T6 {@link #discard} removes what this migration made and is not live, and only that.
 *   <li>T7 After an answer to a commit was lost, the stored state decides. Where it cannot be read,
 *       an {@link UnknownOutcomeException} says so and nothing is cleaned up.
 * </ul>
 */
public interface TargetSession extends AutoCloseable {

  /** What is stored of this migration; empty if it never began or was discarded. */
  Optional<RunRecord> find() throws Exception;

  /** Checks tables against the target as it is now. */
  TargetPlan plan(List<TableSpec> tables) throws Exception;

  /**
   * Takes the migration's lock.
   *
   * @return whether it was free within the given time
   */
  boolean lock(Duration wait) throws Exception;

  /**
   * Stores the beginning of a run, with its findings, and makes its staging tables, in one
   * transaction.
   *
   * @param kept what belongs to the run, such as how its vectors are reduced, by name: it is kept
   *     for as long as the run is remembered
   */
  void begin(RunRecord run, Map<String, byte[]> kept) throws Exception;

  /** Opens a writer of one split of one dataset, both counted from 0; the caller closes it. */
  BatchWriter writer(int dataset, int split) throws Exception;

  /**
   * Builds keys and indexes on what is staged and refreshes its statistics. What is there already
   * is kept; what an earlier attempt left invalid is built anew. An index that the plan asks for on
   * a live table that rows are merged into is built there, if it can be while others use the table;
   * its rows stay as they are.
   *
   * @param observer told what is being built, how far it is, and what is worth knowing; never after
   *     this returns
   */
  void prepare(IndexObserver observer) throws Exception;

  /**
   * Reads a table of the run back: what is staged, or, once promoted, those live rows that the
   * migration brought. The caller closes the reader. A value is null where the table holds none,
   * also of a required field.
   *
   * @param table counted from 0
   */
  RowReader readBack(int table) throws Exception;

  /**
   * Looks at a table of the run, staged or live, and tells how it is built otherwise than planned:
   * columns, types, key, indexes, sequences; findings with codes {@code schema.…}, none if it is as
   * it must be. Of a live table that others share, only what the run's rows depend on.
   *
   * @param table counted from 0
   */
  List<Finding> shape(int table) throws Exception;

  /**
   * Looks at a live table as it is, whoever filled it. Needs no lock, nothing that is stored, and
   * no privilege but to read the table.
   *
   * @return empty if there is no such table
   */
  Optional<LiveTable> live(TableSpec table) throws Exception;

  /**
   * Searches a table of the run, staged or live, for the rows nearest to vectors. Changes nothing.
   *
   * @param table counted from 0
   * @return empty if the target can't search, or not the run's rows apart from those of others
   */
  default Optional<SearchResult> search(int table, VectorSearch search) throws Exception {
    return Optional.empty();
  }

  /** The stored samples of a table of the run. */
  List<Sample> samples(int table) throws Exception;

  /** The stored rejects of a dataset, at most so many. */
  List<Reject> rejects(int dataset, int most) throws Exception;

  /**
   * Hands over every stored reject of a dataset, one after the other and in the order of {@link
   * #rejects}, in memory that does not depend on how many there are. What the receiver throws ends
   * it and is thrown on as it is.
   */
  void eachReject(int dataset, Consumer<Reject> receiver) throws Exception;

  /** What {@link #begin} was given under a name; empty if nothing was. Needs no lock. */
  Optional<byte[]> kept(String name) throws Exception;

  /**
   * Opens the vectors that a model has made of texts before; they outlive the run. The caller
   * closes it.
   *
   * @param dimension of the model's vectors
   */
  EmbeddingCache embeddings(String model, int dimension) throws Exception;

  /** Stores a state and what the checks found. */
  void record(RunState state, List<Finding> findings) throws Exception;

  /**
   * Makes what is staged live and stores {@link RunState#PROMOTED}.
   *
   * @return what is worth knowing, such as how many rows a merge skipped
   * @throws RefusalException if what is live is not as it was planned with
   */
  List<Finding> promote() throws Exception;

  /**
   * Puts the data from before back and stores {@link RunState#ROLLED_BACK}.
   *
   * @throws RefusalException if the data from before was discarded
   */
  void rollback() throws Exception;

  /**
   * Removes what is kept aside. Of a migration that is live, the data that it replaced or
   * overwrote: the migration stays recorded. Of any other, everything: it never began.
   */
  void discard() throws Exception;

  @Override
  void close();
}
