package dev.vectormigrate.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** A directory that a real Chroma wrote. */
final class ChromaArchive {

  private ChromaArchive() {}

  /** Unpacks it below a folder and returns it. */
  static Path unpack(String name, Path folder) throws IOException {
    try (InputStream archive =
            Objects.requireNonNull(
                ChromaArchive.class.getResourceAsStream("/chroma/" + name + ".tar.gz"), name);
        TarArchiveInputStream entries =
            new TarArchiveInputStream(new GzipCompressorInputStream(archive))) {
      for (TarArchiveEntry e = entries.getNextEntry(); e != null; e = entries.getNextEntry()) {
        Path path = folder.resolve(e.getName());
        if (e.isDirectory()) {
          Files.createDirectories(path);
        } else {
          Files.copy(entries, path);
        }
      }
    }
    return folder.resolve(name);
  }
}
