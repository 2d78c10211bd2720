package dev.vectormigrate.internal;

import dev.vectormigrate.BackupPolicy;
import dev.vectormigrate.PlanDescription;
import dev.vectormigrate.backup.Backup;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.MadeBackup;
import dev.vectormigrate.spi.SourceStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes the backups that a plan asks for, of those of its sources that are files. */
final class SourceBackups {

  /** A source that is files. */
  private record Original(String backupName, String sourceName, Path path) {}

  private final PlanDescription plan;
  private final List<Original> originals = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();

  SourceBackups(PlanDescription plan) {
    this.plan = plan;
    for (int i = 0; i < plan.sources().size(); i++) {
      add(i, plan.sources().get(i));
    }
  }

  private void add(int position, SourceStore source) {
    String name = plan.sources().size() == 1 ? plan.name() : plan.name() + "_" + (position + 1);
    source
        .files()
        .ifPresentOrElse(
            path -> originals.add(new Original(name, source.name(), path)),
            () ->
                findings.add(
                    Finding.info(
                        "backup.no_files",
                        "%s is no file: no backup of it is made.".formatted(source.name()))));
  }

  /** Whether there is any to make. */
  boolean isWanted() {
    return plan.backup().isPresent() && !originals.isEmpty();
  }

  /** Makes and checks one of each source; none of those that are no files. */
  List<MadeBackup> make() {
    BackupPolicy policy = plan.backup().orElseThrow();
    List<MadeBackup> made = new ArrayList<>();
    for (Original original : originals) {
      Backup backup =
          Failures.inBackup(
              original.sourceName(),
              () -> policy.of(original.path()).create(original.backupName(), original.path()));
      made.add(new MadeBackup(backup.id(), backup.archive().toString()));
    }
    return made;
  }

  /** The sources that none is made of, although the plan asks for it. */
  List<Finding> findings() {
    return plan.backup().isPresent() ? findings : List.of();
  }
}
