package dev.vectormigrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.model.Dataset;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.spi.Position;
import dev.vectormigrate.spi.RejectedRowException;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SourceSession;
import dev.vectormigrate.spi.SourceStore;
import dev.vectormigrate.spi.Split;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The rules that every {@link SourceStore} keeps, as tests: extend it and return a store. A test is
 * named after the rule in the Javadoc of {@link SourceStore} (S1 to S3), {@link SourceSession} (S4
 * to S6) or {@link RowReader} (R1 to R5).
 *
 * <p>Not tested here, since it takes a view into the store: that building it touches nothing (S1),
 * that nothing is written at the source and a missing one is an error (S2), that memory does not
 * grow with it (S3), and that a fingerprint changes with the content.
 */
public abstract class SourceStoreContract {

  /** For the contract's own tests and those that extend it. */
  protected SourceStoreContract() {}

  /**
   * A store with the same content at every call: one dataset at least has two rows or more. Keep it
   * small: reading begins once at every position.
   */
  protected abstract SourceStore source() throws Exception;

  /** What a reader gave, row by row; a refused row is in it as its exception's text. */
  private record Step(Object outcome, Position position) {}

  private interface Check {
    void of(SourceSession session, Dataset dataset) throws Exception;
  }

  private void forEachDataset(Check check) throws Exception {
    try (SourceSession session = source().open()) {
      List<Dataset> datasets = session.datasets();
      assertThat(datasets).as("datasets").isNotEmpty();
      for (Dataset dataset : datasets) {
        check.of(session, dataset);
      }
    }
  }

  private static List<Step> steps(
      SourceSession session, Dataset dataset, Split split, Position after) throws Exception {
    List<Step> steps = new ArrayList<>();
    try (RowReader reader = session.read(dataset, split, after)) {
      for (Object outcome = next(reader); outcome != null; outcome = next(reader)) {
        steps.add(new Step(outcome, reader.position()));
      }
    }
    return steps;
  }

  private static Object next(RowReader reader) throws Exception {
    try {
      return reader.next();
    } catch (RejectedRowException e) {
      return "refused " + e.id() + ": " + e.reason();
    }
  }

  private static List<Object> outcomes(SourceSession session, Dataset dataset, int parts)
      throws Exception {
    List<Object> outcomes = new ArrayList<>();
    for (Split split : session.split(dataset, parts)) {
      steps(session, dataset, split, Position.START).forEach(step -> outcomes.add(step.outcome()));
    }
    return outcomes;
  }

  @Test
  void s4_inspection_is_repeatable() throws Exception {
    try (SourceSession session = source().open()) {
      List<Dataset> first = session.datasets();
      outcomes(session, first.get(0), 1);

      assertThat(session.datasets()).isEqualTo(first);
    }
  }

  @Test
  void s4_a_row_count_is_exact_or_absent() throws Exception {
    forEachDataset(
        (session, dataset) -> {
          int read = outcomes(session, dataset, 1).size();
          assertThat(dataset.rows().orElse(read)).as(dataset.name()).isEqualTo(read);
        });
  }

  @Test
  void s4_qualified_names_are_unique() throws Exception {
    try (SourceSession session = source().open()) {
      assertThat(session.datasets()).extracting(Dataset::qualifiedName).doesNotHaveDuplicates();
    }
  }

  @Test
  void s4_one_dataset_has_two_rows_or_more_so_that_these_tests_mean_something() throws Exception {
    List<Integer> sizes = new ArrayList<>();
    forEachDataset((session, dataset) -> sizes.add(outcomes(session, dataset, 1).size()));

    assertThat(sizes).anyMatch(size -> size >= 2);
  }

  @Test
  void fingerprint_is_stable() throws Exception {
    try (SourceSession first = source().open();
        SourceSession second = source().open()) {
      assertThat(second.datasets())
          .extracting(Dataset::fingerprint)
          .isEqualTo(first.datasets().stream().map(Dataset::fingerprint).toList())
          .allSatisfy(fingerprint -> assertThat(fingerprint).isNotEmpty().hasSizeLessThan(1_001));
    }
  }

  @Test
  void s4_nothing_has_changed_since_the_present_fingerprint() throws Exception {
    forEachDataset(
        (session, dataset) -> {
          assertThat(session.changeSince(dataset, dataset.fingerprint()))
              .isEqualTo(SourceSession.Change.NONE);
          assertThat(session.changeSince(dataset, "a fingerprint of something else"))
              .isEqualTo(SourceSession.Change.CHANGED);
        });
  }

  @Test
  void s5_splits_are_disjoint_and_cover_the_dataset() throws Exception {
    forEachDataset(
        (session, dataset) -> {
          List<Object> whole = outcomes(session, dataset, 1);
          for (int parts : new int[] {2, 3, 8, 1_000}) {
            assertThat(outcomes(session, dataset, parts))
                .as("%s in %d parts", dataset.name(), parts)
                .containsExactlyInAnyOrderElementsOf(whole);
          }
        });
  }

