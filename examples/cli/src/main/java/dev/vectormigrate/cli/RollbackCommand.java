package dev.vectormigrate.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Puts the data from before a migration back. */
@Command(
    name = "rollback",
    description =
        "Put the data from before back, in one transaction: what was created is removed, what was"
            + " replaced is live again, what was merged in is taken out.")
final class RollbackCommand implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private final RecordedOptions migration;
  @Mixin private final Consent consent;

  RollbackCommand(Terminal terminal) {
    this.terminal = terminal;
    migration = new RecordedOptions(terminal);
    consent = new Consent(terminal);
  }

  @Override
  public Integer call() {
    if (consent.to("Put the data from before back, of " + migration.shown() + "?")) {
      migration.with(
          recorded -> {
            recorded.rollback();
            return recorded;
          });
      terminal.line("Rolled back: the data from before is live again.");
    }
    return ExitCode.DONE.code();
  }
}
