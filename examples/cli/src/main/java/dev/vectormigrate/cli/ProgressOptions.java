package dev.vectormigrate.cli;

import dev.vectormigrate.MigrationListener;
import picocli.CommandLine.Option;

/** The option that says how progress is shown; always on standard error. */
final class ProgressOptions {

  private final Terminal terminal;

  @Option(
      names = "--progress",
      paramLabel = "none|plain|bar|auto",
      description =
          "Show progress on standard error as a bar, or as a plain line every ten seconds. Default:"
              + " a bar on a terminal, else plain.")
  private ProgressKind kind = ProgressKind.AUTO;

  ProgressOptions(Terminal terminal) {
    this.terminal = terminal;
  }

  MigrationListener listener() {
    return kind == ProgressKind.NONE
        ? new MigrationListener() {}
        : new ConsoleProgress(terminal, kind.on(terminal) == ProgressKind.BAR);
  }
}
