package dev.vectormigrate.sources.chroma;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** A directory that a real Chroma wrote, and what a real Chroma server answered from it. */
public record Fixture(String name) {

  public static final Fixture V0_4_24 = new Fixture("chroma-0.4.24-small");
  public static final Fixture V0_5_5 = new Fixture("chroma-0.5.5-small");
  public static final Fixture V1 = new Fixture("chroma-1.x-small");

  /** Unpacks the directory below the given one and returns it. */
  public Path unpack(Path parent) throws IOException {
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new GzipCompressorInputStream(resource(".tar.gz")))) {
      for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
        Path path = parent.resolve(e.getName());
        if (e.isDirectory()) {
          Files.createDirectories(path);
        } else {
          Files.createDirectories(path.getParent());
          Files.copy(tar, path);
        }
      }
    }
    return parent.resolve(name);
  }

  public JsonNode expected() throws IOException {
    try (InputStream in = resource(".expected.json")) {
      return new ObjectMapper().readTree(in);
    }
  }

  private InputStream resource(String suffix) {
    return Objects.requireNonNull(
        Fixture.class.getResourceAsStream("/chroma/" + name + suffix), name + suffix);
  }
}
