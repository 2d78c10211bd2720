package dev.vectormigrate;

import dev.vectormigrate.spi.RunRecord;
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
}
