package dev.vectormigrate.sources.llamaindex;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.sources.files.FileStamp;
import dev.vectormigrate.sources.files.OrdinalRange;
import dev.vectormigrate.sources.files.OrdinalReader;
import dev.vectormigrate.sources.files.Ordinals;
import dev.vectormigrate.sources.numpy.IdHash;
import dev.vectormigrate.sources.numpy.ScratchDatabase;
import dev.vectormigrate.sources.numpy.ScratchFiles;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** An open folder. */
final class LlamaIndexSession implements SourceSession {

  private final StoreFiles files;
  private final List<String> namespaces;
  private final List<SectionScanner.Result> scans;
  private final SectionScanner.@Nullable Result docstore;
  private final NodeTable table;
  private final ScratchFiles scratch;

  private LlamaIndexSession(
      StoreFiles files,
      List<SectionScanner.Result> scans,
      SectionScanner.@Nullable Result docstore,
      NodeTable table,
      ScratchFiles scratch) {
    this.files = files;
    this.namespaces = List.copyOf(files.vectors().keySet());
    this.scans = scans;
    this.docstore = docstore;
    this.table = table;
    this.scratch = scratch;
  }

  static LlamaIndexSession open(Path folder, Path workDirectory) throws IOException {
    StoreFiles files = StoreFiles.in(folder);
    ScratchFiles scratch = ScratchFiles.below(workDirectory);
    try (NodeTable.Writer writer = new NodeTable.Writer(scratch)) {
      Path nodes = files.docstore();
      SectionScanner.Result docstore =
          nodes == null ? null : SectionScanner.docstore(nodes, writer);
      List<SectionScanner.Result> scans = new ArrayList<>();
      for (Path vectors : files.vectors().values()) {
        scans.add(SectionScanner.vectors(vectors, scans.size(), writer));
      }
      int home = List.copyOf(files.vectors().keySet()).indexOf(files.home());
      NodeTable table = writer.finish(scans.size(), home);
      return new LlamaIndexSession(files, scans, docstore, table, scratch);
    } catch (IOException | RuntimeException e) {
      scratch.close();
      throw e;
    }
  }

  private Schema schema(int space) {
    int dimension = scans.get(space).vectors().usualDimension();
    return new Schema(
        List.of(
            Field.required(Schema.ID, FieldType.TEXT),
            Field.optional(Schema.TEXT, FieldType.TEXT),
            Field.optional("ref_doc_id", FieldType.TEXT),
            Field.optional(Schema.METADATA, FieldType.JSON),
            Field.optional("relationships", FieldType.JSON),
            Field.optional("node", FieldType.JSON),
            Field.optional(Schema.EMBEDDING, FieldType.vector(dimension, Distance.COSINE))),
        List.of(Schema.ID));
  }

  @Override
  public List<Dataset> datasets() {
    List<Dataset> datasets = new ArrayList<>();
    for (int space = 0; space < namespaces.size(); space++) {
      if (!isLeftOut(space)) {
        datasets.add(dataset(space));
      }
    }
    return datasets;
  }

  private boolean isLeftOut(int space) {
    return table.counts(space).rows() == 0 && !isHome(space);
  }

  private boolean isHome(int space) {
    return namespaces.get(space).equals(files.home());
  }

  private Dataset dataset(int space) {
    return new Dataset(
        List.of(),
        namespaces.get(space),
        schema(space),
        OptionalLong.of(table.counts(space).rows()),
        fingerprint(),
        findings(space));
  }

  /** Of all files, as each can change what the rows of a dataset are. */
  private String fingerprint() {
    StringBuilder all = new StringBuilder();
    scans.forEach(scan -> all.append(scan.fingerprint()).append('\n'));
    if (docstore != null) {
      all.append(docstore.fingerprint());
    }
    String hash = HexFormat.of().formatHex(new IdHash().of(namespaces + "\n" + all));
    return "files=%d hash=%s".formatted(stamps().size(), hash);
  }

  private List<Finding> findings(int space) {
    NodeTable.Counts counts = table.counts(space);
    List<Finding> findings = new ArrayList<>(scans.get(space).vectors().findings("llamaindex"));
    warn(
        findings,
        "nodes.missing",
        "vectors without a node in docstore.json",
        counts.withoutNode(),
        "moved without text");
    warn(
        findings,
        "nodes.unembedded",
        "nodes without a vector",
        counts.withoutVector(),
        "moved without one");
    warn(findings, "keys.repeated", "records with a key twice", counts.repeated(), "refused");
    warn(
        findings,
        "entries.stray",
        "ids with a document or metadata but no vector",
        counts.stray(),
        "left out");
    if (isHome(space)) {
      addLeftOut(findings);
    }
    return findings;
  }

  private static void warn(
      List<Finding> findings, String code, String what, long count, String done) {
    if (count > 0) {
      findings.add(
          Finding.warning("llamaindex." + code, "%s: %d, %s".formatted(what, count, done)));
    }
  }

  private void addLeftOut(List<Finding> findings) {
    for (int space = 0; space < namespaces.size(); space++) {
      if (isLeftOut(space)) {
        findings.add(
            Finding.info(
                "llamaindex.namespace.empty",
                "vector store '%s': empty, left out".formatted(namespaces.get(space))));
      }
    }
    for (String graph : files.graphs()) {
      findings.add(
          Finding.warning("llamaindex.graph.present", graph + ": holds a graph, not migrated"));
    }
  }

  @Override
  public List<Split> split(Dataset dataset, int parts) throws IOException {
    return range(space(dataset)).split(parts);
  }

  private OrdinalRange range(int space) {
    return new OrdinalRange(0, table.counts(space).rows());
  }

  private int space(Dataset dataset) throws IOException {
    int space = namespaces.indexOf(dataset.qualifiedName());
    if (space < 0 || isLeftOut(space)) {
      throw new IOException(
          "dataset '" + dataset.qualifiedName() + "': missing, expected it as it was planned");
    }
    return space;
  }

  private List<FileStamp> stamps() {
    List<FileStamp> stamps = new ArrayList<>();
    scans.forEach(scan -> stamps.add(scan.stamp()));
    if (docstore != null) {
      stamps.add(docstore.stamp());
    }
    return stamps;
  }

  @Override
  public RowReader read(Dataset dataset, Split split, Position after) throws IOException {
    int space = space(dataset);
    return OrdinalReader.open(
        range(space).part(split),
        Ordinals.NONE,
        stamps(),
        after,
        first -> NodeRecords.open(this, space, schema(space), first));
  }

  Path vectorFile(int space) {
    return scans.get(space).stamp().file();
  }

  @Nullable Path docstoreFile() {
    return files.docstore();
  }

  int dimension(int space) {
    return scans.get(space).vectors().usualDimension();
  }

  /** Opens the rows for a reader, which closes them. */
  ScratchDatabase openTable() throws IOException {
    return table.open();
  }

  @Override
  public void close() {
    scratch.close();
  }
}
