package dev.vectormigrate.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where data is read, as it is written on the command line.
 *
 * @param kind of the store
 * @param path of the store
 */
record SourceLocation(SourceKind kind, Path path) {

  private static final int LONGEST_FOLDER = 60;
  private static final int HASH_BYTES = 4;

  /** Reads {@code KIND:PATH}. */
  static SourceLocation parse(String text) {
    int colon = text.indexOf(':');
    Optional<SourceKind> kind = SourceKind.of(text.substring(0, Math.max(0, colon)));
    if (kind.isEmpty() || colon == text.length() - 1) {
      throw new TypeConversionException(
          "'%s', expected KIND:PATH, which is one of: %s.".formatted(text, SourceKind.forms()));
    }
    try {
      return new SourceLocation(kind.get(), Path.of(text.substring(colon + 1)));
    } catch (InvalidPathException e) {
      throw new TypeConversionException("'%s' holds no path.".formatted(text));
    }
  }

  /** The same for the same place, whatever the target and wherever the command is run. */
  String migrationName() {
    Path absolute = path.toAbsolutePath().normalize();
    Path folder = absolute.getFileName();
    String name = folder == null ? "root" : folder.toString();
    return "%s-%s-%s"
        .formatted(
            kind.prefix(),
            name.substring(0, Math.min(name.length(), LONGEST_FOLDER)),
            hash(absolute.toString()));
  }

  private static String hash(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Lets an option have this type. */
  static final class Converter implements ITypeConverter<SourceLocation> {

    @Override
    public SourceLocation convert(String text) {
      return parse(text);
    }
  }
}
