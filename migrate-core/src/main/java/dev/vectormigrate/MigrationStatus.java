package dev.vectormigrate;

import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.MadeBackup;
import dev.vectormigrate.spi.RunRecord;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How far a migration has come.
 *
 * @param migration its name
 * @param run what the target has stored; empty if it never began or was discarded
 */
public record MigrationStatus(String migration, Optional<RunRecord> run) {

  /**
   * One word: {@code none}, {@code initial}, {@code prepared}, {@code staged}, {@code verified},
   * {@code verification_failed}, {@code promoted} or {@code rolled_back}.
   */
  public String state() {
    return run.map(record -> record.state().name().toLowerCase(Locale.ROOT)).orElse("none");
  }

  /** The backups of its sources that it made. */
  public List<MadeBackup> backups() {
    return run.map(RunRecord::backups).orElse(List.of());
  }

  /** One finding for each dataset that it goes on, or went on, without. */
  public List<Finding> leftOut() {
    return run.map(RunRecord::leftOut).orElse(List.of());
  }
}
