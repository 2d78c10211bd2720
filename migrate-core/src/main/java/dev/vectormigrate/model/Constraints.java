package dev.vectormigrate.model;

import java.util.List;

/**
 * What a relational store says of a table beside its columns and its key. Names are those of the
 * dataset's fields.
 *
 * @param foreignKeys which rows of other datasets it refers to
 * @param indexes the unique ones are constraints
 * @param defaults what its columns hold where an insert says nothing
 */
public record Constraints(
    List<ForeignKey> foreignKeys, List<PlainIndex> indexes, List<ColumnDefault> defaults) {

  /** None of all this. */
  public static final Constraints NONE = new Constraints(List.of(), List.of(), List.of());

  public Constraints {
    foreignKeys = List.copyOf(foreignKeys);
    indexes = List.copyOf(indexes);
    defaults = List.copyOf(defaults);
  }
}
