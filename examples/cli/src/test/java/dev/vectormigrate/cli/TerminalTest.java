package dev.vectormigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.cli.Terminal.Style;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalTest {

  private final StringWriter out = new StringWriter();

  @Test
  void coloursAreForTerminalsOnly() {
    terminal(null, Map.of()).line(Style.WARNING, "careful");

    assertThat(out.toString()).isEqualTo("careful" + System.lineSeparator());
  }

  @Test
  void aTerminalShowsWarningsInYellow() {
    terminal("", Map.of()).line(Style.WARNING, "careful");

    assertThat(out.toString()).isEqualTo("\u001b[33mcareful\u001b[0m" + System.lineSeparator());
  }

  @ParameterizedTest
  @CsvSource({"NO_COLOR, 1", "TERM, dumb"})
  void coloursCanBeSwitchedOff(String variable, String value) {
    terminal("", Map.of(variable, value)).line(Style.WARNING, "careful");

    assertThat(out.toString()).isEqualTo("careful" + System.lineSeparator());
  }

  @Test
  void namesFromASourceCannotMoveTheCursor() {
    terminal("", Map.of()).line("a\u001b[2Jb\rc\u009bd");

    assertThat(out.toString()).isEqualTo("a?[2Jb?c?d" + System.lineSeparator());
  }

  @ParameterizedTest(name = "''{0}''")
  @CsvSource({"y, true", "Yes, true", "n, false", "'', false", "yep, false"})
  void onlyYesIsYes(String typed, boolean agreed) {
    assertThat(terminal(typed + "\n", Map.of()).confirms("Go on?")).isEqualTo(agreed);
    assertThat(out.toString()).isEqualTo("Go on? [y/N] ");
  }

  @Test
  void noAnswerIsNo() {
    assertThat(terminal("", Map.of()).confirms("Go on?")).isFalse();
  }

  private Terminal terminal(String typed, Map<String, String> environment) {
    PrintWriter writer = new PrintWriter(out);
    BufferedReader answers = typed == null ? null : new BufferedReader(new StringReader(typed));
    return new Terminal(writer, writer, environment, answers);
  }
}
