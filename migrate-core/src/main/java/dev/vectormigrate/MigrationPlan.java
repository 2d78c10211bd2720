package dev.vectormigrate;

import dev.vectormigrate.internal.MigrationRun;
import dev.vectormigrate.internal.PlanComparison;
import dev.vectormigrate.internal.StateCopy;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.RunRecord;
import dev.vectormigrate.spi.RunState;
import dev.vectormigrate.spi.SourceStore;
import dev.vectormigrate.spi.TargetStore;
import dev.vectormigrate.spi.Verifier;
import dev.vectormigrate.verify.QueryOverlap;
import dev.vectormigrate.verify.Verifiers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The description of a migration: where data is read, how it is mapped, where it is written. For
 * most users this is the only class to deal with.
 *
 * <p>Immutable and thread-safe. What is passed in stays the caller's: nothing of it is closed.
 */
public final class MigrationPlan implements PlanDescription {

  private final String name;
  private final List<SourceStore> sources;
  private final TargetStore target;
  private final @Nullable Layout layout;
  private final DatasetMapping.Builder defaults;
  private final Map<String, DatasetMapping.Builder> datasets;
  private final Map<String, DatasetMapping.Builder> adjustments;
  private final List<Verifier> verifiers;
  private final double minRecall;
  private final MigrationListener listener;
  private final RunSettings settings;
  private final OnError onError;
  private final Optional<BackupPolicy> backup;
  private final Optional<Path> stateFile;
  private final Runnable beforeRun;
  private final Runnable afterRun;

  private MigrationPlan(Builder builder, TargetStore target) {
    this.name = builder.name;
    this.target = target;
    sources = List.copyOf(builder.sources);
    layout = builder.layout;
    defaults = builder.mapping("plan " + name, ignored -> {});
    Map<String, DatasetMapping.Builder> mappings = new LinkedHashMap<>();
    builder.datasets.forEach(
        (dataset, mapping) ->
            mappings.put(
                dataset, builder.mapping("plan " + name + ", dataset " + dataset, mapping)));
    datasets = Collections.unmodifiableMap(mappings);
    Map<String, DatasetMapping.Builder> changes = new LinkedHashMap<>();
    builder.adjustments.forEach(
        (dataset, change) ->
            changes.put(dataset, frozen("plan " + name + ", dataset " + dataset, change)));
    adjustments = Collections.unmodifiableMap(changes);
    verifiers = builder.verifiers.isEmpty() ? Verifiers.standard() : List.copyOf(builder.verifiers);
    minRecall = builder.minRecall;
    listener = builder.listener;
    settings = builder.settings;
    onError = builder.onError;
    backup = Optional.ofNullable(builder.backup);
    stateFile = Optional.ofNullable(builder.stateFile);
    beforeRun = builder.beforeRun;
    afterRun = builder.afterRun;
  }

  /**
   * Begins a plan.
   *
   * @param name under which the target remembers the migration: a plan of the same name goes on
   *     with it, or finds that it is done. Up to 200 characters
   */
  public static Builder builder(String name) {
    return new Builder(name);
  }

  /**
   * Migrates: reads, stages, verifies, promotes. Safe to call at every start of an application,
   * also of several at once: one migrates, the others wait; once done, a call does nothing and says
   * so.
   *
   * <p>Killed at any moment, the next call goes on where this one was, and ends with the same rows.
   *
   * @throws MigrationException if it can't be finished. Live tables are as they were
   */
  public MigrationReport run() {
    return new MigrationRun(this).run();
  }

  /**
   * Which datasets the sources have now and where the plan would put them. Reads no rows and does
   * not connect to the target.
   */
  public List<DatasetPlan> inspect() {
    return new MigrationRun(this).inspect();
  }

  /**
   * Reads everything and checks it against the target, without changing anything. A model that is
   * to embed texts is not asked: the finding {@code embedding.estimate} says how many texts and
   * tokens there are to embed, how many vectors are known already, and what it would cost.
   */
  public MigrationReport dryRun() {
    return new MigrationRun(this).dryRun();
  }

  /** How far the migration has come. */
  public MigrationStatus status() {
    return migration().status();
  }

  /** Reads back what is staged, or live, and compares it with what was read from the source. */
  public MigrationReport verify() {
    return migration().verify(verifiers);
  }

