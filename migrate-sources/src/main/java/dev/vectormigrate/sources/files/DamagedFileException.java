package dev.vectormigrate.sources.files;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Says that the content of a file is not what it must be. The message names the file and holds none
 * of its content.
 */
public final class DamagedFileException extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * @param file which file
   * @param problem what is wrong, what was expected and what to do
   */
  public DamagedFileException(Path file, String problem) {
    super(file + ": " + problem);
  }
}
