package dev.vectormigrate.cli;

import dev.vectormigrate.Migration;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Outcome;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Compares what a target holds with what was read. */
@Command(
    name = "verify",
    description = "Read back what is staged, or live, and compare it with what was read.")
final class VerifyCommand implements Callable<Integer> {

  @Mixin private final RecordedOptions migration;
  @Mixin private final ReportOptions reports;

  VerifyCommand(Terminal terminal) {
    migration = new RecordedOptions(terminal);
    reports = new ReportOptions(terminal);
  }

  @Override
  public Integer call() {
    MigrationReport report = migration.with(Migration::verify);
    reports.show(report);
    return (report.outcome() == Outcome.DIFFERENT ? ExitCode.DIFFERENT : ExitCode.DONE).code();
  }
}
