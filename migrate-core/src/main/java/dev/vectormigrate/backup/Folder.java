package dev.vectormigrate.backup;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import org.jspecify.annotations.Nullable;

/** What a folder needs besides what {@link Files} does. */
final class Folder {

  private Folder() {}

  /** Makes a folder and those above it; fine if it is there, or a link to one is. */
  static void create(Path folder, FileAttribute<?>... attributes) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder, attributes);
    }
  }

  /** Makes renames and new names in a folder survive a loss of power, where the system can. */
  static void force(Path folder) throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(folder, StandardOpenOption.READ);
    } catch (IOException e) {
      return; // Windows opens no folders, and needs none of this
    }
    try (channel) {
      channel.force(true);
    }
  }

  /** Removes a file, or a folder with all that is in it, following no links; fine if absent. */
  static void delete(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
              throws IOException {
            if (e != null) {
              throw e;
            }
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
