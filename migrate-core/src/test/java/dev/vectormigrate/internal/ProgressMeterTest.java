package dev.vectormigrate.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.Phase;
import dev.vectormigrate.Progress;
import dev.vectormigrate.testkit.RecordingListener;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProgressMeterTest {

  private final RecordingListener listener = new RecordingListener();

  @Test
  void tells_at_once_and_at_most_four_times_a_second_and_at_the_end() {
    ProgressMeter meter = new ProgressMeter(listener, Phase.STAGE, 100, 2_000_100);
    for (int i = 0; i < 1_000_000; i++) {
      meter.add("docs", 2, 10);
    }
    meter.finish();

    List<Progress> told = listener.progress();
    Progress last = told.get(told.size() - 1);
    assertThat(told.get(0))
        .isEqualTo(new Progress(Phase.STAGE, "docs", 102, 2_000_100, 10, 2, told.get(0).elapsed()));
    assertThat(last)
        .isEqualTo(
            new Progress(
                Phase.STAGE, "docs", 2_000_100, 2_000_100, 10_000_000, 2_000_000, last.elapsed()));
    assertThat((long) told.size()).isBetween(2L, 3 + last.elapsed().toMillis() / 250);
  }

  @Test
  void a_phase_without_rows_ends_with_a_word_too() {
    new ProgressMeter(listener, Phase.VERIFY, 0, -1).finish();

    Progress only = listener.progress().get(0);
    assertThat(only).isEqualTo(new Progress(Phase.VERIFY, "", 0, -1, 0, 0, only.elapsed()));
  }

  @Test
  void pace_and_rest_are_those_of_this_process() {
    Progress progress =
        new Progress(Phase.STAGE, "docs", 600, 1_000, 5_000, 100, Duration.ofSeconds(2));

    assertThat(progress.rowsPerSecond()).isEqualTo(50);
    assertThat(progress.bytesPerSecond()).isEqualTo(2_500);
    assertThat(progress.remaining()).isEqualTo(Optional.of(Duration.ofSeconds(8)));
  }

  @Test
  void the_rest_is_unknown_without_a_count_or_a_pace() {
    Duration second = Duration.ofSeconds(1);

    assertThat(new Progress(Phase.STAGE, "", 1, -1, 1, 1, second).remaining()).isEmpty();
    assertThat(new Progress(Phase.STAGE, "", 1, 9, 0, 0, second).remaining()).isEmpty();
    assertThat(new Progress(Phase.STAGE, "", 9, 5, 1, 9, second).remaining())
        .isEqualTo(Optional.of(Duration.ZERO));
  }
}
