package dev.vectormigrate.backup;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The files of one backup. It exists exactly while its sidecar has its final name: that is given
 * last and taken away first, so that a process may die between any two steps.
 */
record BackupFiles(Path folder, String id) {

  private static final String ARCHIVE = ".tar.gz";
  private static final String SIDECAR = ".meta.json";
  private static final String PART = ".part";
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]+_\\d{8}_\\d{6}(_\\d+)?");

  /** The ids of all backups in a folder, in no order that means anything. */
  static List<String> ids(Path folder) throws IOException {
    return ids(folder, SIDECAR);
  }

  private static List<String> ids(Path folder, String suffix) throws IOException {
    List<String> ids = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (name.endsWith(suffix) && name.length() > suffix.length()) {
          ids.add(name.substring(0, name.length() - suffix.length()));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    Collections.sort(ids);
    return ids;
  }

  /** Removes what processes that died have left. The caller holds the folder's lock. */
  static void removeLeftovers(Path folder) throws IOException {
    for (String id : leftovers(folder, SIDECAR)) {
      BackupFiles files = new BackupFiles(folder, id);
      if (!files.exists()) {
        Files.deleteIfExists(files.archive());
      }
      Files.delete(files.sidecarPart());
    }
    for (String id : leftovers(folder, ARCHIVE)) {
      Files.delete(new BackupFiles(folder, id).archivePart());
    }
  }

  /** Only what is named as this class names files: the folder may hold other things. */
  private static List<String> leftovers(Path folder, String suffix) throws IOException {
    return ids(folder, suffix + PART).stream().filter(id -> ID.matcher(id).matches()).toList();
  }

  Path archive() {
    return folder.resolve(id + ARCHIVE);
  }

  Path archivePart() {
    return folder.resolve(id + ARCHIVE + PART);
  }

  Path sidecar() {
    return folder.resolve(id + SIDECAR);
  }

  Path sidecarPart() {
    return folder.resolve(id + SIDECAR + PART);
  }

  boolean exists() {
    return Files.exists(sidecar());
  }

  boolean isFree() {
    return !exists() && !Files.exists(archive());
  }

  /** Gives both parts their final names. */
  void publish() throws IOException {
    Files.move(archivePart(), archive(), ATOMIC_MOVE);
    Folder.force(folder);
    Files.move(sidecarPart(), sidecar(), ATOMIC_MOVE);
    Folder.force(folder);
  }

  /** Removes the backup, or whatever there is of it. */
  void remove() throws IOException {
    if (exists()) {
      Files.move(sidecar(), sidecarPart(), ATOMIC_MOVE);
      Folder.force(folder);
    }
    if (Files.exists(sidecarPart())) {
      Files.deleteIfExists(archive());
    }
    Files.deleteIfExists(archivePart());
    Files.deleteIfExists(sidecarPart());
  }
}
