package dev.vectormigrate.spi;

import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Schema;
import java.util.List;
import java.util.Optional;

/**
 * A live table as it is, beside what a plan wants. Used by one thread; holds nothing open, the
 * session that it comes from must be open.
 *
 * <ul>
 *   <li>L1 {@link #schema()} has those columns of the plan that the table has, in the plan's order,
 *       each nullable and of the type that it has in the table. A type that the target's rows can't
 *       carry is read as text.
 *   <li>L2 The key is the plan's where the table has all its columns, else empty. It need not be
 *       unique in the table.
 *   <li>L3 A row with a value that can't be read is thrown by the reader as {@link
 *       RejectedRowException}, whose id is the row's {@link dev.vectormigrate.model.Row#id()}.
 *   <li>L4 The reader may leave out rows of tenants that are none of the plan's.
 * </ul>
 */
public interface LiveTable {

  /** What can be read. */
  Schema schema();

  /**
   * What is otherwise than planned: an error for each column that is not there, a warning for each
   * type that does not hold every value of the planned one.
   */
  List<Finding> findings();

  /** Reads all rows, in any order; the caller closes the reader. May be called several times. */
  RowReader read() throws Exception;

  /**
   * Searches the table as {@link TargetSession#search} does, among all its rows.
   *
   * @return empty if the rows that are found can't be named
   */
  default Optional<SearchResult> search(VectorSearch search) throws Exception {
    return Optional.empty();
  }
}
