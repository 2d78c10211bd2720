package dev.vectormigrate.internal;

import dev.vectormigrate.MigrationReport.CheckReport;
import dev.vectormigrate.MigrationReport.Verdict;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.spi.TableSpec;
import dev.vectormigrate.spi.Verifier;
import java.util.List;

/** What one check of one table looked at, while it goes on. Of one thread. */
final class CheckLine {

  private String figures = "";
  private boolean nothingToCheck;

  void looked(String newFigures) {
    figures = newFigures;
    nothingToCheck = false;
  }

  void nothingToCheck(String reason) {
    figures = reason;
    nothingToCheck = true;
  }

  /** The line of the report, once the check has ended. */
  CheckReport ended(Verifier verifier, TableSpec table, List<Finding> found) {
    Verdict verdict = Verdict.of(found);
    return new CheckReport(
        verifier.name(),
        table.name().toString(),
        nothingToCheck && verdict == Verdict.PASSED ? Verdict.NOTHING_TO_CHECK : verdict,
        figures);
  }
}
