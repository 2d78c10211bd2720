package dev.vectormigrate.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where data is read, as it is written on the command line.
 *
 * @param kind of the store
 * @param place of the store: a path, or what follows {@code http:} in the address of a server
 */
record SourceLocation(SourceKind kind, String place) {

  private static final int LONGEST_FOLDER = 60;
  private static final int HASH_BYTES = 4;

  /** More names might be too long together. */
  private static final int MOST_NAMED = 2;

  /** Reads {@code KIND:PATH}. */
  static SourceLocation parse(String text) {
    int colon = text.indexOf(':');
    Optional<SourceKind> kind = SourceKind.of(text.substring(0, Math.max(0, colon)));
    if (kind.isEmpty() || colon == text.length() - 1) {
      throw new TypeConversionException(
          "'%s', expected KIND:PATH, which is one of: %s.".formatted(text, SourceKind.forms()));
    }
    String place = text.substring(colon + 1);
    return kind.get().isServer() ? ofServer(kind.get(), place) : ofPath(kind.get(), place);
  }

  private static SourceLocation ofServer(SourceKind kind, String place) {
    try {
      return new SourceLocation(kind, kind.address(place).getRawSchemeSpecificPart());
    } catch (IllegalArgumentException e) {
      // Without what was written, which may hold a credential.
      throw new TypeConversionException(
          "no address, expected %s://HOST:PORT and no credentials: a token is taken from %s."
              .formatted(kind.prefix(), kind.secretVariable()));
    }
  }

  private static SourceLocation ofPath(SourceKind kind, String place) {
    try {
      return new SourceLocation(kind, Path.of(place).toString());
    } catch (InvalidPathException e) {
      throw new TypeConversionException("'%s:%s' holds no path.".formatted(kind.prefix(), place));
    }
  }

  /** The same for the same place, whatever the target and wherever the command is run. */
  String migrationName() {
    return kind.isServer() ? serverName() : pathName();
  }

  private String serverName() {
    String host = String.valueOf(kind.address(place).getHost());
    return named(host, place.replaceFirst("/+$", ""));
  }

  private String pathName() {
    Path absolute = Path.of(place).toAbsolutePath().normalize();
    Path folder = absolute.getFileName();
    return named(folder == null ? "root" : folder.toString(), absolute.toString());
  }

  private String named(String name, String whole) {
    return "%s-%s-%s"
        .formatted(
            kind.prefix(), name.substring(0, Math.min(name.length(), LONGEST_FOLDER)), hash(whole));
  }

  /** That of one migration out of several places; in whatever order they are named. */
  static String migrationName(List<SourceLocation> places) {
    List<String> names = places.stream().map(SourceLocation::migrationName).sorted().toList();
    return names.size() <= MOST_NAMED
        ? String.join("+", names)
        : "%s+%d-%s".formatted(names.get(0), names.size() - 1, hash(String.join("\n", names)));
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
