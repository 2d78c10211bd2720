package dev.vectormigrate.cli;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the commands write, and whether a person is there to look and to answer. */
final class Terminal {

  /** How a line looks where colours are shown. */
  enum Style {
    PLAIN(""),
    GOOD("\u001b[32m"),
    WARNING("\u001b[33m"),
    BAD("\u001b[31m");

    private final String start;

    Style(String start) {
      this.start = start;
    }
  }

  private static final String RESET = "\u001b[0m";
  private static final int USUAL_COLUMNS = 80;
  private static final int LEAST_COLUMNS = 20;
  private static final int MOST_COLUMNS = 500;
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final PrintWriter out;
  private final PrintWriter err;
  private final PrintWriter progress;
  private final Map<String, String> environment;
  private final @Nullable BufferedReader answers;
  private boolean isFleetingLineShown;

  /**
   * Shows progress where errors are shown.
   *
   * @param answers what a person types; null where there is none
   */
  Terminal(
      PrintWriter out,
      PrintWriter err,
      Map<String, String> environment,
      @Nullable BufferedReader answers) {
    this(out, err, err, environment, answers);
  }

  /**
   * @param progress where progress is shown
   * @param answers what a person types; null where there is none
   */
  Terminal(
      PrintWriter out,
      PrintWriter err,
      PrintWriter progress,
      Map<String, String> environment,
      @Nullable BufferedReader answers) {
    this.out = out;
    this.err = err;
    this.progress = progress;
    this.environment = environment;
    this.answers = answers;
  }

  /** That of this process. */
  @SuppressWarnings("SystemConsoleNull")
  static Terminal ofProcess() {
    // From Java 22 on there is a console without a terminal, unless this one is asked for.
    System.setProperty("jdk.console", "java.base");
    Console console = System.console();
    return new Terminal(
        console == null ? writer(System.out) : console.writer(),
        writer(System.err),
        System.getenv(),
        console == null ? null : new BufferedReader(console.reader()));
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, Charset.defaultCharset()), true);
  }

  PrintWriter out() {
    return out;
  }

  PrintWriter err() {
    return err;
  }

  /** The value of an environment variable; empty where it is not set. */
  String variable(String name) {
    return environment.getOrDefault(name, "");
  }

  /** Whether somebody can be asked. */
  boolean interactive() {
    return answers != null;
  }

  /** Whether a line can be written over. */
  boolean live() {
    return interactive() && !"dumb".equals(variable("TERM"));
  }

  /** Whether colours are shown. */
  boolean colours() {
    return live() && variable("NO_COLOR").isEmpty();
  }

  void line(String text) {
    line(Style.PLAIN, text);
  }

  void line(Style style, String text) {
    clearFleetingLine();
    boolean styled = colours() && style != Style.PLAIN;
    out.println(styled ? style.start + printable(text) + RESET : printable(text));
    out.flush();
  }

  /** How wide it is, as the variable COLUMNS says; 80 where it does not. */
  int columns() {
    String columns = variable("COLUMNS");
    int said = columns.matches("\\d{1,6}") ? Integer.parseInt(columns) : USUAL_COLUMNS;
    return Math.max(LEAST_COLUMNS, Math.min(MOST_COLUMNS, said));
  }

  /** Shows a line of progress that stays. */
  synchronized void progressLine(String text) {
    clearFleetingLine();
    progress.println(printable(text));
    progress.flush();
  }

  /** Shows a line of progress that the next one replaces; one that wraps could not be. */
  synchronized void fleetingLine(String text) {
    progress.print(CLEAR_LINE + printable(text));
    progress.flush();
    isFleetingLineShown = true;
  }

  /** Removes what {@link #fleetingLine} has shown. */
  synchronized void clearFleetingLine() {
    if (isFleetingLineShown) {
      progress.print(CLEAR_LINE);
      progress.flush();
      isFleetingLineShown = false;
    }
  }

  void error(String message) {
    clearFleetingLine();
    err.println(printable(Credentials.removedFrom(message)));
    err.flush();
  }

  void stackTrace(Throwable failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    error(trace.toString());
  }

  /** Whether the person says yes; not to be called where nobody is there. */
  boolean confirms(String question) {
    out.print(printable(question) + " [y/N] ");
    out.flush();
    String answer = answer().strip().toLowerCase(Locale.ROOT);
    return answer.equals("y") || answer.equals("yes");
  }

  private String answer() {
    if (answers == null) {
      throw new IllegalStateException("nobody is there to answer");
    }
    try {
      String line = answers.readLine();
      return line == null ? "" : line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Names come from the source: none of them may move the cursor or change colours. */
  private static String printable(String text) {
    return text.replaceAll("[\\p{Cc}&&[^\\n\\t]]", "?");
  }
}
