package dev.vectormigrate.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes, lists, checks and restores backups of a source that is files. */
@Command(
    name = "backup",
    description = "Make, list, check and restore backups of a source.",
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n")
final class BackupCommand implements Runnable {

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  private BackupCommand() {}

  /** With its commands. */
  static CommandLine commandLine(Terminal terminal) {
    return new CommandLine(new BackupCommand())
        .addSubcommand(new Create(terminal))
        .addSubcommand(new ListThem(terminal))
        .addSubcommand(new Verify(terminal))
        .addSubcommand(new Restore(terminal));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command.");
  }

  /** What the commands have in common. */
  private abstract static class OfSource implements Callable<Integer> {

    private final Terminal terminal;
    @Mixin private final SourceOptions source;
    @Mixin private final BackupOptions options = new BackupOptions();

    OfSource(Terminal terminal) {
      this.terminal = terminal;
      source = new SourceOptions(terminal);
    }

    @Override
    public Integer call() {
      apply(
          new StoreBackups(terminal, source.files(source.location()), options.policy()),
          source.location());
      return ExitCode.DONE.code();
    }

    abstract void apply(StoreBackups backups, SourceLocation location);
  }

  @Command(name = "create", description = "Make a backup of the source, and check it.")
  private static final class Create extends OfSource {

    @Option(
        names = "--name",
        paramLabel = "NAME",
        description =
            "Of what it is a backup; ids begin with it. Default: made of the source's path.")
    private @Nullable String name;

    Create(Terminal terminal) {
      super(terminal);
    }

    @Override
    void apply(StoreBackups backups, SourceLocation location) {
      backups.create(name == null ? location.migrationName() : name);
    }
  }

  @Command(name = "list", description = "List the backups of the source, the newest first.")
  private static final class ListThem extends OfSource {

    ListThem(Terminal terminal) {
      super(terminal);
    }

    @Override
    void apply(StoreBackups backups, SourceLocation location) {
      backups.list();
    }
  }

  @Command(name = "verify", description = "Compare all of a backup with its list of files.")
  private static final class Verify extends OfSource {

    @Parameters(paramLabel = "BACKUP", description = "Its id, or the time that the id ends with.")
    private String backup = "";

    Verify(Terminal terminal) {
      super(terminal);
    }

    @Override
    void apply(StoreBackups backups, SourceLocation location) {
      backups.verify(backup);
    }
  }

  @Command(
      name = "restore",
      description =
          "Put the files of a backup back, or elsewhere. What was there is renamed, not removed.")
  private static final class Restore extends OfSource {

    @Parameters(paramLabel = "BACKUP", description = "Its id, or the time that the id ends with.")
    private String backup = "";

    @Option(
        names = "--into",
        paramLabel = "PATH",
        description = "Where to, if not to the source: nothing, or an empty folder, may be there.")
    private @Nullable Path into;

    @Mixin private final Consent consent;

    Restore(Terminal terminal) {
      super(terminal);
      consent = new Consent(terminal);
    }

    @Override
    void apply(StoreBackups backups, SourceLocation location) {
      backups.restore(backup, into, consent);
    }
  }
}
