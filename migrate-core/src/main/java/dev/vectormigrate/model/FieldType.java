package dev.vectormigrate.model;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The type of a field. A vector is just one field type.
 *
 * @param kind what the values are
 * @param size what bounds a value, by its kind, or 0 where nothing does: components of a vector (0
 *     where the store does not know them yet), the most characters of a text or of each text of a
 *     list, bytes of an integer, microseconds that a time is a multiple of
 * @param distance how vectors of this field are compared; null where nobody said, and for every
 *     other kind
 */
public record FieldType(Kind kind, int size, @Nullable Distance distance) {

  /** The kinds of values, each with the Java type that carries it in a {@link Row}. */
  public enum Kind {
    TEXT(String.class),
    INTEGER(Long.class),
    FLOAT(Double.class),
    /** Numbers of any precision; their scale is part of the value. */
    DECIMAL(BigDecimal.class),
    BOOLEAN(Boolean.class),
    UUID(UUID.class),
    /** Date and time without a zone, by the microsecond. */
    TIMESTAMP(LocalDateTime.class),
    /** A moment, by the microsecond. */
    INSTANT(Instant.class),
    BYTES(Bytes.class),
    JSON(Json.class),
    /** Unmodifiable lists of texts, none null. */
    TEXTS(List.class),
    VECTOR(Vector.class),
    /** Dense vectors whose components are all numbers of half precision; see {@link HalfFloat}. */
    HALF_VECTOR(Vector.class),
    SPARSE_VECTOR(SparseVector.class);

    private final Class<?> javaType;

    Kind(Class<?> javaType) {
      this.javaType = javaType;
    }

    /** The class that every non-null value of this kind is an instance of. */
    public Class<?> javaType() {
      return javaType;
    }

    /** Whether the values are vectors of a dimension and a distance. */
    public boolean isVector() {
      return this == VECTOR || this == HALF_VECTOR || this == SPARSE_VECTOR;
    }

    /** Whether the values are {@link Vector}s. */
    public boolean isDense() {
      return this == VECTOR || this == HALF_VECTOR;
    }

    private boolean isSized() {
      return switch (this) {
        case TEXT, TEXTS, INTEGER, TIMESTAMP, INSTANT, VECTOR, HALF_VECTOR, SPARSE_VECTOR -> true;
        default -> false;
      };
    }
  }

  /** Unicode text of any length. */
  public static final FieldType TEXT = of(Kind.TEXT);

  /** Signed 64-bit integers. */
  public static final FieldType INTEGER = of(Kind.INTEGER);

  /** Signed 32-bit integers. */
  public static final FieldType INTEGER_32 = new FieldType(Kind.INTEGER, 4, null);

  /** IEEE 754 double precision numbers. */
  public static final FieldType FLOAT = of(Kind.FLOAT);

  /** Decimal numbers of any precision. */
  public static final FieldType DECIMAL = of(Kind.DECIMAL);

  /** True or false. */
  public static final FieldType BOOLEAN = of(Kind.BOOLEAN);

  /** Universally unique identifiers. */
  public static final FieldType UUID = of(Kind.UUID);

  /** Dates and times without a zone, by the microsecond. */
  public static final FieldType TIMESTAMP = of(Kind.TIMESTAMP);

  /** Dates and times without a zone, by the second. */
  public static final FieldType TIMESTAMP_SECONDS = new FieldType(Kind.TIMESTAMP, 1_000_000, null);

  /** Moments, by the microsecond. */
  public static final FieldType INSTANT = of(Kind.INSTANT);

  /** Binary data. */
  public static final FieldType BYTES = of(Kind.BYTES);

  /** JSON documents. */
  public static final FieldType JSON = of(Kind.JSON);

  /** Lists of texts. */
  public static final FieldType TEXTS = of(Kind.TEXTS);

  public FieldType {
    Objects.requireNonNull(kind, "kind");
    if (size < 0) {
      throw new IllegalArgumentException(
          (kind.isVector() ? "dimension: " : "size: ") + size + ", expected 0 or more");
    }
    boolean sizeMisplaced = size != 0 && !kind.isSized();
    boolean distanceMisplaced = distance != null && !kind.isVector();
    if (sizeMisplaced || distanceMisplaced) {
      throw new IllegalArgumentException("type " + kind + ": has no size or distance");
    }
  }

  private static FieldType of(Kind kind) {
    return new FieldType(kind, 0, null);
  }

  /** Unicode text of at most so many characters (code points). */
  public static FieldType text(int characters) {
    return new FieldType(Kind.TEXT, characters, null);
  }

  /** Lists of texts of at most so many characters (code points) each. */
  public static FieldType texts(int characters) {
    return new FieldType(Kind.TEXTS, characters, null);
  }

  /** Vectors of single precision floats; dimension 0 stands for "not known yet". */
  public static FieldType vector(int dimension, @Nullable Distance distance) {
    return new FieldType(Kind.VECTOR, dimension, distance);
  }

  /** Vectors of half precision floats; dimension 0 stands for "not known yet". */
  public static FieldType halfVector(int dimension, @Nullable Distance distance) {
    return new FieldType(Kind.HALF_VECTOR, dimension, distance);
  }

  /**
   * Sparse vectors of single precision floats; dimension 0 stands for "not known yet".
   *
   * @param distance how they are compared; null where nobody said
   */
  public static FieldType sparseVector(int dimension, @Nullable Distance distance) {
    return new FieldType(Kind.SPARSE_VECTOR, dimension, distance);
  }

  /** Sparse vectors that nobody said how to compare; as {@link #sparseVector(int, Distance)}. */
  public static FieldType sparseVector(int dimension) {
    return sparseVector(dimension, null);
  }

  /** Components of a vector; 0 where the store does not know them yet, and for other kinds. */
  public int dimension() {
    return kind.isVector() ? size : 0;
  }

  /** A short text such as {@code text} or {@code vector(384) cosine}; equal for equal types. */
  @Override
  public String toString() {
    String name = kind.name().toLowerCase(Locale.ROOT);
    String sized = size == 0 ? name : name + "(" + size + ")";
    return distance == null ? sized : sized + " " + distance.name().toLowerCase(Locale.ROOT);
  }
}
