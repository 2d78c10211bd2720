package dev.vectormigrate.cli;

import dev.vectormigrate.DatasetPlan;
import dev.vectormigrate.MigrationPlan;

/** What a plan is going to do, before it does it. */
final class Intention {

  private Intention() {}

  /** Prints which dataset goes into which table. */
  static void print(MigrationPlan plan, Terminal terminal) {
    TextTable table = new TextTable("dataset", "rows", "table", "mode");
    for (DatasetPlan dataset : plan.inspect()) {
      table.add(
          dataset.dataset().qualifiedName(),
          InspectCommand.rows(dataset.dataset()),
          dataset.table().name().toString(),
          dataset.table().mode().toString());
    }
    table.print(terminal);
    terminal.line("");
  }
}
