package dev.vectormigrate.spi;

import dev.vectormigrate.model.Row;
import java.util.Optional;

/**
 * Where data is written. A description: immutable, thread-safe, holding nothing open; connections
 * come from what the caller passed in and are given back.
 */
public interface TargetStore {

  /** How messages name this target, such as {@code localhost:5432/chat}; holds no credential. */
  String name();

  /**
   * Connects for one migration. Nothing is created or locked.
   *
   * @param migration its name
   */
  TargetSession open(String migration) throws Exception;

  /**
   * Checks, without any I/O, that this target can hold a row exactly as it is.
   *
   * @throws RejectedRowException if it cannot, naming the value's field and why
   */
  void check(Row row) throws RejectedRowException;

  /**
   * Begins to estimate, without any I/O, what rows of a table will take; empty where this target
   * can't tell.
   */
  default Optional<TableEstimate> estimate(TableSpec table) {
    return Optional.empty();
  }
}
