package dev.vectormigrate.sources.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The index of offsets does not grow, and stays right. */
class RecordOffsetsTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 63, 64, 65, 1_048_576, 1_048_577, 5_000_001})
  void a_known_record_is_near_every_record(long count) {
    RecordOffsets offsets = new RecordOffsets();
    for (long i = 0; i < count; i++) {
      offsets.add(10 * i + 7);
    }
    assertThat(offsets.count()).isEqualTo(count);
    long mostSkipped = Math.max(64, count / 4_096);
    for (long i = 0; i < count; i += Math.max(1, count / 1_000)) {
      long known = offsets.known(i);
      assertThat(known).isBetween(Math.max(0, i - mostSkipped), i);
      assertThat(offsets.offset(known)).isEqualTo(10 * known + 7);
    }
    assertThatThrownBy(() -> offsets.known(count))
        .hasMessage("record %d: expected 0 to %d", count, count - 1);
  }
}
