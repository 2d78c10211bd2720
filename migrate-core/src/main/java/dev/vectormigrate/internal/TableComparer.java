package dev.vectormigrate.internal;

import dev.vectormigrate.Comparison.TableComparison;
import dev.vectormigrate.PlanDescription;
import dev.vectormigrate.RowDifference;
import dev.vectormigrate.RowDifference.Change;
import dev.vectormigrate.RowDifference.ColumnDifference;
import dev.vectormigrate.RowDifference.Kind;
import dev.vectormigrate.internal.RecordSorter.Records;
import dev.vectormigrate.model.Digest;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.spi.Batch;
import dev.vectormigrate.spi.Checkpoint;
import dev.vectormigrate.spi.LiveTable;
import dev.vectormigrate.spi.Reject;
import dev.vectormigrate.spi.RejectedRowException;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.TableSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Compares the rows that a plan has for a table with those that are live. One pass over both sides
 * sorts hashes of keys and of rows, and joins them. Only where rows differ, another pass takes the
 * fingerprints of these, to say what differs. Used once, by one thread.
 */
final class TableComparer {

  /** Rows of each kind that are named in findings. */
  static final int MOST_NAMED = 10;

  private static final long SORTED_IN_MEMORY = 12 << 20;
  private static final int BITS_FOR_FEW = 1 << 16;
  private static final int BITS_FOR_ALL = 1 << 26;
  private static final String UNREADABLE = "!";

  private final PlanDescription plan;
  private final TableSpec table;
  private final List<PlannedDataset> datasets;
  private final ComparedVectors vectors;
  private final Optional<LiveTable> live;
  private final Path scratch;
  private final ProgressMeter meter;
  private final Optional<Consumer<RowDifference>> each;

  private final Schema schema;
  private final RowHasher hasher = new RowHasher();
  private final Ownership ownership;
  private final KeyFilter differing;
  private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
  private final Map<Kind, Long> explained = new EnumMap<>(Kind.class);
  private final Map<Kind, List<RowDifference>> named = new EnumMap<>(Kind.class);
  private final List<Checkpoint> totals = new ArrayList<>();
  private Digest sameDigest = Digest.NONE;
  private long same;
  private long others;
  private long sourceRows;
  private long targetRows;
  private long withoutKey;

  /**
   * @param datasets those that go into the table
   * @param vectors those of the datasets' texts
   * @param live empty if there is no such table
   * @param scratch a folder for temporary files
   * @param each is told all differences; if absent, only those are looked into that are named
   */
  TableComparer(
      PlanDescription plan,
      TableSpec table,
      List<PlannedDataset> datasets,
      ComparedVectors vectors,
      Optional<LiveTable> live,
      Path scratch,
      ProgressMeter meter,
      Optional<Consumer<RowDifference>> each) {
    this.plan = plan;
    this.table = table;
    this.datasets = datasets;
    this.vectors = vectors;
    this.live = live;
    this.scratch = scratch;
    this.meter = meter;
    this.each = each;
    schema = live.map(LiveTable::schema).orElse(table.schema());
    ownership =
        new Ownership(table.tenancy(), datasets.stream().map(PlannedDataset::mapper).toList());
    differing = new KeyFilter(each.isPresent() ? BITS_FOR_ALL : BITS_FOR_FEW);
  }

  /** Takes the rejects of a dataset. */
  interface Rejects extends BiConsumer<PlannedDataset, Reject> {}

  /** Compares, and tells what differs. */
  void compare(Rejects rejects) {
    pass(false, rejects, new Counting());
    if (!counts.isEmpty()) {
      pass(true, (dataset, reject) -> {}, new Explaining());
    }
  }

  /** What was read of each dataset, in order. */
  List<Checkpoint> totals() {
    return totals;
  }

  TableComparison counted() {
    return new TableComparison(
        table.name().toString(),
        sourceRows,
        targetRows,
        same,
        count(Kind.DIFFERENT),
        count(Kind.MISSING),
        count(Kind.EXTRA),
        count(Kind.DUPLICATE),
        others,
        withoutKey);
  }

  private long count(Kind kind) {
    return counts.getOrDefault(kind, 0L);
  }

  /** Over the rows that are the same on both sides. */
  Digest sameDigest() {
    return sameDigest;
  }

  /** The first rows of a kind. */
  List<RowDifference> named(Kind kind) {
    return named.getOrDefault(kind, List.of());
  }

  /** Whether the second look found other differences than the first. */
  boolean changedMeanwhile() {
    return each.isPresent()
        ? !explained.equals(counts)
        : counts.keySet().stream()
            .anyMatch(kind -> named(kind).size() < Math.min(MOST_NAMED, count(kind)));
  }

  private void pass(boolean explain, Rejects rejects, RowJoin.Found found) {
    try (RecordSorter source = new RecordSorter(scratch, SORTED_IN_MEMORY);
        RecordSorter target = new RecordSorter(scratch, SORTED_IN_MEMORY)) {
      for (PlannedDataset dataset : datasets) {
        Checkpoint total =
            Failures.atSource(dataset.where(), () -> read(dataset, explain, rejects, source));
        if (!explain) {
          totals.add(total);
        }
      }
      if (live.isPresent()) {
        Failures.doAtTarget(plan.target().name(), () -> read(live.orElseThrow(), explain, target));
      }
      join(source, target, found);
    } catch (IOException e) {
      throw Failures.target("temporary files in " + scratch.getParent(), e);
    }
  }

  private static void join(RecordSorter source, RecordSorter target, RowJoin.Found found)
      throws IOException {
    try (Records one = source.sorted();
        Records other = target.sorted()) {
      new RowJoin(one, other, found).run();
    }
  }

