package dev.vectormigrate.cli;

import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.LogManager;

/** The entry point of the command line. */
public final class Main {

  private static final int SECONDS_TO_END = 5;

  private Main() {}

  /** Runs one command and exits with its {@link ExitCode}. */
  public static void main(String[] args) {
    // The PostgreSQL driver logs there, and what it logs is in the exceptions as well.
    LogManager.getLogManager().reset();
    CountDownLatch ended = new CountDownLatch(1);
    endRunOnShutdown(Thread.currentThread(), ended);
    int code;
    try {
      code = run(args, Terminal.ofProcess());
    } finally {
      ended.countDown();
    }
    System.exit(code);
  }

  /** Runs one command without a terminal. */
  static int run(String[] args, Map<String, String> env, PrintWriter out, PrintWriter err) {
    return run(args, new Terminal(out, err, env, null));
  }

  static int run(String[] args, Terminal terminal) {
    return VectorMigrate.commandLine(terminal).execute(args);
  }

  /** Lets a run that is interrupted from the keyboard say so and give its connections back. */
  private static void endRunOnShutdown(Thread run, CountDownLatch ended) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  run.interrupt();
                  await(ended);
                }));
  }

  @SuppressWarnings("ResultOfMethodCallIgnored")
  private static void await(CountDownLatch ended) {
    try {
      ended.await(SECONDS_TO_END, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
