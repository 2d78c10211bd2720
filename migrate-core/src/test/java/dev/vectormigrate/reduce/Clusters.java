package dev.vectormigrate.reduce;

import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Vector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Vectors as embedding models make them: in clusters, away from the origin, of several lengths, and
 * with directions that matter less and less. The same in every run.
 */
final class Clusters {

  private static final int NEIGHBOURS = 10;

  private Clusters() {}

  static List<Vector> of(int count, int dimension, long seed) {
    Random random = new Random(seed);
    double[] mean = normal(random, dimension, 0);
    double[][] mirrors = new double[4][];
    for (int i = 0; i < mirrors.length; i++) {
      mirrors[i] = unit(normal(random, dimension, 0));
    }
    double[][] centres = new double[30][];
    for (int i = 0; i < centres.length; i++) {
      centres[i] = normal(random, dimension, 0.6);
    }
    List<Vector> vectors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] own = normal(random, dimension, 0.6);
      add(own, centres[random.nextInt(centres.length)], 1.2);
      for (double[] mirror : mirrors) {
        add(own, mirror, -2 * dot(own, mirror));
      }
      add(own, mean, 0.3);
      vectors.add(vector(own, Math.exp(0.3 * random.nextGaussian())));
    }
    return vectors;
  }

  private static double[] normal(Random random, int dimension, double decay) {
    double[] values = new double[dimension];
    for (int i = 0; i < dimension; i++) {
      values[i] = random.nextGaussian() * Math.pow(1 + i, -decay);
    }
    return values;
  }

  private static double[] unit(double[] values) {
    double length = Math.sqrt(dot(values, values));
    for (int i = 0; i < values.length; i++) {
      values[i] /= length;
    }
    return values;
  }

  private static void add(double[] to, double[] other, double factor) {
    for (int i = 0; i < to.length; i++) {
      to[i] += factor * other[i];
    }
  }

  private static Vector vector(double[] values, double factor) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) (factor * values[i]);
    }
    return Vector.wrap(floats);
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  static double[] doubles(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  /** Which part of the ten nearest of the first vectors are still so among the others. */
  static double recall(List<Vector> before, List<Vector> after, Distance distance, int queries) {
    int kept = 0;
    for (int query = 0; query < queries; query++) {
      Set<Integer> nearest = nearest(before, query, queries, distance);
      nearest.retainAll(nearest(after, query, queries, distance));
      kept += nearest.size();
    }
    return (double) kept / (NEIGHBOURS * queries);
  }

  private static Set<Integer> nearest(List<Vector> all, int query, int from, Distance distance) {
    double[] asked = doubles(all.get(query).toArray());
    double[] distances =
        all.stream().mapToDouble(v -> distance(asked, doubles(v.toArray()), distance)).toArray();
    return new HashSet<>(
        IntStream.range(from, all.size())
            .boxed()
            .sorted(Comparator.comparingDouble(i -> distances[i]))
            .limit(NEIGHBOURS)
            .toList());
  }

  private static double distance(double[] a, double[] b, Distance distance) {
    return switch (distance) {
      case INNER_PRODUCT -> -dot(a, b);
      case COSINE -> -dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
      case L2 -> dot(a, a) + dot(b, b) - 2 * dot(a, b);
    };
  }
}
