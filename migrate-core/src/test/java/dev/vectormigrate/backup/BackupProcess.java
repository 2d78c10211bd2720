package dev.vectormigrate.backup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process of its own that makes backups: {@code <folder> <source> <name> <how many>}. */
final class BackupProcess {

  private BackupProcess() {}

  public static void main(String[] arguments) {
    Backups backups = Backups.in(Path.of(arguments[0])).keep(20);
    int count = Integer.parseInt(arguments[3]);
    try {
      for (int i = 0; i < count; i++) {
        backups.create(arguments[2], Path.of(arguments[1]));
      }
      System.out.print("done");
    } catch (BackupException e) {
      System.out.print(e.getMessage());
    }
  }

  /** Starts one; {@code before} are words of a command that runs another one. */
  static Process start(List<String> before, Path folder, Path source, String name, int count)
      throws IOException {
    // Surefire's own class path is a jar that only names the real one.
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData"));
    command.addAll(List.of("-Xmx32m", "-cp", classPath, BackupProcess.class.getName()));
    command.addAll(List.of(folder.toString(), source.toString(), name, String.valueOf(count)));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }
}
