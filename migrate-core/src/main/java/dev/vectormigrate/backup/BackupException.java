package dev.vectormigrate.backup;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/**
 * A backup cannot be made, read or restored. Messages read {@code [where] what: actual, expected.
 * What to do.} and contain nothing of a file's content.
 */
public final class BackupException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  BackupException(Object where, String what, @Nullable Throwable cause) {
    super("[" + where + "] " + what, cause);
  }

  BackupException(Object where, String what) {
    this(where, what, null);
  }

  /** What went wrong in a few words, without the path that the message names anyway. */
  static String reason(IOException e) {
    if (e instanceof ClosedByInterruptException || e instanceof FileLockInterruptionException) {
      return "interrupted";
    }
    if (e instanceof EOFException) {
      return "it ends too early";
    }
    if (e instanceof NoSuchFileException) {
      return "no such file";
    }
    if (e instanceof AccessDeniedException) {
      return "access denied";
    }
    if (e instanceof FileAlreadyExistsException f) {
      return f.getFile() + " exists already";
    }
    String said = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return said == null ? e.getClass().getSimpleName() : said.replaceFirst("\\.$", "");
  }
}
