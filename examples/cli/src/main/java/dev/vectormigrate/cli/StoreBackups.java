package dev.vectormigrate.cli;

import dev.vectormigrate.BackupPolicy;
import dev.vectormigrate.PlanException;
import dev.vectormigrate.RefusedException;
import dev.vectormigrate.backup.Backup;
import dev.vectormigrate.backup.Backups;
import dev.vectormigrate.backup.Restored;
import dev.vectormigrate.backup.UnreadableBackup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The backups of one store, and what the commands do with them. */
final class StoreBackups {

  private final Terminal terminal;
  private final Path store;
  private final Backups backups;

  /** Those of the store at a place, which need not exist any more. */
  StoreBackups(Terminal terminal, Path place, BackupPolicy policy) {
    this.terminal = terminal;
    store = place.toAbsolutePath().normalize();
    try {
      backups = policy.of(store);
    } catch (IllegalArgumentException e) {
      throw new PlanException("--from", e.getMessage() + ". Pass --backup-dir.", e);
    }
  }

  /** Where they are. */
  Path folder() {
    return backups.folder();
  }

  void create(String name) {
    Backup backup = backups.create(name, store);
    terminal.line(
        "Backup made: %s, %s, %s, in %s"
            .formatted(
                backup.id(),
                Numbers.count(backup.fileCount(), "file"),
                Numbers.count(backup.totalBytes(), "byte"),
                backup.archive()));
  }

  void list() {
    List<Backup> found = ofStore();
    terminal.line(
        "%s of %s in %s".formatted(Numbers.count(found.size(), "backup"), store, folder()));
    if (!found.isEmpty()) {
      terminal.line("");
      table(found).print(terminal);
    }
    for (UnreadableBackup unreadable : backups.unreadable()) {
      terminal.line(Terminal.Style.WARNING, "warning backup.unreadable: " + unreadable.message());
    }
  }

  private static TextTable table(List<Backup> found) {
    TextTable table = new TextTable("backup", "files", "bytes", "made");
    for (Backup backup : found) {
      table.add(
          backup.id(),
          Numbers.grouped(backup.fileCount()),
          Numbers.grouped(backup.totalBytes()),
          backup.created().toString());
    }
    return table;
  }

  void verify(String wanted) {
    Backup backup = find(wanted, backups.list());
    backups.verify(backup);
    terminal.line(
        "Verified: backup '%s' holds %s, each as it was backed up."
            .formatted(backup.id(), Numbers.count(backup.fileCount(), "file")));
  }

  /**
   * Restores a backup.
   *
   * @param into another place; null for the store's own
   */
  void restore(String wanted, @Nullable Path into, Consent consent) {
    Backup backup = find(wanted, into == null ? ofStore() : backups.list());
    Path target = into == null ? store : into.toAbsolutePath().normalize();
    refuseFilled(target);
    if (consent.to("Restore backup '%s' to %s?".formatted(backup.id(), target))) {
      Restored restored = backups.restore(backup, target);
      terminal.line("Restored: backup '%s' is at %s".formatted(backup.id(), restored.target()));
      if (restored.previous() != null) {
        terminal.line("What was there before is at " + restored.previous());
      }
    }
  }

  private void refuseFilled(Path target) {
    if (!target.equals(store) && Files.exists(target) && !isEmptyFolder(target)) {
      throw new RefusedException(
          "--into",
          target + ": there already, expected nothing or an empty folder. Name another one.",
          null);
    }
  }

  private static boolean isEmptyFolder(Path target) {
    if (!Files.isDirectory(target)) {
      return false;
    }
    try (Stream<Path> content = Files.list(target)) {
      return content.findAny().isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Backup> ofStore() {
    return backups.list().stream().filter(backup -> backup.source().equals(store)).toList();
  }

  /** By its id, or by the time that the id ends with. */
  private Backup find(String wanted, List<Backup> among) {
    List<Backup> found = among.stream().filter(backup -> backup.id().equals(wanted)).toList();
    if (found.isEmpty()) {
      found = among.stream().filter(backup -> backup.id().endsWith("_" + wanted)).toList();
    }
    if (found.size() != 1) {
      throw new PlanException(
          folder().toString(),
          "backup '%s': %s, expected one of %s. Check the spelling."
              .formatted(
                  wanted,
                  found.isEmpty() ? "not there" : found.size() + " of that time",
                  among.stream().map(Backup::id).toList()),
          null);
    }
    return found.get(0);
  }
}
