package dev.vectormigrate.verify;

import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Row;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.spi.RejectedRowException;
import dev.vectormigrate.spi.RowReader;
import dev.vectormigrate.spi.SampledVector;
import dev.vectormigrate.spi.SearchResult.Hit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The true nearest rows of some queries: every row is compared with every query, in double
 * precision and without any help of a database. A query that is a row's own vector is compared with
 * the other rows only.
 *
 * <p>Of one thread. Holds {@code k} numbers a query, and one for each hit that was announced.
 */
final class GroundTruth {

  /**
   * Rows at the same distance are equally near, and a database computes with floats: what is
   * farther than the last of the nearest by no more than this part of it is as near.
   */
  private static final double TIE = 1e-5;

  /** Of cosine distances, which are differences from 1 of numbers near it. */
  private static final double COSINE_TIE = 1e-6;

  private final Distance distance;
  private final List<Query> queries = new ArrayList<>();
  private final Map<String, List<Announced>> announced = new HashMap<>();
  private double[] row = new double[0];

  /** A hit whose true distance is wanted. */
  private static final class Announced {

    private final Query query;
    private double distance = Double.NaN;

    Announced(Query query) {
      this.query = query;
    }
  }

  /** A query with the distances of the nearest rows so far, as a heap with the farthest on top. */
  private static final class Query {

    private final String id;
    private final double[] components;
    private final double norm;
    private final double[] nearest;
    private final Map<String, Announced> hits = new HashMap<>();
    private int size;

    Query(SampledVector vector, int k) {
      id = vector.id();
      components = new double[vector.vector().dimension()];
      for (int i = 0; i < components.length; i++) {
        components[i] = vector.vector().get(i);
      }
      norm = vector.vector().norm();
      nearest = new double[k];
    }

    void add(double distance) {
      if (size < nearest.length) {
        nearest[size++] = distance;
        if (size == nearest.length) {
          Arrays.sort(nearest);
        }
      } else if (distance < nearest[size - 1]) {
        insert(distance);
      }
    }

    /** There are few, and seldom one is nearer. */
    private void insert(double distance) {
      int at = Arrays.binarySearch(nearest, distance);
      int index = at < 0 ? -at - 1 : at;
      System.arraycopy(nearest, index, nearest, index + 1, size - index - 1);
      nearest[index] = distance;
    }

    double farthest() {
      return size == nearest.length
          ? nearest[size - 1]
          : Arrays.stream(nearest, 0, size).max().orElse(Double.NaN);
    }
  }

  /**
   * Of no row yet.
   *
   * @param vectors the queries
   * @param k how many of the nearest rows count
   */
  GroundTruth(Distance distance, List<SampledVector> vectors, int k) {
    this.distance = distance;
    vectors.forEach(vector -> queries.add(new Query(vector, k)));
  }

  /** Wants the true distances of what a search found. */
  void announce(int query, List<Hit> hits) {
    Query of = queries.get(query);
    for (Hit hit : hits) {
      if (!of.hits.containsKey(hit.id())) {
        Announced wanted = new Announced(of);
        of.hits.put(hit.id(), wanted);
        announced.computeIfAbsent(hit.id(), id -> new ArrayList<>()).add(wanted);
      }
    }
  }

  /** Compares every row; closes the reader. */
  void read(RowReader reader, String column) throws Exception {
    try (reader) {
      boolean more = true;
      while (more) {
        more = readNext(reader, column);
      }
    }
  }

  /** A row that can't be read is none of the nearest; whoever counts rows sees it. */
  private boolean readNext(RowReader reader, String column) throws Exception {
    try {
      Row row = reader.next();
      if (row != null && row.value(column) instanceof Vector vector) {
        add(row.id(), vector);
      }
      return row != null;
    } catch (RejectedRowException e) {
      return true;
    }
  }

  /** Compares a row. */
  void add(String id, Vector vector) {
    int dimension = vector.dimension();
    if (row.length != dimension) {
      row = new double[dimension];
    }
    for (int i = 0; i < dimension; i++) {
      row[i] = vector.get(i);
    }
    double norm = distance == Distance.COSINE ? vector.norm() : 1;
    List<Announced> wanted = announced.getOrDefault(id, List.of());
    for (Query query : queries) {
      if (query.components.length == dimension && (query.id.isEmpty() || !query.id.equals(id))) {
        double far = between(query, norm);
        if (!Double.isNaN(far)) {
          query.add(far);
          wanted.stream().filter(w -> w.query == query).forEach(w -> w.distance = far);
        }
      }
    }
  }

  private double between(Query query, double norm) {
    return switch (distance) {
      case COSINE -> 1 - product(query.components, row) / (query.norm * norm);
      case L2 -> Math.sqrt(squares(query.components, row));
      case INNER_PRODUCT -> -product(query.components, row);
    };
  }

  /** Eight sums that do not wait for each other: nearly all the time goes here. */
  private static double product(double[] x, double[] y) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    double e = 0;
    double f = 0;
    double g = 0;
    double h = 0;
    int rest = x.length % 8;
    for (int i = 0; i < rest; i++) {
      a += x[i] * y[i];
    }
    for (int i = rest; i + 7 < x.length; i += 8) {
      a += x[i] * y[i];
      b += x[i + 1] * y[i + 1];
      c += x[i + 2] * y[i + 2];
      d += x[i + 3] * y[i + 3];
      e += x[i + 4] * y[i + 4];
      f += x[i + 5] * y[i + 5];
      g += x[i + 6] * y[i + 6];
      h += x[i + 7] * y[i + 7];
    }
    return a + b + c + d + e + f + g + h;
  }

  private static double squares(double[] x, double[] y) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int rest = x.length % 4;
    for (int i = 0; i < rest; i++) {
      a += square(x[i] - y[i]);
    }
    for (int i = rest; i + 3 < x.length; i += 4) {
      a += square(x[i] - y[i]);
      b += square(x[i + 1] - y[i + 1]);
      c += square(x[i + 2] - y[i + 2]);
      d += square(x[i + 3] - y[i + 3]);
    }
    return a + b + c + d;
  }

  private static double square(double value) {
    return value * value;
  }

  /**
   * Which part of the true nearest rows some hits are: those that are as near as the last of these.
   *
   * @return null if no row can be compared with the query
   */
  @Nullable Double found(int query, List<Hit> hits) {
    Query of = queries.get(query);
    if (of.size == 0) {
      return null;
    }
    double limit = tolerated(distance, of.farthest());
    Set<String> near = new HashSet<>();
    for (Hit hit : hits) {
      Announced known = of.hits.get(hit.id());
      if (known != null && known.distance <= limit) {
        near.add(hit.id());
      }
    }
    return Math.min(1, (double) near.size() / of.size);
  }

  /** What is as near as this. */
  static double tolerated(Distance distance, double farthest) {
    double tie = distance == Distance.COSINE ? COSINE_TIE : 0;
    return farthest + Math.abs(farthest) * TIE + tie;
  }
}
