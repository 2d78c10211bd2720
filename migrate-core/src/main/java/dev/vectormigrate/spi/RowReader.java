package dev.vectormigrate.spi;

import dev.vectormigrate.model.Row;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows in order. A resource of one thread.
 *
 * <ul>
 *   <li>R1 {@link #next()} returns null at the end, and ever after.
 *   <li>R2 A row that cannot be moved is thrown as {@link RejectedRowException}; the next call goes
 *       on with the row after it.
 *   <li>R3 {@link #position()} is that of the last row returned or refused; before the first, it is
 *       the position that the reader was opened with. It survives a round trip through text.
 *   <li>R4 A returned row is not touched again by the reader.
 *   <li>R5 {@link #close()} may be called twice.
 * </ul>
 */
public interface RowReader extends AutoCloseable {

  /**
   * The next row, or null at the end.
   *
   * @throws RejectedRowException if this one row cannot be read; the reader stays usable
   * @throws TransientException if trying again later may help; the reader must be opened anew
   * @throws Exception if the source cannot be read any further
   */
  @Nullable Row next() throws Exception;

  /** Where this reader stands. */
  Position position();

  @Override
  void close();
}
