package dev.vectormigrate.examples.benchmark;

import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.reduce.PcaSample;
import dev.vectormigrate.reduce.Projection;
import dev.vectormigrate.reduce.Reduction;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Measures how long a PCA takes to fit, and how many vectors a second one thread makes shorter.
 * Arguments: vectors of the sample (5000), dimension before (3072) and after (2000).
 */
public final class ReductionBenchmark {

  private static final long ROUND_NANOS = 2_000_000_000L;
  private static final int VECTORS = 256;

  private ReductionBenchmark() {}

  /** Prints one line for the fit, and one for each number of vectors that go together. */
  public static void main(String[] arguments) {
    int sample = argument(arguments, 0, 5_000);
    int source = argument(arguments, 1, 3_072);
    int target = argument(arguments, 2, 2_000);
    Random random = new Random(1);
    Projection projection = fit(Reduction.pca(target, sample), sample, source, random);
    List<Vector> vectors =
        IntStream.range(0, VECTORS).mapToObj(i -> vector(source, random)).toList();
    for (int together : new int[] {1, 32, 1, 32}) {
      System.out.printf(
          "%,d at a time: %,.0f vectors/s%n", together, pace(projection, vectors, together));
    }
  }

  private static int argument(String[] arguments, int index, int otherwise) {
    return arguments.length > index ? Integer.parseInt(arguments[index]) : otherwise;
  }

  private static Projection fit(Reduction reduction, int count, int source, Random random) {
    PcaSample sample = reduction.sample(source, Distance.COSINE);
    for (int i = 0; i < count; i++) {
      sample.add("row " + i, vector(source, random));
    }
    long start = System.nanoTime();
    Projection projection = sample.fit();
    System.out.printf(
        "%s of %,d vectors: fitted in %.1f s%n",
        projection, count, (System.nanoTime() - start) / 1e9);
    return projection;
  }

  /** Away from the origin, with directions that matter less and less. */
  private static Vector vector(int dimension, Random random) {
    float[] components = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      components[i] = (float) ((0.3 + random.nextGaussian()) / Math.sqrt(1 + 0.05 * i));
    }
    return Vector.wrap(components);
  }

  private static double pace(Projection projection, List<Vector> vectors, int together) {
    long start = System.nanoTime();
    long done = 0;
    while (System.nanoTime() - start < ROUND_NANOS) {
      for (int from = 0; from < VECTORS; from += together) {
        done += projection.project(vectors.subList(from, from + together)).size();
      }
    }
    return done / ((System.nanoTime() - start) / 1e9);
  }
}
