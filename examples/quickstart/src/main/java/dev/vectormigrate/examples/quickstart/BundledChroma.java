package dev.vectormigrate.examples.quickstart;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** A directory that a real Chroma wrote, unpacked for as long as this is open. */
final class BundledChroma implements AutoCloseable {

  private static final String NAME = "chroma-1.x-small";

  private final Path folder;

  private BundledChroma(Path folder) {
    this.folder = folder;
  }

  static BundledChroma unpack() throws IOException {
    BundledChroma unpacked = new BundledChroma(Files.createTempDirectory("quickstart"));
    try (InputStream archive =
            Objects.requireNonNull(
                BundledChroma.class.getResourceAsStream("/" + NAME + ".tar.gz"), NAME);
        TarArchiveInputStream entries =
            new TarArchiveInputStream(
                new GzipCompressorInputStream(new BufferedInputStream(archive)))) {
      unpacked.copyAll(entries);
      return unpacked;
    } catch (IOException | RuntimeException e) {
      unpacked.close();
      throw e;
    }
  }

  private void copyAll(TarArchiveInputStream entries) throws IOException {
    TarArchiveEntry entry = entries.getNextEntry();
    while (entry != null) {
      Path path = folder.resolve(entry.getName()).normalize();
      if (!path.startsWith(folder)) {
        throw new IOException(entry.getName() + ": outside of the archive");
      }
      if (entry.isDirectory()) {
        Files.createDirectories(path);
      } else {
        Files.copy(entries, path);
      }
      entry = entries.getNextEntry();
    }
  }

  /** What Chroma calls its persist directory. */
  Path directory() {
    return folder.resolve(NAME);
  }

  @Override
  public void close() throws IOException {
    List<Path> innermostFirst;
    try (Stream<Path> paths = Files.walk(folder)) {
      innermostFirst = paths.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : innermostFirst) {
      Files.delete(path);
    }
  }
}
