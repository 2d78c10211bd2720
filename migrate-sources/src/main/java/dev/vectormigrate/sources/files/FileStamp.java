package dev.vectormigrate.sources.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/**
 * Size and time of a file, by which a change is noticed cheaply.
 *
 * @param file which file
 * @param size in bytes
 * @param modified when it was last written
 */
public record FileStamp(Path file, long size, FileTime modified) {

  /** The stamp of a file as it is now. */
  public static FileStamp of(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    return new FileStamp(file, attributes.size(), attributes.lastModifiedTime());
  }

  /** Fails when the file is no longer as it was. */
  public void check() throws IOException {
    if (!isCurrent()) {
      throw new IOException(
          file
              + ": changed while it was read, expected it to rest. Stop what writes it and start"
              + " again");
    }
  }

  private boolean isCurrent() throws IOException {
    try {
      return of(file).equals(this);
    } catch (NoSuchFileException e) {
      return false;
    }
  }
}
