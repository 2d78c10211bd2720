package dev.vectormigrate.cli;

import dev.vectormigrate.pgvector.testing.LocalPostgres;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The command line, run in this process.
 *
 * @param environment its environment variables
 */
record Cli(Map<String, String> environment) {

  /**
   * What a command left behind.
   *
   * @param code its exit code
   * @param out what it printed
   * @param err what it complained of
   * @param progress what it showed of its progress, which a process has in its standard error, too
   */
  record Result(int code, String out, String err, String progress) {}

  /** With user and password of a database, which is given by {@code --to}. */
  static Cli of(LocalPostgres.Database database) {
    return new Cli(Map.of("PGUSER", database.username(), "PGPASSWORD", database.password()));
  }

  static Cli withoutEnvironment() {
    return new Cli(Map.of());
  }

  Result run(String... args) {
    return run(null, args);
  }

  private Result run(@Nullable BufferedReader typed, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    StringWriter progress = new StringWriter();
    Terminal terminal =
        new Terminal(
            new PrintWriter(out),
            new PrintWriter(err),
            new PrintWriter(progress),
            environment,
            typed);
    int code = Main.run(args, terminal);
    return new Result(code, out.toString(), err.toString(), progress.toString());
  }

  /** Runs a command on a database. */
  Result on(LocalPostgres.Database database, String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--to", database.jdbcUrl()));
    return run(all.toArray(String[]::new));
  }

  /** Runs a command at a terminal where a person types something. */
  Result onTerminal(String typed, String... args) {
    return run(new BufferedReader(new StringReader(typed)), args);
  }
}
