package dev.vectormigrate.sources.chroma;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The folder of one vector segment; named like the segment. Immutable.
 *
 * @param folder where the files are, if there are any
 */
record HnswFiles(Path folder) {

  /** What reading needs; {@code link_lists.bin} is not among it and may be absurdly large. */
  static final List<String> NAMES =
      List.of("header.bin", "data_level0.bin", "length.bin", "index_metadata.pickle");

  Path header() {
    return folder.resolve("header.bin");
  }

  Path elements() {
    return folder.resolve("data_level0.bin");
  }

  /** One float an element: the vector's length in the cosine space, garbage in the others. */
  Path lengths() {
    return folder.resolve("length.bin");
  }

  Path pickle() {
    return folder.resolve("index_metadata.pickle");
  }

  boolean hasHeader() {
    return Files.exists(header());
  }

  boolean hasPickle() {
    return Files.exists(pickle());
  }

  /** The header, after a check that the other files are as long as it says. */
  HnswHeader readHeader(DistanceSpace space) throws IOException {
    HnswHeader header = HnswHeader.read(header());
    requireLength(elements(), header.count(), header.elementSize());
    if (space == DistanceSpace.COSINE) {
      requireLength(lengths(), header.count(), Float.BYTES);
    }
    return header;
  }

  private static void requireLength(Path file, long count, long elementSize) throws IOException {
    if (!Files.exists(file)) {
      throw new IOException(
          file + ": missing, expected beside header.bin. Restore the whole directory");
    }
    long size = Files.size(file);
    if (size / elementSize < count) {
      throw new IOException(
          ("%s: %d bytes, expected at least %d for %d elements. The file is cut off; restore it"
                  + " from a backup")
              .formatted(file, size, count * elementSize, count));
    }
  }
}
