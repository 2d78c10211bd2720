package dev.vectormigrate.cli;

import dev.vectormigrate.Comparison;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.Outcome;
import dev.vectormigrate.spi.Verifier;
import dev.vectormigrate.verify.Verifiers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Compares what a target holds with what was read, or with what a source holds now. */
@Command(
    name = "verify",
    description = {
      "With --name alone: read back what that migration staged, or made live, and compare it with"
          + " what it read.",
      "With --from: compare a source as it is now with live tables as they are now, whoever filled"
          + " them. Reads only, and needs no migration that is known."
    })
final class VerifyCommand implements Callable<Integer> {

  /** One to look around, and one to read with. */
  private static final int CONNECTIONS = 2;

  private final Terminal terminal;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Mixin private final RecordedOptions migration;
  @Mixin private final SourceOptions source;

  @Option(
      names = "--dataset",
      paramLabel = "NAME[=TABLE]",
      converter = DatasetChoice.Converter.class,
      description =
          "With --from: compare this dataset, with TABLE or SCHEMA.TABLE; may be repeated. Default:"
              + " all datasets, with tables of their names.")
  private List<DatasetChoice> datasets = new ArrayList<>();

  @Option(
      names = "--layout",
      paramLabel = "LAYOUT",
      converter = LayoutKind.Converter.class,
      description = "With --from: how the tables are arranged: " + LayoutKind.NAMES + ".")
  private @Nullable LayoutKind layout;

  @Option(
      names = "--diff",
      paramLabel = "FILE.jsonl",
      converter = DifferenceFile.Converter.class,
      description = "With --from: write every row that differs to this file, a JSON object a line.")
  private @Nullable DifferenceFile differences;

  @Mixin private final MappingOptions mappings = new MappingOptions();
  @Mixin private final TenantOptions tenants = new TenantOptions();
  @Mixin private final VectorOptions vectors;
  @Mixin private final ProgressOptions progress;
  @Mixin private final SearchOptions searches = new SearchOptions();
  @Mixin private final ReportOptions reports;

  private VerifyCommand(Terminal terminal) {
    this.terminal = terminal;
    migration = new RecordedOptions(terminal);
    vectors = new VectorOptions(terminal);
    source = new SourceOptions(terminal, vectors::embeds);
    progress = new ProgressOptions(terminal);
    reports = new ReportOptions(terminal);
  }

  /** The command; it takes a source, or the name of a migration, or both. */
  static CommandLine commandLine(Terminal terminal) {
    CommandLine commandLine = new CommandLine(new VerifyCommand(terminal));
    CommandSpec command = commandLine.getCommandSpec();
    for (String name : List.of("--from", "--name")) {
      OptionSpec option = command.findOption(name);
      command.remove(option);
      command.addOption(option.toBuilder().required(false).build());
    }
    return commandLine;
  }

  @Override
  public Integer call() {
    if (!searches.areForTexts()) {
      vectors.refuseIdleEmbedder();
    }
    return (isGiven("--from") ? compare() : verify()).code();
  }

  private boolean isGiven(String option) {
    return spec.commandLine().getParseResult().hasMatchedOption(option);
  }

  private ExitCode verify() {
    List<String> comparing = new ArrayList<>(List.of("--dataset", "--layout", "--diff"));
    comparing.addAll(VectorOptions.OF_PLANS);
    for (String option : comparing) {
      if (isGiven(option)) {
        throw new ParameterException(
            spec.commandLine(), option + ": without a source, expected --from beside it.");
      }
    }
    if (migration.name().isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "Missing required option: '--name=NAME', or '--from=KIND:PATH' to compare a source.");
    }
    List<Verifier> verifiers = new ArrayList<>(Verifiers.standard());
    verifiers.addAll(searches.verifiers(vectors));
    MigrationReport report = migration.with(found -> found.verify(verifiers));
    reports.show(report);
    return report.outcome() == Outcome.DIFFERENT ? ExitCode.DIFFERENT : ExitCode.DONE;
  }

  private ExitCode compare() {
    try (TargetDatabase database = migration.target().connect(CONNECTIONS)) {
      MigrationPlan plan = plan(database);
      plan.sources().forEach(store -> terminal.line("From:      " + store.name()));
      terminal.line("With:      " + migration.target().shown());
      terminal.line("");
      Comparison comparison = differences == null ? plan.compare() : differences.write(plan);
      terminal.clearFleetingLine();
      reports.show(comparison.report());
      if (differences != null) {
        terminal.line("Rows that differ: " + differences.path());
      }
      return exitCode(comparison.outcome());
    } finally {
      terminal.clearFleetingLine();
    }
  }

  private MigrationPlan plan(TargetDatabase database) {
    String name =
        migration.name().isEmpty()
            ? SourceLocation.migrationName(source.locations())
            : migration.name();
    MigrationPlan.Builder plan =
        MigrationPlan.builder(name)
            .into(database.store())
            .eachDataset(mapping -> tenants.applyTo(mapping, layout != null))
            .eachDataset(mapping -> vectors.applyTo(mapping, source.embeddedText()))
            .listener(progress.listener());
    source.stores().forEach(plan::from);
    if (layout != null) {
      plan.layout(layout.layout(database.store()));
    }
    mappings.applyTo(plan);
    plan.verify(Verifiers.standard()).verify(searches.verifiers(vectors));
    datasets.forEach(choice -> plan.dataset(choice.dataset(), choice::applyTo));
    return plan.build();
  }

  private static ExitCode exitCode(Outcome outcome) {
    return switch (outcome) {
      case SAME -> ExitCode.DONE;
      case GROWN -> ExitCode.GROWN;
      default -> ExitCode.DIFFERENT;
    };
  }
}
