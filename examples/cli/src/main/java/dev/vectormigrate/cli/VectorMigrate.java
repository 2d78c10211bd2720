package dev.vectormigrate.cli;

import dev.vectormigrate.BackupFailedException;
import dev.vectormigrate.MigrationException;
import dev.vectormigrate.backup.BackupException;
import java.io.UncheckedIOException;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command that the others belong to; decides what is shown of a failure. */
@Command(
    name = "vector-migrate",
    description =
        "Moves vector stores into PostgreSQL with pgvector: proved complete, safe to kill,"
            + " switched over atomically, reversible.",
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n")
final class VectorMigrate implements Runnable {

  private final Terminal terminal;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli asks the annotation.
  private boolean help;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Print stack traces; so does the variable VECTOR_MIGRATE_DEBUG.")
  private boolean verbose;

  private VectorMigrate(Terminal terminal) {
    this.terminal = terminal;
  }

  static CommandLine commandLine(Terminal terminal) {
    VectorMigrate root = new VectorMigrate(terminal);
    CommandLine commandLine = new CommandLine(root);
    Stream.of(
            new CheckCommand(terminal),
            new InspectCommand(terminal),
            new MigrateCommand(terminal),
            BackupCommand.commandLine(terminal),
            new StatusCommand(terminal),
            VerifyCommand.commandLine(terminal),
            new RollbackCommand(terminal),
            new DiscardCommand(terminal))
        .forEach(commandLine::addSubcommand);
    listExitCodes(commandLine);
    return commandLine
        .setOut(terminal.out())
        .setErr(terminal.err())
        .setColorScheme(Help.defaultColorScheme(terminal.colours() ? Ansi.ON : Ansi.OFF))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(root::wrongUsage)
        .setExecutionExceptionHandler(root::failed);
  }

  private static void listExitCodes(CommandLine commandLine) {
    commandLine
        .getCommandSpec()
        .usageMessage()
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(ExitCode.meanings());
    commandLine.getSubcommands().values().forEach(VectorMigrate::listExitCodes);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command.");
  }

  private int wrongUsage(ParameterException failure, String[] args) {
    traceIfWanted(failure);
    terminal.error(String.valueOf(failure.getMessage()));
    String command = failure.getCommandLine().getCommandSpec().qualifiedName();
    terminal.error("Try '" + command + " --help'.");
    return ExitCode.USAGE.code();
  }

  private int failed(Exception failure, CommandLine commandLine, ParseResult parsed) {
    traceIfWanted(failure);
    terminal.error(
        isExpected(failure)
            ? String.valueOf(failure.getMessage())
            : "Unexpected error: " + failure + " Run it again with --verbose for the details.");
    if (failure instanceof BackupFailedException) {
      terminal.error("Options: --backup-dir for another folder, --no-backup to do without.");
    }
    return ExitCode.of(failure).code();
  }

  private static boolean isExpected(Exception failure) {
    return failure instanceof MigrationException
        || failure instanceof BackupException
        || failure instanceof UncheckedIOException;
  }

  private void traceIfWanted(Exception failure) {
    if (verbose || !terminal.variable("VECTOR_MIGRATE_DEBUG").isEmpty()) {
      terminal.stackTrace(failure);
    }
  }
}
