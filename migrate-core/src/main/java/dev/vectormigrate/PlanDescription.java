package dev.vectormigrate;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.spi.SourceStore;
import dev.vectormigrate.spi.TargetStore;
import dev.vectormigrate.spi.Verifier;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a plan says. Immutable and thread-safe; made by the builder of a plan alone, and not to be
 * implemented by others.
 */
public interface PlanDescription {

  /** The name under which the target remembers the migration. */
  String name();

  /** Where data is read, in order. */
  List<SourceStore> sources();

  /** Where data is written. */
  TargetStore target();

  /** The datasets that the plan names; empty if it migrates all there are. */
  Set<String> datasets();

  /** The datasets that the plan changes the mapping of, whether it names them or takes all. */
  Set<String> adjusted();

  /**
   * How a dataset is mapped by what the plan says of it, without the layout and adjustments.
   *
   * @param dataset the name that the plan gives it; null for what holds for all
   */
  DatasetMapping mapping(@Nullable String dataset);

  /**
   * How a dataset is mapped, with the layout and adjustments.
   *
   * @param name by which the plan names the dataset; null where it takes all there are
   * @throws IllegalArgumentException if the layout has no place for it
   */
  DatasetMapping mapping(@Nullable String name, Dataset dataset);

  /** Rows that the layout puts beside a dataset's; none without a layout. */
  List<Companion> companions(Dataset dataset);

  /** The checks that must pass before anything becomes live. */
  List<Verifier> verifiers();

  /**
   * What judges, whatever else is checked, the searches of tables that lose something by design.
   */
  Verifier recallGate();

  /** Who is told what a run does. */
  MigrationListener listener();

  /** How the plan runs. */
  RunSettings settings();

  /** What a run does about a damaged dataset. */
  OnError onError();

  /** Where a run puts backups of its sources; empty if it makes none. */
  Optional<BackupPolicy> backup();

  /** Where people find a copy of the state; empty if there is none. */
  Optional<Path> stateFile();

  /** What a run does before it reads anything. */
  Runnable beforeRun();

  /** What a run does at its end. */
  Runnable afterRun();

  /** All that decides what is migrated to where, as text, without any I/O. */
  String describe();
}
