package dev.vectormigrate.sources.numpy;

import dev.vectormigrate.sources.files.WorkDirectory;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The scratch files of one session, in a directory that only their owner can read, and that the
 * next session removes if its process was killed. Of one thread.
 */
public final class ScratchFiles implements Closeable {

  private static final String PREFIX = "vector-migrate-files-";

  private final WorkDirectory directory;

  private ScratchFiles(WorkDirectory directory) {
    this.directory = directory;
  }

  /** Makes a directory below the given one, which must exist, and removes leftovers there. */
  public static ScratchFiles below(Path parent) throws IOException {
    return new ScratchFiles(WorkDirectory.below(parent, PREFIX));
  }

  /** The directory, for files that remove themselves. */
  public Path directory() {
    return directory.path();
  }

  /** Makes an empty file; the name only helps people who look into the directory. */
  public Path newFile(String name) throws IOException {
    return Files.createTempFile(directory(), name + "-", null);
  }

  @Override
  public void close() {
    directory.close();
  }
}
