package dev.vectormigrate.sources.chroma;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * The directory with the folders of the vector segments.
 *
 * @param directory Chroma's own or a private copy
 */
record HnswRoot(Path directory) {

  private static final Pattern SEGMENT = Pattern.compile("[0-9a-fA-F-]{1,64}");

  /** The folder of a segment; its name comes from the database and must not lead elsewhere. */
  HnswFiles segment(String id) throws IOException {
    if (!SEGMENT.matcher(id).matches()) {
      throw new IOException("segment '" + id + "': not a UUID, expected one");
    }
    return new HnswFiles(directory.resolve(id));
  }
}
