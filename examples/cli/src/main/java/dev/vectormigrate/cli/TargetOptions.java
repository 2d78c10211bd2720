package dev.vectormigrate.cli;

import dev.vectormigrate.PlanException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where data is written. */
final class TargetOptions {

  private static final String DEFAULT_PORT = "5432";

  private final Terminal terminal;

  @Option(
      names = "--to",
      paramLabel = "URL",
      description = {
        "Where data is written: jdbc:postgresql://host:port/database or"
            + " postgresql://user:password@host:port/database.",
        "Default: the variable DATABASE_URL, or POSTGRES_HOST, _PORT, _USER, _PASSWORD and _DB."
            + " User and password that the URL lacks: PGUSER and PGPASSWORD."
      })
  private @Nullable String to;

  TargetOptions(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Connects, for so many connections at once. */
  TargetDatabase connect(int connections) {
    return TargetDatabase.connect(url(), connections);
  }

  /** Where, and what said so, without anything secret. */
  String shown() {
    String url = url().shown();
    return to != null ? url : url + " (" + variable() + ")";
  }

  /** What a further command needs to find the same target, as a shell takes it. */
  String repeated() {
    return to == null ? "" : " --to '" + url().shown() + "'";
  }

  TargetUrl url() {
    TargetUrl url = to != null ? TargetUrl.parse("--to", to) : ofEnvironment();
    return url.withDefaults(terminal.variable("PGUSER"), terminal.variable("PGPASSWORD"));
  }

  private TargetUrl ofEnvironment() {
    String variable = variable();
    return switch (variable) {
      case "DATABASE_URL" -> TargetUrl.parse(variable, terminal.variable(variable));
      case "POSTGRES_HOST" -> ofParts();
      default ->
          throw new PlanException(
              "--to",
              "the target: none, expected one. Pass --to jdbc:postgresql://host:port/database, or"
                  + " set DATABASE_URL or POSTGRES_HOST.",
              null);
    };
  }

  private String variable() {
    if (!terminal.variable("DATABASE_URL").isEmpty()) {
      return "DATABASE_URL";
    }
    return terminal.variable("POSTGRES_HOST").isEmpty() ? "" : "POSTGRES_HOST";
  }

  private TargetUrl ofParts() {
    String port = terminal.variable("POSTGRES_PORT");
    String hosts =
        terminal.variable("POSTGRES_HOST") + ":" + (port.isEmpty() ? DEFAULT_PORT : port);
    return TargetUrl.of(
        "POSTGRES_HOST",
        hosts,
        terminal.variable("POSTGRES_DB"),
        terminal.variable("POSTGRES_USER"),
        terminal.variable("POSTGRES_PASSWORD"));
  }
}
