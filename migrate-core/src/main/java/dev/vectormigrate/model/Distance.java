package dev.vectormigrate.model;

/** How the similarity of two vectors of a field is measured. */
public enum Distance {
  /** One minus the cosine of the angle; the length of a vector does not matter. */
  COSINE,
  /** Euclidean distance; stores that report its square rank in the same order. */
  L2,
  /** Negative inner product; also called dot product or maximum inner product. */
  INNER_PRODUCT
}
