package dev.vectormigrate.cli;

import dev.vectormigrate.Comparison;
import dev.vectormigrate.MigrationPlan;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A file that the rows that differ go into, a JSON object a line.
 *
 * @param path absolute
 */
record DifferenceFile(Path path) {

  /** Reads the path of a file that can be made. */
  static DifferenceFile parse(String text) {
    Path path;
    try {
      path = Path.of(text).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new TypeConversionException("'%s' is no path.".formatted(text));
    }
    Path folder = path.getParent();
    if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(path)) {
      throw new TypeConversionException(
          "'%s', expected a file in a folder that is there.".formatted(text));
    }
    return new DifferenceFile(path);
  }

  /** Compares, and replaces the file as a whole, or leaves it as it was. */
  Comparison write(MigrationPlan plan) {
    try {
      Path whole = path.resolveSibling("." + path.getFileName() + "." + UUID.randomUUID());
      try {
        Comparison comparison = compare(plan, whole);
        Files.move(
            whole, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        return comparison;
      } finally {
        Files.deleteIfExists(whole);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The differences were not written to " + path + ": " + e, e);
    }
  }

  private static Comparison compare(MigrationPlan plan, Path file) throws IOException {
    try (BufferedWriter lines = Files.newBufferedWriter(file)) {
      return plan.compare(
          difference -> {
            try {
              lines.write(difference.toJson());
              lines.write('\n');
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause() == null ? new IOException(e) : e.getCause();
    }
  }

  /** Lets an option have this type. */
  static final class Converter implements ITypeConverter<DifferenceFile> {

    @Override
    public DifferenceFile convert(String text) {
      return parse(text);
    }
  }
}