  private Checkpoint read(
      PlannedDataset dataset, boolean explain, Rejects rejects, RecordSorter sorter)
      throws Exception {
    return new WholeDataset(plan, dataset, vectors.supply(dataset))
        .read(
            (batch, rows, bytes) -> {
              take(batch, explain, sorter);
              batch.rejects().forEach(reject -> rejects.accept(dataset, reject));
              meter.add(table.name().toString(), rows, bytes);
            });
  }

  private void take(Batch batch, boolean explain, RecordSorter sorter) throws IOException {
    for (Row row : batch.rows()) {
      if (!explain) {
        ownership.saw(row);
        sourceRows++;
      }
      add(projected(row), true, explain, sorter);
    }
  }

  private void read(LiveTable from, boolean explain, RecordSorter sorter) throws Exception {
    try (RowReader reader = from.read()) {
      boolean more = true;
      while (more) {
        more = readRow(reader, explain, sorter);
      }
    }
  }

  private boolean readRow(RowReader reader, boolean explain, RecordSorter sorter) throws Exception {
    try {
      Row row = reader.next();
      if (row == null) {
        return false;
      }
      add(row, ownership.answersFor(row), explain, sorter);
      if (!explain) {
        targetRows++;
        withoutKey += hasKey(row) ? 0 : 1;
      }
    } catch (RejectedRowException e) {
      addUnreadable(e, explain, sorter);
      targetRows += explain ? 0 : 1;
    }
    return true;
  }

  /** A row of the source, with those columns alone that the live table has. */
  private Row projected(Row row) {
    if (row.schema().size() == schema.size()) {
      return row;
    }
    List<Field> fields = new ArrayList<>();
    @Nullable Object[] values = new Object[schema.size()];
    for (int i = 0; i < values.length; i++) {
      int index = row.schema().indexOf(schema.field(i).name());
      fields.add(row.schema().field(index));
      values[i] = row.value(index);
    }
    return Row.of(new Schema(fields, schema.key()), values);
  }

  private boolean hasKey(Row row) {
    List<String> key = row.schema().key();
    return !key.isEmpty() && key.stream().allMatch(column -> row.value(column) != null);
  }

  private void add(Row row, boolean counts, boolean explain, RecordSorter sorter)
      throws IOException {
    Digest content = hasher.hash(row);
    String id = row.schema().key().isEmpty() ? "" : row.id();
    Digest key = hasKey(row) ? hasher.hash((Object) id) : content;
    if (!explain) {
      sorter.add(new ComparedRow(key, content, counts, "", "").shortRecord());
    } else if (differing.mayContain(key)) {
      sorter.add(new ComparedRow(key, content, counts, id, RowFingerprint.of(row)).record());
    }
  }

  private void addUnreadable(RejectedRowException row, boolean explain, RecordSorter sorter)
      throws IOException {
    Digest key = hasher.hash((Object) row.id());
    String fingerprint = UNREADABLE + row.reason();
    Digest content = hasher.hash((Object) fingerprint);
    if (!explain) {
      sorter.add(new ComparedRow(key, content, true, "", "").shortRecord());
    } else if (differing.mayContain(key)) {
      sorter.add(new ComparedRow(key, content, true, row.id(), fingerprint).record());
    }
  }

  /** The first pass: counts, and remembers the keys to look into. */
  private final class Counting implements RowJoin.Found {

    @Override
    public void same(byte[] row) {
      same++;
      sameDigest = sameDigest.plus(ComparedRow.parse(row).content());
    }

    @Override
    public void other() {
      others++;
    }

    @Override
    public void differs(Kind kind, byte @Nullable [] source, byte @Nullable [] target) {
      long before = counts.merge(kind, 1L, Long::sum) - 1;
      if (each.isPresent() || before < MOST_NAMED) {
        differing.add(ComparedRow.parse(first(source, target)).key());
      }
    }
  }

  private static byte[] first(byte @Nullable [] source, byte @Nullable [] target) {
    return source != null ? source : Objects.requireNonNull(target);
  }

  /** The second pass: says what differs. */
  private final class Explaining implements RowJoin.Found {

    @Override
    public void same(byte[] row) {}

    @Override
    public void other() {}

    @Override
    public void differs(Kind kind, byte @Nullable [] source, byte @Nullable [] target) {
      RowDifference difference =
          new RowDifference(
              table.name().toString(),
              ComparedRow.parse(first(source, target)).id(),
              kind,
              columns(source, target));
      explained.merge(kind, 1L, Long::sum);
      List<RowDifference> ofKind = named.computeIfAbsent(kind, k -> new ArrayList<>());
      if (ofKind.size() < MOST_NAMED) {
        ofKind.add(difference);
      }
      each.ifPresent(consumer -> consumer.accept(difference));
    }
  }

  private static List<ColumnDifference> columns(
      byte @Nullable [] source, byte @Nullable [] target) {
    if (source == null || target == null) {
      return List.of();
    }
    String now = ComparedRow.parse(target).fingerprint();
    return now.startsWith(UNREADABLE)
        ? List.of(new ColumnDifference(unreadableColumn(now), Change.UNREADABLE, "", ""))
        : RowFingerprint.changes(ComparedRow.parse(source).fingerprint(), now);
  }

  /** Out of {@code column 'name': reason}. */
  private static String unreadableColumn(String fingerprint) {
    int from = fingerprint.indexOf('\'') + 1;
    int to = fingerprint.indexOf("': ", from);
    return from > 0 && to > 0 ? fingerprint.substring(from, to) : "";
  }
}
