package dev.vectormigrate.sources.lightrag;

import dev.vectormigrate.sources.files.FileStamp;
import dev.vectormigrate.sources.files.Ordinals;
import dev.vectormigrate.sources.files.RecordOffsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one look through a key-value file found.
 *
 * @param stamp of the file then
 * @param fingerprint of all of it
 * @param records where they are
 * @param repeated records with the key of an earlier one
 * @param oversized records too large to be read as a whole
 * @param sections where records are nested by mode, ascending; none in all but old caches
 */
record KeyValueScan(
    FileStamp stamp,
    String fingerprint,
    RecordOffsets records,
    Ordinals repeated,
    Ordinals oversized,
    List<Section> sections) {

  KeyValueScan {
    sections = List.copyOf(sections);
  }

  /**
   * Records from one on up to the next section.
   *
   * @param first the first of them
   * @param mode under which they are nested, null where they are not
   */
  record Section(long first, @Nullable String mode) {}

  long count() {
    return records.count();
  }

  /** The mode under which a record is nested, null where it is not. */
  @Nullable String modeOf(long ordinal) {
    String mode = null;
    for (Section section : sections) {
      if (section.first() > ordinal) {
        break;
      }
      mode = section.mode();
    }
    return mode;
  }
}
