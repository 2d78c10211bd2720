package dev.vectormigrate.sources.chroma;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RejectedRowException;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.Split;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Everything that reading yields. */
final class Rows {

  final List<Row> rows = new ArrayList<>();
  final List<String> rejections = new ArrayList<>();
  final List<Position> positions = new ArrayList<>();

  static Rows of(SourceSession session, Dataset dataset, Split split, Position after)
      throws Exception {
    Rows result = new Rows();
    try (RowReader reader = session.read(dataset, split, after)) {
      while (result.take(reader)) {
        result.positions.add(reader.position());
      }
    }
    return result;
  }

  private boolean take(RowReader reader) throws Exception {
    try {
      Row row = reader.next();
      if (row != null) {
        rows.add(row);
      }
      return row != null;
    } catch (RejectedRowException e) {
      rejections.add(e.id() + ": " + e.reason());
      return true;
    }
  }

  static Rows of(SourceSession session, Dataset dataset) throws Exception {
    Rows result = new Rows();
    for (Split split : session.split(dataset, 1)) {
      Rows part = of(session, dataset, split, Position.START);
      result.rows.addAll(part.rows);
      result.rejections.addAll(part.rejections);
      result.positions.addAll(part.positions);
    }
    return result;
  }

  /** All of one collection. */
  static Rows of(Path directory, String collection) throws Exception {
    return of(ChromaDirectory.at(directory), collection);
  }

  static Rows of(ChromaDirectory source, String collection) throws Exception {
    try (SourceSession session = source.open()) {
      return of(session, dataset(session, collection));
    }
  }

  static Dataset dataset(SourceSession session, String name) throws Exception {
    return session.datasets().stream()
        .filter(d -> d.name().equals(name) || d.qualifiedName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  List<String> ids() {
    return rows.stream().map(Row::id).toList();
  }

  Row row(String id) {
    return rows.stream().filter(r -> r.id().equals(id)).findFirst().orElseThrow();
  }
}
