package dev.vectormigrate.sources.files;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Says that a scratch file could not be written, which is no fault of the source: a dataset whose
 * reading ends with it is not damaged.
 */
public final class WorkDirectoryException extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * @param directory where the scratch file is
   * @param cause what the system said
   */
  public WorkDirectoryException(Path directory, IOException cause) {
    super(
        ("work directory %s: %s, expected room for scratch files. Make room, or choose another one"
                + " with the system property java.io.tmpdir")
            .formatted(directory, cause.getMessage()),
        cause);
  }
}
