package dev.vectormigrate.internal;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;

/** Reads times as stores keep them: as ISO 8601 texts, or as numbers since 1970. */
final class Times {

  private static final BigDecimal LEAST_MILLISECONDS = new BigDecimal("1e11");
  private static final BigDecimal LEAST_MICROSECONDS = new BigDecimal("1e14");
  private static final int MOST_CHARACTERS = 64;

  /** With T or blank, seconds and offset optional, a day alone as its midnight. */
  private static final DateTimeFormatter ISO =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendPattern("['T'][' ']")
          .appendPattern("HH:mm[:ss]")
          .optionalStart()
          .appendFraction(ChronoField.NANO_OF_SECOND, 1, 9, true)
          .optionalEnd()
          .appendPattern("[ ]")
          .optionalStart()
          .appendOffset("+HH:mm", "Z")
          .optionalEnd()
          .optionalStart()
          .appendOffset("+HHmm", "Z")
          .optionalEnd()
          .optionalStart()
          .appendOffset("+HH", "Z")
          .optionalEnd()
          .optionalEnd()
          .toFormatter(Locale.ROOT);

  private Times() {}

  /** A date and time in a zone. */
  static LocalDateTime local(Object value, ZoneId zone) {
    if (value instanceof LocalDateTime time) {
      return time;
    }
    if (value instanceof String text) {
      TemporalAccessor parsed = parse(text);
      LocalDateTime local = local(parsed);
      return parsed.isSupported(ChronoField.OFFSET_SECONDS)
          ? LocalDateTime.ofInstant(OffsetDateTime.from(parsed).toInstant(), zone)
          : local;
    }
    return LocalDateTime.ofInstant(instant(value, zone), zone);
  }

  /** A moment. */
  static Instant instant(Object value, ZoneId zone) {
    if (value instanceof Instant time) {
      return time;
    }
    if (value instanceof LocalDateTime time) {
      return time.atZone(zone).toInstant();
    }
    if (value instanceof Number number) {
      return ofNumber(number);
    }
    if (value instanceof String text) {
      TemporalAccessor parsed = parse(text);
      return parsed.isSupported(ChronoField.OFFSET_SECONDS)
          ? local(parsed)
              .toInstant(ZoneOffset.ofTotalSeconds(parsed.get(ChronoField.OFFSET_SECONDS)))
          : local(parsed).atZone(zone).toInstant();
    }
    throw Conversion.refused(value, "a time: a text of ISO 8601, or a number since 1970");
  }

  private static LocalDateTime local(TemporalAccessor parsed) {
    LocalDate day = LocalDate.from(parsed);
    return parsed.isSupported(ChronoField.HOUR_OF_DAY)
        ? LocalDateTime.of(day, LocalTime.from(parsed))
        : day.atStartOfDay();
  }

  private static TemporalAccessor parse(String text) {
    try {
      if (text.length() <= MOST_CHARACTERS) {
        return ISO.parse(text.strip());
      }
    } catch (DateTimeException e) {
      // Its message quotes the text.
    }
    throw Conversion.refused(text, "a time of ISO 8601 such as 2024-05-01T10:00:00+00:00");
  }

  private static Instant ofNumber(Number number) {
    if (number instanceof Double real && !Double.isFinite(real)) {
      throw Conversion.refused(number, "a finite one since 1970");
    }
    BigDecimal count =
        number instanceof BigInteger whole
            ? new BigDecimal(whole)
            : new BigDecimal(number.toString());
    BigDecimal seconds = count;
    if (count.abs().compareTo(LEAST_MICROSECONDS) >= 0) {
      seconds = count.movePointLeft(6);
    } else if (count.abs().compareTo(LEAST_MILLISECONDS) >= 0) {
      seconds = count.movePointLeft(3);
    }
    return ofSeconds(seconds);
  }

  /** Doubles hold times of today by fractions of a microsecond, which are noise. */
  private static Instant ofSeconds(BigDecimal seconds) {
    BigDecimal micros = seconds.movePointRight(6).setScale(0, RoundingMode.HALF_EVEN);
    try {
      long exact = micros.longValueExact();
      return Instant.ofEpochSecond(
          Math.floorDiv(exact, 1_000_000L), Math.floorMod(exact, 1_000_000L) * 1_000);
    } catch (ArithmeticException e) {
      throw Conversion.refused(seconds, "a time since 1970");
    }
  }
}
