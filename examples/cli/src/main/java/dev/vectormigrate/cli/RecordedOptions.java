package dev.vectormigrate.cli;

import dev.vectormigrate.Migration;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that name a migration that a target remembers. */
final class RecordedOptions {

  /** The target asks for no more at once. */
  private static final int CONNECTIONS = 4;

  @Mixin private final TargetOptions target;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      required = true,
      description = "The name that 'migrate' printed.")
  private String name = "";

  RecordedOptions(Terminal terminal) {
    target = new TargetOptions(terminal);
  }

  /** Empty where a command does without. */
  String name() {
    return name;
  }

  TargetOptions target() {
    return target;
  }

  /** What a person is asked about. */
  String shown() {
    return "migration '%s' in %s".formatted(name, target.shown());
  }

  /** Lets a step use the migration, and gives the connections back. */
  <T> T with(Function<Migration, T> step) {
    try (TargetDatabase database = target.connect(CONNECTIONS)) {
      return step.apply(Migration.named(name, database.store()));
    }
  }
}
