package dev.vectormigrate.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vectormigrate.MigrationPlan;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.spi.Batch;
import dev.vectormigrate.spi.Checkpoint;
import dev.vectormigrate.spi.Split;
import dev.vectormigrate.testkit.Docs;
import dev.vectormigrate.testkit.InMemoryTarget;
import dev.vectormigrate.testkit.ScriptedSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ReadAheadTest {

  private static final String NAME = "read-ahead-test";

  private final ScriptedSource source = ScriptedSource.of(Docs.rows(20));

  private ReadAhead<Batch> readAhead() throws Exception {
    MigrationPlan plan =
        MigrationPlan.builder("m")
            .from(source)
            .into(InMemoryTarget.empty())
            .eachDataset(d -> d.rename("text", "text"))
            .batchRows(1)
            .build();
    PlannedDataset dataset = Planner.plan(plan, List.of(source.open())).datasets().get(0);
    return new ReadAhead<>(
        new BatchReader(
            dataset,
            new Split("0-20"),
            Checkpoint.START,
            plan.target(),
            plan.settings(),
            VectorSupply.none()),
        NAME);
  }

  @AfterEach
  void no_thread_and_no_reader_is_left() {
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain(NAME);
    assertThat(source.openResources()).as("only the session").isEqualTo(1);
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void gives_every_batch_in_order_and_null_at_the_end() throws Exception {
    List<Row> rows = new ArrayList<>();
    try (ReadAhead<Batch> batches = readAhead()) {
      for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
        rows.addAll(batch.rows());
      }
    }

    assertThat(rows).isEqualTo(Docs.rows(20));
  }

  @Test
  void a_failure_is_thrown_where_its_batch_would_have_been() throws Exception {
    IOException failure = new IOException("broken");
    source.before(2, ScriptedSource.failing(1, failure));

    try (ReadAhead<Batch> batches = readAhead()) {
      assertThat(batches.next()).isNotNull();
      assertThat(batches.next()).isNotNull();
      assertThatThrownBy(batches::next).isSameAs(failure);
    }
  }

  @Test
  void an_error_is_thrown_as_it_is() throws Exception {
    AssertionError error = new AssertionError("broken");
    source.before(
        0,
        () -> {
          throw error;
        });

    try (ReadAhead<Batch> batches = readAhead()) {
      assertThatThrownBy(batches::next).isSameAs(error);
    }
  }

  @Test
  void close_ends_a_thread_that_waits_for_its_batch_to_be_taken() throws Exception {
    CountDownLatch secondBatch = new CountDownLatch(1);
    source.before(1, secondBatch::countDown);

    try (ReadAhead<Batch> batches = readAhead()) {
      secondBatch.await();
      assertThat(batches).isNotNull();
    }
  }

  @Test
  void close_ends_a_thread_that_waits_for_the_source() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    source.before(
        0,
        () -> {
          reading.countDown();
          new CountDownLatch(1).await();
        });

    try (ReadAhead<Batch> batches = readAhead()) {
      reading.await();
      assertThat(batches).isNotNull();
    }
  }

  @Test
  void close_ends_a_thread_that_has_failed_unheard() throws Exception {
    source.before(1, ScriptedSource.failing(1, new IOException("broken")));

    readAhead().close();
  }

  @Test
  void close_by_an_interrupted_thread_leaves_it_interrupted() throws Exception {
    ReadAhead<Batch> batches = readAhead();
    Thread.currentThread().interrupt();

    batches.close();

    assertThat(Thread.interrupted()).isTrue();
  }
}
