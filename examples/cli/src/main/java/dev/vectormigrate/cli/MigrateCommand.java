package dev.vectormigrate.cli;

import dev.vectormigrate.DatasetMapping;
import dev.vectormigrate.Migration;
import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.MigrationReport.DatasetReport;
import dev.vectormigrate.MigrationStatus;
import dev.vectormigrate.OnError;
import dev.vectormigrate.VerificationFailedException;
import dev.vectormigrate.spi.RunRecord;
import dev.vectormigrate.spi.RunState;
import dev.vectormigrate.verify.QueryOverlap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
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
      names = {"--dataset", "--only"},
      paramLabel = "NAME[=TABLE]",
      converter = DatasetChoice.Converter.class,
      description =
          "Migrate this dataset, into TABLE or SCHEMA.TABLE; may be repeated. Default: all datasets,"
              + " into tables of their names.")
  private List<DatasetChoice> datasets = new ArrayList<>();

  @Mixin private final MappingOptions mappings = new MappingOptions();

  @ArgGroup private ModeOptions mode = new ModeOptions();

  @Option(
      names = "--layout",
      paramLabel = "LAYOUT",
      converter = LayoutKind.Converter.class,
      description =
          "Arrange the tables as an application or framework reads them: " + LayoutKind.NAMES + ".")
  private @Nullable LayoutKind layout;

  @Mixin private final VectorOptions vectors;

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
      names = "--min-recall",
      paramLabel = "R",
      description =
          "Which part of the nearest rows, 0 to 1, searches must find before anything is live whose"
              + " vectors were rounded or reduced, or are indexed by less. Default: ${DEFAULT-VALUE}.")
  private double minRecall = QueryOverlap.DEFAULT_LEAST;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description =
          "Under which the target remembers the migration. Default: made of the source's path.")
  private @Nullable String name;

  @ArgGroup private BackupChoice backup = new BackupChoice();

  @Mixin private final BackupOptions backups = new BackupOptions();

  @Option(
      names = "--state-file",
      paramLabel = "FILE",
      description = "Keep a copy of the migration's state in FILE, as JSON.")
  private @Nullable Path stateFile;

  @Option(
      names = "--on-error",
      paramLabel = "continue|stop",
      description =
          "What to do about a damaged dataset: go on with the others and return 4 at the end, or"
              + " stop before anything is live. Default: stop.")
  private OnError onError = OnError.STOP;

  @Mixin private final TenantOptions tenants = new TenantOptions();

  @Option(
      names = "--rejects",
      paramLabel = "FILE.jsonl",
      converter = RejectFile.Converter.class,
      description = "Write every refused row to FILE, as a JSON object a line; see --max-rejects.")
  private @Nullable RejectFile rejects;

  @Mixin private final Consent consent;

  @Mixin private final ProgressOptions progress;

  @Mixin private final ReportOptions reports;

  MigrateCommand(Terminal terminal) {
    this.terminal = terminal;
    vectors = new VectorOptions(terminal);
    source = new SourceOptions(terminal, vectors::embeds);
    target = new TargetOptions(terminal);
    progress = new ProgressOptions(terminal);
    reports = new ReportOptions(terminal);
    consent = new Consent(terminal);
  }

  @Override
  public Integer call() {
    atLeast("--batch-size", batchSize, 1);
    atLeast("--threads", threads, 1);
    atLeast("--max-rejects", maxRejects, 0);
    if (!(minRecall >= 0 && minRecall <= 1)) {
      throw new ParameterException(
          spec.commandLine(),
          "Invalid value for option '--min-recall': %s, expected 0 to 1.".formatted(minRecall));
    }
    if (dryRun && rejects != null) {
      throw new ParameterException(
          spec.commandLine(),
          "--dry-run: it stores no refused rows and reports the first hundred, expected without"
              + " --rejects.");
    }
    if (backup.isInstead()) {
      requireNoDryRun();
      places().forEach(p -> backup.apply(storeBackups(p), backupName(p), consent));
      return ExitCode.DONE.code();
    }
    try (TargetDatabase database = target.connect(threads + FURTHER_CONNECTIONS)) {
      MigrationPlan plan = plan(database);
      announce(plan);
      return (dryRun ? preview(plan) : migrate(plan)).code();
    }
  }

  private void requireNoDryRun() {
    if (dryRun) {
      throw new ParameterException(
          spec.commandLine(),
          "--dry-run: it changes nothing and migrates nothing, expected without --backup-only,"
              + " --list-backups and --rollback.");
    }
  }

  private List<SourceLocation> places() {
    return backup.isOfOne() ? List.of(source.location()) : source.locations();
  }

  private StoreBackups storeBackups(SourceLocation place) {
    return new StoreBackups(terminal, source.files(place), backups.policy());
  }

  private String backupName(SourceLocation place) {
    return name == null ? place.migrationName() : name;
  }

  private String name() {
    return name == null ? SourceLocation.migrationName(source.locations()) : name;
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
        MigrationPlan.builder(name())
            .into(database.store())
            .eachDataset(this::applyTo)
            .batchRows(batchSize)
            .writers(threads)
            .maxRejects(maxRejects)
            .minRecall(minRecall)
            .onError(onError)
            .listener(progress.listener());
    if (layout != null) {
      plan.layout(layout.layout(database.store()));
    }
    source.stores().forEach(plan::from);
    mappings.applyTo(plan);
    if (makesBackup()) {
      plan.backup(backups.policy());
    }
    if (stateFile != null) {
      plan.stateFile(stateFile);
    }
    datasets.forEach(choice -> plan.dataset(choice.dataset(), choice::applyTo));
    return plan.build();
  }

  private boolean makesBackup() {
    return !backup.isNone()
        && source.stores().stream().anyMatch(store -> store.files().isPresent());
  }

  private void applyTo(DatasetMapping.Builder mapping) {
    mode.applyTo(mapping);
    tenants.applyTo(mapping, layout != null);
    vectors.refuseIdleEmbedder();
    vectors.applyTo(mapping, source.embeddedText());
  }

  private void announce(MigrationPlan plan) {
    terminal.line("Migration: " + plan.name());
    source.stores().forEach(store -> terminal.line("From:      " + store.name()));
    terminal.line("To:        " + target.shown());
    if (!dryRun) {
      terminal.line("Backup:    " + (makesBackup() ? "to " + backupFolders() : "none"));
    }
    terminal.line("");
  }

  private String backupFolders() {
    return source.locations().stream()
        .map(place -> storeBackups(place).folder().toString())
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private ExitCode preview(MigrationPlan plan) {
    MigrationReport report = run(plan::dryRun);
    reports.show(report);
    long rejected = report.datasets().stream().mapToLong(DatasetReport::rejected).sum();
    if (rejected > maxRejects) {
      return ExitCode.SOURCE;
    }
    return report.isRefused() ? ExitCode.REFUSED : end(report);
  }

  private ExitCode migrate(MigrationPlan plan) {
    if (isToBegin(plan.status()) && !isWanted(plan)) {
      terminal.line("Nothing was done.");
      return ExitCode.DONE;
    }
    MigrationReport report = run(() -> runAndListRejects(plan));
    reports.show(report);
    terminal.line(
        "To take it back: vector-migrate rollback%s --name '%s'"
            .formatted(target.repeated(), plan.name()));
    return end(report);
  }

  private MigrationReport runAndListRejects(MigrationPlan plan) {
    MigrationReport report;
    try {
      report = plan.run();
    } catch (VerificationFailedException e) {
      listRejects(plan);
      throw e;
    }
    listRejects(plan);
    return report;
  }

  private void listRejects(MigrationPlan plan) {
    if (rejects != null) {
      rejects.write(Migration.named(plan.name(), plan.target()));
    }
  }

  private static ExitCode end(MigrationReport report) {
    return report.leftOut().isEmpty() ? ExitCode.DONE : ExitCode.SOURCE;
  }

  /** Whether a run will move data at all. */
  private static boolean isToBegin(MigrationStatus status) {
    RunState state = status.run().map(RunRecord::state).orElse(RunState.INITIAL);
    return state != RunState.PROMOTED && state != RunState.ROLLED_BACK;
  }

  private boolean isWanted(MigrationPlan plan) {
    if (consent.isGiven() || !terminal.interactive()) {
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
