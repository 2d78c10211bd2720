package dev.vectormigrate.spi;

import dev.vectormigrate.model.Schema;
import dev.vectormigrate.model.VectorIndex;

/**
 * A table as the plan wants it.
 *
 * @param name where
 * @param schema its columns, named as in the target, and its key
 * @param mode how rows become live
 * @param index what to build on each vector column
 * @param comment what the table's comment says about where the rows came from
 */
public record TableSpec(
    TableName name, Schema schema, WriteMode mode, VectorIndex index, String comment) {

  /** All that must stay the same while a run is resumed, as text. */
  public String layout() {
    return "%s %s, %s, index %s".formatted(name, schema, mode, index);
  }
}
