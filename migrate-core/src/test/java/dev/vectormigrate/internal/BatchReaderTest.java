package dev.vectormigrate.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.RetryPolicy;
import dev.vectormigrate.model.Digest;
import dev.vectormigrate.model.Field;
import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Schema;
import dev.vectormigrate.spi.Batch;
import dev.vectormigrate.spi.Checkpoint;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.Reject;
import dev.vectormigrate.spi.Sample;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.Split;
import dev.vectormigrate.spi.TransientException;
import dev.vectormigrate.testkit.Docs;
import dev.vectormigrate.testkit.InMemoryTarget;
import dev.vectormigrate.testkit.ScriptedSource;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchReaderTest {

  private static final RetryPolicy THREE_TRIES = new RetryPolicy(3, Duration.ZERO, Duration.ZERO);

  private static BatchReader reader(
      ScriptedSource source, int rows, int bytes, Checkpoint from, Split split) throws Exception {
    MigrationPlan plan =
        MigrationPlan.builder("m")
            .from(source)
            .into(InMemoryTarget.empty())
            .eachDataset(d -> d.rename("text", "text"))
            .batchRows(rows)
            .batchBytes(bytes)
            .retry(THREE_TRIES)
            .build();
    SourceSession session = source.open();
    PlannedDataset dataset = Planner.plan(plan, List.of(session)).datasets().get(0);
    return new BatchReader(
        dataset, split, from, plan.target(), plan.settings(), VectorSupply.none());
  }

  private static BatchReader reader(ScriptedSource source, int rows, int bytes) throws Exception {
    return reader(source, rows, bytes, Checkpoint.START, new Split("0-20"));
  }

  private static List<Batch> batches(BatchReader reader) throws Exception {
    List<Batch> batches = new ArrayList<>();
    try (reader) {
      for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
        batches.add(batch);
      }
      assertThat(reader.next()).isNull();
    }
    return batches;
  }

  private static List<Row> rows(List<Batch> batches) {
    return batches.stream().flatMap(batch -> batch.rows().stream()).toList();
  }

  private static Checkpoint last(List<Batch> batches) {
    return batches.get(batches.size() - 1).after();
  }

  private static Digest digest(List<Row> rows) {
    RowHasher hasher = new RowHasher();
    return rows.stream().map(hasher::hash).reduce(Digest.NONE, Digest::plus);
  }

  private static long bytes(List<Row> rows) {
    RowHasher hasher = new RowHasher();
    long bytes = 0;
    for (Row row : rows) {
      hasher.hash(row);
      bytes += hasher.size();
    }
    return bytes;
  }

  @Test
  void batches_end_at_the_limit_of_rows() throws Exception {
    List<Batch> batches = batches(reader(ScriptedSource.of(Docs.rows(20)), 8, 1 << 20));

    assertThat(batches).extracting(batch -> batch.rows().size()).containsExactly(8, 8, 4);
    assertThat(batches)
        .extracting(batch -> batch.after().done())
        .containsExactly(false, false, true);
    assertThat(rows(batches)).isEqualTo(Docs.rows(20));
  }

  @Test
  void a_split_that_ends_with_a_full_batch_is_done_by_an_empty_one() throws Exception {
    List<Batch> batches = batches(reader(ScriptedSource.of(Docs.rows(20)), 10, 1 << 20));

    assertThat(batches).extracting(batch -> batch.rows().size()).containsExactly(10, 10, 0);
    assertThat(batches.get(1).after().done()).isFalse();
    assertThat(batches.get(2).after())
        .isEqualTo(
            new Checkpoint(
                new Position("20"), 20, 20, 0, bytes(Docs.rows(20)), digest(Docs.rows(20)), true));
  }

  @Test
  void an_empty_split_is_done_by_one_empty_batch() throws Exception {
    ScriptedSource source = ScriptedSource.of(Docs.rows(20));

    List<Batch> batches = batches(reader(source, 10, 99, Checkpoint.START, new Split("5-5")));

    assertThat(batches)
        .containsExactly(
            new Batch(
                List.of(),
                List.of(),
                List.of(),
                new Checkpoint(Position.START, 0, 0, 0, 0, Digest.NONE, true)));
  }

  @Test
  void a_batch_ends_with_the_row_that_reaches_the_limit_of_bytes() throws Exception {
    int three = (int) bytes(Docs.rows(3));

    assertThat(batches(reader(ScriptedSource.of(Docs.rows(20)), 99, three)).get(0).rows())
        .hasSize(3);
    assertThat(batches(reader(ScriptedSource.of(Docs.rows(20)), 99, three + 1)).get(0).rows())
        .hasSize(4);
  }

  @Test
  void a_row_larger_than_the_limit_is_a_batch() throws Exception {
    List<Batch> batches = batches(reader(ScriptedSource.of(Docs.rows(20)), 99, 1));

    assertThat(batches).hasSize(21);
    assertThat(rows(batches)).isEqualTo(Docs.rows(20));
  }

  @Test
  void refused_rows_are_counted_and_kept_with_their_position_and_reason() throws Exception {
    ScriptedSource source =
        ScriptedSource.of(Docs.rows(20)).refusing(0, "no").refusing(9, "never").refusing(19, "end");

    List<Batch> batches = batches(reader(source, 10, 1 << 20));

    List<Row> moved =
        IntStream.range(0, 20)
            .filter(i -> i != 0 && i != 9 && i != 19)
            .mapToObj(Docs::row)
            .toList();
    List<Reject> rejects = batches.stream().flatMap(batch -> batch.rejects().stream()).toList();
    assertThat(rejects)
        .containsExactly(
            new Reject("id-0", new Position("1"), "no"),
            new Reject("id-9", new Position("10"), "never"),
            new Reject("id-19", new Position("20"), "end"));
    assertThat(rows(batches)).isEqualTo(moved);
    assertThat(last(batches))
        .isEqualTo(
            new Checkpoint(new Position("20"), 20, 17, 3, bytes(moved), digest(moved), true));
  }

  @Test
  void refused_rows_alone_fill_a_batch_too() throws Exception {
    ScriptedSource source = ScriptedSource.of(Docs.rows(20));
    IntStream.range(0, 20).forEach(i -> source.refusing(i, "no"));

    List<Batch> batches = batches(reader(source, 8, 1 << 20));

    assertThat(batches).extracting(batch -> batch.rejects().size()).containsExactly(8, 8, 4);
    assertThat(last(batches))
        .isEqualTo(new Checkpoint(new Position("20"), 20, 0, 20, 0, Digest.NONE, true));
  }

  @Test
  void going_on_after_any_batch_gives_the_same_rows_and_checkpoint() throws Exception {
    for (int size = 1; size <= 21; size++) {
      ScriptedSource source = ScriptedSource.of(Docs.rows(20)).refusing(4, "no").refusing(5, "no");
      List<Batch> whole = batches(reader(source, size, 1 << 20));
      for (int stop = 1; stop < whole.size(); stop++) {
        List<Batch> resumed =
            batches(reader(source, 3, 1 << 20, whole.get(stop - 1).after(), new Split("0-20")));
        List<Row> all = new ArrayList<>(rows(whole.subList(0, stop)));
        all.addAll(rows(resumed));
        assertThat(all).as("size %d, stop %d", size, stop).isEqualTo(rows(whole));
        assertThat(last(resumed)).isEqualTo(last(whole));
      }
    }
  }

  @Test
  void a_split_that_is_done_has_no_batch() throws Exception {
    Checkpoint done = new Checkpoint(new Position("20"), 20, 20, 0, 9, Digest.NONE, true);
    ScriptedSource source = ScriptedSource.of(Docs.rows(20));

    assertThat(batches(reader(source, 8, 99, done, new Split("0-20")))).isEmpty();
  }

  @Test
  void a_passing_fault_opens_the_source_again_at_the_position() throws Exception {
    TransientException fault = new TransientException("reset", new IOException());
    ScriptedSource source =
        ScriptedSource.of(Docs.rows(20))
            .before(0, ScriptedSource.failing(2, fault))
            .before(7, ScriptedSource.failing(2, fault))
            .before(8, ScriptedSource.failing(2, fault))
            .before(19, ScriptedSource.failing(2, fault));

    List<Batch> batches = batches(reader(source, 5, 1 << 20));

    assertThat(rows(batches)).isEqualTo(Docs.rows(20));
    assertThat(last(batches).digest()).isEqualTo(digest(Docs.rows(20)));
    assertThat(source.openResources()).as("only the session").isEqualTo(1);
  }

  @Test
  void a_passing_fault_of_the_opening_is_tried_again_too() throws Exception {
    TransientException fault = new TransientException("reset", new IOException());
    ScriptedSource source =
        ScriptedSource.of(Docs.rows(20)).beforeRead(ScriptedSource.failing(2, fault));

    assertThat(rows(batches(reader(source, 5, 1 << 20)))).isEqualTo(Docs.rows(20));
  }

  @Test
  void a_fault_that_does_not_pass_is_thrown_after_the_last_try() throws Exception {
    TransientException fault = new TransientException("reset", new IOException());
    ScriptedSource source =
        ScriptedSource.of(Docs.rows(20)).before(7, ScriptedSource.failing(3, fault));

    try (BatchReader reader = reader(source, 5, 1 << 20)) {
      assertThat(reader.next()).isNotNull();
      assertThatThrownBy(reader::next).isSameAs(fault);
    }
    assertThat(source.openResources()).as("only the session").isEqualTo(1);
  }

  @Test
  void any_other_fault_is_thrown_at_once() throws Exception {
    IOException fault = new IOException("broken");
    ScriptedSource source =
        ScriptedSource.of(Docs.rows(20)).before(7, ScriptedSource.failing(1, fault));

    try (BatchReader reader = reader(source, 50, 1 << 20)) {
      assertThatThrownBy(reader::next).isSameAs(fault);
    }
  }

  @Test
  void every_row_of_a_small_dataset_is_sampled() throws Exception {
    List<Batch> batches = batches(reader(ScriptedSource.of(Docs.rows(20)), 8, 1 << 20));

    assertThat(batches.stream().flatMap(batch -> batch.samples().stream()))
        .containsExactlyElementsOf(
            Docs.rows(20).stream()
                .map(row -> new Sample(row.id(), RowFingerprint.of(row)))
                .toList());
  }

  @Test
  void about_a_hundred_rows_of_a_large_dataset_are_sampled_and_always_the_same() throws Exception {
    Split whole = new Split("0-20000");
    List<Row> rows = Docs.rows(20_000);

    List<Sample> first =
        samples(reader(ScriptedSource.of(rows), 99, 9999, Checkpoint.START, whole));
    List<Sample> second =
        samples(reader(ScriptedSource.of(rows), 7, 1 << 20, Checkpoint.START, whole));

    assertThat(first).hasSizeBetween(60, 160).isEqualTo(second);
  }

  private static List<Sample> samples(BatchReader reader) throws Exception {
    return batches(reader).stream().flatMap(batch -> batch.samples().stream()).toList();
  }

  @Test
  void rows_without_a_key_are_not_sampled_since_nothing_names_them() throws Exception {
    Schema unkeyed = new Schema(List.of(Field.required("n", FieldType.INTEGER)), List.of());
    List<Row> rows = IntStream.range(0, 20).mapToObj(i -> Row.of(unkeyed, (long) i)).toList();
    ScriptedSource source = ScriptedSource.of(rows);

    assertThat(samples(reader(source, 8, 1 << 20))).isEmpty();
  }
}
