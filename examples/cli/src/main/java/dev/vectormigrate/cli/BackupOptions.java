package dev.vectormigrate.cli;

import dev.vectormigrate.BackupPolicy;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say where backups are, and how many. */
final class BackupOptions {

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Option(
      names = "--backup-dir",
      paramLabel = "DIR",
      description =
          "Where backups of the source are. Default: .vector-migrate-backups beside the source.")
  private @Nullable Path folder;

  @Option(
      names = "--keep-backups",
      paramLabel = "N",
      description =
          "How many backups of a name are kept when one is made. Default: ${DEFAULT-VALUE}.")
  private int kept = BackupPolicy.besideTheSource().kept();

  BackupPolicy policy() {
    if (kept < 1) {
      throw new ParameterException(
          spec.commandLine(),
          "Invalid value for option '--keep-backups': %d, expected at least 1.".formatted(kept));
    }
    return new BackupPolicy(folder, kept);
  }
}
