package dev.vectormigrate.sources.qdrant;

import dev.vectormigrate.model.Json;
import dev.vectormigrate.sources.files.DamagedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code meta.json} of a directory of local mode: the collections, each configured as the request
 * said that made it, and the aliases. Immutable.
 */
final class LocalMeta {

  private static final int MOST_BYTES = 64 << 20;

  private final Path file;
  private final Map<?, ?> root;

  private LocalMeta(Path file, Map<?, ?> root) {
    this.file = file;
    this.root = root;
  }

  static LocalMeta read(Path directory) throws IOException {
    Path file = directory.resolve("meta.json");
    Map<?, ?> root = object(file, parse(file).toJava(), "root");
    return new LocalMeta(file, root);
  }

  private static Json parse(Path file) throws IOException {
    try {
      long size = Files.size(file);
      if (size > MOST_BYTES) {
        throw new DamagedFileException(
            file, "%d bytes, expected at most %d. Check the file".formatted(size, MOST_BYTES));
      }
      return Json.parse(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw new IOException(
          file + ": missing, expected a directory of Qdrant's local mode. Check the path", e);
    } catch (IllegalArgumentException e) {
      throw new DamagedFileException(file, e.getMessage() + ". Restore it from a backup");
    }
  }

  private static Map<?, ?> object(Path file, @Nullable Object value, String what)
      throws IOException {
    if (value instanceof Map<?, ?> object) {
      return object;
    }
    throw new DamagedFileException(
        file, what + ": no object, expected one. Restore it from a backup");
  }

  /** The names of the collections, in order. */
  List<String> collections() throws IOException {
    return object(file, root.get("collections"), "collections").keySet().stream()
        .map(String::valueOf)
        .sorted()
        .toList();
  }

  /** The aliases of a collection, in order. */
  List<String> aliases(String collection) {
    return root.get("aliases") instanceof Map<?, ?> aliases
        ? aliases.entrySet().stream()
            .filter(alias -> collection.equals(alias.getValue()))
            .map(alias -> String.valueOf(alias.getKey()))
            .sorted()
            .toList()
        : List.of();
  }

  private Map<?, ?> configuration(String collection) throws IOException {
    Map<?, ?> collections = object(file, root.get("collections"), "collections");
    return object(file, collections.get(collection), "collection '" + collection + "'");
  }

  /** The vectors of a collection, the one without name first, then by name. */
  List<VectorSpec> specs(String collection) throws IOException {
    Map<?, ?> configuration = configuration(collection);
    TreeMap<String, VectorSpec> specs = new TreeMap<>();
    if (configuration.get("vectors") instanceof Map<?, ?> vectors) {
      if (vectors.get("size") instanceof Long) {
        specs.put("", dense("", vectors));
      } else {
        for (Map.Entry<?, ?> named : vectors.entrySet()) {
          String name = String.valueOf(named.getKey());
          specs.put(name, dense(name, object(file, named.getValue(), "vector '" + name + "'")));
        }
      }
    }
    if (configuration.get("sparse_vectors") instanceof Map<?, ?> sparse) {
      for (Object name : sparse.keySet()) {
        specs.put(
            String.valueOf(name), VectorSpec.sparse(String.valueOf(name), VectorSpec.FLOAT32));
      }
    }
    return new ArrayList<>(specs.values());
  }

  private VectorSpec dense(String name, Map<?, ?> params) throws IOException {
    if (!(params.get("size") instanceof Long size) || size < 1 || size > Integer.MAX_VALUE) {
      throw new DamagedFileException(
          file, "vector '" + name + "': size missing or out of range. Restore it from a backup");
    }
    boolean multi = params.get("multivector_config") instanceof Map<?, ?>;
    // The client keeps doubles whatever this says, so nothing was rounded yet.
    return new VectorSpec(
        name,
        multi ? VectorSpec.Form.MULTI : VectorSpec.Form.DENSE,
        size.intValue(),
        metric(params.get("distance")),
        VectorSpec.FLOAT32);
  }

  private static String metric(@Nullable Object distance) {
    return distance instanceof String name && !name.isEmpty() ? name : "unknown";
  }
}
