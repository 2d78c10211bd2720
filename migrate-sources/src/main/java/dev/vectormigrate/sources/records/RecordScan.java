package dev.vectormigrate.sources.records;

import dev.vectormigrate.model.Finding;
import dev.vectormigrate.sources.files.DamagedFileException;
import dev.vectormigrate.sources.files.FileStamp;
import dev.vectormigrate.sources.files.FingerprintedInput;
import dev.vectormigrate.sources.files.KeyCheck;
import dev.vectormigrate.sources.files.Ordinals;
import dev.vectormigrate.sources.files.RecordOffsets;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * What one look through the records of a file found. Immutable once made.
 *
 * @param format of the file
 * @param fields of the records
 * @param stamp of the file then
 * @param fingerprint of all of it and of the fields
 * @param offsets where the parts of records are; none where nothing can be found by its offset
 * @param repeated records with the id of an earlier one
 * @param dimensions that most vectors of each field have
 * @param count of records
 * @param findings about them
 */
record RecordScan(
    RecordFormat format,
    RecordFields fields,
    FileStamp stamp,
    String fingerprint,
    List<RecordOffsets> offsets,
    Ordinals repeated,
    List<Integer> dimensions,
    long count,
    List<Finding> findings) {

  RecordScan {
    offsets = List.copyOf(offsets);
    dimensions = List.copyOf(dimensions);
    findings = List.copyOf(findings);
  }

  /** What a record without id is called. */
  static String madeUpId(Path file, long ordinal) {
    String name = String.valueOf(file.getFileName());
    int dot = name.indexOf('.', 1);
    return (dot < 0 ? name : name.substring(0, dot)) + "#" + ordinal;
  }

  /**
   * Looks through a file.
   *
   * @param named of whose file records without id are called
   * @param workDirectory where a scratch file may be made
   */
  static RecordScan of(RecordFormat format, RecordFields fields, Path named, Path workDirectory)
      throws IOException {
    FileStamp stamp = FileStamp.of(format.file());
    try (FingerprintedInput in = FingerprintedInput.open(format.file());
        RecordCursor records = format.open();
        KeyCheck keys = new KeyCheck(format.file(), workDirectory)) {
      Look look = new Look(format, fields, named, keys);
      look.through(records);
      String fingerprint = in.fingerprint() + " fields=" + fields.hash();
      return look.scan(stamp, fingerprint);
    } catch (EOFException | ZipException e) {
      stamp.check();
      throw new DamagedFileException(
          format.file(), "not gzip or cut off, expected a whole file. Restore it from a backup");
    } finally {
      stamp.check();
    }
  }

  /** Opens the records from one on, which is there. */
  RecordCursor open(long first) throws IOException {
    boolean indexed = !offsets.isEmpty();
    long known = indexed ? offsets.get(0).known(first) : 0;
    RecordCursor cursor =
        indexed
            ? format.openAt(offsets.stream().mapToLong(o -> o.offset(known)).toArray())
            : format.open();
    try {
      for (long passed = known; passed < first; passed++) {
        cursor.next();
      }
      return cursor;
    } catch (IOException | RuntimeException e) {
      cursor.close();
      throw e;
    }
  }

  private static final class Look {

    /** A file with vectors of more dimensions than this has no usual one. */
    private static final int MOST_DIMENSIONS = 1_000;

    private final RecordFormat format;
    private final RecordFields fields;
    private final Path named;
    private final KeyCheck keys;
    private final List<RecordOffsets> offsets = new ArrayList<>();
    private final List<Map<Integer, Long>> dimensions = new ArrayList<>();
    private final long[] without;
    private long missingIds;
    private long refused;
    private long malformed;
    private boolean cutOff;

    Look(RecordFormat format, RecordFields fields, Path named, KeyCheck keys) {
      this.format = format;
      this.fields = fields;
      this.named = named;
      this.keys = keys;
      this.without = new long[fields.vectors().size()];
      fields.vectors().forEach(vector -> dimensions.add(new HashMap<>()));
    }

    void through(RecordCursor records) throws IOException {
      while (records.next()) {
        addPlaces(records);
        RecordContent content = records.content();
        boolean isMalformed = content.malformed();
        malformed += isMalformed ? 1 : 0;
        cutOff |= isMalformed && records.isOpen();
        add(MappedRecord.of(content, fields));
      }
    }

    private void addPlaces(RecordCursor records) {
      if (!format.seekable()) {
        return;
      }
      long[] places = records.places();
      for (int i = 0; i < places.length; i++) {
        if (offsets.size() == i) {
          offsets.add(new RecordOffsets());
        }
        offsets.get(i).add(places[i]);
      }
    }

    private void add(MappedRecord record) throws IOException {
      refused += record.isRefused() ? 1 : 0;
      if (record.id() == null && !record.isRefused()) {
        missingIds++;
      }
      keys.add(record.id() == null ? madeUp(record) : record.id());
      for (int i = 0; i < without.length; i++) {
        addDimension(i, record);
      }
    }

    private @Nullable String madeUp(MappedRecord record) {
      return record.isRefused() ? null : madeUpId(named, keys.count());
    }

    private void addDimension(int vector, MappedRecord record) {
      int dimension = record.dimension(vector);
      if (record.isRefused()) {
        return;
      }
      Map<Integer, Long> counts = dimensions.get(vector);
      if (dimension < 0) {
        without[vector]++;
      } else if (counts.size() < MOST_DIMENSIONS || counts.containsKey(dimension)) {
        counts.merge(dimension, 1L, Long::sum);
      }
    }

    RecordScan scan(FileStamp stamp, String fingerprint) throws IOException {
      Ordinals repeated = keys.repeated();
      return new RecordScan(
          format,
          fields,
          stamp,
          fingerprint,
          offsets,
          repeated,
          dimensions.stream().map(Look::usual).toList(),
          keys.count(),
          findings(repeated));
    }

    /** The one that most have, of several the smallest. */
    private static int usual(Map<Integer, Long> counts) {
      int usual = 0;
      long most = 0;
      for (Map.Entry<Integer, Long> entry : counts.entrySet()) {
        boolean more = entry.getValue() > most;
        if (more || (entry.getValue() == most && entry.getKey() < usual)) {
          most = entry.getValue();
          usual = entry.getKey();
        }
      }
      return usual;
    }

    private List<Finding> findings(Ordinals repeated) {
      List<Finding> findings = new ArrayList<>(format.findings());
      if (cutOff) {
        findings.add(
            Finding.error(
                "records.cut.off",
                "the last record is cut off, so more may be missing. Restore the file from a"
                    + " backup, or remove what is left of that record"));
      } else if (malformed > 0 && format.isOneValue()) {
        findings.add(
            Finding.error(
                "records.malformed",
                "malformed records: %d, so where others begin is in doubt. Check the file"
                    .formatted(malformed)));
      }
      warn(findings, "refused", "that cannot be read", refused, "refused");
      warn(findings, "ids.missing", "without id", missingIds, "called by file and number");
      warn(findings, "ids.repeated", "with the id of an earlier one", repeated.size(), "refused");
      for (int i = 0; i < without.length; i++) {
        String what = "without '" + fields.vectors().get(i).field() + "'";
        warn(findings, "vectors.missing", what, without[i], "moved without one");
      }
      return findings;
    }

    private static void warn(
        List<Finding> findings, String code, String what, long count, String done) {
      if (count > 0) {
        findings.add(
            Finding.warning("records." + code, "records %s: %d, %s".formatted(what, count, done)));
      }
    }
  }
}
