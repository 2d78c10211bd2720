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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsoleProgressTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter shown = new StringWriter();
  private final AtomicLong nanoTime = new AtomicLong();

  @Test
  void plainLinesComeEveryTenSecondsAndAtTheEndOfAPhase() {
    ConsoleProgress progress = progress(false, "");

    progress.phaseStarted(Phase.STAGE);
    for (int second = 1; second <= 24; second++) {
      at(progress, second, 40L * second);
    }
    progress.phaseFinished(Phase.STAGE, Duration.ofMillis(24_200));

    assertThat(shown.toString().lines())
        .containsExactly(
            "STAGE   40 %  400 of 1,000 rows  40 rows/s  0.2 MB/s  0:15 left",
            "STAGE   80 %  800 of 1,000 rows  40 rows/s  0.2 MB/s  0:05 left",
            "STAGE  960 rows in 24.2 s");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void aBarIsDrawnAgainAtEachEventAndGivesWayToTheEndOfItsPhase() {
    ConsoleProgress progress = progress(true, "");

    progress.phaseStarted(Phase.STAGE);
    at(progress, 1, 100);
    at(progress, 2, 450);
    progress.phaseFinished(Phase.STAGE, Duration.ofMillis(4_200));

    assertThat(shown.toString().split("\r\u001b\\[K"))
        .containsExactly(
            "",
            "STAGE  ...",
            "STAGE  [##------------------]  10 %  100 rows/s  0.4 MB/s  0:09 left",
            "STAGE  [#########-----------]  45 %  225 rows/s  0.9 MB/s  0:02 left",
            "STAGE  450 rows in 4.2 s" + System.lineSeparator());
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void whatFailsLeavesNoBarBehind() {
    ConsoleProgress progress = progress(true, "");

    progress.phaseStarted(Phase.STAGE);
    progress.runFailed(new IllegalStateException("no"));

    assertThat(shown.toString()).isEqualTo("\r\u001b[KSTAGE  ...\r\u001b[K");
  }

  @ParameterizedTest(name = "COLUMNS={0}")
  @CsvSource({
    "'', 80",
    "0, 20",
    "132, 132",
    "100000, 500",
    "1000000000000, 80",
    "wide, 80",
    "-5, 80"
  })
  void theWidthIsThatOfColumnsWithinReason(String said, int columns) {
    assertThat(terminal(said).columns()).isEqualTo(columns);
  }

  @Test
  void aWideTerminalGetsALongerBar() {
    at(progress(true, "132"), 2, 450);

    assertThat(shown.toString())
        .isEqualTo(
            "\r\u001b[KSTAGE  [##############-------------------]  45 %  225 rows/s  0.9 MB/s"
                + "  0:02 left");
  }

  @Test
  void aNarrowTerminalGetsTheBarAndTheRemainingTime() {
    at(progress(true, "60"), 2, 450);
    at(progress(true, "44"), 2, 450);
    at(progress(true, "20"), 2, 450);

    assertThat(shown.toString().split("\r\u001b\\[K"))
        .containsExactly(
            "",
            "STAGE  [######---------]  45 %  225 rows/s  0:02 left",
            "STAGE  [####-------]  45 %  0:02 left",
            "STAGE  [####------]");
  }

  @Test
  void whereTheSourceCannotCountThereIsNoBar() {
    Progress unknown = new Progress(Phase.STAGE, "t", 50, -1, 26_000_000, 50, second(1));

    progress(true, "").progress(unknown);

    assertThat(shown.toString()).isEqualTo("\r\u001b[KSTAGE  50 rows  50 rows/s  26 MB/s");
    assertThat(new ProgressLine(80).plain(unknown)).isEqualTo("STAGE  50 rows  50 rows/s  26 MB/s");
  }

  @Test
  void anIndexIsShownByItsNameAndByWhatIsDoneOfIt() {
    ProgressLine line = new ProgressLine(80);
    Progress begun = new Progress(Phase.INDEX, "docs: docs_embedding", 0, -1, 0, 0, second(1));
    Progress half = new Progress(Phase.INDEX, "docs: docs_embedding", 50, 100, 0, 50, second(10));

    assertThat(line.bar(begun)).isEqualTo("INDEX  docs: docs_embedding");
    assertThat(line.plain(begun)).isEqualTo("INDEX  docs: docs_embedding");
    assertThat(line.bar(half))
        .isEqualTo("INDEX  [##########----------]  50 %  docs: docs_embedding  0:10 left");
    assertThat(line.plain(half)).isEqualTo("INDEX   50 %  docs: docs_embedding  0:10 left");
  }

  @Test
  void theNameOfAnIndexIsCutWhereItIsTooLong() {
    Progress progress = new Progress(Phase.INDEX, "x".repeat(300), 0, -1, 0, 0, second(1));

    assertThat(new ProgressLine(80).bar(progress)).isEqualTo("INDEX  " + "x".repeat(72));
  }

  @Test
  void moreRowsThanExpectedFillTheBar() {
    Progress progress = new Progress(Phase.VERIFY, "docs", 15, 10, 0, 15, second(1));

    assertThat(new ProgressLine(40).bar(progress))
        .isEqualTo("VERIFY [##########] 100 %  0:00 left");
  }

  @Test
  void waitingIsSaid() {
    progress(false, "").waiting("m");

    assertThat(shown.toString().lines())
        .containsExactly("Another process is running this migration; waiting for it to end.");
  }

  @ParameterizedTest(name = "{0}, answers: {1}, TERM={2}")
  @CsvSource({
    "AUTO, true, xterm, BAR",
    "AUTO, true, dumb, PLAIN",
    "AUTO, false, xterm, PLAIN",
    "BAR, false, dumb, BAR",
    "PLAIN, true, xterm, PLAIN",
    "NONE, true, xterm, NONE"
  })
  void aBarIsForTerminalsUnlessItIsAskedFor(
      ProgressKind asked, boolean answers, String term, ProgressKind kind) {
    PrintWriter writer = new PrintWriter(shown);
    BufferedReader typed = answers ? new BufferedReader(new StringReader("")) : null;

    assertThat(asked.on(new Terminal(writer, writer, Map.of("TERM", term), typed))).isEqualTo(kind);
  }

  private static Duration second(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  private Terminal terminal(String columns) {
    PrintWriter err = new PrintWriter(shown);
    return new Terminal(new PrintWriter(out), err, Map.of("COLUMNS", columns), null);
  }

  private ConsoleProgress progress(boolean moves, String columns) {
    return new ConsoleProgress(terminal(columns), moves, nanoTime::get);
  }

  private void at(ConsoleProgress progress, int second, long rows) {
    nanoTime.set(second(second).toNanos());
    progress.progress(
        new Progress(Phase.STAGE, "notes", rows, 1_000, rows * 4_000, rows, second(second)));
  }
}
