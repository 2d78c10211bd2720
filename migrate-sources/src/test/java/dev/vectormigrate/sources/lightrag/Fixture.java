package dev.vectormigrate.sources.lightrag;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Files that the real libraries wrote, and what Python reads in them. */
public record Fixture(String name) {

  public static final Fixture NANO = new Fixture("nano-vectordb");
  public static final Fixture OLD = new Fixture("lightrag-old");
  public static final Fixture NEW = new Fixture("lightrag-new");

  /** A copy of the fixture below a directory; also where the tests are in a jar. */
  public Path copyTo(Path parent) throws Exception {
    URI from = resource("/lightrag/" + name).toURI();
    Path to = parent.resolve(name);
    if (!from.getScheme().equals("jar")) {
      copy(Path.of(from), to);
      return to;
    }
    try (FileSystem jar = FileSystems.newFileSystem(from, Map.of())) {
      copy(jar.getPath("/lightrag/" + name), to);
    }
    return to;
  }

  private static void copy(Path from, Path to) throws Exception {
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(from)) {
      paths = walk.toList();
    }
    for (Path path : paths) {
      Files.copy(path, to.resolve(from.relativize(path).toString()));
    }
  }

  /** The expected datasets, by qualified name. */
  public JsonNode expected() throws Exception {
    try (InputStream in = resource("/lightrag/" + name + ".expected.json").openStream()) {
      return new ObjectMapper().readTree(in).get("datasets");
    }
  }

  private static URL resource(String path) {
    return Objects.requireNonNull(Fixture.class.getResource(path), path);
  }
}
