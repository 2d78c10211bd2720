package dev.vectormigrate.examples.quickstart;

import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.Phase;
import dev.vectormigrate.Progress;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Prints a line for what a run does. */
final class PhasePrinter implements MigrationListener {

  private final PrintStream out;

  PhasePrinter(PrintStream out) {
    this.out = out;
  }

  @Override
  public void progress(Progress progress) {
    if (progress.expectedRows() >= 0) {
      out.printf(
          Locale.ROOT,
          "  %-7s %,5d of %,d rows, %,.0f rows/s%n",
          word(progress.phase()),
          progress.rows(),
          progress.expectedRows(),
          progress.rowsPerSecond());
    }
  }

  @Override
  public void phaseFinished(Phase phase, Duration took) {
    out.printf(Locale.ROOT, "  %-7s done in %d ms%n", word(phase), took.toMillis());
  }

  private static String word(Phase phase) {
    return phase.name().toLowerCase(Locale.ROOT);
  }
}
