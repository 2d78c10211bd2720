package dev.vectormigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.Phase;
import dev.vectormigrate.Progress;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {

  private final StringWriter out = new StringWriter();
  private final AtomicLong nanoTime = new AtomicLong();

  @Test
  void withoutATerminalALineComesEveryTwoSeconds() {
    ConsoleProgress progress = progress(null, Map.of());

    progress.phaseStarted(Phase.STAGE);
    at(progress, 1, 100);
    at(progress, 2, 200);
    at(progress, 3, 300);
    at(progress, 4, 400);
    progress.phaseFinished(Phase.STAGE, Duration.ofMillis(4_200));

    assertThat(out.toString().lines())
        .containsExactly(
            "stage   200/1,000 rows, 100/s, 0.4 MB/s, 0:08 left",
            "stage   400/1,000 rows, 100/s, 0.4 MB/s, 0:06 left",
            "stage   400 rows in 4.2 s");
  }

  @Test
  void onATerminalABarMoves() {
    ConsoleProgress progress = progress("", Map.of());

    progress.phaseStarted(Phase.STAGE);
    at(progress, 1, 100);
    at(progress, 2, 450);
    progress.phaseFinished(Phase.STAGE, Duration.ofMillis(4_200));

    assertThat(out.toString().split("\r\u001b\\[K"))
        .containsExactly(
            "",
            "stage   ...",
            "stage   [=         ]  10% 100/1,000 rows, 100/s, 0.4 MB/s, 0:09 left",
            "stage   [====      ]  45% 450/1,000 rows, 225/s, 0.9 MB/s, 0:02 left",
            "stage   450 rows in 4.2 s" + System.lineSeparator());
  }

  @Test
  void aDumbTerminalGetsPlainLines() {
    ConsoleProgress progress = progress("", Map.of("TERM", "dumb"));

    progress.phaseStarted(Phase.PLAN);
    progress.phaseFinished(Phase.PLAN, Duration.ofMillis(100));

    assertThat(out.toString()).isEqualTo("plan    0.1 s" + System.lineSeparator());
  }

  @Test
  void aLineIsNeverWiderThanANarrowTerminal() {
    ConsoleProgress progress = progress("", Map.of());

    progress.progress(
        new Progress(Phase.INDEX, "x".repeat(300), 0, -1, 0, 0, Duration.ofSeconds(1)));

    assertThat(out.toString()).isEqualTo("\r\u001b[Kindex   " + "x".repeat(71));
  }

  @Test
  void whereTheSourceCannotCountThereIsNoBar() {
    ConsoleProgress progress = progress("", Map.of());

    progress.progress(new Progress(Phase.STAGE, "t", 50, -1, 2_000_000, 50, Duration.ofSeconds(1)));

    assertThat(out.toString()).isEqualTo("\r\u001b[Kstage   50 rows, 50/s, 2.0 MB/s");
  }

  private ConsoleProgress progress(String typed, Map<String, String> environment) {
    PrintWriter writer = new PrintWriter(out);
    BufferedReader answers = typed == null ? null : new BufferedReader(new StringReader(typed));
    return new ConsoleProgress(new Terminal(writer, writer, environment, answers), nanoTime::get);
  }

  private void at(ConsoleProgress progress, int second, long rows) {
    nanoTime.set(Duration.ofSeconds(second).toNanos());
    progress.progress(
        new Progress(
            Phase.STAGE, "notes", rows, 1_000, rows * 4_000, rows, Duration.ofSeconds(second)));
  }
}