  @Test
  void s5_there_is_a_split_at_least_and_each_survives_text() throws Exception {
    forEachDataset(
        (session, dataset) -> {
          List<Split> splits = session.split(dataset, 3);
          assertThat(splits).isNotEmpty();
          assertThat(splits).allSatisfy(split -> assertThat(isPrintable(split.token())).isTrue());
        });
  }

  @Test
  void s5_another_session_reads_a_stored_split() throws Exception {
    try (SourceSession here = source().open();
        SourceSession there = source().open()) {
      Dataset dataset = here.datasets().get(0);
      Dataset sameThere = there.datasets().get(0);
      for (Split split : here.split(dataset, 3)) {
        Split stored = new Split(new String(split.token().toCharArray()));
        assertThat(steps(there, sameThere, stored, Position.START))
            .isEqualTo(steps(here, dataset, split, Position.START));
      }
    }
  }

  @Test
  void s6_reading_from_every_position_yields_the_rest() throws Exception {
    forEachDataset(
        (session, dataset) -> {
          for (Split split : session.split(dataset, 2)) {
            List<Step> all = steps(session, dataset, split, Position.START);
            for (int i = 0; i < all.size(); i++) {
              assertThat(steps(session, dataset, split, all.get(i).position()))
                  .as("%s after row %d of %s", dataset.name(), i, split)
                  .isEqualTo(all.subList(i + 1, all.size()));
            }
          }
        });
  }

  @Test
  void s6_two_readers_side_by_side_give_the_same_rows() throws Exception {
    forEachDataset(
        (session, dataset) -> {
          Split split = session.split(dataset, 1).get(0);
          try (RowReader one = session.read(dataset, split, Position.START);
              RowReader other = session.read(dataset, split, Position.START)) {
            Object expected;
            do {
              expected = next(one);
              assertThat(next(other)).isEqualTo(expected);
              assertThat(other.position()).isEqualTo(one.position());
            } while (expected != null);
          }
        });
  }

  @Test
  void s6_rows_have_the_schema_of_the_dataset_and_different_keys() throws Exception {
    forEachDataset(
        (session, dataset) -> {
          HashSet<Object> keys = new HashSet<>();
          for (Object outcome : outcomes(session, dataset, 1)) {
            if (outcome instanceof Row row) {
              assertThat(row.schema()).isEqualTo(dataset.schema());
              boolean isNew =
                  dataset.schema().key().isEmpty()
                      || keys.add(dataset.schema().key().stream().map(row::value).toList());
              assertThat(isNew).as("%s %s is there once", dataset.name(), row).isTrue();
            }
          }
        });
  }

  @Test
  void r1_null_at_the_end_and_ever_after() throws Exception {
    forEachDataset(
        (session, dataset) -> {
          Split split = session.split(dataset, 1).get(0);
          try (RowReader reader = session.read(dataset, split, Position.START)) {
            while (next(reader) != null) {}
            Position end = reader.position();
            assertThat(reader.next()).isNull();
            assertThat(reader.next()).isNull();
            assertThat(reader.position()).isEqualTo(end);
          }
        });
  }

  @Test
  void r3_position_before_the_first_row_is_that_of_the_opening() throws Exception {
    forEachDataset(
        (session, dataset) -> {
          for (Split split : session.split(dataset, 2)) {
            List<Position> positions = new ArrayList<>(List.of(Position.START));
            steps(session, dataset, split, Position.START)
                .forEach(step -> positions.add(step.position()));
            assertThat(positions).doesNotHaveDuplicates();
            for (Position position : positions) {
              try (RowReader reader = session.read(dataset, split, position)) {
                assertThat(reader.position()).isEqualTo(position);
              }
            }
          }
        });
  }

  @Test
  void r3_position_survives_text() throws Exception {
    forEachDataset(
        (session, dataset) -> {
          Split split = session.split(dataset, 1).get(0);
          for (Step step : steps(session, dataset, split, Position.START)) {
            Position stored = new Position(new String(step.position().token().toCharArray()));
            assertThat(stored).isEqualTo(step.position());
            assertThat(isPrintable(stored.token())).as("printable: %s", stored).isTrue();
          }
        });
  }

  private static boolean isPrintable(String token) {
    return token.codePoints().noneMatch(Character::isISOControl);
  }

  @Test
  void r4_a_returned_row_is_not_touched_again() throws Exception {
    forEachDataset(
        (session, dataset) -> {
          List<Object> kept = outcomes(session, dataset, 1);
          assertThat(kept).isEqualTo(outcomes(session, dataset, 1));
        });
  }

  @Test
  void r5_close_twice() throws Exception {
    forEachDataset(
        (session, dataset) -> {
          Split split = session.split(dataset, 1).get(0);
          RowReader reader = session.read(dataset, split, Position.START);
          next(reader);
          reader.close();
          reader.close();
          assertThat(outcomes(session, dataset, 1)).isNotNull();
        });
  }

  @Test
  void s4_a_session_may_be_closed_twice() throws Exception {
    SourceSession session = source().open();
    session.datasets();
    session.close();
    session.close();
    forEachDataset((again, dataset) -> assertThat(outcomes(again, dataset, 1)).isNotNull());
  }
}
