package dev.vectormigrate.reduce;

import dev.vectormigrate.model.Distance;
import org.jspecify.annotations.Nullable;

/**
 * How the vectors of a column are made shorter: a part of a plan. Immutable and thread-safe.
 *
 * @param method which kind
 * @param dimension how many components are left, at least 1
 * @param sample PCA: to how many vectors it is fitted at most; 0 derives it from the dimensions
 * @param given what an earlier reduction was fitted to; null for every other method
 */
public record Reduction(Method method, int dimension, int sample, @Nullable Projection given) {

  /** Kinds of reductions. */
  public enum Method {
    /** A projection on the directions in which a sample of the vectors differs most. */
    PCA,
    /** The first components, for models that were trained for it. */
    TRUNCATE,
    /** A projection that is there already. */
    GIVEN
  }

  private static final int MOST_VECTORS = 10_000;
  private static final int MOST_BYTES = 64 << 20;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if the dimension or the sample is too small
   */
  public Reduction {
    if (dimension < 1) {
      throw new IllegalArgumentException(
          "reduced dimension: %,d, expected at least 1".formatted(dimension));
    }
    if (sample != 0 && (method != Method.PCA || sample <= dimension)) {
      throw new IllegalArgumentException(
          "sample for %s to %,d dimensions: %,d, expected %s"
              .formatted(
                  method == Method.PCA ? "PCA" : "truncating",
                  dimension,
                  sample,
                  method == Method.PCA ? "at least %,d".formatted(dimension + 1L) : "none"));
    }
  }

  /**
   * PCA to this many dimensions, fitted to at most 10,000 vectors or 64 MiB of them, whichever is
   * less, but to no fewer than a quarter more than the dimensions.
   */
  public static Reduction pca(int dimension) {
    return new Reduction(Method.PCA, dimension, 0, null);
  }

  /** PCA to this many dimensions, fitted to at most this many vectors, more than dimensions. */
  public static Reduction pca(int dimension, int sample) {
    if (sample == 0) {
      throw new IllegalArgumentException("sample: 0, expected at least " + (dimension + 1L));
    }
    return new Reduction(Method.PCA, dimension, sample, null);
  }

  /**
   * The first components, stretched to the length 1, as the makers of Matryoshka models say to use
   * them. A vector whose first components are all zero stays zero. How long a vector was is lost.
   * Only for models that were trained for it: elsewhere it loses what happens to stand last.
   */
  public static Reduction truncate(int dimension) {
    return new Reduction(Method.TRUNCATE, dimension, 0, null);
  }

  /**
   * The same as vectors that are there already, so that further ones can be put beside them; see
   * {@code Migration.projection}.
   */
  public static Reduction by(Projection projection) {
    return new Reduction(Method.GIVEN, projection.targetDimension(), 0, projection);
  }

  /** Whether {@link #sample(int, Distance)} is to be filled before there is a projection. */
  public boolean needsSample() {
    return method == Method.PCA;
  }

  /**
   * An empty sample, for a PCA.
   *
   * @param source the dimension of the vectors
   * @param distance how the shorter vectors will be compared
   * @throws IllegalArgumentException if the vectors would not become shorter
   * @throws IllegalStateException if this reduction needs no sample
   */
  public PcaSample sample(int source, Distance distance) {
    if (!needsSample()) {
      throw new IllegalStateException("sample for " + this + ": none is needed. Call projection.");
    }
    return new PcaSample(source, dimension, vectors(source), distance);
  }

  /**
   * The projection, where it needs no sample.
   *
   * @param source the dimension of the vectors
   * @throws IllegalArgumentException if the vectors would not become shorter
   * @throws IllegalStateException if this reduction needs a sample
   */
  public Projection projection(int source) {
    if (needsSample()) {
      throw new IllegalStateException("projection for " + this + ": not fitted. Call sample.");
    }
    if (given == null) {
      return Projection.truncation(source, dimension);
    }
    if (given.sourceDimension() != source) {
      throw new IllegalArgumentException(
          "%s: vectors of %,d dimensions, expected %,d. Choose the projection of these vectors."
              .formatted(this, source, given.sourceDimension()));
    }
    return given;
  }

  private int vectors(int source) {
    if (sample != 0) {
      return sample;
    }
    long inBytes = MOST_BYTES / ((long) Float.BYTES * Math.max(1, source));
    return (int) Math.max(Math.min(MOST_VECTORS, inBytes), dimension + dimension / 4L + 1);
  }

  /**
   * Such as {@code pca(2000)}, {@code pca(2000, 5000)}, {@code truncate(256)} or {@code pca 3072 to
   * 2000, version 0123456789abcdef}; never changes.
   */
  @Override
  public String toString() {
    return switch (method) {
      case TRUNCATE -> "truncate(" + dimension + ")";
      case GIVEN -> String.valueOf(given);
      case PCA -> sample == 0 ? "pca(" + dimension + ")" : "pca(" + dimension + ", " + sample + ")";
    };
  }
}
