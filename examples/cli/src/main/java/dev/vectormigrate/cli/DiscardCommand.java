package dev.vectormigrate.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Removes what a migration keeps aside. */
@Command(
    name = "discard",
    description =
        "Remove what a migration keeps aside. Of one that is live, the data from before: it can't"
            + " be rolled back any more. Of any other, everything that it staged.")
final class DiscardCommand implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private final RecordedOptions migration;
  @Mixin private final Consent consent;

  DiscardCommand(Terminal terminal) {
    this.terminal = terminal;
    migration = new RecordedOptions(terminal);
    consent = new Consent(terminal);
  }

  @Override
  public Integer call() {
    if (consent.to("Remove for good what is kept aside, of " + migration.shown() + "?")) {
      migration.with(
          recorded -> {
            recorded.discard();
            return recorded;
          });
      terminal.line("Discarded: what the migration kept aside is removed.");
    }
    return ExitCode.DONE.code();
  }
}
