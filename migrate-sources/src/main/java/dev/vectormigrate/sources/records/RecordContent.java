package dev.vectormigrate.sources.records;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a record holds, as far as it could be read.
 *
 * @param key what the record is called outside of it; null where it is not
 * @param members its keys and values; an array where a vector may be is a {@link Components}
 * @param problem why it cannot be moved, without any value; null where it can
 * @param malformed whether its bytes are not of the format at all
 */
record RecordContent(
    @Nullable String key,
    Map<String, @Nullable Object> members,
    @Nullable String problem,
    boolean malformed) {

  static RecordContent refused(String problem) {
    return new RecordContent(null, new LinkedHashMap<>(), problem, false);
  }

  static RecordContent malformed(String problem) {
    return new RecordContent(null, new LinkedHashMap<>(), problem, true);
  }
}
