package dev.vectormigrate.sources.nanovectordb;

import com.fasterxml.jackson.core.JsonParser;
import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.sources.files.FileDataset;
import dev.vectormigrate.sources.files.OrdinalRange;
import dev.vectormigrate.sources.files.OrdinalReader;
import dev.vectormigrate.sources.json.JsonFile;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RowReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The records of a file of nano-vectordb as a dataset with the fields {@code id}, {@code text},
 * {@code metadata} and {@code embedding}.
 *
 * <p>Such a file is one JSON object: {@code embedding_dim}, then {@code data} with one object a
 * record, then {@code matrix}, whose row <i>i</i> is the vector of record <i>i</i>, normalized for
 * the cosine distance. Of a record, {@code __id__} becomes the id, {@code content} (else {@code
 * text}) the text, and every other field a key of the metadata, with its type. LightRAG keeps a
 * second copy of the vector in the record, compressed to half precision, as {@code vector}: it is
 * not copied into the metadata.
 *
 * <p>Saving is not atomic in nano-vectordb, so files that end early exist. All complete records of
 * one are read; their vectors come from what there is of the matrix, then from the compressed
 * copies, which were never normalized, and a finding counts both, and the records without any.
 */
public final class VectorFile implements FileDataset {

  private final Path file;
  private final List<String> namespace;
  private final Options options;
  private @Nullable VectorScan scan;

  /**
   * @param file where it is
   * @param namespace what the dataset's name is unique in
   * @param options how to read it
   */
  public VectorFile(Path file, List<String> namespace, Options options) {
    this.file = file;
    this.namespace = List.copyOf(namespace);
    this.options = options;
  }

  /**
   * How to read a file.
   *
   * @param dimension of the vectors where the file does not tell; 0 for unknown
   * @param workDirectory where a scratch file may be made
   */
  public record Options(int dimension, Path workDirectory) {

    /** Any dimension, and the work directory of the platform. */
    public static final Options DEFAULT =
        new Options(0, Path.of(System.getProperty("java.io.tmpdir")));

    public Options {
      Objects.requireNonNull(workDirectory, "workDirectory");
      if (dimension < 0 || dimension > VectorScan.MOST_DIMENSION) {
        throw new IllegalArgumentException(
            "dimension: %d, expected 1 to %d".formatted(dimension, VectorScan.MOST_DIMENSION));
      }
    }

    /** These options with another dimension. */
    public Options dimension(int newDimension) {
      if (newDimension < 1) {
        throw new IllegalArgumentException(
            "dimension: %d, expected 1 to %d".formatted(newDimension, VectorScan.MOST_DIMENSION));
      }
      return new Options(newDimension, workDirectory);
    }

    /** These options with another work directory. */
    public Options workDirectory(Path directory) {
      return new Options(dimension, directory);
    }
  }

  /** The name of the file without {@code .json}. */
  @Override
  public String name() {
    String name = String.valueOf(file.getFileName());
    return name.endsWith(".json") && name.length() > 5
        ? name.substring(0, name.length() - 5)
        : name;
  }

  @Override
  public List<String> namespace() {
    return namespace;
  }

  @Override
  public Schema schema() {
    return Schema.vectorCollection(options.dimension(), Distance.COSINE);
  }

  private VectorScan scan() throws IOException {
    if (scan == null) {
      scan = VectorScanner.scan(file, options.workDirectory());
    }
    return scan;
  }

  private VectorLayout layout() throws IOException {
    return VectorLayout.of(file, scan(), options.dimension());
  }

  @Override
  public Dataset describe() throws IOException {
    VectorLayout layout = layout();
    return new Dataset(
        namespace,
        name(),
        schemaOf(layout),
        OptionalLong.of(scan().count()),
        scan().fingerprint(),
        findings(layout));
  }

  private static Schema schemaOf(VectorLayout layout) {
    return Schema.vectorCollection(layout.dimension(), Distance.COSINE);
  }

  private List<Finding> findings(VectorLayout layout) throws IOException {
    List<Finding> findings = new ArrayList<>();
    if (scan().cutOff() || layout.rows() < scan().count()) {
      findings.add(salvage(layout));
    }
    if (scan().repeated().size() > 0) {
      findings.add(
          Finding.warning(
              "nanovectordb.ids.repeated",
              "%d records have the id of an earlier one and will be refused"
                  .formatted(scan().repeated().size())));
    }
    if (scan().additionalData()) {
      findings.add(
          Finding.info(
              "nanovectordb.data.additional",
              "The file holds data of the application beside the records, which is not migrated"));
    }
    return findings;
  }

  private Finding salvage(VectorLayout layout) throws IOException {
    String what =
        scan().cutOff()
            ? "The file is cut off at byte " + scan().stamp().size()
            : "The file's matrix is empty";
    return Salvage.of(this, layout.rows(), scan().count()).finding(what);
  }

  /** A parser before a record, counted from 0, that ends with the last record. */
  JsonParser parserBefore(long ordinal) throws IOException {
    long known = scan().records().known(ordinal);
    JsonParser parser = JsonFile.at(file).parserAt("[", scan().records().offset(known));
    try {
      parser.nextToken();
      for (long i = known; i < ordinal; i++) {
        parser.nextToken();
        parser.skipChildren();
      }
      return parser;
    } catch (IOException | RuntimeException e) {
      parser.close();
      throw e;
    }
  }

  @Override
  public OrdinalRange range() throws IOException {
    return new OrdinalRange(0, scan().count());
  }

  @Override
  public boolean seekable() {
    return true;
  }

  @Override
  public RowReader read(OrdinalRange records, Position after) throws IOException {
    VectorLayout layout = layout();
    VectorScan found = scan();
    return OrdinalReader.open(
        records, found.repeated(), found.stamp(), after, first -> records(found, layout, first));
  }

  private VectorRecords records(VectorScan found, VectorLayout layout, long first)
      throws IOException {
    MatrixRows matrix = new MatrixRows(file, found.matrix(), layout.dimension());
    return new VectorRecords(this, matrix, layout, schemaOf(layout), found.oversized(), first);
  }
}
