package dev.vectormigrate.sources.nanovectordb;

import dev.vectormigrate.sources.files.FileStamp;
import dev.vectormigrate.sources.files.Ordinals;
import dev.vectormigrate.sources.files.RecordOffsets;

/**
 * What one look through a file found.
 *
 * @param stamp of the file then
 * @param fingerprint of all of it
 * @param records where they are
 * @param repeated records with the id of an earlier one
 * @param oversized records too large to be read as a whole
 * @param dimension what the file says its vectors' is, 0 where it does not
 * @param copyDimension that of the first vector that a record holds itself, 0 where none does
 * @param matrix where the vectors are
 * @param cutOff whether the file ends too early
 * @param additionalData whether the file holds data of the application beside the records
 */
record VectorScan(
    FileStamp stamp,
    String fingerprint,
    RecordOffsets records,
    Ordinals repeated,
    Ordinals oversized,
    int dimension,
    int copyDimension,
    MatrixText matrix,
    boolean cutOff,
    boolean additionalData) {

  /** More than any embedding model has, by far. */
  static final int MOST_DIMENSION = 1 << 16;

  long count() {
    return records.count();
  }
}
