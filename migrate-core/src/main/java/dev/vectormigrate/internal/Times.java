package dev.vectormigrate.internal;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads times as stores keep them: as ISO 8601 texts, or as numbers since 1970. */
final class Times {

  private static final BigDecimal LEAST_MILLISECONDS = new BigDecimal("1e11");
  private static final BigDecimal LEAST_MICROSECONDS = new BigDecimal("1e14");
  private static final BigDecimal LEAST_NANOSECONDS = new BigDecimal("1e17");

  /** The days of the years 1 to 9999 as Julian days; in seconds, some weeks of 1970. */
  private static final BigDecimal FIRST_JULIAN_DAY = new BigDecimal("1721425.5");

  private static final BigDecimal LAST_JULIAN_DAY = new BigDecimal("5373484.5");
  private static final int MOST_CHARACTERS = 64;
  private static final int NANO_DIGITS = 9;

  /** With T or blank, seconds and offset optional, a day alone as its midnight. */
  private static final Pattern ISO =
      Pattern.compile(
          "(\\d{4})-(\\d\\d)-(\\d\\d)"
              + "(?:[Tt ](\\d\\d):(\\d\\d)(?::(\\d\\d)(?:[.,](\\d{1,9}))?)?"
              + "(?: ?([Zz]|UTC|GMT|([+-])(\\d\\d)(?::?(\\d\\d)(?::?(\\d\\d))?)?))?)?");

  private Times() {}

  /** A date and time in a zone. */
  static LocalDateTime local(Object value, ZoneId zone) {
    if (value instanceof LocalDateTime time) {
      return time;
    }
    if (value instanceof String text) {
      Parsed parsed = parse(text);
      return parsed.offset() == null
          ? parsed.time()
          : LocalDateTime.ofInstant(parsed.time().toInstant(parsed.offset()), zone);
    }
    return LocalDateTime.ofInstant(instant(value, zone), zone);
  }

  /** A moment. */
  static Instant instant(Object value, ZoneId zone) {
    if (value instanceof Instant time) {
      return time;
    }
    if (value instanceof LocalDateTime time) {
      return inZone(time, zone);
    }
    if (value instanceof Number number) {
      return ofNumber(number);
    }
    if (value instanceof String text) {
      Parsed parsed = parse(text);
      return parsed.offset() == null
          ? inZone(parsed.time(), zone)
          : parsed.time().toInstant(parsed.offset());
    }
    throw Conversion.refused(value, "a time: a text of ISO 8601, or a number since 1970");
  }

  /** Of a time that a zone has twice, the earlier one; one that it leaves out is refused. */
  private static Instant inZone(LocalDateTime time, ZoneId zone) {
    if (zone.getRules().getValidOffsets(time).isEmpty()) {
      throw new IllegalArgumentException(
          "a time that zone " + zone + " leaves out, expected one that it has");
    }
    return time.atZone(zone).toInstant();
  }

  /** A text's date and time, and its offset if it names one. */
  private record Parsed(LocalDateTime time, @Nullable ZoneOffset offset) {}

  private static Parsed parse(String text) {
    Matcher parts = ISO.matcher(text.length() <= MOST_CHARACTERS ? text.strip() : "");
    if (parts.matches()) {
      try {
        return new Parsed(time(parts), offset(parts));
      } catch (DateTimeException e) {
        // A day or an hour that there is none of.
      }
    }
    throw Conversion.refused(text, "a time of ISO 8601 such as 2024-05-01T10:00:00+00:00");
  }

  private static LocalDateTime time(Matcher parts) {
    LocalDate day = LocalDate.of(number(parts, 1), number(parts, 2), number(parts, 3));
    String fraction = parts.group(7) == null ? "" : parts.group(7);
    int nanos = Integer.parseInt(fraction + "0".repeat(NANO_DIGITS - fraction.length()));
    return day.atTime(number(parts, 4), number(parts, 5), number(parts, 6), nanos);
  }

  private static @Nullable ZoneOffset offset(Matcher parts) {
    if (parts.group(8) == null) {
      return null;
    }
    int sign = "-".equals(parts.group(9)) ? -1 : 1;
    return ZoneOffset.ofHoursMinutesSeconds(
        sign * number(parts, 10), sign * number(parts, 11), sign * number(parts, 12));
  }

  private static int number(Matcher parts, int group) {
    String digits = parts.group(group);
    return digits == null ? 0 : Integer.parseInt(digits);
  }

  private static Instant ofNumber(Number number) {
    if (number instanceof Double real && !Double.isFinite(real)) {
      throw Conversion.refused(number, "a finite one since 1970");
    }
    BigDecimal count =
        number instanceof BigInteger whole
            ? new BigDecimal(whole)
            : new BigDecimal(number.toString());
    if (count.compareTo(FIRST_JULIAN_DAY) >= 0 && count.compareTo(LAST_JULIAN_DAY) <= 0) {
      throw Conversion.refused(number, "one that can't be a Julian day: a time since 1970");
    }
    BigDecimal seconds = count;
    if (count.abs().compareTo(LEAST_NANOSECONDS) >= 0) {
      seconds = wholeMicros(count);
    } else if (count.abs().compareTo(LEAST_MICROSECONDS) >= 0) {
      seconds = count.movePointLeft(6);
    } else if (count.abs().compareTo(LEAST_MILLISECONDS) >= 0) {
      seconds = count.movePointLeft(3);
    }
    return ofSeconds(seconds);
  }

  private static BigDecimal wholeMicros(BigDecimal nanos) {
    BigDecimal micros = nanos.movePointLeft(3);
    if (micros.stripTrailingZeros().scale() > 0) {
      throw Conversion.refused(nanos, "nanoseconds that are a multiple of 1,000");
    }
    return micros.movePointLeft(6);
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
