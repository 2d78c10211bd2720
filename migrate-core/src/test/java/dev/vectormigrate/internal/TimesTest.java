package dev.vectormigrate.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimesTest {

  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  @ParameterizedTest
  @CsvSource({
    "2024-05-01T10:20:30, 2024-05-01T10:20:30Z, 2024-05-01T08:20:30Z",
    "2024-05-01 10:20:30, 2024-05-01T10:20:30Z, 2024-05-01T08:20:30Z",
    "2024-05-01t10:20, 2024-05-01T10:20:00Z, 2024-05-01T08:20:00Z",
    "2024-05-01, 2024-05-01T00:00:00Z, 2024-04-30T22:00:00Z",
    "' 2024-05-01 ', 2024-05-01T00:00:00Z, 2024-04-30T22:00:00Z",
    "2024-05-01 10:20:30.5, 2024-05-01T10:20:30.5Z, 2024-05-01T08:20:30.5Z",
    "2024-05-01T10:20:30.123456, 2024-05-01T10:20:30.123456Z, 2024-05-01T08:20:30.123456Z",
    "2024-05-01T10:20:30.123456789, 2024-05-01T10:20:30.123456789Z,"
        + " 2024-05-01T08:20:30.123456789Z",
    "2024-05-01T10:20:30Z, 2024-05-01T10:20:30Z, 2024-05-01T10:20:30Z",
    "2024-05-01T10:20:30.000z, 2024-05-01T10:20:30Z, 2024-05-01T10:20:30Z",
    "2024-05-01 10:20:30 UTC, 2024-05-01T10:20:30Z, 2024-05-01T10:20:30Z",
    "2024-05-01 10:20:30+00:00, 2024-05-01T10:20:30Z, 2024-05-01T10:20:30Z",
    "2024-05-01 10:20:30 +0200, 2024-05-01T08:20:30Z, 2024-05-01T08:20:30Z",
    "2024-05-01T10:20:30.25-03:30, 2024-05-01T13:50:30.25Z, 2024-05-01T13:50:30.25Z",
    "2024-05-01T10:20+02, 2024-05-01T08:20:00Z, 2024-05-01T08:20:00Z",
    "2024-02-29T23:59:59, 2024-02-29T23:59:59Z, 2024-02-29T22:59:59Z",
  })
  void texts_are_read_and_those_without_offset_are_of_the_zone(
      String text, Instant inUtc, Instant inBerlin) {
    assertThat(Times.instant(text, ZoneOffset.UTC)).isEqualTo(inUtc);
    assertThat(Times.instant(text, BERLIN)).isEqualTo(inBerlin);
    assertThat(Times.local(text, ZoneOffset.UTC))
        .isEqualTo(LocalDateTime.ofInstant(inUtc, ZoneOffset.UTC));
    assertThat(Times.local(text, BERLIN)).isEqualTo(LocalDateTime.ofInstant(inBerlin, BERLIN));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "now",
        "2023-02-29",
        "2024-02-30 10:00:00",
        "2024-13-01",
        "2024-05-01 24:00:00",
        "2024-05-01 10:60:00",
        "2024-05-01 10:00:60",
        "2024-05-01 10:00:00.1234567890",
        "2024-05-01T 10:00:00",
        "2024-05-0110:00:00",
        "2024-05-01 10:00:00+19:00",
        "2024-05-01 10:00:00 CET",
        "2024-05-01T10:00:00Z+02:00",
        "01.05.2024",
        "05/01/2024",
        "20240501",
        "1714557600",
        "2024-W18-3",
        "10:00:00",
        "٢٠٢٤-٠٥-٠١",
      })
  void what_is_no_time_is_refused_without_naming_it(String text) {
    assertThatThrownBy(() -> Times.local(text, ZoneOffset.UTC))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a text, expected a time of ISO 8601 such as 2024-05-01T10:00:00+00:00");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1970-01-01T00:00:00Z",
    "-1, 1969-12-31T23:59:59Z",
    "1714557600, 2024-05-01T10:00:00Z",
    "1714557600123, 2024-05-01T10:00:00.123Z",
    "1714557600123456, 2024-05-01T10:00:00.123456Z",
    "1714557600123456000, 2024-05-01T10:00:00.123456Z",
    "-1714557600123, 1915-09-02T13:59:59.877Z",
    "1721425, 1970-01-20T22:10:25Z",
    "5373485, 1970-03-04T04:38:05Z",
  })
  void whole_numbers_are_seconds_or_finer_by_their_size(long number, Instant expected) {
    assertThat(Times.instant(number, BERLIN)).isEqualTo(expected);
    assertThat(Times.instant(BigInteger.valueOf(number), BERLIN)).isEqualTo(expected);
    assertThat(Times.instant(BigDecimal.valueOf(number), BERLIN)).isEqualTo(expected);
    assertThat(Times.local(number, ZoneOffset.UTC))
        .isEqualTo(LocalDateTime.ofInstant(expected, ZoneOffset.UTC));
  }

  @Test
  void a_double_is_taken_to_the_microsecond_that_it_stands_for() {
    assertThat(Times.instant(1714557600.123456, ZoneOffset.UTC))
        .isEqualTo(Instant.parse("2024-05-01T10:00:00.123456Z"));
    assertThat(Times.instant(1714557600123.5, ZoneOffset.UTC))
        .isEqualTo(Instant.parse("2024-05-01T10:00:00.123500Z"));
  }

  @Test
  void a_julian_day_is_not_taken_for_seconds() {
    for (Number day : new Number[] {2460431.9166667, 1721425.5, 5373484.5, 2460432L}) {
      assertThatThrownBy(() -> Times.instant(day, ZoneOffset.UTC))
          .hasMessage("a number, expected one that can't be a Julian day: a time since 1970");
    }
  }

  @Test
  void numbers_that_are_no_time_are_refused() {
    assertThatThrownBy(() -> Times.instant(Double.NaN, ZoneOffset.UTC))
        .hasMessage("a number, expected a finite one since 1970");
    assertThatThrownBy(() -> Times.instant(1714557600123456789L, ZoneOffset.UTC))
        .hasMessage("a number, expected nanoseconds that are a multiple of 1,000");
    assertThatThrownBy(() -> Times.instant(new BigDecimal("1e40"), ZoneOffset.UTC))
        .hasMessage("a number, expected a time since 1970");
    assertThatThrownBy(() -> Times.local(true, ZoneOffset.UTC))
        .hasMessage(
            "a value of type boolean, expected a time: a text of ISO 8601, or a number since 1970");
  }

  @Test
  void a_time_that_the_zone_leaves_out_is_refused_and_of_one_twice_the_first_is_taken() {
    assertThatThrownBy(() -> Times.instant("2024-03-31 02:30:00", BERLIN))
        .hasMessage("a time that zone Europe/Berlin leaves out, expected one that it has");
    assertThat(Times.instant("2024-10-27 02:30:00", BERLIN))
        .isEqualTo(Instant.parse("2024-10-27T00:30:00Z"));
    assertThat(Times.instant(LocalDateTime.of(2024, 5, 1, 10, 0), BERLIN))
        .isEqualTo(Instant.parse("2024-05-01T08:00:00Z"));
  }

  @Test
  void times_stay_as_they_are() {
    LocalDateTime local = LocalDateTime.of(2024, 3, 31, 2, 30);
    Instant moment = Instant.parse("2024-05-01T10:00:00Z");

    assertThat(Times.local(local, BERLIN)).isEqualTo(local);
    assertThat(Times.instant(moment, BERLIN)).isEqualTo(moment);
    assertThat(Times.local(moment, BERLIN)).isEqualTo(LocalDateTime.of(2024, 5, 1, 12, 0));
  }
}
