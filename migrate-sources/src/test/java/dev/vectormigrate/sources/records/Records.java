package dev.vectormigrate.sources.records;

import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.sources.files.Reading;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What tests of record files write and compare. */
final class Records {

  private Records() {}

  static Path write(Path folder, String name, String content) throws IOException {
    return Files.write(folder.resolve(name), content.getBytes(StandardCharsets.UTF_8));
  }

  /** All that reading the only dataset of a source yields, each row on a line as text. */
  static List<String> read(SourceStore source) throws Exception {
    try (SourceSession session = source.open()) {
      List<String> lines = new ArrayList<>();
      for (Object item : Reading.of(session, session.datasets().get(0)).items) {
        lines.add(item instanceof Row row ? shown(row) : "refused " + item);
      }
      return lines;
    }
  }

  /** The findings of the only dataset of a source. */
  static List<String> findings(SourceStore source) throws Exception {
    try (SourceSession session = source.open()) {
      return session.datasets().get(0).findings().stream().map(Records::shown).toList();
    }
  }

  private static String shown(Finding finding) {
    return finding.severity() + " " + finding.code() + ": " + finding.message();
  }

  private static String shown(Row row) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < row.schema().size(); i++) {
      values.add(shown(row.value(i)));
    }
    return String.join(" | ", values);
  }

  private static String shown(Object value) {
    if (value instanceof Json json) {
      return new String(json.utf8(), StandardCharsets.UTF_8);
    }
    if (value instanceof Vector vector) {
      List<String> components = new ArrayList<>();
      for (float component : vector.toArray()) {
        components.add(Float.toString(component));
      }
      return components.stream().collect(Collectors.joining(" ", "<", ">"));
    }
    return String.valueOf(value);
  }
}
