package dev.vectormigrate.sources.sqlite;

import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import org.jspecify.annotations.Nullable;

/**
 * A column of a table as SQLite describes it.
 *
 * @param name unique in its table, also without regard to case
 * @param declaration its declared type, empty if it has none
 * @param required whether it must have a value
 * @param keyPlace its place in the primary key from 1, 0 if it is not in it
 * @param defaultSql its default as SQL text, null if it has none
 * @param generated whether its values are computed
 */
record Column(
    String name,
    String declaration,
    boolean required,
    int keyPlace,
    @Nullable String defaultSql,
    boolean generated) {

  /** What it is as a field; SQLite itself would let most keys be null. */
  Field field(FieldType type) {
    return new Field(name, type, !required && keyPlace == 0);
  }
}
