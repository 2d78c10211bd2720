package dev.vectormigrate.cli;

import dev.vectormigrate.Migration;
import dev.vectormigrate.MigrationStatus;
import dev.vectormigrate.spi.Checkpoint;
import dev.vectormigrate.spi.FrozenDataset;
import dev.vectormigrate.spi.MadeBackup;
import dev.vectormigrate.spi.RunRecord;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows how far a migration has come. */
@Command(name = "status", description = "Show how far a migration has come.")
final class StatusCommand implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private final RecordedOptions migration;

  StatusCommand(Terminal terminal) {
    this.terminal = terminal;
    migration = new RecordedOptions(terminal);
  }

  @Override
  public Integer call() {
    MigrationStatus status = migration.with(Migration::status);
    terminal.line("Migration: " + status.migration());
    terminal.line("State:     " + status.state());
    status.run().ifPresent(this::print);
    return ExitCode.DONE.code();
  }

  private void print(RunRecord run) {
    ReportPrinter printer = new ReportPrinter(terminal);
    printer.printBackups("Backup:    ", run.backups());
    terminal.line("Began:     " + run.started());
    terminal.line("Changed:   " + run.changed());
    terminal.line("");
    TextTable table = new TextTable("dataset", "table", "mode", "expected", "read", "rejected");
    run.datasets().forEach(dataset -> add(table, run, dataset));
    table.print(terminal);
    terminal.line("");
    printer.printFindings(run.findings().stream().filter(f -> MadeBackup.of(f).isEmpty()).toList());
  }

  private static void add(TextTable table, RunRecord run, FrozenDataset dataset) {
    Checkpoint total = dataset.total();
    table.add(
        dataset.name(),
        run.tables().get(dataset.table()).name().toString(),
        run.tables().get(dataset.table()).mode().toString(),
        dataset.expectedRows() < 0 ? "?" : Numbers.grouped(dataset.expectedRows()),
        Numbers.grouped(total.read()),
        Numbers.grouped(total.rejected()));
  }
}
