package dev.vectormigrate.sources.files;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Looks, as well as the operating system lets us, for other processes that have a file open. */
public final class OpenFiles {

  private static final Path PROC = Path.of("/proc");

  private OpenFiles() {}

  /** Whether another process has the file open; true where that cannot be told at all. */
  public static boolean areOpenElsewhere(Path file) throws IOException {
    if (!Files.isDirectory(PROC.resolve("self/fd"))) {
      return true;
    }
    Path real = file.toRealPath();
    String self = Long.toString(ProcessHandle.current().pid());
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        if (!process.endsWith(self) && hasOpen(process, real)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Processes of other users cannot be looked into, and any may end meanwhile. */
  private static boolean hasOpen(Path process, Path real) {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path descriptor : descriptors) {
        if (pointsTo(descriptor, real)) {
          return true;
        }
      }
      return false;
    } catch (IOException | java.nio.file.DirectoryIteratorException e) {
      return false;
    }
  }

  private static boolean pointsTo(Path descriptor, Path real) {
    try {
      return Files.readSymbolicLink(descriptor).equals(real);
    } catch (IOException e) {
      return false;
    }
  }
}
