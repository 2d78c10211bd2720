package dev.vectormigrate.cli;

import dev.vectormigrate.MigrationListener;
import dev.vectormigrate.Phase;
import dev.vectormigrate.Progress;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows how a run goes on: a bar that moves where there is a terminal, else a plain line now and
 * then.
 */
final class ConsoleProgress implements MigrationListener {

  private static final long LINE_NANOS = Duration.ofSeconds(2).toNanos();
  private static final int BAR = 10;

  private final Terminal terminal;
  private final LongSupplier nanoTime;
  private long lastLine;
  private @Nullable Progress last;

  ConsoleProgress(Terminal terminal) {
    this(terminal, System::nanoTime);
  }

  ConsoleProgress(Terminal terminal, LongSupplier nanoTime) {
    this.terminal = terminal;
    this.nanoTime = nanoTime;
  }

  @Override
  public void waiting(String migration) {
    terminal.line("Another process is running this migration; waiting for it to end.");
  }

  @Override
  public void phaseStarted(Phase phase) {
    last = null;
    lastLine = nanoTime.getAsLong();
    if (terminal.live()) {
      terminal.fleetingLine(word(phase) + " ...");
    }
  }

  @Override
  public void progress(Progress progress) {
    last = progress;
    if (terminal.live()) {
      terminal.fleetingLine(word(progress.phase()) + " " + bar(progress) + state(progress));
    } else if (nanoTime.getAsLong() - lastLine >= LINE_NANOS) {
      lastLine = nanoTime.getAsLong();
      terminal.line(word(progress.phase()) + " " + state(progress));
    }
  }

  @Override
  public void phaseFinished(Phase phase, Duration took) {
    terminal.clearFleetingLine();
    String rows =
        last == null || last.rows() == 0 ? "" : Numbers.count(last.rows(), "row") + " in ";
    terminal.line("%s %s%s".formatted(word(phase), rows, Numbers.seconds(took)));
  }

  private static String word(Phase phase) {
    return "%-7s".formatted(phase.name().toLowerCase(Locale.ROOT));
  }

  private static String bar(Progress progress) {
    if (progress.expectedRows() <= 0) {
      return "";
    }
    double share = Math.min(1.0, (double) progress.rows() / progress.expectedRows());
    int full = (int) (share * BAR);
    return "[%s%s] %3d%% ".formatted("=".repeat(full), " ".repeat(BAR - full), (int) (share * 100));
  }

  private static String state(Progress progress) {
    if (progress.phase() == Phase.INDEX) {
      return progress.what();
    }
    StringBuilder state = new StringBuilder(Numbers.grouped(progress.rows()));
    if (progress.expectedRows() >= 0) {
      state.append('/').append(Numbers.grouped(progress.expectedRows()));
    }
    state.append(" rows, ").append(Numbers.grouped((long) progress.rowsPerSecond())).append("/s, ");
    state.append(Numbers.megabytes(progress.bytesPerSecond())).append("/s");
    progress
        .remaining()
        .ifPresent(left -> state.append(", ").append(Numbers.clock(left)).append(" left"));
    return state.toString();
  }
}