  /**
   * Compares the sources as they are now with the live tables as they are now, whoever filled them:
   * every value of every row. The sources are read through the same mapping as in a run. A table
   * may have more columns than the plan; its rows of other tenants, and those with other constants
   * than the plan's, are left aside.
   *
   * <p>Writes nothing to either side, needs no migration that was recorded and no privilege but to
   * read the tables. Where a migration of this name is recorded and live, it also tells whether
   * rows were merely added since: {@link Outcome#GROWN}. Memory is bounded; what is compared goes
   * through temporary files of about 40 bytes a row. What changes meanwhile may be reported either
   * way.
   *
   * <p>A model is never asked: vectors that the plan makes of texts are those that the target keeps
   * of earlier runs. If one of a table's texts has none, the columns of these vectors are left out
   * of the table's comparison, and the finding {@code compare.embedded} says so; then growth can't
   * be told from other differences. To find that out the sources are read once more.
   *
   * @throws MigrationException if something can't be read
   */
  public Comparison compare() {
    return new PlanComparison(this, Optional.empty()).compare();
  }

  /**
   * As {@link #compare()}; tells every row that differs, however many there are.
   *
   * @param each is told each of them once, in the caller's thread and in an order that only depends
   *     on the rows
   */
  public Comparison compare(Consumer<RowDifference> each) {
    return new PlanComparison(this, Optional.of(each)).compare();
  }

  /** Puts the data from before back, in one transaction. */
  public void rollback() {
    List<Finding> stored = stateFile.isEmpty() ? List.of() : findings(status());
    migration().rollback();
    copyState(RunState.ROLLED_BACK, stored);
  }

  /** Removes what the migration keeps aside; see {@link Migration#discard()}. */
  public void discard() {
    boolean live = stateFile.isPresent() && status().state().equals("promoted");
    migration().discard();
    if (!live) {
      copyState(RunState.INITIAL, List.of());
    }
  }

  private static List<Finding> findings(MigrationStatus status) {
    return status.run().map(RunRecord::findings).orElse(List.of());
  }

  private void copyState(RunState state, List<Finding> stored) {
    new StateCopy(stateFile).write(state, stored, Instant.now()).forEach(listener::found);
  }

