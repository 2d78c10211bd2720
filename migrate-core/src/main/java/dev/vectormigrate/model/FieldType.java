package dev.vectormigrate.model;

import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The type of a field. A vector is just one field type.
 *
 * @param kind what the values are
 * @param dimension components of a vector; 0 where the store does not know it yet, and for every
 *     other kind
 * @param distance how vectors of this field are compared; null where nobody said, and for every
 *     other kind
 */
public record FieldType(Kind kind, int dimension, @Nullable Distance distance) {

  /** The kinds of values, each with the Java type that carries it in a {@link Row}. */
  public enum Kind {
    TEXT(String.class),
    INTEGER(Long.class),
    FLOAT(Double.class),
    BOOLEAN(Boolean.class),
    JSON(Json.class),
    VECTOR(Vector.class);

    private final Class<?> javaType;

    Kind(Class<?> javaType) {
      this.javaType = javaType;
    }

    /** The class that every non-null value of this kind is an instance of. */
    public Class<?> javaType() {
      return javaType;
    }
  }

  /** Unicode text of any length. */
  public static final FieldType TEXT = new FieldType(Kind.TEXT, 0, null);

  /** Signed 64-bit integers. */
  public static final FieldType INTEGER = new FieldType(Kind.INTEGER, 0, null);

  /** IEEE 754 double precision numbers. */
  public static final FieldType FLOAT = new FieldType(Kind.FLOAT, 0, null);

  /** True or false. */
  public static final FieldType BOOLEAN = new FieldType(Kind.BOOLEAN, 0, null);

  /** JSON documents. */
  public static final FieldType JSON = new FieldType(Kind.JSON, 0, null);

  public FieldType {
    Objects.requireNonNull(kind, "kind");
    if (dimension < 0) {
      throw new IllegalArgumentException("dimension: " + dimension + ", expected 0 or more");
    }
    if (kind != Kind.VECTOR && (dimension != 0 || distance != null)) {
      throw new IllegalArgumentException("type " + kind + ": has no dimension or distance");
    }
  }

  /** Vectors of single precision floats; dimension 0 stands for "not known yet". */
  public static FieldType vector(int dimension, @Nullable Distance distance) {
    return new FieldType(Kind.VECTOR, dimension, distance);
  }

  /** A short text such as {@code text} or {@code vector(384) cosine}; equal for equal types. */
  @Override
  public String toString() {
    String name = kind.name().toLowerCase(Locale.ROOT);
    String sized = dimension == 0 ? name : name + "(" + dimension + ")";
    return distance == null ? sized : sized + " " + distance.name().toLowerCase(Locale.ROOT);
  }
}
