package dev.vectormigrate.spi;

/**
 * Stores the rows of one split. A resource of one thread, over a connection of its own.
 *
 * <ul>
 *   <li>W1 {@link #write} stores rows, rejects, samples and the checkpoint in one transaction: all
 *       of it or nothing.
 *   <li>W2 {@link #checkpoint()} reads what is stored, so that a lost answer to a commit is settled
 *       and never guessed.
 *   <li>W3 A writer of a run that another process has taken over stores nothing any more.
 *   <li>W4 {@link #close()} never commits, and may be called twice.
 * </ul>
 */
public interface BatchWriter extends AutoCloseable {

  /** The checkpoint that is stored now. */
  Checkpoint checkpoint() throws Exception;

  /**
   * Stores a batch.
   *
   * @throws TransientException if the connection was lost: open another writer, compare its {@link
   *     #checkpoint()} with {@link Batch#after()}, and write again only if they differ
   */
  void write(Batch batch) throws Exception;

  @Override
  void close();
}
