package dev.vectormigrate.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What 'migrate' does about backups, if not what it does by default; at most one is given. */
final class BackupChoice {

  @Option(names = "--no-backup", description = "Make no backup of the source.")
  private boolean none;

  @Option(names = "--backup-only", description = "Make a backup of the source and migrate nothing.")
  private boolean only;

  @Option(names = "--list-backups", description = "List the backups of the source; no more.")
  private boolean list;

  @Option(
      names = "--rollback",
      paramLabel = "BACKUP",
      description =
          "Put the files of the source back as they are in a backup, which is named by its id or"
              + " its time; no more. The command 'rollback' takes rows out of the database.")
  private @Nullable String rollback;

  /** Whether a run makes none. */
  boolean isNone() {
    return none;
  }

  /** Whether something is done with backups instead of a migration. */
  boolean isInstead() {
    return only || list || rollback != null;
  }

  /** Whether that is only possible for one source. */
  boolean isOfOne() {
    return rollback != null;
  }

  /** Does what is to be done instead. */
  void apply(StoreBackups backups, String name, Consent consent) {
    if (only) {
      backups.create(name);
    } else if (list) {
      backups.list();
    } else if (rollback != null) {
      backups.restore(rollback, null, consent);
    }
  }
}
