package dev.vectormigrate.model;

import java.util.List;
import java.util.Objects;

/**
 * Says that fields of a dataset refer to rows of a dataset of the same source.
 *
 * @param fields of the referring dataset, in order
 * @param dataset qualified name of the dataset that is referred to; may be the same
 * @param referenced its fields, in the same order
 * @param onDelete what becomes of rows whose referenced row is deleted
 * @param onUpdate what becomes of rows whose referenced row changes its key
 */
public record ForeignKey(
    List<String> fields,
    String dataset,
    List<String> referenced,
    Action onDelete,
    Action onUpdate) {

  /** What follows a change of the referenced row. */
  public enum Action {
    NO_ACTION,
    RESTRICT,
    CASCADE,
    SET_NULL,
    SET_DEFAULT
  }

  public ForeignKey {
    fields = List.copyOf(fields);
    referenced = List.copyOf(referenced);
    Objects.requireNonNull(dataset, "dataset");
    Objects.requireNonNull(onDelete, "onDelete");
    Objects.requireNonNull(onUpdate, "onUpdate");
    if (fields.isEmpty() || fields.size() != referenced.size()) {
      throw new IllegalArgumentException(
          "foreign key of %d fields to %d, expected as many of each, at least one"
              .formatted(fields.size(), referenced.size()));
    }
  }
}
