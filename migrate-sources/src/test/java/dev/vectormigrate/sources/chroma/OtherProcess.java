package dev.vectormigrate.sources.chroma;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;

/** Another process that has a database open, as a server has. */
public final class OtherProcess implements AutoCloseable {

  private final Process process;

  private OtherProcess(Process process) {
    this.process = process;
  }

  /** Starts it; when this returns, it has run the statements and stays. */
  static OtherProcess running(Path directory, String... statements) throws IOException {
    return on(directory.resolve("chroma.sqlite3"), statements);
  }

  /** As {@link #running}, on any database. */
  public static OtherProcess on(Path file, String... statements) throws IOException {
    String[] command = new String[5 + statements.length];
    command[0] = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    command[1] = "-cp";
    command[2] = System.getProperty("java.class.path");
    command[3] = OtherProcess.class.getName();
    command[4] = file.toString();
    System.arraycopy(statements, 0, command, 5, statements.length);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    if (process.getInputStream().read() != '!') {
      throw new IOException("the other process failed");
    }
    return new OtherProcess(process);
  }

  public static void main(String[] arguments) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + arguments[0]);
        Statement statement = connection.createStatement()) {
      for (int i = 1; i < arguments.length; i++) {
        statement.execute(arguments[i]);
      }
      System.out.print('!');
      System.out.flush();
      System.in.read();
    }
  }

  /** Ends it at once, as SIGKILL does. */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
  }
}
