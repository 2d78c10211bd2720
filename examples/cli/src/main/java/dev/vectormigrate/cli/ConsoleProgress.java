package dev.vectormigrate.cli;

import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.Phase;
import dev.vectormigrate.Progress;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Shows how a run goes on: a bar that moves, or a plain line now and then. */
final class ConsoleProgress implements MigrationListener {

  private static final long LINE_NANOS = Duration.ofSeconds(10).toNanos();

  private final Terminal terminal;
  private final boolean moves;
  private final LongSupplier nanoTime;
  private final ProgressLine line;
  private long lastLine;
  private @Nullable Progress last;

  /**
   * @param moves whether a line is drawn over the one before
   */
  ConsoleProgress(Terminal terminal, boolean moves) {
    this(terminal, moves, System::nanoTime);
  }

  ConsoleProgress(Terminal terminal, boolean moves, LongSupplier nanoTime) {
    this.terminal = terminal;
    this.moves = moves;
    this.nanoTime = nanoTime;
    line = new ProgressLine(terminal.columns());
  }

  @Override
  public void waiting(String migration) {
    terminal.progressLine("Another process is running this migration; waiting for it to end.");
  }

  @Override
  public void phaseStarted(Phase phase) {
    last = null;
    lastLine = nanoTime.getAsLong();
    if (moves) {
      terminal.fleetingLine(ProgressLine.begun(phase));
    }
  }

  @Override
  public void progress(Progress progress) {
    last = progress;
    if (moves) {
      terminal.fleetingLine(line.bar(progress));
    } else if (nanoTime.getAsLong() - lastLine >= LINE_NANOS) {
      lastLine = nanoTime.getAsLong();
      terminal.progressLine(line.plain(progress));
    }
  }

  @Override
  public void phaseFinished(Phase phase, Duration took) {
    long rows = last == null || !ProgressLine.isOfRows(last) ? 0 : last.rows();
    terminal.progressLine(ProgressLine.ended(phase, rows, took));
  }

  @Override
  public void runFailed(Throwable failure) {
    terminal.clearFleetingLine();
  }
}
