package dev.vectormigrate.sources.numpy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Vector;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the real libraries wrote, and what has to be found in it. */
public final class Fixtures {

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private Fixtures() {}

  public static Path path(String name) {
    try {
      return Path.of(Objects.requireNonNull(Fixtures.class.getResource("/" + name), name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  public static JsonNode json(String name) throws IOException {
    return MAPPER.readTree(Files.readAllBytes(path(name)));
  }

  /** The vector of the given bits; null for a null. */
  public static Vector vector(JsonNode bits) {
    if (bits.isNull()) {
      return null;
    }
    float[] components = new float[bits.size()];
    for (int i = 0; i < components.length; i++) {
      components[i] = Float.intBitsToFloat((int) bits.get(i).asLong());
    }
    return Vector.wrap(components);
  }

  public static List<Vector> vectors(JsonNode rows) {
    List<Vector> vectors = new ArrayList<>();
    rows.forEach(row -> vectors.add(vector(row)));
    return vectors;
  }

  public static Json metadata(JsonNode node) {
    return Json.of(MAPPER.convertValue(node, Object.class));
  }

  /** Copies a directory, so that a test may change it. */
  public static Path copy(String name, Path target) throws IOException {
    Path from = path(name);
    try (Stream<Path> walk = Files.walk(from)) {
      for (Path path : walk.toList()) {
        Path to = target.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(to);
        } else {
          Files.copy(path, to);
        }
      }
    }
    return target;
  }

  /** Everything that a directory holds, to see that nothing was changed. */
  public static Map<String, String> contents(Path directory) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(directory)) {
      for (Path path : walk.toList()) {
        boolean file = Files.isRegularFile(path);
        contents.put(
            directory.relativize(path).toString(),
            Files.getLastModifiedTime(path) + (file ? FileDigest.of(path).sha256() : ""));
      }
    }
    return contents;
  }
}
