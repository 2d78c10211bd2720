package dev.vectormigrate.model;

import java.util.Locale;

/**
 * The approximate index to build on the vector columns of a table after the load.
 *
 * @param method which kind
 * @param first HNSW: links per element (m); IVFFlat: lists; 0 leaves it to the target
 * @param second HNSW: candidates during the build (ef_construction); 0 leaves it to the target
 * @param precision what of the vectors the index holds; the column keeps all of it
 */
public record VectorIndex(Method method, int first, int second, Precision precision) {

  /** What of a vector an index holds. */
  public enum Precision {
    /** The components as the column has them. */
    FULL,
    /** The components rounded to half precision: half the size, and up to 4,000 of them. */
    HALF,
    /**
     * One bit a component, whether it is above zero: 1/32 of the size, and up to 64,000 of them.
     * What such an index finds is to be ranked again by the vectors themselves.
     */
    BIT
  }

  /** Kinds of vector indexes. */
  public enum Method {
    AUTOMATIC,
    NONE,
    HNSW,
    IVFFLAT
  }

  /** HNSW where the target can build it on these vectors, else none, which is then reported. */
  public static VectorIndex automatic() {
    return new VectorIndex(Method.AUTOMATIC, 0, 0, Precision.FULL);
  }

  /** No index: every search reads the whole table. */
  public static VectorIndex none() {
    return new VectorIndex(Method.NONE, 0, 0, Precision.FULL);
  }

  /** HNSW with the target's default parameters. */
  public static VectorIndex hnsw() {
    return new VectorIndex(Method.HNSW, 0, 0, Precision.FULL);
  }

  /** HNSW with the given links per element (2 to 100) and build candidates (4 to 1,000). */
  public static VectorIndex hnsw(int m, int efConstruction) {
    inRange("m", m, 2, 100);
    inRange("efConstruction", efConstruction, Math.max(4, 2 * m), 1_000);
    return new VectorIndex(Method.HNSW, m, efConstruction, Precision.FULL);
  }

  /** IVFFlat with a number of lists derived from the number of rows. */
  public static VectorIndex ivfflat() {
    return new VectorIndex(Method.IVFFLAT, 0, 0, Precision.FULL);
  }

  /** IVFFlat with the given number of lists (1 to 32,768). */
  public static VectorIndex ivfflat(int lists) {
    inRange("lists", lists, 1, 32_768);
    return new VectorIndex(Method.IVFFLAT, lists, 0, Precision.FULL);
  }

  /** This index over less of the vectors than the column keeps. */
  public VectorIndex over(Precision held) {
    return new VectorIndex(method, first, second, held);
  }

  private static void inRange(String what, int actual, int least, int most) {
    if (actual < least || actual > most) {
      throw new IllegalArgumentException(
          "%s: %d, expected %d to %d".formatted(what, actual, least, most));
    }
  }

  /** Such as {@code hnsw} or {@code hnsw(16, 64)}; equal for equal indexes. */
  @Override
  public String toString() {
    String name = method.name().toLowerCase(Locale.ROOT) + parameters();
    return precision == Precision.FULL
        ? name
        : name + " over " + precision.name().toLowerCase(Locale.ROOT);
  }

  private String parameters() {
    if (first == 0) {
      return "";
    }
    return method == Method.HNSW ? "(" + first + ", " + second + ")" : "(" + first + ")";
  }
}
