package dev.vectormigrate.sources.nanovectordb;

/**
 * Where a file holds the matrix: base64 of little-endian single precision floats, row after row.
 *
 * @param offset of its first character, in bytes
 * @param characters how many there are
 * @param bytes how many bytes they stand for; of a matrix that is cut off, those that are whole
 * @param whole false where the file ends inside it
 */
record MatrixText(long offset, long characters, long bytes, boolean whole) {

  /** What a file without any matrix has. */
  static final MatrixText EMPTY = new MatrixText(0, 0, 0, true);

  static MatrixText cutOff(long offset, long characters) {
    return new MatrixText(offset, characters, characters / 4 * 3, false);
  }
}
