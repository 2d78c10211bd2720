package dev.vectormigrate.sources.records;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The file beside an array, which holds what the vectors are of. */
final class Sidecar {

  private static final List<String> OF_ARRAY = List.of(".meta", "");
  private static final List<String> OF_FOLDER =
      List.of("meta", "metadata", "chunks", "docs", "documents");
  private static final List<String> ENDINGS = List.of(".json", ".jsonl");

  private Sidecar() {}

  /** The names under which it is looked for. */
  static List<String> names(Path array) {
    String name = String.valueOf(array.getFileName());
    int dot = name.lastIndexOf('.');
    String base = dot <= 0 ? name : name.substring(0, dot);
    List<String> names = new ArrayList<>();
    for (String ending : ENDINGS) {
      OF_ARRAY.forEach(middle -> names.add(base + middle + ending));
    }
    for (String ending : ENDINGS) {
      OF_FOLDER.forEach(stem -> names.add(stem + ending));
    }
    return names;
  }

  /**
   * The only file of such a name, null where there is none.
   *
   * @throws IOException if there are several
   */
  static @Nullable Path find(Path array) throws IOException {
    List<Path> found = new ArrayList<>();
    for (String name : names(array)) {
      Path candidate = array.resolveSibling(name);
      if (Files.isRegularFile(candidate) && !found.contains(candidate)) {
        found.add(candidate);
      }
    }
    if (found.size() > 1) {
      throw new IOException(
          "%s: several files beside it may belong to it, expected one: %s. Say which, with the"
                  .formatted(array, found.stream().map(Sidecar::nameOf).toList())
              + " option 'sidecar'");
    }
    return found.isEmpty() ? null : found.get(0);
  }

  private static String nameOf(Path file) {
    return String.valueOf(file.getFileName());
  }

  /** What its name says that it holds. */
  static RecordFormat format(Path sidecar, RecordFields fields) throws IOException {
    String name = nameOf(sidecar).toLowerCase(Locale.ROOT);
    if (name.matches(".*\\.(jsonl|ndjson)(\\.gz)?")) {
      return new LinesFormat(sidecar, fields);
    }
    if (name.matches(".*\\.csv(\\.gz)?")) {
      return CsvFormat.of(sidecar, ',', fields);
    }
    return JsonFormat.of(sidecar, fields);
  }
}
