package dev.vectormigrate.sources.inmemory;

import dev.vectormigrate.sources.files.Ordinals;
import dev.vectormigrate.sources.files.RecordOffsets;
import dev.vectormigrate.sources.numpy.IdHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Tells records apart whose id an earlier one has: {@code id#ordinal}. Few can be, so what they
 * would be called fits in memory.
 */
final class Collisions {

  private Collisions() {}

  /** How a record is told apart. */
  static String toldApart(String id, long ordinal) {
    return id + "#" + ordinal;
  }

  /** Those of the repeated records that would be called as another record of the file is. */
  static Ordinals of(Path file, StoreFormat format, RecordOffsets records, Ordinals repeated)
      throws IOException {
    Map<ByteBuffer, Long> names = new HashMap<>();
    IdHash hash = new IdHash();
    forEachId(
        file,
        format,
        records,
        repeated,
        (ordinal, id) -> {
          if (repeated.contains(ordinal)) {
            names.put(ByteBuffer.wrap(hash.of(toldApart(id, ordinal))), ordinal);
          }
        });
    TreeSet<Long> colliding = new TreeSet<>();
    forEachId(
        file,
        format,
        records,
        repeated,
        (ordinal, id) -> {
          Long other = names.get(ByteBuffer.wrap(hash.of(id)));
          if (other != null) {
            colliding.add(other);
          }
        });
    Ordinals.Builder ordinals = new Ordinals.Builder();
    colliding.forEach(ordinals::add);
    return ordinals.build();
  }

  private interface IdConsumer {
    void accept(long ordinal, String id);
  }

  private static void forEachId(
      Path file, StoreFormat format, RecordOffsets records, Ordinals repeated, IdConsumer consumer)
      throws IOException {
    if (repeated.size() == 0) {
      return;
    }
    try (RecordCursor cursor = RecordCursor.before(file, format, records, 0)) {
      for (long ordinal = 0; ordinal < records.count(); ordinal++) {
        String key = cursor.next();
        @Nullable String id = StoredRecord.outline(cursor.parser(), format).id();
        String name = key == null ? id : key;
        if (name != null) {
          consumer.accept(ordinal, name);
        }
      }
    }
  }
}
