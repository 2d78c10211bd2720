package dev.vectormigrate.sources.files;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Files that come with the tests, also where these are in a jar. */
public final class Resources {

  private Resources() {}

  /** Copies a file or folder to a place that is not there yet, and returns that place. */
  public static Path copy(String name, Path to) throws IOException {
    URI from = uri(name);
    if (!from.getScheme().equals("jar")) {
      copy(Path.of(from), to);
      return to;
    }
    try (FileSystem jar = FileSystems.newFileSystem(from, Map.of())) {
      copy(jar.getPath(name), to);
    }
    return to;
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(from)) {
      paths = walk.toList();
    }
    for (Path path : paths) {
      Files.copy(path, to.resolve(from.relativize(path).toString()));
    }
  }

  /** Opens a file; the caller closes it. */
  public static InputStream open(String name) throws IOException {
    return url(name).openStream();
  }

  private static URI uri(String name) {
    try {
      return url(name).toURI();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static URL url(String name) {
    return Objects.requireNonNull(Resources.class.getResource(name), name);
  }
}
