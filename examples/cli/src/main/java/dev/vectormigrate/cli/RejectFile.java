package dev.vectormigrate.cli;

import dev.vectormigrate.Migration;
import dev.vectormigrate.MigrationReport.RejectReport;
import dev.vectormigrate.model.Json;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.UUID;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where every refused row of a migration is listed, as a JSON object a line.
 *
 * @param path absolute, in a folder that is there
 */
record RejectFile(Path path) {

  private static RejectFile parse(String text) {
    try {
      Path path = Path.of(text).toAbsolutePath().normalize();
      Path folder = path.getParent();
      if (folder != null && Files.isDirectory(folder) && !Files.isDirectory(path)) {
        return new RejectFile(path);
      }
    } catch (InvalidPathException e) {
      throw new TypeConversionException("'%s' is no path.".formatted(text));
    }
    throw new TypeConversionException(
        "'%s', expected a file in a folder that is there.".formatted(text));
  }

  /** Replaces the file as a whole, or leaves it as it was. */
  void write(Migration migration) {
    try {
      Path whole = path.resolveSibling("." + path.getFileName() + "." + UUID.randomUUID());
      try {
        writeLines(migration, whole);
        Files.move(
            whole, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(whole);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The refused rows were not written to " + path + ": " + e, e);
    }
  }

  private static void writeLines(Migration migration, Path file) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      migration.rejects(reject -> writeLine(reject, out));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void writeLine(RejectReport reject, BufferedWriter out) {
    Json line =
        Json.of(
            Map.of(
                "dataset", reject.dataset(),
                "id", reject.id(),
                "position", reject.position(),
                "reason", reject.reason()));
    try {
      out.write(new String(line.utf8(), StandardCharsets.UTF_8));
      out.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets an option have this type. */
  static final class Converter implements ITypeConverter<RejectFile> {

    @Override
    public RejectFile convert(String text) {
      return parse(text);
    }
  }
}
