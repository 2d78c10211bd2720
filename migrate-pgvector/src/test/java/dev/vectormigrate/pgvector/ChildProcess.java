package dev.vectormigrate.pgvector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.pgvector.testing.LocalPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A running {@link MigratingProcess}; ends with its parent's {@link #close} at the latest. */
final class ChildProcess implements AutoCloseable {

  private static final int SECONDS_OF_PATIENCE = 120;
  private static final int KILLED = 128 + 9;
  private static final String END = "(end of its output)";

  private final Process process;
  private final Writer in;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final List<String> seen = new ArrayList<>();

  private ChildProcess(Process process) {
    this.process = process;
    in = process.outputWriter(StandardCharsets.UTF_8);
    Thread reading = new Thread(this::read, "output of process " + process.pid());
    reading.setDaemon(true);
    reading.start();
  }

  static ChildProcess start(
      LocalPostgres.Database database, int rows, Mode mode, MigratingProcess.Place place)
      throws IOException {
    return start(
        MigratingProcess.class, database, String.valueOf(rows), mode.name(), place.toString());
  }

  /** Starts another main class, with the database's URL and user before its own arguments. */
  static ChildProcess start(Class<?> main, LocalPostgres.Database database, String... arguments)
      throws IOException {
    // Surefire's own class path is a jar that only names the real one.
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "-cp",
            classPath,
            main.getName(),
            database.jdbcUrl(),
            database.username());
    builder.command().addAll(List.of(arguments));
    builder.environment().put(MigratingProcess.PASSWORD, database.password());
    return new ChildProcess(builder.redirectErrorStream(true).start());
  }

  private void read() {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      lines.add(e.toString());
    }
    lines.add(END);
  }

  /** Waits until the process says this. */
  void await(String line) throws InterruptedException {
    String next = "";
    while (!next.equals(line)) {
      next = lines.poll(SECONDS_OF_PATIENCE, TimeUnit.SECONDS);
      seen.add(next);
      assertThat(next).as("waiting for '%s', got %s", line, seen).isNotNull().isNotEqualTo(END);
    }
  }

  /** Waits until the process has stopped where it was told to. */
  void awaitStop(MigratingProcess.Place place) throws InterruptedException {
    await("at " + place);
  }

  /** Lets a stopped process go on. */
  void go() throws IOException {
    in.write("go\n");
    in.flush();
  }

  /** Kills the process with SIGKILL and waits until it is gone. */
  void kill() throws InterruptedException {
    assertThat(process.isAlive()).as("alive until killed; it said %s", lines).isTrue();
    process.destroyForcibly();
    assertThat(process.waitFor()).isEqualTo(KILLED);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      in.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
