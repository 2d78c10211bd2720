package dev.vectormigrate.sources.inmemory;

import dev.vectormigrate.model.Finding;
import dev.vectormigrate.sources.files.FileStamp;
import dev.vectormigrate.sources.files.Ordinals;
import dev.vectormigrate.sources.files.RecordOffsets;
import dev.vectormigrate.sources.json.VectorTally;
import java.util.ArrayList;
import java.util.List;

/**
 * What one look through a file found.
 *
 * @param stamp of the file then
 * @param fingerprint of all of it
 * @param records where they are
 * @param oversized records too large to be read as a whole
 * @param repeated records with the id of an earlier one
 * @param colliding those of them whose id cannot be told apart by their ordinal either
 * @param vectors their vectors
 */
record StoreScan(
    FileStamp stamp,
    String fingerprint,
    RecordOffsets records,
    Ordinals oversized,
    Ordinals repeated,
    Ordinals colliding,
    VectorTally vectors) {

  long count() {
    return records.count();
  }

  List<Finding> findings(String prefix) {
    List<Finding> findings = new ArrayList<>(vectors.findings(prefix));
    int toldApart = repeated.size() - colliding.size();
    if (toldApart > 0) {
      findings.add(
          Finding.warning(
              prefix + ".ids.repeated",
              "records with the id of an earlier one: %d, told apart by # and their number"
                  .formatted(toldApart)));
    }
    if (colliding.size() > 0) {
      findings.add(
          Finding.warning(
              prefix + ".ids.refused",
              "records with the id of an earlier one: %d, refused".formatted(colliding.size())));
    }
    return findings;
  }
}
