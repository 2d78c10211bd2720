package dev.vectormigrate.pgvector;

import dev.vectormigrate.model.FieldType;
import dev.vectormigrate.model.Json;
import dev.vectormigrate.model.SparseVector;
import dev.vectormigrate.model.Vector;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Knows which values PostgreSQL and pgvector hold exactly as they are. */
final class Representable {

  /** Of numeric, by PostgreSQL's documentation. */
  private static final int MOST_DIGITS_BEFORE_POINT = 131_072;

  private static final int MOST_DIGITS_BEHIND_POINT = 16_383;

  /** Components other than zero of a sparsevec, by pgvector's documentation. */
  private static final int MOST_SPARSE = 16_000;

  private static final int MOST_SPARSE_DIMENSION = 1_000_000_000;

  private static final Instant FIRST = Instant.parse("-4712-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("+294276-12-31T23:59:59.999999Z");

  private Representable() {}

  /** Why a value can't be held; null if it can. */
  static @Nullable String whyNot(FieldType type, Object value) {
    return switch (type.kind()) {
      case TEXT -> text((String) value, type.size());
      case TEXTS -> texts((List<?>) value, type.size());
      case INTEGER -> integer((Long) value, type.size());
      case DECIMAL -> decimal((BigDecimal) value);
      case TIMESTAMP -> time(((LocalDateTime) value).toInstant(ZoneOffset.UTC), type.size());
      case INSTANT -> time((Instant) value, type.size());
      case JSON -> json((Json) value);
      case VECTOR -> vector((Vector) value, type.dimension());
      case HALF_VECTOR -> halves((Vector) value, type.dimension());
      case SPARSE_VECTOR -> sparse((SparseVector) value, type.dimension());
      case FLOAT, BOOLEAN, UUID, BYTES -> null;
    };
  }

  private static @Nullable String json(Json json) {
    return json.holdsNul() ? "JSON with the character U+0000, which jsonb can't hold" : null;
  }

  private static @Nullable String texts(List<?> texts, int most) {
    for (Object text : texts) {
      String why = text((String) text, most);
      if (why != null) {
        return why;
      }
    }
    return null;
  }

  private static @Nullable String text(String text, int most) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        return "text with the character U+0000, which PostgreSQL can't hold";
      }
      if (Character.isSurrogate(c)) {
        boolean pair = i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1));
        if (!pair) {
          return "text with a lone surrogate, which UTF-8 can't hold";
        }
        i++;
      }
    }
    return most > 0 && text.length() > most ? tooLong(text, most) : null;
  }

  private static @Nullable String tooLong(String text, int most) {
    int characters = text.codePointCount(0, text.length());
    return characters > most
        ? "text of %,d characters, expected at most %,d".formatted(characters, most)
        : null;
  }

  private static @Nullable String integer(long number, int bytes) {
    return bytes == Integer.BYTES && number != (int) number
        ? "integer of more than 32 bits, expected one of 32"
        : null;
  }

  private static @Nullable String decimal(BigDecimal number) {
    boolean fits =
        number.scale() >= 0
            && number.scale() <= MOST_DIGITS_BEHIND_POINT
            && number.precision() - number.scale() <= MOST_DIGITS_BEFORE_POINT;
    return fits ? null : "decimal number with more digits than PostgreSQL can hold";
  }

  private static @Nullable String time(Instant time, int unit) {
    if (time.isBefore(FIRST) || time.isAfter(LAST)) {
      return "time before 4713 BC or after 294276, which PostgreSQL can't hold";
    }
    int step = Math.max(1, unit);
    Instant whole = time.truncatedTo(ChronoUnit.MICROS);
    long fraction = time.truncatedTo(ChronoUnit.SECONDS).until(whole, ChronoUnit.MICROS);
    return whole.equals(time) && fraction % step == 0
        ? null
        : "time with a finer fraction, expected a multiple of %,d microseconds".formatted(step);
  }

  private static @Nullable String vector(Vector vector, int dimension) {
    if (dimension > 0 && vector.dimension() != dimension) {
      return "vector of " + vector.dimension() + " dimensions, expected " + dimension;
    }
    if (vector.dimension() == 0 || vector.dimension() > ColumnTypes.MAX_DIMENSION) {
      return "vector of %,d dimensions, expected 1 to %,d"
          .formatted(vector.dimension(), ColumnTypes.MAX_DIMENSION);
    }
    return vector.isFinite() ? null : "vector with NaN or an infinity, which pgvector can't hold";
  }

  private static @Nullable String halves(Vector vector, int dimension) {
    String why = vector(vector, dimension);
    if (why != null) {
      return why;
    }
    return vector.equals(vector.toHalfPrecision())
        ? null
        : "vector of single precision, expected one of half precision";
  }

  private static @Nullable String sparse(SparseVector vector, int dimension) {
    if (dimension > 0 && vector.dimension() != dimension) {
      return "sparse vector of " + vector.dimension() + " dimensions, expected " + dimension;
    }
    if (vector.size() > MOST_SPARSE || vector.dimension() > MOST_SPARSE_DIMENSION) {
      return "sparse vector of %,d components other than zero out of %,d, expected at most %,d of %,d"
          .formatted(vector.size(), vector.dimension(), MOST_SPARSE, MOST_SPARSE_DIMENSION);
    }
    return vector.isFinite()
        ? null
        : "sparse vector with NaN or an infinity, which pgvector can't hold";
  }
}
