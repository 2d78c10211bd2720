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
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * What to search for, a line each: vectors, as JSON arrays of numbers, or texts, as {@code {"text":
 * "..."}}; not both.
 *
 * @param vectors in the order of the lines
 * @param texts in the order of the lines
 */
record QueryFile(List<Vector> vectors, List<String> texts) {

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
      return queries(path);
    } catch (InvalidPathException e) {
      throw new TypeConversionException("'%s' is no path.".formatted(text));
    } catch (IOException e) {
      throw new UncheckedIOException("The queries can't be read: " + e, e);
    }
  }

  private static QueryFile queries(Path path) throws IOException {
    byte[] bytes;
    try (InputStream file = Files.newInputStream(path)) {
      bytes = file.readAllBytes();
    }
    List<Vector> vectors = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    int start = 0;
    for (int line = 1; start < bytes.length; line++) {
      int end = start;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      byte[] one = Arrays.copyOfRange(bytes, start, end);
      if (!isBlank(one)) {
        add(path, line, one, vectors, texts);
      }
      start = end + 1;
    }
    int count = vectors.size() + texts.size();
    if (count == 0 || count > MOST_QUERIES) {
      throw new TypeConversionException(
          "'%s': %d queries, expected 1 to 10,000.".formatted(path, count));
    }
    if (!vectors.isEmpty() && !texts.isEmpty()) {
      throw new TypeConversionException(
          "'%s': %d vectors and %d texts, expected one kind."
              .formatted(path, vectors.size(), texts.size()));
    }
    return new QueryFile(List.copyOf(vectors), List.copyOf(texts));
  }

  private static void add(
      Path path, int line, byte[] json, List<Vector> vectors, List<String> texts) {
    Object query = parsed(json);
    if (query instanceof Map<?, ?> object
        && object.size() == 1
        && object.get("text") instanceof String text
        && !text.isBlank()) {
      texts.add(text);
    } else if (query instanceof List<?> array
        && !array.isEmpty()
        && array.stream().allMatch(Number.class::isInstance)) {
      vectors.add(vector(array));
    } else {
      throw new TypeConversionException(
          "'%s', line %d: no query, expected a JSON array of numbers, or {\"text\": \"...\"}."
              .formatted(path, line));
    }
  }

  private static @Nullable Object parsed(byte[] json) {
    try {
      return Json.parse(json).toJava();
    } catch (IllegalArgumentException e) {
      return null; // said with the number of the line, and without what it holds
    }
  }

  private static Vector vector(List<?> numbers) {
    float[] components = new float[numbers.size()];
    for (int i = 0; i < components.length; i++) {
      components[i] = numbers.get(i) instanceof Number number ? number.floatValue() : Float.NaN;
    }
    return Vector.wrap(components);
  }

  private static boolean isBlank(byte[] line) {
    for (byte character : line) {
      if (character > ' ' || character < 0) {
        return false;
      }
    }
    return true;
  }

  /** Lets an option have this type. */
  static final class Converter implements ITypeConverter<QueryFile> {

    @Override
    public QueryFile convert(String text) {
      return read(text);
    }
  }
}
