package dev.vectormigrate.cli;

import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Vector;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Vectors to search for, a JSON array of numbers a line.
 *
 * @param vectors in the order of the lines
 */
record QueryFile(List<Vector> vectors) {

  /** More than anybody searches for, and as much as memory should hold. */
  private static final long MOST_BYTES = 256L << 20;

  private static final int MOST_QUERIES = 10_000;

  static QueryFile read(String text) {
    try {
      Path path = Path.of(text);
      if (!Files.isRegularFile(path) || Files.size(path) > MOST_BYTES) {
        throw new TypeConversionException(
            "'%s', expected a file of 256 MiB at most that is there.".formatted(text));
      }
      return new QueryFile(vectors(path));
    } catch (InvalidPathException e) {
      throw new TypeConversionException("'%s' is no path.".formatted(text));
    } catch (IOException e) {
      throw new UncheckedIOException("The queries can't be read: " + e, e);
    }
  }

  private static List<Vector> vectors(Path path) throws IOException {
    byte[] bytes;
    try (InputStream file = Files.newInputStream(path)) {
      bytes = file.readAllBytes();
    }
    List<Vector> vectors = new ArrayList<>();
    int start = 0;
    for (int line = 1; start < bytes.length; line++) {
      int end = start;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      byte[] one = Arrays.copyOfRange(bytes, start, end);
      if (!isBlank(one)) {
        vectors.add(vector(path, line, one));
      }
      start = end + 1;
    }
    if (vectors.isEmpty() || vectors.size() > MOST_QUERIES) {
      throw new TypeConversionException(
          "'%s': %d vectors, expected 1 to 10,000.".formatted(path, vectors.size()));
    }
    return List.copyOf(vectors);
  }

  private static boolean isBlank(byte[] line) {
    for (byte character : line) {
      if (character > ' ' || character < 0) {
        return false;
      }
    }
    return true;
  }

  private static Vector vector(Path path, int line, byte[] text) {
    try {
      if (Json.parse(text).toJava() instanceof List<?> array
          && !array.isEmpty()
          && array.stream().allMatch(Number.class::isInstance)) {
        float[] components = new float[array.size()];
        for (int i = 0; i < components.length; i++) {
          components[i] = array.get(i) instanceof Number number ? number.floatValue() : Float.NaN;
        }
        return Vector.wrap(components);
      }
    } catch (IllegalArgumentException e) {
      throw notAVector(path, line);
    }
    throw notAVector(path, line);
  }

  private static TypeConversionException notAVector(Path path, int line) {
    return new TypeConversionException(
        "'%s', line %d: no vector, expected a JSON array of numbers.".formatted(path, line));
  }

  /** Lets an option have this type. */
  static final class Converter implements ITypeConverter<QueryFile> {

    @Override
    public QueryFile convert(String text) {
      return read(text);
    }
  }
}
