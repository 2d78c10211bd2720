package dev.vectormigrate.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option that stands for the answer to a question. */
final class Consent {

  private final Terminal terminal;

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Option(
      names = {"-y", "--yes"},
      description = "Don't ask.")
  private boolean yes;

  Consent(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Whether the answer is yes without a question. */
  boolean isGiven() {
    return yes;
  }

  /**
   * Whether a person agrees.
   *
   * @throws ParameterException if nobody is there
   */
  boolean to(String question) {
    if (yes) {
      return true;
    }
    if (!terminal.interactive()) {
      throw new ParameterException(
          spec.commandLine(), "There is no terminal to ask on, expected --yes. Nothing was done.");
    }
    boolean agreed = terminal.confirms(question);
    if (!agreed) {
      terminal.line("Nothing was done.");
    }
    return agreed;
  }
}
