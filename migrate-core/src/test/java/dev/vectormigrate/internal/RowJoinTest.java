package dev.vectormigrate.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.RowDifference.Kind;
import dev.vectormigrate.internal.RecordSorter.Records;
import dev.vectormigrate.model.Digest;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RowJoinTest {

  private static byte[] row(int key, int content, boolean counts) {
    return new ComparedRow(new Digest(key, 0), new Digest(content, 0), counts, "", "")
        .shortRecord();
  }

  private static byte[] row(int key, int content) {
    return row(key, content, true);
  }

  private static Records records(List<byte[]> rows) {
    Iterator<byte[]> sorted = rows.stream().sorted(Arrays::compareUnsigned).iterator();
    return new Records() {
      @Override
      public byte[] next() {
        return sorted.hasNext() ? sorted.next() : null;
      }

      @Override
      public void close() {}
    };
  }

  private static Map<String, Integer> join(List<byte[]> source, List<byte[]> target)
      throws IOException {
    Map<String, Integer> found = new TreeMap<>();
    RowJoin.Found counting =
        new RowJoin.Found() {
          @Override
          public void same(byte[] row) {
            found.merge("same", 1, Integer::sum);
          }

          @Override
          public void other() {
            found.merge("other", 1, Integer::sum);
          }

          @Override
          public void differs(Kind kind, byte[] one, byte[] other) {
            found.merge(kind.name(), 1, Integer::sum);
            assertThat(one != null).isEqualTo(kind == Kind.DIFFERENT || kind == Kind.MISSING);
            assertThat(other != null).isEqualTo(kind != Kind.MISSING);
          }
        };
    new RowJoin(records(source), records(target), counting).run();
    return found;
  }

  private static List<byte[]> many(int key, int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> row(key, i)).toList();
  }

  @Test
  void every_kind() throws IOException {
    assertThat(
            join(
                List.of(row(1, 1), row(2, 1), row(3, 1), row(5, 1), row(6, 1)),
                List.of(
                    row(1, 1),
                    row(2, 2),
                    row(4, 1),
                    row(5, 1),
                    row(5, 1),
                    row(6, 2, false),
                    row(7, 1, false))))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "same", 2, "DIFFERENT", 2, "MISSING", 1, "EXTRA", 1, "DUPLICATE", 1, "other", 1));
  }

  @Test
  void equal_rows_are_set_against_each_other_first() throws IOException {
    assertThat(join(List.of(row(1, 2), row(1, 3)), List.of(row(1, 1), row(1, 2), row(1, 3))))
        .isEqualTo(Map.of("same", 2, "DUPLICATE", 1));
    assertThat(join(List.of(row(1, 1), row(1, 2)), List.of(row(1, 3), row(1, 4))))
        .isEqualTo(Map.of("DIFFERENT", 2));
  }

  @Test
  void more_rows_of_a_key_than_are_held_are_counted_all_the_same() throws IOException {
    assertThat(join(many(1, 0, 5_000), many(1, 5_000, 8_000)))
        .isEqualTo(Map.of("DIFFERENT", 3_000, "MISSING", 2_000));
    assertThat(join(many(1, 5_000, 8_000), many(1, 0, 5_000)))
        .isEqualTo(Map.of("DIFFERENT", 3_000, "DUPLICATE", 2_000));
    assertThat(join(List.of(), many(1, 0, 5_000))).isEqualTo(Map.of("EXTRA", 5_000));
    assertThat(join(many(1, 0, 5_000), Stream.of(row(2, 1)).toList()))
        .isEqualTo(Map.of("MISSING", 5_000, "EXTRA", 1));
  }
}
