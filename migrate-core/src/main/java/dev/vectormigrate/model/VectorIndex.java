package dev.vectormigrate.model;

import java.util.Locale;

/**
 * The approximate index to build on the vector columns of a table after the load.
 *
 * @param method which kind
 * @param first HNSW: links per element (m); IVFFlat: lists; 0 leaves it to the target
 * @param second HNSW: candidates during the build (ef_construction); 0 leaves it to the target
 */
public record VectorIndex(Method method, int first, int second) {

  /** Kinds of vector indexes. */
  public enum Method {
    AUTOMATIC,
    NONE,
    HNSW,
    IVFFLAT
  }

  /** HNSW where the target can build it on these vectors, else none, which is then reported. */
  public static VectorIndex automatic() {
    return new VectorIndex(Method.AUTOMATIC, 0, 0);
  }

  /** No index: every search reads the whole table. */
  public static VectorIndex none() {
    return new VectorIndex(Method.NONE, 0, 0);
  }

  /** HNSW with the target's default parameters. */
  public static VectorIndex hnsw() {
    return new VectorIndex(Method.HNSW, 0, 0);
  }

  /** HNSW with the given links per element (2 to 100) and build candidates (4 to 1,000). */
  public static VectorIndex hnsw(int m, int efConstruction) {
    inRange("m", m, 2, 100);
    inRange("efConstruction", efConstruction, Math.max(4, 2 * m), 1_000);
    return new VectorIndex(Method.HNSW, m, efConstruction);
  }

  /** IVFFlat with a number of lists derived from the number of rows. */
  public static VectorIndex ivfflat() {
    return new VectorIndex(Method.IVFFLAT, 0, 0);
  }

  /** IVFFlat with the given number of lists (1 to 32,768). */
  public static VectorIndex ivfflat(int lists) {
    inRange("lists", lists, 1, 32_768);
    return new VectorIndex(Method.IVFFLAT, lists, 0);
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
    String name = method.name().toLowerCase(Locale.ROOT);
    if (first == 0) {
      return name;
    }
    return method == Method.HNSW
        ? name + "(" + first + ", " + second + ")"
        : name + "(" + first + ")";
  }
}
