package dev.vectormigrate.spi;

import dev.vectormigrate.model.ForeignKey.Action;
import java.util.List;
import java.util.Locale;

/**
 * A foreign key of a table of the plan.
 *
 * @param columns of the referring table, in order
 * @param table the table that is referred to; also one of the plan
 * @param referenced its columns, in the same order
 * @param onDelete what becomes of rows whose referenced row is deleted
 * @param onUpdate what becomes of rows whose referenced row changes its key
 */
public record Reference(
    List<String> columns,
    TableName table,
    List<String> referenced,
    Action onDelete,
    Action onUpdate) {

  public Reference {
    columns = List.copyOf(columns);
    referenced = List.copyOf(referenced);
  }

  /** Such as {@code (a, b) to t (c, d)}; equal for equal references. */
  @Override
  public String toString() {
    return "(%s) to %s (%s)%s%s"
        .formatted(
            String.join(", ", columns),
            table,
            String.join(", ", referenced),
            follows(" on delete ", onDelete),
            follows(" on update ", onUpdate));
  }

  private static String follows(String what, Action action) {
    return action == Action.NO_ACTION
        ? ""
        : what + action.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
