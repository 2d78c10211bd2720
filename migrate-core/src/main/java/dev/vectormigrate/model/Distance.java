package dev.vectormigrate.model;

/** How the similarity of two vectors of a field is measured. */
public enum Distance {
  /** One minus the cosine of the angle; the length of a vector does not matter. */
  COSINE,
  /** Euclidean distance; stores that report its square rank in the same order. */
  L2,
  /** Negative inner product; also called dot product or maximum inner product. */
  INNER_PRODUCT;

  /**
   * How far two vectors are from each other, computed in double precision; the nearer, the less.
   *
   * @return NaN where it is not defined: between vectors of different dimensions, and the cosine of
   *     a vector of length 0
   */
  public double between(Vector one, Vector other) {
    if (one.dimension() != other.dimension()) {
      return Double.NaN;
    }
    return switch (this) {
      case COSINE -> 1 - product(one, other) / (one.norm() * other.norm());
      case L2 -> Math.sqrt(squares(one, other));
      case INNER_PRODUCT -> -product(one, other);
    };
  }

  private static double product(Vector one, Vector other) {
    double sum = 0;
    for (int i = 0; i < one.dimension(); i++) {
      sum += (double) one.get(i) * other.get(i);
    }
    return sum;
  }

  private static double squares(Vector one, Vector other) {
    double sum = 0;
    for (int i = 0; i < one.dimension(); i++) {
      double difference = (double) one.get(i) - other.get(i);
      sum += difference * difference;
    }
    return sum;
  }
}
