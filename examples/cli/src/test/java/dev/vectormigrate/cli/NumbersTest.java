package dev.vectormigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {

  @ParameterizedTest(name = "{0} s")
  @CsvSource({"0, 0:00", "7, 0:07", "61, 1:01", "3599, 59:59", "3600, 1:00:00", "100000, 27:46:40"})
  void aDurationReadsLikeAClock(long seconds, String shown) {
    assertThat(Numbers.clock(Duration.ofSeconds(seconds))).isEqualTo(shown);
  }
}
