package dev.vectormigrate.sources.qdrant;

import dev.vectormigrate.model.Distance;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a collection keeps one of its vectors.
 *
 * @param name of the vector; empty for the one without name
 * @param form of every value
 * @param dimension of a dense vector or each part of a multivector, else 0
 * @param metric as Qdrant calls it, such as {@code Cosine}; empty for sparse vectors
 * @param storage type of the stored numbers in lower case, such as {@code float16}
 */
record VectorSpec(String name, Form form, int dimension, String metric, String storage) {

  static final String FLOAT32 = "float32";
  static final String COSINE = "Cosine";

  /** Kinds of vectors. */
  enum Form {
    DENSE,
    SPARSE,
    MULTI;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static VectorSpec sparse(String name, String storage) {
    return new VectorSpec(name, Form.SPARSE, 0, "", storage);
  }

  /** The distance; null where this library has none of that name. */
  @Nullable Distance distance() {
    return switch (metric) {
      case COSINE -> Distance.COSINE;
      case "Euclid" -> Distance.L2;
      case "Dot" -> Distance.INNER_PRODUCT;
      // Qdrant scores sparse vectors by their product.
      case "" -> Distance.INNER_PRODUCT;
      default -> null;
    };
  }

  /** How messages and findings name it. */
  String title() {
    return name.isEmpty() ? "vector" : "vector '" + name + "'";
  }
}
