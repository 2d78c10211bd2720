package dev.vectormigrate.sources.lightrag;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.sources.files.DamagedFileException;
import dev.vectormigrate.sources.files.FileDataset;
import dev.vectormigrate.sources.files.OrdinalRange;
import dev.vectormigrate.sources.files.OrdinalReader;
import dev.vectormigrate.sources.lightrag.GraphElement.Kind;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RejectedRowException;
import dev.vectormigrate.spi.RowReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A graph's file, looked through once for both of its datasets. */
final class GraphFile {

  private static final String DEFAULT_STEM = "graph_chunk_entity_relation";
  private static final String SUFFIX = ".graphml";
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path file;
  private final Path workDirectory;
  private @Nullable GraphScan scan;

  private GraphFile(Path file, Path workDirectory) {
    this.file = file;
    this.workDirectory = workDirectory;
  }

  /** The nodes and the edges. */
  static List<FileDataset> datasets(Path file, List<String> namespace, Path workDirectory) {
    GraphFile graph = new GraphFile(file, workDirectory);
    return List.of(new Part(graph, namespace, Kind.NODE), new Part(graph, namespace, Kind.EDGE));
  }

  private String stem() {
    String name = String.valueOf(file.getFileName());
    String stem = name.substring(0, name.length() - SUFFIX.length());
    return stem.equals(DEFAULT_STEM) ? "graph" : stem;
  }

  private GraphScan scan() throws IOException {
    if (scan == null) {
      scan = GraphScan.of(file, workDirectory);
    }
    return scan;
  }

  private OrdinalReader.Records records(Kind kind, long first) throws IOException {
    GraphXml xml =
        GraphXml.open(file, new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES));
    try {
      GraphRecords records = new GraphRecords(file, xml, kind);
      for (long i = 0; i < first; i++) {
        records.nextElement();
      }
      return records;
    } catch (IOException | RuntimeException e) {
      xml.close();
      throw e;
    }
  }

  private record GraphRecords(Path file, GraphXml xml, Kind kind) implements OrdinalReader.Records {

    GraphElement nextElement() throws IOException {
      for (GraphElement e = xml.next(); e != null; e = xml.next()) {
        if (e.kind() == kind) {
          return e;
        }
      }
      throw new DamagedFileException(file, "ends too early, expected more " + kind.plural);
    }

    @Override
    public Row next() throws IOException, RejectedRowException {
      return nextElement().toRow();
    }

    @Override
    public void close() throws IOException {
      xml.close();
    }
  }

  private record Part(GraphFile graph, List<String> namespace, Kind kind) implements FileDataset {

    @Override
    public String name() {
      return graph.stem() + "_" + kind.plural;
    }

    @Override
    public Schema schema() {
      return kind.schema();
    }

    private GraphScan.Part part() throws IOException {
      return graph.scan().part(kind);
    }

    @Override
    public Dataset describe() throws IOException {
      int repeated = part().repeated().size();
      return new Dataset(
          namespace,
          name(),
          kind.schema(),
          OptionalLong.of(part().count()),
          graph.scan().fingerprint(),
          repeated == 0 ? List.of() : List.of(repeatedElements(repeated)));
    }

    private Finding repeatedElements(int count) {
      return Finding.warning(
          "lightrag." + kind.plural + ".repeated",
          "%d %s are there an earlier time and will be refused".formatted(count, kind.plural));
    }

    @Override
    public OrdinalRange range() throws IOException {
      return new OrdinalRange(0, part().count());
    }

    /** Where an element of XML begins is known only to who has read all before it. */
    @Override
    public boolean seekable() {
      return false;
    }

    @Override
    public RowReader read(OrdinalRange records, Position after) throws IOException {
      return OrdinalReader.open(
          records,
          part().repeated(),
          graph.scan().stamp(),
          after,
          first -> graph.records(kind, first));
    }
  }
}
