package dev.vectormigrate.sources.records;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.sources.files.DamagedFileException;
import dev.vectormigrate.sources.files.FileStamp;
import dev.vectormigrate.sources.files.FingerprintedInput;
import dev.vectormigrate.sources.numpy.NpyFile;
import dev.vectormigrate.sources.numpy.NpzFile;
import dev.vectormigrate.sources.numpy.ScratchFiles;
import dev.vectormigrate.sources.numpy.VectorRows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What one look at an array and the file beside it found.
 *
 * @param stamp of the array's file
 * @param fingerprint of it
 * @param vectors in it
 * @param records that they are of, null where there are none
 * @param others arrays of the archive that are not read
 */
record ArrayContent(
    FileStamp stamp,
    String fingerprint,
    VectorRows vectors,
    @Nullable RecordScan records,
    List<String> others) {

  ArrayContent {
    others = List.copyOf(others);
  }

  static ArrayContent of(
      Path file,
      @Nullable String array,
      @Nullable Path sidecar,
      RecordFields fields,
      Path workDirectory,
      ScratchFiles scratch)
      throws IOException {
    FileStamp stamp = FileStamp.of(file);
    RecordFormat beside = sidecar == null ? null : Sidecar.format(sidecar, fields);
    List<String> others = new ArrayList<>();
    VectorRows vectors;
    if (file.toString().toLowerCase(Locale.ROOT).endsWith(".npz")) {
      NpzFile archive = NpzFile.open(file);
      String name = array == null ? onlyTable(file, archive) : array;
      vectors = archive.extract(name, scratch).vectors(scratch);
      List<String> columns = archive.columns(vectors.count());
      others.addAll(archive.names());
      others.removeAll(columns);
      others.remove(name);
      beside = join(file, archive, columns, vectors.count(), beside, fields, scratch);
    } else if (array != null) {
      throw new IOException(
          "%s: no archive, expected one with the array '%s'. Name no array of it"
              .formatted(file, array));
    } else {
      vectors = NpyFile.open(file).vectors(scratch);
    }
    RecordScan records = beside == null ? null : RecordScan.of(beside, fields, file, workDirectory);
    return new ArrayContent(stamp, fingerprint(file, stamp), vectors, records, others);
  }

  private static String onlyTable(Path file, NpzFile archive) throws IOException {
    List<String> tables = archive.tables();
    if (tables.size() != 1) {
      throw new DamagedFileException(
          file,
          "arrays of vectors: %s, expected one array of floats in two dimensions. Say which of %s"
              .formatted(tables, archive.names()));
    }
    return tables.get(0);
  }

  private static @Nullable RecordFormat join(
      Path file,
      NpzFile archive,
      List<String> columns,
      long count,
      @Nullable RecordFormat beside,
      RecordFields fields,
      ScratchFiles scratch)
      throws IOException {
    if (columns.isEmpty()) {
      return beside;
    }
    List<String> keys = fields.keysOf(columns);
    Map<String, NpyFile> arrays = new LinkedHashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      arrays.put(keys.get(i), archive.extract(columns.get(i), scratch));
    }
    return new ArrayColumns(beside == null ? file : beside.file(), arrays, count, beside);
  }

  private static String fingerprint(Path file, FileStamp stamp) throws IOException {
    try (FingerprintedInput in = FingerprintedInput.open(file)) {
      String fingerprint = in.fingerprint();
      stamp.check();
      return fingerprint;
    }
  }

  Schema schema() {
    return Schema.vectorCollection(vectors.dimension(), null);
  }

  /** Why no vector can be told to belong to any record; null where that is not so. */
  @Nullable String mismatch() {
    return records == null || records.count() == vectors.count()
        ? null
        : "vectors: %d, records in %s: %d, expected as many, since only their order tells what"
                .formatted(vectors.count(), records.format().file().getFileName(), records.count())
            + " belongs together. Name another file, or save both again";
  }

  /**
   * Describes the dataset.
   *
   * @param sought names under which no file beside the array was found; none where one was
   */
  Dataset dataset(String name, List<String> sought) {
    String beside = records == null ? "" : " records " + records.fingerprint();
    return new Dataset(
        List.of(),
        name,
        schema(),
        OptionalLong.of(vectors.count()),
        fingerprint + " dimension=" + vectors.dimension() + beside,
        findings(sought));
  }

  private List<Finding> findings(List<String> sought) {
    List<Finding> findings = new ArrayList<>();
    String mismatch = mismatch();
    if (mismatch != null) {
      findings.add(Finding.error("numpy.counts", mismatch));
    }
    if (vectors.count() > 0 && vectors.dimension() == 0) {
      findings.add(
          Finding.error("numpy.vectors.empty", "vectors without components, expected some"));
    }
    if (vectors.rounded() > 0) {
      findings.add(
          Finding.warning(
              "numpy.vectors.rounded",
              "vectors with a component that is no single precision float: %d, rounded to the"
                      .formatted(vectors.rounded())
                  + " nearest one"));
    }
    if (!others.isEmpty()) {
      findings.add(
          Finding.warning(
              "numpy.others",
              "arrays that are no column of texts or integers of the same length and are not"
                  + " moved: "
                  + String.join(", ", others)));
    }
    if (records == null) {
      findings.add(
          Finding.warning(
              "numpy.alone",
              "no file with texts and metadata beside the array, so only vectors are moved;"
                  + " looked for "
                  + String.join(", ", sought)));
    } else {
      findings.addAll(records.findings());
    }
    return findings;
  }
}
