package dev.vectormigrate.internal;

import dev.vectormigrate.SourceException;

/** A dataset can't be read; whether the run goes on without it is for {@link LeftOut} to say. */
final class DamagedDataset extends Exception {

  private static final long serialVersionUID = 1L;

  private final String where;
  private final transient SourceException failure;

  DamagedDataset(PlannedDataset dataset, SourceException failure) {
    super(failure);
    where = dataset.where();
    this.failure = failure;
  }

  /** How messages name the dataset. */
  String where() {
    return where;
  }

  SourceException failure() {
    return failure;
  }

  /** Why, without saying again where. */
  String reason() {
    String message = String.valueOf(failure.getMessage());
    String prefix = "[" + where + "] ";
    return message.startsWith(prefix) ? message.substring(prefix.length()) : message;
  }
}
