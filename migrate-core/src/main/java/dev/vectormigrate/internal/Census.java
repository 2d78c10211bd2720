package dev.vectormigrate.internal;

import dev.vectormigrate.model.Digest;
import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Finding;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.spi.TableEstimate;
import dev.vectormigrate.spi.TableEstimate.Needs;
import dev.vectormigrate.spi.TableSpec;
import dev.vectormigrate.spi.WriteMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a preview finds out about the rows that a table would get: whose they are, which keys occur
 * twice, which vectors no search would find, how much space they take. Memory is bounded: keys go
 * through scratch files. A resource of one thread.
 */
final class Census implements AutoCloseable {

  private static final long MOST_BYTES = 8 << 20;
  private static final int KEY_BYTES = 16;
  private static final int MOST_OF_ID = 200;
  private static final int MOST_SHOWN = 3;

  private final TableSpec table;
  private final Optional<TableEstimate> estimate;
  private final TenantCounts tenants;
  private final RecordSorter keys;
  private final RowHasher hasher = new RowHasher();
  private final List<String> zeros = new ArrayList<>();
  private long zeroVectors;
  private long rows;

  /**
   * @param estimate what the target thinks of the rows; empty if it can't say
   * @param scratch a folder for scratch files
   */
  Census(TableSpec table, Optional<TableEstimate> estimate, Path scratch) {
    this.table = table;
    this.estimate = estimate;
    tenants = new TenantCounts(table);
    keys = new RecordSorter(scratch, MOST_BYTES);
  }

  void add(Row row) throws IOException {
    rows++;
    tenants.count(row);
    estimate.ifPresent(sum -> sum.add(row));
    if (!row.schema().key().isEmpty()) {
      keys.add(key(row.id()));
    }
    for (int i = 0; i < row.schema().size(); i++) {
      if (isUnfindable(row.schema().field(i), row.value(i))) {
        zeroVectors++;
        note(zeros, row.id());
      }
    }
  }

  /** Leaves the memory to others while no rows come. */
  void rest() throws IOException {
    keys.rest();
  }

  private static void note(List<String> ids, String id) {
    if (ids.size() < MOST_SHOWN) {
      ids.add(id);
    }
  }

  private static boolean isUnfindable(Field field, @Nullable Object value) {
    FieldType type = field.type();
    boolean byAngle = type.distance() == null || type.distance() == Distance.COSINE;
    return type.kind().isDense() && byAngle && value instanceof Vector vector && vector.norm() == 0;
  }

  private byte[] key(String id) {
    Digest hash = hasher.hash((Object) id);
    byte[] text = id.getBytes(StandardCharsets.UTF_8);
    int kept = Math.min(text.length, MOST_OF_ID);
    return ByteBuffer.allocate(KEY_BYTES + kept)
        .putLong(hash.high())
        .putLong(hash.low())
        .put(text, 0, kept)
        .array();
  }

  /** The table. */
  TableSpec table() {
    return table;
  }

  /** How many rows each tenant has. */
  Map<String, Long> tenants() {
    return tenants.counts();
  }

  /** What the rows would take in the target; empty where it can't say. */
  Optional<Needs> needs() {
    return estimate.map(TableEstimate::needs);
  }

  /** What there is to say about the rows. */
  List<Finding> findings() throws IOException {
    List<Finding> findings = new ArrayList<>();
    duplicates().ifPresent(findings::add);
    if (zeroVectors > 0) {
      findings.add(
          Finding.warning(
              "vector.zero",
              "Table %s: %s × vector of length 0 (%s). It has no angle to others: a search by cosine does not find it."
                  .formatted(table.name(), count(zeroVectors), quoted(zeros))));
    }
    needs().ifPresent(needed -> findings.add(space(needed)));
    return findings;
  }

  private Finding space(Needs needed) {
    return Finding.info(
        "estimate.space",
        "Table %s: about %s for its rows (%s): %s in the table, %s of large values beside it, %s in indexes."
            .formatted(
                table.name(),
                size(needed.bytes()),
                count(rows),
                size(needed.rows()),
                size(needed.aside()),
                size(needed.indexes())));
  }

  private Optional<Finding> duplicates() throws IOException {
    long repeated = 0;
    List<String> ids = new ArrayList<>();
    try (RecordSorter.Records sorted = keys.sorted()) {
      byte[] last = {};
      for (byte[] next = sorted.next(); next != null; next = sorted.next()) {
        if (isSameKey(last, next)) {
          repeated++;
          note(ids, new String(next, KEY_BYTES, next.length - KEY_BYTES, StandardCharsets.UTF_8));
        }
        last = next;
      }
    }
    return repeated == 0 ? Optional.empty() : Optional.of(duplicates(repeated, ids));
  }

  private static boolean isSameKey(byte[] a, byte[] b) {
    return a.length >= KEY_BYTES && Arrays.equals(a, 0, KEY_BYTES, b, 0, KEY_BYTES);
  }

  private Finding duplicates(long repeated, List<String> ids) {
    String message =
        "Table %s: %s × key %s that another row has, too (%s)."
            .formatted(table.name(), count(repeated), table.schema().key(), quoted(ids));
    boolean resolved =
        table.mode().kind() == WriteMode.Kind.DIRECT
            && table.mode().onConflict() != WriteMode.OnConflict.FAIL;
    return resolved
        ? Finding.warning("key.duplicate", message)
        : Finding.error(
            "key.duplicate",
            message + " Add a column that tells them apart to the key, such as a tenant.");
  }

  private static String quoted(List<String> ids) {
    return String.join(", ", ids.stream().distinct().map(id -> "'" + id + "'").toList());
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String size(long bytes) {
    return bytes < 1_000_000
        ? String.format(Locale.ROOT, "%,d kB", bytes / 1_000)
        : String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6);
  }

  @Override
  public void close() throws IOException {
    keys.close();
  }
}
