package dev.vectormigrate.sources.lightrag;

import dev.vectormigrate.sources.files.FileDataset;
import dev.vectormigrate.sources.nanovectordb.VectorFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files of one workspace.
 *
 * @param folder where they are
 * @param name of the folder in the working directory, "" for that itself
 * @param files in the order of their names, at least one
 */
record Workspace(Path folder, String name, List<Path> files) {

  private static final String DEFAULT = "default";

  /** Ends the name of what lies beside a backup, whose beginning may be any. */
  private static final String BACKUP = ".meta.json";

  private static final Pattern FILES =
      Pattern.compile("(vdb|kv_store)_.+\\.json|graph_.+\\.graphml");

  /**
   * The workspaces of a working directory.
   *
   * @param wanted the only one to find, null for all
   */
  static List<Workspace> in(Path directory, @Nullable String wanted) throws IOException {
    requireDirectory(directory);
    List<Workspace> found = all(directory);
    if (found.isEmpty()) {
      throw new IOException(
          directory
              + ": no vdb_*.json, kv_store_*.json or graph_*.graphml in it or in a folder of it,"
              + " expected a working directory of LightRAG. Check the path");
    }
    return wanted == null ? requireDistinct(directory, found) : only(directory, found, wanted);
  }

  private static void requireDirectory(Path directory) throws IOException {
    if (Files.isRegularFile(directory)) {
      throw new IOException(
          directory + ": a file, expected a working directory of LightRAG. Name the directory");
    }
    if (!Files.isDirectory(directory)) {
      throw new IOException(
          directory + ": missing, expected a working directory of LightRAG. Check the path");
    }
  }

  private static List<Workspace> all(Path directory) throws IOException {
    List<Workspace> found = new ArrayList<>();
    addIfAny(directory, "", found);
    for (Path child : children(directory)) {
      if (Files.isDirectory(child)) {
        addIfAny(child, nameOf(child), found);
      }
    }
    return found;
  }

  private static void addIfAny(Path folder, String name, List<Workspace> found) throws IOException {
    List<Path> files =
        children(folder).stream()
            .filter(file -> isOfStore(nameOf(file)) && Files.isRegularFile(file))
            .toList();
    if (!files.isEmpty()) {
      found.add(new Workspace(folder, name, files));
    }
  }

  private static boolean isOfStore(String fileName) {
    return FILES.matcher(fileName).matches() && !fileName.endsWith(BACKUP);
  }

  private static List<Path> children(Path folder) throws IOException {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      stream.forEach(children::add);
    }
    children.sort(Comparator.comparing(Workspace::nameOf));
    return children;
  }

  private static String nameOf(Path path) {
    return String.valueOf(path.getFileName());
  }

  private static List<Workspace> requireDistinct(Path directory, List<Workspace> found)
      throws IOException {
    if (found.stream().map(Workspace::namespace).distinct().count() < found.size()) {
      throw new IOException(
          directory
              + ": workspace 'default' twice, as the directory itself and as a folder of it,"
              + " expected one. Choose workspace \"\" or \"default\"");
    }
    return found;
  }

  private static List<Workspace> only(Path directory, List<Workspace> found, String wanted)
      throws IOException {
    for (Workspace workspace : found) {
      if (workspace.name.equals(wanted)) {
        return List.of(workspace);
      }
    }
    List<String> names = found.stream().map(workspace -> "'" + workspace.name + "'").toList();
    throw new IOException(
        "%s: no workspace '%s', expected one of %s. Check the spelling"
            .formatted(directory, wanted, String.join(", ", names)));
  }

  String namespace() {
    return name.isEmpty() ? DEFAULT : name;
  }

  List<FileDataset> datasets(VectorFile.Options options) {
    List<FileDataset> datasets = new ArrayList<>();
    for (Path file : files) {
      datasets.addAll(datasets(file, options));
    }
    return datasets.stream().<FileDataset>map(ReportedDamage::new).toList();
  }

  private List<? extends FileDataset> datasets(Path file, VectorFile.Options options) {
    List<String> namespace = List.of(namespace());
    String fileName = nameOf(file);
    if (fileName.endsWith(".graphml")) {
      return GraphFile.datasets(file, namespace, options.workDirectory());
    }
    return fileName.startsWith("vdb_")
        ? List.of(new VectorFile(file, namespace, options))
        : List.of(new KeyValueFile(file, namespace, options.workDirectory()));
  }
}