  private Migration migration() {
    return Migration.named(name, target);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<SourceStore> sources() {
    return sources;
  }

  @Override
  public TargetStore target() {
    return target;
  }

  @Override
  public Set<String> datasets() {
    return datasets.keySet();
  }

  @Override
  public Set<String> adjusted() {
    return adjustments.keySet();
  }

  @Override
  public DatasetMapping mapping(@Nullable String dataset) {
    return mapping(dataset, ignored -> {}, List.of());
  }

  @Override
  public DatasetMapping mapping(@Nullable String name, Dataset dataset) {
    return mapping(
        name,
        mapping -> place(dataset, mapping),
        Stream.of(dataset.name(), dataset.qualifiedName())
            .distinct()
            .map(adjustments::get)
            .filter(Objects::nonNull)
            .toList());
  }

  @Override
  public List<Companion> companions(Dataset dataset) {
    return layout == null ? List.of() : layout.companions(dataset);
  }

  private void place(Dataset dataset, DatasetMapping.Builder mapping) {
    if (layout != null) {
      layout.map(dataset, mapping);
    }
  }

  private DatasetMapping mapping(
      @Nullable String dataset,
      Consumer<DatasetMapping.Builder> beforehand,
      List<DatasetMapping.Builder> afterwards) {
    DatasetMapping.Builder mapping = new DatasetMapping.Builder();
    beforehand.accept(mapping);
    mapping.putAll(dataset == null ? defaults : datasets.getOrDefault(dataset, defaults));
    afterwards.forEach(mapping::putAll);
    return mapping.build();
  }

  @Override
  public List<Verifier> verifiers() {
    return verifiers;
  }

  @Override
  public Verifier recallGate() {
    return Verifiers.recallGate(minRecall);
  }

  @Override
  public MigrationListener listener() {
    return listener;
  }

  @Override
  public RunSettings settings() {
    return settings;
  }

  @Override
  public OnError onError() {
    return onError;
  }

  @Override
  public Optional<BackupPolicy> backup() {
    return backup;
  }

  @Override
  public Optional<Path> stateFile() {
    return stateFile;
  }

  @Override
  public Runnable beforeRun() {
    return beforeRun;
  }

  @Override
  public Runnable afterRun() {
    return afterRun;
  }

  @Override
  public String describe() {
    String arranged = layout == null ? "" : "layout " + layout.name() + "\n";
    String changed =
        adjustments.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(change -> "\nchanged " + change.getKey() + ": " + change.getValue().build())
            .collect(Collectors.joining());
    if (datasets.isEmpty()) {
      return arranged + "all datasets: " + mapping(null) + changed;
    }
    return datasets.keySet().stream()
        .sorted()
        .map(dataset -> dataset + ": " + mapping(dataset))
        .collect(Collectors.joining("\n", arranged, changed));
  }

  /** Collects the settings of a plan. Not thread-safe. */
  public static final class Builder {

    private final String name;
    private final List<SourceStore> sources = new ArrayList<>();
    private @Nullable TargetStore target;
    private @Nullable Layout layout;
    private Consumer<DatasetMapping.Builder> defaults = ignored -> {};
    private final Map<String, Consumer<DatasetMapping.Builder>> datasets = new LinkedHashMap<>();
    private final Map<String, Consumer<DatasetMapping.Builder>> adjustments = new LinkedHashMap<>();
    private final List<Verifier> verifiers = new ArrayList<>();
    private double minRecall = QueryOverlap.DEFAULT_LEAST;
    private MigrationListener listener = new MigrationListener() {};
    private RunSettings settings = RunSettings.DEFAULT;
    private OnError onError = OnError.STOP;
    private @Nullable BackupPolicy backup;
    private @Nullable Path stateFile;
    private Runnable beforeRun = () -> {};
    private Runnable afterRun = () -> {};

    private Builder(String name) {
      if (name.isBlank() || name.length() > 200) {
        throw new PlanException(
            "plan",
            "name: %d characters, expected 1 to 200. Pass a short name that stays the same."
                .formatted(name.length()),
            null);
      }
      this.name = name;
    }

    /** Reads from here; may be called for several sources. */
    public Builder from(SourceStore source) {
      sources.add(source);
      return this;
    }

    /** Writes to here. */
    public Builder into(TargetStore target) {
      this.target = target;
      return this;
    }

    /** Migrates this dataset as it is; as {@link #dataset(String, Consumer)}. */
    public Builder dataset(String dataset) {
      return dataset(dataset, ignored -> {});
    }

    /**
     * Migrates this dataset. Once a dataset is named, only named ones are migrated; without any,
     * all are.
     *
     * @param dataset its name, or its qualified name where two have the same
     * @param mapping changes the defaults
     */
    public Builder dataset(String dataset, Consumer<DatasetMapping.Builder> mapping) {
      if (datasets.putIfAbsent(dataset, mapping) != null) {
        throw new PlanException(
            "plan " + name,
            "dataset '" + dataset + "': named twice, expected once. Put its mapping in one place.",
            null);
      }
      return this;
    }

    /**
     * Changes how a dataset is mapped, and does not select it: all datasets, or those that are
     * named, are still what is migrated. Comes after all else that the plan says of the dataset;
     * may be called several times for one. A dataset that is not migrated is an error of the run.
     *
     * @param dataset its name, or its qualified name where two have the same
     * @param change what is different
     */
    public Builder adjust(String dataset, Consumer<DatasetMapping.Builder> change) {
      adjustments.merge(dataset, change, Consumer::andThen);
      return this;
    }

    /** Arranges the tables in a ready-made way; mappings of datasets come afterwards and win. */
    public Builder layout(Layout layout) {
      this.layout = layout;
      return this;
    }

    /** Changes the defaults of all datasets. */
    public Builder eachDataset(Consumer<DatasetMapping.Builder> mapping) {
      defaults = defaults.andThen(mapping);
      return this;
    }

    /** Replaces the standard checks by these; may be called several times. */
    public Builder verify(Verifier... checks) {
      verifiers.addAll(Arrays.asList(checks));
      return this;
    }

    /** As {@link #verify(Verifier...)}, for {@link Verifiers#standard()} beside others. */
    public Builder verify(List<Verifier> checks) {
      verifiers.addAll(checks);
      return this;
    }

    /**
     * How well searches must find the nearest rows before anything becomes live that lost something
     * by design: vectors rounded to half precision or reduced, or an index over less than the
     * vectors. It is the part of the true nearest rows, measured against the source's own vectors
     * and averaged over a hundred of them; 0.8 by default. With 0, it is measured and told only.
     *
     * <p>Measuring reads the source twice more, and compares every vector with a hundred: of a
     * million vectors of 1,536 components, a few minutes. See {@link Verifiers#recallGate}.
     *
     * @param least from 0 to 1
     */
    public Builder minRecall(double least) {
      if (!(least >= 0 && least <= 1)) {
        throw new PlanException(
            "plan " + name, "minRecall: " + least + ", expected 0 to 1. Pass a part.", null);
      }
      minRecall = least;
      return this;
    }

    /** Tells this listener what a run does. */
    public Builder listener(MigrationListener listener) {
      this.listener = listener;
      return this;
    }

    /** The most rows that one transaction stores; 10,000 by default. */
    public Builder batchRows(int rows) {
      settings = settings.withBatchRows(rows);
      return this;
    }

    /** About the most bytes that one transaction stores; 8 MiB by default. */
    public Builder batchBytes(int bytes) {
      settings = settings.withBatchBytes(bytes);
      return this;
    }

    /** Connections that store rows at once, two by default; the target needs two more. */
    public Builder writers(int count) {
      settings = settings.withWriters(count);
      return this;
    }

    /** Rows that may be refused before the run stops; none by default. */
    public Builder maxRejects(long rejects) {
      settings = settings.withMaxRejects(rejects);
      return this;
    }

    /** How long to wait for another process with the same migration; an hour by default. */
    public Builder lockWait(Duration wait) {
      settings = settings.withLockWait(wait);
      return this;
    }

    /** How often a step that asks for another try gets one. */
    public Builder retry(RetryPolicy policy) {
      settings = settings.withRetry(policy);
      return this;
    }

    /** What a run does about a damaged dataset; {@link OnError#STOP} by default. */
    public Builder onError(OnError policy) {
      onError = policy;
      return this;
    }

    /**
     * Makes a backup of each source that is a file or a folder before anything is read from it;
     * none by default. It needs room for the compressed source, and the source must rest meanwhile.
     * It is made once: a run that goes on with an interrupted one makes none again. One that was
     * killed just after a backup was complete may make another.
     */
    public Builder backup(BackupPolicy policy) {
      backup = policy;
      return this;
    }

    /**
     * Keeps a copy of the state in a JSON file, for people who look there: {@code phase}, {@code
     * backup_id}, {@code staging_complete}, {@code verification_passed}, {@code promoted}, {@code
     * errors} and {@code updated_at}. It is replaced as a whole at each change by this plan, and
     * never read: the target holds the state. If it can't be written, a warning says so.
     */
    public Builder stateFile(Path file) {
      stateFile = file;
      return this;
    }

    /**
     * Does this at the beginning of a run that has something to do, for example to pause what
     * writes to a source: the migration's lock is held, and no source is open yet. What it throws
     * stops the run.
     */
    public Builder beforeRun(Runnable action) {
      beforeRun = action;
      return this;
    }

    /**
     * Does this once at the end of every run that has come to {@link #beforeRun}, however it or
     * that has ended; the migration's lock is still held. What it throws is logged and otherwise
     * ignored.
     */
    public Builder afterRun(Runnable action) {
      afterRun = action;
      return this;
    }

    /**
     * Makes the plan. Does no I/O.
     *
     * @throws PlanException if something is missing or contradicts itself
     */
    public MigrationPlan build() {
      if (sources.isEmpty()) {
        throw new PlanException(
            "plan " + name, "sources: none, expected at least one. Call from(...).", null);
      }
      if (target == null) {
        throw new PlanException("plan " + name, "target: none. Call into(...).", null);
      }
      return new MigrationPlan(this, target);
    }

    private DatasetMapping.Builder mapping(String where, Consumer<DatasetMapping.Builder> own) {
      return frozen(where, defaults.andThen(own));
    }
  }

  private static DatasetMapping.Builder frozen(
      String where, Consumer<DatasetMapping.Builder> settings) {
    DatasetMapping.Builder mapping = new DatasetMapping.Builder();
    try {
      settings.accept(mapping);
    } catch (IllegalArgumentException e) {
      throw new PlanException(where, e.getMessage() + ". Change the mapping.", e);
    }
    DatasetMapping.Builder frozen = new DatasetMapping.Builder();
    frozen.putAll(mapping); // the caller may have kept the other
    return frozen;
  }
}
