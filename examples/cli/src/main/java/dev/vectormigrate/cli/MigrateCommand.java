package dev.vectormigrate.cli;

import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.MigrationReport.DatasetReport;
import dev.vectormigrate.MigrationStatus;
import dev.vectormigrate.VerificationFailedException;
import dev.vectormigrate.spi.RunRecord;
import dev.vectormigrate.spi.RunState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Migrates a source, goes on with a migration that was interrupted, or says that it is done. */
@Command(
    name = "migrate",
    description =
        "Migrate a source. Killed at any moment, the same command goes on from there; once done,"
            + " it does nothing and says so.")
final class MigrateCommand implements Callable<Integer> {

  /** For the lock and for the state of the run. */
  private static final int FURTHER_CONNECTIONS = 2;

  private final Terminal terminal;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Mixin private final SourceOptions source;
  @Mixin private final TargetOptions target;

  @Option(
      names = "--dataset",
      paramLabel = "NAME[=TABLE]",
      converter = DatasetChoice.Converter.class,
      description =
          "Migrate this dataset, into TABLE or SCHEMA.TABLE; may be repeated. Default: all datasets,"
              + " into tables of their names.")
  private List<DatasetChoice> datasets = new ArrayList<>();

  @ArgGroup private ModeOptions mode = new ModeOptions();

  @Option(
      names = "--index",
      paramLabel = "hnsw|ivfflat|none",
      description = "The index on vectors. Default: HNSW where it can be built.")
  private @Nullable IndexKind index;

  @Option(
      names = "--dry-run",
      description = "Read and check everything, and show what would be done; changes nothing.")
  private boolean dryRun;

  @Option(
      names = "--batch-size",
      paramLabel = "ROWS",
      description = "The most rows a transaction stores. Default: ${DEFAULT-VALUE}.")
  private int batchSize = 10_000;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Connections that store rows at once. Default: ${DEFAULT-VALUE}.")
  private int threads = 2;

  @Option(
      names = "--max-rejects",
      paramLabel = "N",
      description = "Rows that may be refused before the run stops. Default: ${DEFAULT-VALUE}.")
  private long maxRejects;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description =
          "Under which the target remembers the migration. Default: made of the source's path.")
  private @Nullable String name;

  @Option(
      names = {"-y", "--yes"},
      description = "Don't ask.")
  private boolean yes;

  @Mixin private final ReportOptions reports;

  MigrateCommand(Terminal terminal) {
    this.terminal = terminal;
    source = new SourceOptions(terminal);
    target = new TargetOptions(terminal);
    reports = new ReportOptions(terminal);
  }

  @Override
  public Integer call() {
    atLeast("--batch-size", batchSize, 1);
    atLeast("--threads", threads, 1);
    atLeast("--max-rejects", maxRejects, 0);
    try (TargetDatabase database = target.connect(threads + FURTHER_CONNECTIONS)) {
      MigrationPlan plan = plan(database);
      announce(plan);
      return (dryRun ? preview(plan) : migrate(plan)).code();
    }
  }

  private void atLeast(String option, long actual, long least) {
    if (actual < least) {
      throw new ParameterException(
          spec.commandLine(),
          "Invalid value for option '%s': %d, expected at least %d."
              .formatted(option, actual, least));
    }
  }

  private MigrationPlan plan(TargetDatabase database) {
    MigrationPlan.Builder plan =
        MigrationPlan.builder(name == null ? source.location().migrationName() : name)
            .from(source.store())
            .into(database.store())
            .eachDataset(this::applyTo)
            .batchRows(batchSize)
            .writers(threads)
            .maxRejects(maxRejects)
            .listener(new ConsoleProgress(terminal));
    datasets.forEach(choice -> plan.dataset(choice.dataset(), choice::applyTo));
    return plan.build();
  }

  private void applyTo(DatasetMapping.Builder mapping) {
    mode.applyTo(mapping);
    if (index != null) {
      mapping.index(index.index());
    }
  }

  private void announce(MigrationPlan plan) {
    terminal.line("Migration: " + plan.name());
    terminal.line("From:      " + source.store().name());
    terminal.line("To:        " + target.shown());
    terminal.line("");
  }

  private ExitCode preview(MigrationPlan plan) {
    MigrationReport report = run(plan::dryRun);
    reports.show(report);
    long rejected = report.datasets().stream().mapToLong(DatasetReport::rejected).sum();
    if (rejected > maxRejects) {
      return ExitCode.SOURCE;
    }
    return report.passed() ? ExitCode.DONE : ExitCode.REFUSED;
  }

  private ExitCode migrate(MigrationPlan plan) {
    if (isToBegin(plan.status()) && !isWanted(plan)) {
      terminal.line("Nothing was done.");
      return ExitCode.DONE;
    }
    reports.show(run(plan::run));
    terminal.line(
        "To take it back: vector-migrate rollback%s --name '%s'"
            .formatted(target.repeated(), plan.name()));
    return ExitCode.DONE;
  }

  /** Whether a run will move data at all. */
  private static boolean isToBegin(MigrationStatus status) {
    RunState state = status.run().map(RunRecord::state).orElse(RunState.INITIAL);
    return state != RunState.PROMOTED && state != RunState.ROLLED_BACK;
  }

  private boolean isWanted(MigrationPlan plan) {
    if (yes || !terminal.interactive()) {
      return true; // nobody to ask; looking into a large source takes its time
    }
    Intention.print(plan, terminal);
    return terminal.confirms("Go on?");
  }

  private MigrationReport run(Supplier<MigrationReport> step) {
    try {
      return step.get();
    } catch (VerificationFailedException e) {
      reports.show(e.report());
      throw e;
    } finally {
      terminal.clearFleetingLine();
    }
  }
}
