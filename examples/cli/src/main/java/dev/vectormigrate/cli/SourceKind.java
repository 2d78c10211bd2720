package dev.vectormigrate.cli;

import dev.vectormigrate.sources.chroma.ChromaDirectory;
import dev.vectormigrate.sources.chroma.ChromaDirectory.MissingVectors;
import dev.vectormigrate.spi.SourceStore;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The kinds of sources that the command line knows. */
enum SourceKind {
  CHROMA("DIR");

  private final String path;

  SourceKind(String path) {
    this.path = path;
  }

  static Optional<SourceKind> of(String prefix) {
    return Arrays.stream(values()).filter(kind -> kind.prefix().equals(prefix)).findFirst();
  }

  /** What stands before the colon. */
  String prefix() {
    return name().toLowerCase(Locale.ROOT);
  }

  SourceStore store(Path place, MissingVectors missingVectors) {
    return switch (this) {
      case CHROMA -> ChromaDirectory.at(place).missingVectors(missingVectors);
    };
  }

  /** All kinds as they are written, such as {@code chroma:DIR}. */
  static String forms() {
    return Arrays.stream(values())
        .map(kind -> kind.prefix() + ":" + kind.path)
        .collect(Collectors.joining(", "));
  }
}
