package dev.vectormigrate.cli;

import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Finding.Severity;
import dev.vectormigrate.pgvector.DatabaseSetup;
import dev.vectormigrate.pgvector.PgVectorTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Looks whether a target is ready for a migration, and makes it ready. */
@Command(
    name = "check",
    description =
        "Look whether the target is ready for a migration: connection, privileges, extension,"
            + " settings, what earlier migrations left. Nothing remains of what is tried.")
final class CheckCommand implements Callable<Integer> {

  /** There on every server, unless somebody dropped it. */
  private static final String ANY_DATABASE = "postgres";

  private static final Set<String> MISSING =
      Set.of("connection.database", "extension.missing", "schema.missing");

  private final Terminal terminal;
  @Mixin private final TargetOptions target;

  @Option(
      names = "--init-db",
      description =
          "Create what is missing, as far as the role may: the database, the extension, the schema.")
  private boolean create;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "A migration to look for: how far it is, and whether a process is at it.")
  private @Nullable String name;

  @Option(
      names = "--schema",
      paramLabel = "NAME",
      description = "Where tables shall go. Default: ${DEFAULT-VALUE}.")
  private String schema = "public";

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "How many writers the run will have. Default: ${DEFAULT-VALUE}.")
  private int threads = 2;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  CheckCommand(Terminal terminal) {
    this.terminal = terminal;
    target = new TargetOptions(terminal);
  }

  @Override
  public Integer call() {
    if (threads < 1) {
      throw new ParameterException(
          spec.commandLine(),
          "Invalid value for option '--threads': " + threads + ", expected at least 1.");
    }
    TargetUrl url = target.url();
    terminal.line("Target: " + target.shown());
    terminal.line("");
    List<Finding> findings = new ArrayList<>(create ? created(url) : List.of());
    findings.addAll(setup(url).check());
    findings.forEach(this::print);
    terminal.line("");
    return conclude(findings);
  }

  private DatabaseSetup setup(TargetUrl url) {
    PgVectorTarget store = PgVectorTarget.of(url.dataSource()).named(url.place()).schema(schema);
    DatabaseSetup setup = DatabaseSetup.of(store).writers(threads);
    return name == null ? setup : setup.migration(name);
  }

  private List<Finding> created(TargetUrl url) {
    List<Finding> done = setup(url).create();
    if (done.stream().anyMatch(finding -> finding.code().equals("connection.database"))) {
      done =
          new ArrayList<>(
              DatabaseSetup.createDatabase(
                  url.withDatabase(ANY_DATABASE).dataSource(), url.database()));
      done.addAll(setup(url).create());
    }
    // The check that follows says it as well.
    return done.stream().filter(finding -> !finding.code().startsWith("connection.")).toList();
  }

  private void print(Finding finding) {
    Severity severity = finding.severity();
    String label = severity == Severity.INFO ? "ok" : severity.name().toLowerCase(Locale.ROOT);
    terminal.line(
        style(severity), "%-7s  %-24s  %s".formatted(label, finding.code(), finding.message()));
  }

  private static Terminal.Style style(Severity severity) {
    return switch (severity) {
      case INFO -> Terminal.Style.PLAIN;
      case WARNING -> Terminal.Style.WARNING;
      case ERROR -> Terminal.Style.BAD;
    };
  }

  private int conclude(List<Finding> findings) {
    long errors = count(findings, Severity.ERROR);
    String counts =
        "%s, %s."
            .formatted(
                Numbers.count(errors, "error"),
                Numbers.count(count(findings, Severity.WARNING), "warning"));
    if (errors == 0) {
      terminal.line(Terminal.Style.GOOD, "A migration would work: " + counts);
      return ExitCode.DONE.code();
    }
    terminal.line(Terminal.Style.BAD, "A migration would not work: " + counts);
    if (!create && findings.stream().anyMatch(CheckCommand::canBeCreated)) {
      terminal.line("With --init-db, what is missing is created.");
    }
    return ExitCode.TARGET.code();
  }

  private static boolean canBeCreated(Finding finding) {
    return MISSING.contains(finding.code());
  }

  private static long count(List<Finding> findings, Severity severity) {
    return findings.stream().filter(finding -> finding.severity() == severity).count();
  }
}
