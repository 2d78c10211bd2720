package dev.vectormigrate.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {

  private static final Instant NOW = Instant.parse("2026-11-20T16:00:00Z");

  private static Duration of(Map<String, String> headers) {
    return RetryAfter.of(name -> Optional.ofNullable(headers.get(name)), NOW);
  }

  @ParameterizedTest
  @CsvSource({"0,PT0S", "7,PT7S", "' 120 ',PT2M", "1.5,PT2S", "999999999,PT277777H46M39S"})
  void secondsAreRead(String value, Duration expected) {
    assertThat(of(Map.of("retry-after", value))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "'Fri, 20 Nov 2026 16:01:30 GMT',PT1M30S",
    "'Sun, 22 Nov 2026 16:00:00 GMT',PT48H",
    "'Fri, 20 Nov 2026 15:59:59 GMT',PT0S"
  })
  void aDateIsTheTimeUntilThen(String value, Duration expected) {
    assertThat(of(Map.of("retry-after", value))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "-5", "soon", "1e9", "9999999999", "7;secret", "Fri, 99 Nov 2026", "٣"})
  void whatIsNotUnderstoodIsNoTime(String value) {
    assertThat(of(Map.of("retry-after", value))).isZero();
    assertThat(of(Map.of("retry-after-ms", value))).isZero();
  }

  @Test
  void millisecondsAreMoreExactThanSeconds() {
    assertThat(of(Map.of("retry-after-ms", "250", "retry-after", "1")))
        .isEqualTo(Duration.ofMillis(250));
    assertThat(of(Map.of("retry-after-ms", "x", "retry-after", "1")))
        .isEqualTo(Duration.ofSeconds(1));
    assertThat(of(Map.of())).isZero();
  }

  @Test
  void theTimeOfADateIsCountedFromNow() {
    Duration wait =
        RetryAfter.of(
            name -> Optional.of("Fri, 31 Dec 9999 23:59:59 GMT").filter(v -> !name.endsWith("ms")));

    assertThat(wait).isGreaterThan(Duration.ofDays(365));
  }
}
