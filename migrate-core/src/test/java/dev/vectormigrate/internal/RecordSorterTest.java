package dev.vectormigrate.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordSorterTest {

  @TempDir Path folder;

  private static List<byte[]> random(int count) {
    SplittableRandom random = new SplittableRandom(7);
    List<byte[]> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] record = new byte[random.nextInt(20)];
      random.nextBytes(record);
      records.add(record);
    }
    return records;
  }

  private List<ByteBuffer> sorted(List<byte[]> records, long mostBytes) throws IOException {
    try (RecordSorter sorter = new RecordSorter(folder, mostBytes)) {
      for (byte[] record : records) {
        sorter.add(record);
      }
      List<ByteBuffer> sorted = new ArrayList<>();
      try (RecordSorter.Records all = sorter.sorted()) {
        for (byte[] record = all.next(); record != null; record = all.next()) {
          sorted.add(ByteBuffer.wrap(record));
        }
      }
      return sorted;
    }
  }

  private static List<ByteBuffer> expected(List<byte[]> records) {
    return records.stream().sorted(Arrays::compareUnsigned).map(ByteBuffer::wrap).toList();
  }

  @Test
  void nothing() throws IOException {
    assertThat(sorted(List.of(), 100)).isEmpty();
  }

  @Test
  void what_rests_is_not_in_memory_and_may_grow_again() throws IOException {
    List<byte[]> records = random(100);
    try (RecordSorter sorter = new RecordSorter(folder, 1 << 20)) {
      for (int i = 0; i < records.size(); i++) {
        sorter.add(records.get(i));
        if (i % 50 == 49) {
          sorter.rest();
          sorter.rest();
        }
      }

      try (Stream<Path> files = Files.list(folder)) {
        assertThat(files).hasSize(2);
      }
      List<ByteBuffer> sorted = new ArrayList<>();
      try (RecordSorter.Records all = sorter.sorted()) {
        for (byte[] record = all.next(); record != null; record = all.next()) {
          sorted.add(ByteBuffer.wrap(record));
        }
      }
      assertThat(sorted).isEqualTo(expected(records));
    }
  }

  @Test
  void what_fits_into_memory() throws IOException {
    List<byte[]> records = random(1_000);

    assertThat(sorted(records, 1 << 20)).isEqualTo(expected(records));
  }

  @Test
  void hundreds_of_runs_are_merged_and_nothing_is_left_behind() throws IOException {
    List<byte[]> records = random(20_000);

    assertThat(sorted(records, 1_000)).isEqualTo(expected(records));
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }
}
