package dev.vectormigrate.sources.lightrag;

import dev.vectormigrate.sources.files.FileStamp;
import dev.vectormigrate.sources.files.FingerprintedInput;
import dev.vectormigrate.sources.files.KeyCheck;
import dev.vectormigrate.sources.files.Ordinals;
import dev.vectormigrate.sources.lightrag.GraphElement.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * What one look through a graph's file found.
 *
 * @param stamp of the file then
 * @param fingerprint of all of it
 * @param parts what there is of each kind
 */
record GraphScan(FileStamp stamp, String fingerprint, Map<Kind, Part> parts) {

  /**
   * The elements of one kind.
   *
   * @param count how many there are
   * @param repeated those with the ends of an earlier one
   */
  record Part(long count, Ordinals repeated) {}

  Part part(Kind kind) {
    return Objects.requireNonNull(parts.get(kind), "part");
  }

  static GraphScan of(Path file, Path workDirectory) throws IOException {
    FileStamp stamp = FileStamp.of(file);
    FingerprintedInput in = FingerprintedInput.open(file);
    try (GraphXml xml = GraphXml.open(file, in);
        KeyCheck nodes = new KeyCheck(file, workDirectory);
        KeyCheck edges = new KeyCheck(file, workDirectory)) {
      for (GraphElement e = xml.next(); e != null; e = xml.next()) {
        (e.kind() == Kind.NODE ? nodes : edges).add(e.key());
      }
      Map<Kind, Part> parts = new EnumMap<>(Kind.class);
      parts.put(Kind.NODE, new Part(nodes.count(), nodes.repeated()));
      parts.put(Kind.EDGE, new Part(edges.count(), edges.repeated()));
      String fingerprint = in.fingerprint();
      stamp.check();
      return new GraphScan(stamp, fingerprint, parts);
    }
  }
}
