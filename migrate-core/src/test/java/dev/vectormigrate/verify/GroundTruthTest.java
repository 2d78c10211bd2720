package dev.vectormigrate.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vectormigrate.model.Distance;
import dev.vectormigrate.model.Vector;
import dev.vectormigrate.spi.SampledVector;
import dev.vectormigrate.spi.SearchResult.Hit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GroundTruthTest {

  private static Vector random(Random random, int dimension) {
    float[] components = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      components[i] = (float) random.nextGaussian();
    }
    return Vector.wrap(components);
  }

  private static List<Hit> hits(int... rows) {
    return IntStream.of(rows).mapToObj(i -> new Hit("r" + i, 0)).toList();
  }

  private static GroundTruth of(
      Distance distance, Vector query, int k, List<Hit> hits, Vector... rows) {
    GroundTruth truth = new GroundTruth(distance, List.of(new SampledVector("", query)), k);
    truth.announce(0, hits);
    for (int i = 0; i < rows.length; i++) {
      truth.add("r" + i, rows[i]);
    }
    return truth;
  }

  /** Against a sort of plainly computed distances, for dimensions that are no multiple of eight. */
  @ParameterizedTest
  @EnumSource(Distance.class)
  void the_nearest_are_those_of_a_sort(Distance distance) {
    Random seed = new Random(7);
    for (int dimension = 1; dimension < 20; dimension++) {
      Vector query = random(seed, dimension);
      List<Vector> rows = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        rows.add(random(seed, dimension));
      }
      List<Integer> order = new ArrayList<>(IntStream.range(0, 50).boxed().toList());
      order.sort(Comparator.comparingDouble(i -> distance.between(query, rows.get(i))));
      List<Hit> nearest = hits(order.stream().mapToInt(i -> i).limit(10).toArray());
      List<Hit> half = hits(order.stream().mapToInt(i -> i).skip(5).limit(10).toArray());
      List<Hit> announced = new ArrayList<>(nearest);
      announced.addAll(half);
      GroundTruth truth = of(distance, query, 10, announced, rows.toArray(new Vector[0]));

      assertThat(truth.found(0, nearest)).isEqualTo(1);
      if (dimension > 1) {
        assertThat(truth.found(0, half)).as("dimension " + dimension).isEqualTo(0.5);
      }
    }
  }

  @Test
  void what_is_as_near_as_the_last_counts_however_many_there_are() {
    Vector[] rows =
        DoubleStream.of(1, 2, 2, 2.00001, 2.1)
            .mapToObj(x -> Vector.of((float) x))
            .toArray(Vector[]::new);
    GroundTruth truth = of(Distance.L2, Vector.of(0), 2, hits(0, 1, 2, 3, 4), rows);

    assertThat(truth.found(0, hits(0, 3))).isEqualTo(1);
    assertThat(truth.found(0, hits(1, 2, 3))).isEqualTo(1);
    assertThat(truth.found(0, hits(0, 4))).isEqualTo(0.5);
    assertThat(truth.found(0, hits(4))).isEqualTo(0);
  }

  @Test
  void the_same_row_twice_counts_once() {
    GroundTruth truth =
        of(Distance.L2, Vector.of(0), 2, hits(0), Vector.of(1), Vector.of(2), Vector.of(3));

    assertThat(truth.found(0, hits(0, 0))).isEqualTo(0.5);
  }

  @Test
  void a_row_that_is_not_there_is_not_near() {
    GroundTruth truth = of(Distance.L2, Vector.of(0), 2, hits(0, 9), Vector.of(1), Vector.of(2));

    assertThat(truth.found(0, hits(0, 9))).isEqualTo(0.5);
  }

  @Test
  void fewer_rows_than_k_are_all_expected() {
    GroundTruth truth = of(Distance.L2, Vector.of(0), 10, hits(0, 1), Vector.of(5), Vector.of(1));

    assertThat(truth.found(0, hits(0, 1))).isEqualTo(1);
    assertThat(truth.found(0, hits(1))).isEqualTo(0.5);
  }

  @Test
  void rows_without_a_direction_or_of_another_dimension_are_not_compared() {
    GroundTruth truth =
        of(
            Distance.COSINE,
            Vector.of(1, 0),
            10,
            hits(0, 1, 2),
            Vector.of(0, 0),
            Vector.of(1, 1, 1),
            Vector.of(0, 1));

    assertThat(truth.found(0, hits(2))).isEqualTo(1);
    assertThat(truth.found(0, hits(0, 1))).isEqualTo(0);
  }

  @Test
  void without_any_other_row_there_is_nothing_to_find() {
    GroundTruth truth =
        new GroundTruth(Distance.L2, List.of(new SampledVector("r0", Vector.of(1))), 10);
    truth.add("r0", Vector.of(1));

    assertThat(truth.found(0, List.of())).isNull();
  }

  @Test
  void the_order_of_rows_does_not_matter() {
    List<Vector> rows = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      rows.add(Vector.of(i));
    }
    List<Integer> order = new ArrayList<>(IntStream.range(0, 100).boxed().toList());
    Collections.shuffle(order, new Random(3));
    GroundTruth truth =
        new GroundTruth(Distance.L2, List.of(new SampledVector("", Vector.of(50))), 3);
    truth.announce(0, hits(49, 50, 51, 52));
    order.forEach(i -> truth.add("r" + i, rows.get(i)));

    assertThat(truth.found(0, hits(49, 50, 51))).isEqualTo(1);
    assertThat(truth.found(0, hits(49, 50, 52))).isEqualTo(2 / 3.0);
  }
}
