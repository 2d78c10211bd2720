package dev.vectormigrate.cli;

import dev.vectormigrate.MigrationReport;
import dev.vectormigrate.report.ReportFormat;
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
 * A file that a report goes into.
 *
 * @param path absolute
 * @param format what its extension stands for
 */
record ReportFile(Path path, ReportFormat format) {

  /** Reads the path of a file that can be made. */
  static ReportFile parse(String text) {
    Path path = path(text);
    Path folder = path.getParent();
    if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(path)) {
      throw new TypeConversionException(
          "'%s', expected a file in a folder that is there.".formatted(text));
    }
    return new ReportFile(path, format(text));
  }

  private static Path path(String text) {
    try {
      return Path.of(text).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new TypeConversionException("'%s' is no path.".formatted(text));
    }
  }

  private static ReportFormat format(String text) {
    return ReportFormat.ofFile(text)
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'%s', expected a name that ends with .md, .json, .xml or .html."
                        .formatted(text)));
  }

  /** Replaces the file as a whole, or leaves it as it was. */
  void write(MigrationReport report) {
    try {
      // Not a temporary file of Java's: those are for their owner alone.
      Path whole = path.resolveSibling("." + path.getFileName() + "." + UUID.randomUUID());
      try {
        Files.writeString(whole, format.write(report));
        Files.move(
            whole, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(whole);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The report was not written to " + path + ": " + e, e);
    }
  }

  /** Lets an option have this type. */
  static final class Converter implements ITypeConverter<ReportFile> {

    @Override
    public ReportFile convert(String text) {
      return parse(text);
    }
  }
}
