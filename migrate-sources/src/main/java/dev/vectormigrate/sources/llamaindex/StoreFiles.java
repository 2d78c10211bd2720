package dev.vectormigrate.sources.llamaindex;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files of a folder.
 *
 * @param vectors vector stores by their namespace, in the order of these, at least one
 * @param docstore null where there is none
 * @param graphs files with a graph that is not an empty one
 */
record StoreFiles(Map<String, Path> vectors, @Nullable Path docstore, List<String> graphs) {

  static final String DOCSTORE = "docstore.json";

  private static final String DEFAULT = "default";
  private static final Pattern VECTORS = Pattern.compile("(?:(.*)__)?vector_store\\.json");
  private static final List<String> GRAPHS =
      List.of("graph_store.json", "property_graph_store.json");

  /** Graphs that were never used are written all the same; they are smaller than this. */
  private static final long EMPTY_GRAPH_BYTES = 100;

  StoreFiles {
    vectors = Collections.unmodifiableMap(new TreeMap<>(vectors));
    graphs = List.copyOf(graphs);
  }

  static StoreFiles in(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException(
          "%s: %s, expected a folder that LlamaIndex persisted to. Check the path"
              .formatted(folder, Files.exists(folder) ? "a file" : "missing"));
    }
    Map<String, Path> vectors = vectors(folder);
    if (vectors.isEmpty()) {
      throw new IOException(
          folder
              + ": no *__vector_store.json in it, expected a folder that LlamaIndex persisted to."
              + " Check the path");
    }
    Path docstore = folder.resolve(DOCSTORE);
    return new StoreFiles(vectors, Files.isRegularFile(docstore) ? docstore : null, graphs(folder));
  }

  private static Map<String, Path> vectors(Path folder) throws IOException {
    Map<String, Path> vectors = new TreeMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Matcher name = VECTORS.matcher(String.valueOf(file.getFileName()));
        if (name.matches() && Files.isRegularFile(file)) {
          put(vectors, name.group(1), file);
        }
      }
    }
    return vectors;
  }

  private static void put(Map<String, Path> vectors, @Nullable String namespace, Path file)
      throws IOException {
    String name = namespace == null || namespace.isEmpty() ? DEFAULT : namespace;
    Path other = vectors.put(name, file);
    if (other != null) {
      throw new IOException(
          "%s: two vector stores of the namespace '%s', expected one. Move the one that LlamaIndex"
                  .formatted(file.getParent(), name)
              + " does not use, usually vector_store.json, to another place");
    }
  }

  private static List<String> graphs(Path folder) throws IOException {
    List<String> graphs = new ArrayList<>();
    for (String name : GRAPHS) {
      Path file = folder.resolve(name);
      if (Files.isRegularFile(file) && Files.size(file) >= EMPTY_GRAPH_BYTES) {
        graphs.add(name);
      }
    }
    return graphs;
  }

  /** The namespace that nodes without vector belong to. */
  String home() {
    return vectors.containsKey(DEFAULT) ? DEFAULT : vectors.keySet().iterator().next();
  }
}
