package dev.vectormigrate.spi;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.function.Function;

/**
 * How long a server asks to wait, for {@link TransientException#retryAfter()}. Reads {@code
 * Retry-After} of RFC 9110, which holds seconds or a date, and {@code retry-after-ms}, the more
 * exact one of several services of models.
 */
public final class RetryAfter {

  private static final int MOST_DIGITS = 9;

  private RetryAfter() {}

  /**
   * Reads the headers of an answer.
   *
   * @param header gives the value of a header by its name in small letters, such as {@code
   *     HttpHeaders::firstValue}
   * @return zero if no header says it, or none that is understood, or the time is over
   */
  public static Duration of(Function<String, Optional<String>> header) {
    return of(header, Instant.now());
  }

  static Duration of(Function<String, Optional<String>> header, Instant now) {
    Duration exact = header.apply("retry-after-ms").map(RetryAfter::millis).orElse(Duration.ZERO);
    return exact.isZero()
        ? header.apply("retry-after").map(text -> wait(text.strip(), now)).orElse(Duration.ZERO)
        : exact;
  }

  private static Duration millis(String text) {
    return Duration.ofMillis(whole(text.strip()));
  }

  private static Duration wait(String text, Instant now) {
    return Character.isDigit(text.isEmpty() ? ' ' : text.charAt(0))
        ? Duration.ofSeconds(whole(text))
        : until(text, now);
  }

  /** A number, of which a fraction counts as one more; zero if it is none. */
  private static long whole(String text) {
    if (!text.matches("[0-9]{1," + MOST_DIGITS + "}(\\.[0-9]{1," + MOST_DIGITS + "})?")) {
      return 0;
    }
    int point = text.indexOf('.');
    return point < 0 ? Long.parseLong(text) : Long.parseLong(text.substring(0, point)) + 1;
  }

  private static Duration until(String date, Instant now) {
    try {
      Instant then = DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from);
      Duration wait = Duration.between(now, then);
      return wait.isNegative() ? Duration.ZERO : wait;
    } catch (DateTimeException e) {
      return Duration.ZERO;
    }
  }
}
