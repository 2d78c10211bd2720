package dev.vectormigrate.sources.sqlite;

import dev.vectormigrate.model.Constraints;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table that is read.
 *
 * @param name of the table
 * @param columns in order
 * @param rowNumber the name under which SQLite gives a row's number, which finds it again; null
 *     where there is none, so that rows are counted
 * @param schema its fields: those of the columns, behind the row number if that is the key
 * @param constraints what holds for its rows
 * @param findings what is not carried over
 */
record SqliteTable(
    String name,
    List<Column> columns,
    @Nullable String rowNumber,
    Schema schema,
    Constraints constraints,
    List<Finding> findings) {

  /** Whether the row number is a field of its own. */
  boolean hasRowNumberField() {
    return schema.size() > columns.size();
  }

  /** What is behind FROM; no index, so that rows come in the order of the table itself. */
  String from() {
    return "main." + SqliteDatabase.quote(name) + " NOT INDEXED";
  }
}
